"""Logging: what is configured by default, and how requests and errors get into the log.

Defined by ref/logging of the documentation. Loggers carry the root that is active, so that
``LOGGING`` of a project written for Django finds them.

SECURITY: whatever came with a request is logged through `log_message`, the one place that escapes
it: a path with line breaks must not look like lines of the log (CVE-2025-48432).
"""

import copy
import functools
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vivace.conf import settings
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import import_string
from vivace.utils.naming import HOME, root, say

if TYPE_CHECKING:
    DEFAULT_LOGGING: dict[str, Any]
    request_logger: logging.Logger

__all__ = [
    "DEFAULT_LOGGING",
    "AdminEmailHandler",
    "CallbackFilter",
    "RequireDebugFalse",
    "RequireDebugTrue",
    "ServerFormatter",
    "configure_logging",
    "import_string",
    "log_message",
    "log_response",
    "request_logger",
    "settings",
]


def __getattr__(name: str) -> Any:
    # Both depend on the root, which may change after this module was imported.
    if name == "DEFAULT_LOGGING":
        return _default_logging(root())
    if name == "request_logger":
        return logging.getLogger(say("request"))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@lru_cache(maxsize=2)
def _default_logging(prefix: str) -> dict[str, Any]:
    here = f"{prefix}.utils.log"
    server = f"{prefix}.server"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "require_debug_false": {"()": f"{here}.RequireDebugFalse"},
            "require_debug_true": {"()": f"{here}.RequireDebugTrue"},
        },
        "formatters": {
            server: {
                "()": f"{here}.ServerFormatter",
                "format": "[{server_time}] {message}",
                "style": "{",
            }
        },
        "handlers": {
            "console": {
                "level": "INFO",
                "filters": ["require_debug_true"],
                "class": "logging.StreamHandler",
            },
            server: {
                "level": "INFO",
                "class": "logging.StreamHandler",
                "formatter": server,
            },
            "mail_admins": {
                "level": "ERROR",
                "filters": ["require_debug_false"],
                "class": f"{here}.AdminEmailHandler",
            },
        },
        "loggers": {
            prefix: {"handlers": ["console", "mail_admins"], "level": "INFO"},
            server: {"handlers": [server], "level": "INFO", "propagate": False},
        },
    }


def configure_logging(logging_config: str | None, logging_settings: dict[str, Any]) -> None:
    """Configure the default logging, then `logging_settings` by the function `logging_config`.

    `logging_config` is a dotted path; None leaves logging as it is.
    """
    if not logging_config:
        return
    prefix = root()
    configure = None
    if logging_settings or logging_config != _DICT_CONFIG:
        configure = import_string(logging_config)
    if _is_untouched(prefix):
        _configure_default(prefix)
    else:
        import_string(_DICT_CONFIG)(_default_logging(prefix))
    if configure and logging_settings:
        configure(logging_settings)


_DICT_CONFIG = "logging.config.dictConfig"


def _is_untouched(prefix: str) -> bool:
    """Whether nobody has set up logging, or asked for the default to change it."""
    below = f"{prefix}."
    handlers = [handler() for handler in logging._handlerList]  # type: ignore[attr-defined]
    return (
        all(handler in (None, logging.lastResort) for handler in handlers)
        and not _default_logging.cache_info().currsize
        and not any(
            isinstance(logger, logging.Logger) and (logger.level or logger.disabled)
            for name, logger in logging.root.manager.loggerDict.items()
            if name == prefix or name.startswith(below)
        )
    )


def _configure_default(prefix: str) -> None:
    """What ``dictConfig`` makes of the default. PERF: its module imports sockets and queues."""
    console = _named_handler("console", logging.StreamHandler(), logging.INFO)
    console.addFilter(RequireDebugTrue())
    mail_admins = _named_handler("mail_admins", AdminEmailHandler(), logging.ERROR)
    mail_admins.addFilter(RequireDebugFalse())
    server = _named_handler(f"{prefix}.server", logging.StreamHandler(), logging.INFO)
    server.setFormatter(ServerFormatter("[{server_time}] {message}", style="{"))
    for name, handlers in ((prefix, [console, mail_admins]), (f"{prefix}.server", [server])):
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        for handler in handlers:
            logger.addHandler(handler)
    logging.getLogger(f"{prefix}.server").propagate = False


def _named_handler(name: str, handler: logging.Handler, level: int) -> logging.Handler:
    handler.name = name
    handler.setLevel(level)
    return handler


class AdminEmailHandler(logging.Handler):
    """Mail each record to the ``ADMINS``, with a report of the exception and the request.

    A record's ``request`` attribute is the request. `include_html` adds a page with the full
    report, which may hold secrets; `email_backend` and `reporter_class` are dotted paths that
    replace the settings' mail backend and exception reporter.
    """

    def __init__(
        self,
        include_html: bool = False,
        email_backend: str | None = None,
        reporter_class: str | None = None,
    ) -> None:
        super().__init__()
        self.include_html = include_html
        self.email_backend = email_backend
        self._reporter = settings.DEFAULT_EXCEPTION_REPORTER
        if reporter_class:
            # Who names a class of their own is told at once if there is none.
            self.reporter_class = import_string(reporter_class)

    @cached_property
    def reporter_class(self) -> Any:
        """The class that writes the report."""
        # Reporters are of a higher layer, which may import this module: found when first needed.
        return import_string(self._reporter)

    def emit(self, record: logging.LogRecord) -> None:
        """Mail `record`, unless nobody would get it."""
        # Making a report is much work. An overridden send_mail() may send it elsewhere.
        if not settings.ADMINS and type(self).send_mail is AdminEmailHandler.send_mail:
            return
        request = getattr(record, "request", None)
        subject = self.format_subject(f"{_sender(record, request)}: {record.getMessage()}")

        # The report has the traceback, so the formatted record goes without.
        plain = copy.copy(record)
        plain.exc_info = None
        plain.exc_text = None
        error = record.exc_info or (None, record.getMessage(), None)
        reporter = self.reporter_class(request, *error, is_email=True)
        message = f"{self.format(plain)}\n\n{reporter.get_traceback_text()}"
        html_message = reporter.get_traceback_html() if self.include_html else None
        self.send_mail(subject, message, fail_silently=True, html_message=html_message)

    def send_mail(self, subject: str, message: str, *args: Any, **kwargs: Any) -> None:
        """Send the mail; arguments as those of ``mail_admins``."""
        mail_admins = import_string(f"{HOME}.core.mail.mail_admins")
        mail_admins(subject, message, *args, connection=self.connection(), **kwargs)

    def connection(self) -> Any:
        """The mail connection to use."""
        get_connection = import_string(f"{HOME}.core.mail.get_connection")
        return get_connection(backend=self.email_backend, fail_silently=True)

    def format_subject(self, subject: str) -> str:
        """`subject` on one line."""
        return subject.translate(_LINE_BREAKS)


