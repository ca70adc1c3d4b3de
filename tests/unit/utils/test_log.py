"""Logging: configuration, mail to the admins, and what may stand in a line."""

from __future__ import annotations

import logging
import logging.config
import subprocess
import sys
import types
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from settings_layer import changed
from vivace.core.mail import EmailMessage
from vivace.utils import log
from vivace.utils.log import (
    AdminEmailHandler,
    CallbackFilter,
    RequireDebugFalse,
    RequireDebugTrue,
    ServerFormatter,
    configure_logging,
    log_message,
    log_response,
)


def record(message: str = "hi %s", *arguments: Any, **attributes: Any) -> logging.LogRecord:
    made = logging.LogRecord("x", logging.ERROR, "p", 1, message, arguments or ("x",), None)
    vars(made).update(attributes)
    return made


@pytest.fixture
def loggers() -> Iterator[None]:
    """Put the loggers and handlers back that a test configures."""
    names = ("vivace", "vivace.server", "vivace.request")
    before = [(logging.getLogger(name), dict(vars(logging.getLogger(name)))) for name in names]
    yield
    for logger, state in before:
        vars(logger).clear()
        vars(logger).update(state)
    logging.Logger.manager._clear_cache()  # type: ignore[attr-defined]


class TestConfiguration:
    def test_default(self) -> None:
        default = log.DEFAULT_LOGGING
        assert default["loggers"] == {
            "vivace": {"handlers": ["console", "mail_admins"], "level": "INFO"},
            "vivace.server": {"handlers": ["vivace.server"], "level": "INFO", "propagate": False},
        }
        assert default["handlers"]["mail_admins"] == {
            "level": "ERROR",
            "filters": ["require_debug_false"],
            "class": "vivace.utils.log.AdminEmailHandler",
        }
        assert default["disable_existing_loggers"] is False
        assert log.DEFAULT_LOGGING is default

    @pytest.mark.usefixtures("loggers")
    def test_default_comes_first_then_the_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given: list[Any] = []
        module: Any = types.ModuleType("own_logging")
        module.configure = given.append
        monkeypatch.setitem(sys.modules, "own_logging", module)
        vivace = logging.getLogger("vivace")
        vivace.handlers = []
        configure_logging("own_logging.configure", {"a": 1})
        assert given == [{"a": 1}]
        assert [type(handler).__name__ for handler in vivace.handlers] == [
            "StreamHandler",
            "AdminEmailHandler",
        ]
        configure_logging("own_logging.configure", {})
        assert given == [{"a": 1}]

    @pytest.mark.parametrize(
        "touched", ["", "log.DEFAULT_LOGGING;", "logging.getLogger('vivace.db').setLevel(10);"]
    )
    def test_default_is_what_its_description_says_however_it_was_made(self, touched: str) -> None:
        program = (
            "import logging, sys\n"
            "from vivace.conf import settings\n"
            "from vivace.utils import log\n"
            "settings.configure()\n"
            f"{touched}log.configure_logging('logging.config.dictConfig', {{}})\n"
            "def said(handler):\n"
            "    form = handler.formatter\n"
            "    return (type(handler).__name__, handler.name, handler.level,\n"
            "        [type(each).__name__ for each in handler.filters],\n"
            "        form and (type(form).__name__, form._fmt, type(form._style).__name__))\n"
            "for name in ('vivace', 'vivace.server', ''):\n"
            "    logger = logging.getLogger(name)\n"
            "    print(name, logger.level, logger.propagate, list(map(said, logger.handlers)))\n"
            "print(sorted(logging._handlers))\n"
            "print('logging.config' in sys.modules, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines() == [
            "vivace 20 True [('StreamHandler', 'console', 20, ['RequireDebugTrue'], None),"
            " ('AdminEmailHandler', 'mail_admins', 40, ['RequireDebugFalse'], None)]",
            "vivace.server 20 False [('StreamHandler', 'vivace.server', 20, [],"
            " ('ServerFormatter', '[{server_time}] {message}', 'StrFormatStyle'))]",
            " 30 True []",
            "['console', 'mail_admins', 'vivace.server']",
        ]
        assert done.stderr.strip() == str(bool(touched))

    @pytest.mark.usefixtures("loggers")
    def test_none_leaves_logging_alone(self) -> None:
        vivace = logging.getLogger("vivace")
        vivace.handlers = []
        configure_logging(None, {"version": 1})
        assert vivace.handlers == []

    @pytest.mark.usefixtures("loggers")
    def test_mistake_in_the_settings_is_passed_on(self) -> None:
        with pytest.raises(ValueError, match="Unsupported version: 5"):
            configure_logging("logging.config.dictConfig", {"version": 5})


