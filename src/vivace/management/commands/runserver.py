"""``runserver``: the development server, started again whenever the code changes."""

from __future__ import annotations

import errno
import os
import re
import socket
import sys
from datetime import datetime
from typing import Any, ClassVar

import vivace

# For its receivers: changed templates are picked up from the first watch on.
import vivace.template.autoreload
from vivace.apps import apps
from vivace.conf import settings
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.terminal import folded
from vivace.server.broken import Broken, way_of
from vivace.server.development import WSGIServer, get_internal_wsgi_application, run
from vivace.server.live import LiveReload
from vivace.utils import autoreload, naming

# "address:port" or a port alone. The address is four numbers, an IPv6 address in brackets, or a name.
naiveip_re = re.compile(
    r"""
    (?:
        (?P<addr>
            (?P<ipv4>\d{1,3}(?:\.\d{1,3}){3})
            | (?P<ipv6>\[[a-fA-F0-9:]+\])
            | (?P<fqdn>[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*)
        )
        :
    )?
    (?P<port>\d+)$
    """,
    re.VERBOSE,
)

# What happened, in the documented words; below it, what to do.
_BIND_ERRORS = {
    errno.EACCES: "You don't have permission to access that port.\n"
    "Those below 1024 are the system's: name another, as in runserver 8000.",
    errno.EADDRINUSE: "That port is already in use.\n"
    "Stop the program that uses it, or name another, as in runserver 8001.",
    errno.EADDRNOTAVAIL: "That IP address can't be assigned to.\n"
    "This machine has no such address; runserver 0.0.0.0:8000 serves at all it has.",
}
_HIGHEST_PORT = 65535
_HIDE_WARNING = ("DJANGO_RUNSERVER_HIDE_WARNING", "VIVACE_RUNSERVER_HIDE_WARNING")