# What mail takes for the end of a line, as one would write it; the last three separate records.
_LINE_BREAKS = str.maketrans({each: repr(each)[1:-1] for each in "\n\r\v\f\x1c\x1d\x1e"})


def _sender(record: logging.LogRecord, request: Any) -> str:
    if request is None:
        return record.levelname
    internal = request.META.get("REMOTE_ADDR") in settings.INTERNAL_IPS
    return f"{record.levelname} ({'internal' if internal else 'EXTERNAL'} IP)"


class CallbackFilter(logging.Filter):
    """Let records pass for which `callback`, called with the record, is true."""

    def __init__(self, callback: Callable[[logging.LogRecord], Any]) -> None:
        super().__init__()
        self.callback = callback

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` passes."""
        return bool(self.callback(record))


class RequireDebugFalse(logging.Filter):
    """Let records pass only while DEBUG is off."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` passes."""
        return not settings.DEBUG


class RequireDebugTrue(logging.Filter):
    """Let records pass only while DEBUG is on."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` passes."""
        return bool(settings.DEBUG)


class ServerFormatter(logging.Formatter):
    """The lines of the development server, coloured by the record's ``status_code``."""

    default_time_format = "%d/%b/%Y %H:%M:%S"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.style = import_string(f"{HOME}.management.color.color_style")()
        super().__init__(*args, **kwargs)

    def format(self, record: logging.LogRecord) -> str:
        """`record` as a line."""
        record = copy.copy(record)
        status_code = getattr(record, "status_code", None)
        if status_code:
            record.msg = getattr(self.style, _style_name(status_code))(record.msg)
        if self.uses_server_time() and not hasattr(record, "server_time"):
            record.server_time = self.formatTime(record, self.datefmt)
        return super().format(record) + _cost(record)

    def uses_server_time(self) -> bool:
        """Whether the format shows the time under the name ``server_time``."""
        return "{server_time}" in (self._fmt or "")


def _cost(record: logging.LogRecord) -> str:
    took = getattr(record, "took", None)
    if took is None:
        return ""
    queries = getattr(record, "queries", 0)
    counted = f", {queries} {'query' if queries == 1 else 'queries'}" if queries else ""
    return f" ({took * 1000:.0f} ms{counted})"


def _style_name(status_code: int) -> str:
    if 200 <= status_code < 300:
        return "HTTP_SUCCESS"
    if 100 <= status_code < 200:
        return "HTTP_INFO"
    if status_code == 304:
        return "HTTP_NOT_MODIFIED"
    if 300 <= status_code < 400:
        return "HTTP_REDIRECT"
    if status_code == 404:
        return "HTTP_NOT_FOUND"
    if 400 <= status_code < 500:
        return "HTTP_BAD_REQUEST"
    return "HTTP_SERVER_ERROR"


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        if value.isascii() and value.isprintable() and "\\" not in value:
            return value
        return value.encode("unicode_escape").decode("ascii")
    if isinstance(value, Mapping):
        return {key: _escaped(one) for key, one in value.items()}
    return value


def log_message(
    logger: logging.Logger,
    message: str,
    *args: Any,
    level: str | None = None,
    status_code: int | None = None,
    request: Any = None,
    exception: BaseException | None = None,
    **extra: Any,
) -> None:
    """Log `message` with `args`, whose strings are escaped so that each stays on its line.

    `level` is the name of a method of `logger`; without it, `status_code` decides between
    ``error``, ``warning`` and ``info``. `status_code`, `request` and `extra` become attributes of
    the record, and the traceback of `exception` is logged.
    """
    if level is None:
        status = status_code or 200
        level = "info" if status < 400 else "warning" if status < 500 else "error"
    getattr(logger, level)(
        message,
        *map(_escaped, args),
        extra={"status_code": status_code, "request": request, **extra},
        exc_info=exception,
    )


# PERF: logging takes a lock to find a logger; there is one for each name for as long as it lasts.
_named = functools.cache(logging.getLogger)


def log_response(
    message: str,
    *args: Any,
    response: Any = None,
    request: Any = None,
    logger: logging.Logger | None = None,
    level: str | None = None,
    exception: BaseException | None = None,
) -> None:
    """Log `message` with `args` for `response`, once: a response is not logged again further out.

    `logger` is the ``request`` logger unless given; the rest is as for `log_message`.
    """
    if getattr(response, "_has_been_logged", False):
        return
    log_message(
        _named(say("request")) if logger is None else logger,
        message,
        *args,
        level=level,
        status_code=response.status_code,
        request=request,
        exception=exception,
    )
    response._has_been_logged = True