class TestFilters:
    def test_debug(self) -> None:
        for debug in (True, False):
            with changed(DEBUG=debug):
                assert RequireDebugTrue().filter(record()) is debug
                assert RequireDebugFalse().filter(record()) is not debug

    def test_callback(self) -> None:
        wanted = CallbackFilter(lambda made: made.name == "x")
        assert wanted.filter(record())
        assert not CallbackFilter(lambda made: "").filter(record())


class TestServerFormatter:
    def test_time_where_the_format_shows_it(self) -> None:
        formatter = ServerFormatter("[{server_time}] {message}", style="{")
        assert formatter.uses_server_time()
        made = record(server_time="now")
        assert formatter.format(made) == "[now] hi x"
        assert formatter.format(record()).endswith("] hi x")
        assert not ServerFormatter("{message}", style="{").uses_server_time()

    @pytest.mark.parametrize(
        ("status_code", "role"),
        [
            (100, "HTTP_INFO"),
            (200, "HTTP_SUCCESS"),
            (302, "HTTP_REDIRECT"),
            (304, "HTTP_NOT_MODIFIED"),
            (400, "HTTP_BAD_REQUEST"),
            (404, "HTTP_NOT_FOUND"),
            (500, "HTTP_SERVER_ERROR"),
        ],
    )
    def test_colour_by_status(self, status_code: int, role: str) -> None:
        class Style:
            def __getattr__(self, name: str) -> Any:
                return lambda text: f"<{name}>{text}"

        formatter = ServerFormatter("{message}", style="{")
        formatter.style = Style()
        made = record(status_code=status_code)
        assert formatter.format(made) == f"<{role}>hi x"
        assert made.msg == "hi %s"
        assert formatter.format(record()) == "hi x"


