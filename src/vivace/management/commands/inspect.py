"""``inspect``: the source of what was compiled from the project."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vivace.codegen import source_of
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
        source: str = handler.source
        return source

    def _urls(self, options: dict[str, Any]) -> str:
        router = import_module("vivace.urls.router").router_for(options["urlconf"])
        try:
            return source_of(router.find)
        except (TypeError, LookupError, ValueError, OSError):
            raise CommandError(
                "The URLconf depends on the language: its matcher is generated for each language "
                "when that is first asked for."
            ) from None
