"""``inspect``: the source of what was compiled from the project."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vivace.codegen import source_of
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.template_listing import listing


class Command(BaseCommand):
    """Print the Python that runs: the middleware chain, the URL matcher, or a template."""

    help = "Prints the code that is generated from the project's middleware, URLconf or templates."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "what",
            choices=("pipeline", "urls", "template"),
            help="The middleware chain, the URL matcher, or a template.",
        )
        parser.add_argument("name", nargs="?", help="The name of the template.")
        parser.add_argument(
            "--async",
            action="store_true",
            dest="is_async",
            help="The chain that serves ASGI, instead of the one for WSGI.",
        )
        parser.add_argument(
            "--urlconf", help="The URLconf to compile, instead of the one ROOT_URLCONF names."
        )
        parser.add_argument(
            "--cold",
            action="store_true",
            help="A template's code for its first renderings, instead of that for all later ones.",
        )

    def handle(self, **options: Any) -> None:
        what = options["what"]
        if what == "template" and not options["name"]:
            raise CommandError("Which template? Give its name: inspect template NAME")
        if what != "template" and options["name"]:
            raise CommandError(f"'inspect {what}' takes no name.")
        show = {"pipeline": self._pipeline, "urls": self._urls, "template": self._template}[what]
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

    def _template(self, options: dict[str, Any]) -> str:
        return listing(options["name"], hot=not options["cold"])