class TestResponses:
    @pytest.mark.parametrize(
        ("status_code", "level"),
        [(200, "INFO"), (399, "INFO"), (400, "WARNING"), (404, "WARNING"), (500, "ERROR")],
    )
    def test_level_follows_the_status(
        self, status_code: int, level: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        response, request = SimpleNamespace(status_code=status_code), object()
        with caplog.at_level(logging.DEBUG, logger="vivace.request"):
            log_response("%s: %s", "Not Found", "/x", response=response, request=request)
            log_response("again", response=response, request=request)
        (made,) = caplog.records
        assert (made.name, made.levelname) == ("vivace.request", level)
        assert made.getMessage() == "Not Found: /x"
        assert made.__dict__["status_code"] == status_code
        assert made.__dict__["request"] is request

    def test_logger_level_and_exception_may_be_given(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        error = ValueError("x")
        log_response(
            "m",
            response=SimpleNamespace(status_code=200),
            logger=logging.getLogger("vivace.security.x"),
            level="critical",
            exception=error,
        )
        (made,) = caplog.records
        assert (made.name, made.levelname) == ("vivace.security.x", "CRITICAL")
        assert made.exc_info is not None
        assert made.exc_info[1] is error

    @pytest.mark.parametrize(
        "value",
        ["/a\nb", "/a\r\nERROR forged", "/\x1b[31mred", "/\x00", "/\u2028x", "/é\x85"],
    )
    def test_cve_2025_48432_request_values_stay_on_their_line(
        self, value: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = SimpleNamespace(status_code=404)
        log_response("%s: %s", "Not Found", value, response=response)
        log_message(logging.getLogger("vivace.x"), "%(path)s", {"path": value}, level="error")
        for made in caplog.records:
            text = made.getMessage()
            assert text.isascii()
            assert text.isprintable()
            assert text.endswith(value.encode("unicode_escape").decode())

    def test_cve_2025_48432_other_values_keep_their_types(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        log_message(logging.getLogger("vivace.x"), "%d %s", 5, b"\n", level="error")
        assert caplog.records[0].args == (5, b"\n")

    def test_extra_attributes(self, caplog: pytest.LogCaptureFixture) -> None:
        log_message(logging.getLogger("vivace.x"), "m", status_code=500, server_time="now")
        assert caplog.records[0].__dict__["server_time"] == "now"
        assert caplog.records[0].levelname == "ERROR"


class Reporter:
    """Stands for ``views.debug.ExceptionReporter``: tells what it was given."""

    def __init__(
        self, request: Any, exc_type: Any, exc_value: Any, tb: Any, is_email: bool
    ) -> None:
        assert is_email
        self.told = f"{request} {exc_type and exc_type.__name__} {exc_value}"

    def get_traceback_text(self) -> str:
        return f"text: {self.told}"

    def get_traceback_html(self) -> str:
        return f"html: {self.told}"


class Handler(AdminEmailHandler):
    """A handler that keeps what it would mail."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sent: list[tuple[str, str, dict[str, Any]]] = []

    def send_mail(self, subject: str, message: str, *args: Any, **kwargs: Any) -> None:
        self.sent.append((subject, message, kwargs))


class Request(SimpleNamespace):
    def __str__(self) -> str:
        return "<request>"


class TestAdminEmailHandler:
    @pytest.fixture(autouse=True)
    def reporter(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        module: Any = types.ModuleType("own_reporter")
        module.Reporter = Reporter
        monkeypatch.setitem(sys.modules, "own_reporter", module)
        with changed(
            DEFAULT_EXCEPTION_REPORTER="own_reporter.Reporter", INTERNAL_IPS=["127.0.0.1"]
        ):
            yield

    def test_plain_record(self) -> None:
        handler = Handler()
        handler.emit(record("a\r\nb %s"))
        assert handler.sent == [
            (
                "ERROR: a\\r\\nb x",
                "a\r\nb x\n\ntext: None None a\r\nb x",
                {"fail_silently": True, "html_message": None},
            )
        ]

    def test_what_ends_a_line_for_mail_ends_no_subject(self) -> None:
        handler = Handler()
        handler.emit(record("a\v\f\x1cb\x1d\x1e %s"))
        ((subject, _, _),) = handler.sent
        assert subject == r"ERROR: a\x0b\x0c\x1cb\x1d\x1e x"
        EmailMessage(subject).message()

    @pytest.mark.parametrize(
        ("address", "where"), [("127.0.0.1", "internal"), ("8.8.8.8", "EXTERNAL")]
    )
    def test_request_and_exception(self, address: str, where: str) -> None:
        handler = Handler(include_html=True)
        error = ValueError("boo")
        made = record(
            request=Request(META={"REMOTE_ADDR": address}), exc_info=(ValueError, error, None)
        )
        handler.emit(made)
        ((subject, message, options),) = handler.sent
        assert subject == f"ERROR ({where} IP): hi x"
        assert message == "hi x\n\ntext: <request> ValueError boo"
        assert options["html_message"] == "html: <request> ValueError boo"
        assert made.exc_info == (ValueError, error, None)

    def test_own_reporter(self) -> None:
        with changed(DEFAULT_EXCEPTION_REPORTER="no.such.Reporter"):
            handler = Handler(reporter_class="own_reporter.Reporter")
            assert handler.reporter_class is Reporter
        with pytest.raises(ModuleNotFoundError):
            Handler(reporter_class="no.such.Reporter")

    def test_nobody_to_mail_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(Reporter, "get_traceback_text")
        with changed(ADMINS=[]):
            AdminEmailHandler().emit(record())
