"""``inspect``: the source of what was compiled from the project."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError


class Command(BaseCommand):
    """Print the Python that the request cycle runs: the middleware chain, or the URL matcher."""

    help = "Prints the code that is generated from the project's middleware or URLconf."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "what", choices=("pipeline", "urls"), help="The middleware chain or the URL matcher."
        )
        parser.add_argument(
            "--async",
            action="store_true",
            dest="is_async",
            help="The chain that serves ASGI, instead of the one for WSGI.",
        )
        parser.add_argument(
            "--urlconf", help="The URLconf to compile, instead of the one ROOT_URLCONF names."
        )

    def handle(self, **options: Any) -> None:
        show = {"pipeline": self._pipeline, "urls": self._urls}[options["what"]]
        self.stdout.write(show(options))

    def _pipeline(self, options: dict[str, Any]) -> str:
        handler = import_module("vivace.pipeline.handler").BaseHandler()
        handler.load_middleware(is_async=options["is_async"])
        return _source(handler, "the pipeline")

    def _urls(self, options: dict[str, Any]) -> str:
        router_for = import_module("vivace.urls.router").router_for
        return _source(router_for(options["urlconf"]), "the URLconf")


def _source(compiled: Any, what: str) -> str:
    source: str | None = getattr(compiled, "source", None)
    if source is None:
        raise CommandError(f"There is no generated code for {what}: it runs as it was written.")
    return source
