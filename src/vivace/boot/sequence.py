"""The table of contents of start-up: what is decided before the first request, in order.

Each stage names the settings that it reads and what it yields. `vivace.setup` runs the stages of
``SETUP``; a server's entry point (``vivace.core.wsgi``, ``vivace.core.asgi``) runs `serving` after
them, so that what is wrong with a project is said then and not to its first visitor. Commands that
serve nothing stop after the first part, and do not even import what the second is about.

A stage whose yield is a `Frozen` cell is rebuilt, and nothing else is, when a setting that it reads
changes (``override_settings`` in tests). ``tests/unit/boot`` checks that no cell is missing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.conf.frozen import Frozen
from vivace.urls.prefix import set_script_prefix
from vivace.utils.lasting import lasting
from vivace.utils.lazily import settle
from vivace.utils.log import configure_logging

__all__ = ["SETUP", "Stage", "run", "serving", "setup", "starting"]


class Stage:
    """One step: `reads` are names of settings, `yields` says what is there afterwards."""

    def __init__(
        self, name: str, reads: Iterable[str], yields: str, run: Callable[[], Any]
    ) -> None:
        self.name = name
        self.reads = frozenset(reads)
        self.yields = yields
        self.run = run


def _cell(cell: Frozen[Any], yields: str) -> Stage:
    return Stage(cell.name, cell.reads, yields, lambda: cell.value)


def _configure_logging() -> None:
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


def _set_prefix() -> None:
    forced = settings.FORCE_SCRIPT_NAME
    set_script_prefix("/" if forced is None else forced)


SETUP: tuple[Stage, ...] = (
    Stage("logging", ("LOGGING", "LOGGING_CONFIG"), "configured loggers", _configure_logging),
    Stage("script_prefix", ("FORCE_SCRIPT_NAME",), "the prefix of reversed URLs", _set_prefix),
    Stage(
        "apps",
        ("INSTALLED_APPS",),
        "the registry of apps and models; each app's ready() was called",
        lambda: apps.populate(settings.INSTALLED_APPS),
    ),
)


def serving() -> tuple[Stage, ...]:
    """The stages between set-up and the first request."""
    from vivace.conf import urls  # noqa: F401 - the views of errors, which requests may need
    from vivace.http import base, hosts, multipartparser, querydict, request, wsgi
    from vivace.middleware import csrf
    from vivace.pipeline import asgi, handler
    from vivace.template.utils import ENGINES
    from vivace.urls import resolvers
    from vivace.urls.router import router_for

    return (
        _cell(base.DEFAULT_CHARSET, "the encoding of responses"),
        _cell(base.DEFAULT_HEADERS, "the headers that responses start with"),
        _cell(hosts.HOSTS, "the judge of Host headers"),
        _cell(request.FORWARDED, "which forwarded headers are believed"),
        _cell(request.SSL_HEADER, "the proxy's header that tells HTTPS"),
        _cell(wsgi.FORCED_SCRIPT_NAME, "the prefix forced on requests"),
        _cell(querydict.DEFAULT_ENCODING, "the encoding of queries and forms"),
        _cell(querydict.MAX_FIELDS, "the limit of fields"),
        _cell(multipartparser.MAX_BODY, "the limit of a body in memory"),
        _cell(multipartparser.MAX_FILES, "the limit of uploaded files"),
        _cell(multipartparser.LIMITS, "the limits of a multipart body"),
        _cell(csrf.COOKIE_NAME, "the cookie with the secret against forged requests"),
        _cell(asgi.SPOOL_SIZE, "the size from which bodies go to disk"),
        _cell(ENGINES, "the template engines"),
        _cell(resolvers.ROOT_URLCONF, "the root URLconf, imported"),
        Stage("urls.router", ("ROOT_URLCONF",), "the compiled router", router_for),
        _cell(handler.CHAINS, "compiled chains of middleware, in each handler"),
        Stage("modules", (), "what was left to be imported and compiled later", settle),
    )


def run(stages: Iterable[Stage]) -> None:
    """Run `stages` in order; an exception carries a note that names the stage."""
    for stage in stages:
        try:
            stage.run()
        except Exception as error:
            settings_read = ", ".join(sorted(stage.reads)) or "no settings"
            error.add_note(f"(at start-up, in stage {stage.name!r}, which reads {settings_read})")
            raise


def starting() -> AbstractContextManager[None]:
    """What surrounds the work before the first request: its objects last as long as the process.

    Once the project is loaded, what is started again may well be given up again, in tests say.
    """
    return nullcontext() if apps.ready else lasting()


def setup(set_prefix: bool = True) -> None:
    """What ``vivace.setup()`` does: `SETUP`, without the prefix of URLs if `set_prefix` is False."""
    with starting():
        run(stage for stage in SETUP if set_prefix or stage.name != "script_prefix")