class Command(BaseCommand):
    """Serve the project on this machine while it is being written."""

    help = "Starts a lightweight web server for development."
    stealth_options = ("shutdown_message",)
    suppressed_base_arguments: ClassVar[set[str]] = {"--verbosity", "--traceback"}

    default_addr = "127.0.0.1"
    default_addr_ipv6 = "::1"
    default_port = "8000"
    protocol = "http"
    server_cls: type[Any] = WSGIServer

    addr: str
    port: str
    use_ipv6: bool
    _raw_ipv6: bool

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("addrport", nargs="?", help="Optional port number, or ipaddr:port")
        parser.add_argument(
            "--ipv6", "-6", action="store_true", dest="use_ipv6", help="Use an IPv6 address."
        )
        parser.add_argument(
            "--nothreading",
            action="store_false",
            dest="use_threading",
            help="Answer one request after another, without threads.",
        )
        parser.add_argument(
            "--noreload",
            action="store_false",
            dest="use_reloader",
            help="Don't restart when the code changes.",
        )

    def execute(self, *args: Any, **options: Any) -> Any:
        if options["no_color"]:
            # The processes that the reloader starts see the environment, not the option.
            os.environ["DJANGO_COLORS"] = "nocolor"
        return super().execute(*args, **options)

    def get_handler(self, *args: Any, **options: Any) -> Any:
        """The WSGI application to serve; subclasses wrap it."""
        return get_internal_wsgi_application()

    def get_check_kwargs(self, options: dict[str, Any]) -> dict[str, Any]:
        """None yet: the checks run in the process that serves, after each restart."""
        return {"tags": set()}

    def handle(self, *args: Any, **options: Any) -> None:
        if not autoreload.has_error() and not settings.DEBUG and not settings.ALLOWED_HOSTS:
            raise CommandError("You must set settings.ALLOWED_HOSTS if DEBUG is False.")
        self.use_ipv6 = options["use_ipv6"]
        if self.use_ipv6 and not socket.has_ipv6:
            raise CommandError("Your Python does not support IPv6.")
        self._parse_addrport(options["addrport"])
        self.run(**options)

    def _parse_addrport(self, addrport: str | None) -> None:
        self._raw_ipv6 = False
        if not addrport:
            self.addr, self.port = "", self.default_port
        else:
            match = naiveip_re.match(addrport)
            if match is None:
                raise CommandError(f'"{addrport}" is not a valid port number or address:port pair.')
            self.addr, self.port = match["addr"] or "", match["port"]
            if match["ipv6"]:
                self.addr = self.addr[1:-1]
                self.use_ipv6 = self._raw_ipv6 = True
            elif self.addr and self.use_ipv6 and not match["fqdn"]:
                raise CommandError(f'"{self.addr}" is not a valid IPv6 address.')
        if not self.addr:
            self.addr = self.default_addr_ipv6 if self.use_ipv6 else self.default_addr
            self._raw_ipv6 = self.use_ipv6

    def run(self, **options: Any) -> None:
        """Serve, under the reloader if it is wanted."""
        if options["use_reloader"]:
            autoreload.run_with_reloader(self.inner_run, **options)
        else:
            self.inner_run(None, **options)

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Check the project, then serve it until interrupted."""
        port = int(self.port)
        if port > _HIGHEST_PORT:
            self._stop(f"There is no port {port}: ports go from 0 to {_HIGHEST_PORT}.")
        on_bind = self.on_bind
        try:
            handler = self._checked_handler(*args, **options)
        except Exception as error:
            if not (options["use_reloader"] and autoreload.is_watched_process()):
                raise
            handler = self._broken(error)
            on_bind = self._on_bind_broken
        if self._is_live(options):
            handler = LiveReload(handler)
        try:
            run(
                self.addr,
                port,
                handler,
                ipv6=self.use_ipv6,
                threading=options["use_threading"],
                on_bind=on_bind,
                server_cls=self.server_cls,
            )
        except socket.gaierror:
            self._stop(f"There is no host {self.addr!r}: name an address of this machine.")
        except OSError as error:
            self._stop(_BIND_ERRORS.get(error.errno or 0, str(error)))
        except KeyboardInterrupt:
            if message := options.get("shutdown_message", ""):
                self.stdout.write(message)
            sys.exit(0)

    def _checked_handler(self, *args: Any, **options: Any) -> Any:
        """The application, from a project in which nothing serious is wrong."""
        # What kept the project from loading is told here, where the reloader waits for its correction.
        autoreload.raise_last_exception()
        if not options["skip_checks"]:
            self.stdout.write("Performing system checks...\n\n")
            kwargs = super().get_check_kwargs(options)
            self.check(**{**kwargs, "display_num_errors": True})
        self.check_migrations()
        return self.get_handler(*args, **options)

    def _broken(self, error: Exception) -> Any:
        """Say what is wrong, here and to the browser, while the reloader waits for its correction."""
        autoreload.remember(error)
        if isinstance(error, CommandError):
            self.stderr.write(folded(self.stderr, str(error), "    "), lambda text: text)
        else:
            self.stderr.write(way_of(error), lambda text: text)
        # The reloader waits for it before it watches, and it will not come.
        apps.ready_event.set()
        return Broken(error, self.addr)

    @staticmethod
    def _is_live(options: dict[str, Any]) -> bool:
        """Whether pages load again by themselves: each page that is open takes a thread."""
        if not (options["use_reloader"] and options["use_threading"]):
            return False
        if autoreload.has_error():
            return True
        return settings.DEBUG and getattr(settings, "RUNSERVER_LIVE_RELOAD", True)

    def _stop(self, reason: str) -> None:
        """Say why serving is not possible, and end the process from whichever thread this is."""
        self.stderr.write(f"Error: {reason}")
        self.stderr.flush()
        self.stdout.flush()
        os._exit(1)

    def _on_bind_broken(self, server_port: int) -> None:
        self.stderr.write(
            f"The project does not load; {self._url(server_port)} says so too.\n"
            "The server starts again when a file is saved.",
            self.style.NOTICE,
        )

    def _url(self, server_port: int) -> str:
        if self._raw_ipv6:
            address = f"[{self.addr}]"
        else:
            address = "0.0.0.0" if self.addr == "0" else self.addr
        return f"{self.protocol}://{address}:{server_port}/"

    def on_bind(self, server_port: int) -> None:
        """Say where the server listens."""
        quit_command = "CTRL-BREAK" if sys.platform == "win32" else "CONTROL-C"
        self.stdout.write(
            f"{datetime.now():%B %d, %Y - %X}\n"
            f"{naming.root().title()} version {vivace.get_version()}, "
            f"using settings {settings.SETTINGS_MODULE!r}\n"
            f"Starting development server at {self._url(server_port)}\n"
            f"Quit the server with {quit_command}."
        )
        if not any(os.environ.get(name) == "true" for name in _HIDE_WARNING):
            warning = folded(
                self.stdout,
                "WARNING: This is a development server. Do not use it in a production setting. "
                "Use a production WSGI or ASGI server instead.\n`vivace serve` is one.",
            )
            self.stdout.write("\n" + self.style.WARNING(warning))
