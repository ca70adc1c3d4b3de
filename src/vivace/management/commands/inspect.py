"""``inspect``: the source of what was compiled from the project."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vivace.codegen import source_of
from vivace.conf import settings
from vivace.db import connections
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.query_listing import query_listing
from vivace.management.template_listing import listing

# What has to be named, and what is said if it is not.
_WANTED = {
    "template": "Which template? Give its name: inspect template NAME",
    "query": "Which query? Give an expression: inspect query 'Book.objects.filter(pages=1)'",
}


class Command(BaseCommand):
    """Print the Python that runs: the middleware chain, the URL matcher, a template, a query."""

    help = (
        "Prints the code that is generated from the project's middleware, URLconf, templates or "
        "queries."
    )
    requires_system_checks = []
    leaves_nothing = True

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "what",
            choices=("pipeline", "urls", "template", "query"),
            help="The middleware chain, the URL matcher, a template, or a query.",
        )
        parser.add_argument(
            "name",
            nargs="?",
            help="The name of the template; or an expression that gives a queryset.",
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
        parser.add_argument(
            "--database", help="The database to ask, instead of the one the query would choose."
        )
        parser.add_argument(
            "--cold",
            action="store_true",
            help="A template's code for its first renderings, instead of that for all later ones.",
        )

    def handle(self, **options: Any) -> None:
        what = options["what"]
        if what in _WANTED and not options["name"]:
            raise CommandError(_WANTED[what])
        if what not in _WANTED and options["name"]:
            raise CommandError(f"'inspect {what}' takes no name.")
        show = {
            "pipeline": self._pipeline,
            "urls": self._urls,
            "template": self._template,
            "query": self._query,
        }[what]
        self.stdout.write(show(options))

    def _pipeline(self, options: dict[str, Any]) -> str:
        handler = import_module("vivace.pipeline.handler").BaseHandler()
        handler.load_middleware(is_async=options["is_async"])
        source: str = handler.source
        return source

    def _urls(self, options: dict[str, Any]) -> str:
        urlconf = options["urlconf"] or getattr(settings, "ROOT_URLCONF", None)
        if not urlconf:
            raise CommandError("There is no URLconf: set ROOT_URLCONF or name one with --urlconf.")
        router = import_module("vivace.urls.router").router_for(urlconf)
        try:
            return source_of(router.find)
        except (TypeError, LookupError, ValueError, OSError):
            raise CommandError(
                "The URLconf depends on the language: its matcher is generated for each language "
                "when that is first asked for."
            ) from None

    def _template(self, options: dict[str, Any]) -> str:
        return listing(options["name"], hot=not options["cold"])

    def _query(self, options: dict[str, Any]) -> str:
        database = options["database"]
        if database is not None and database not in connections:
            known = ", ".join(connections)
            raise CommandError(f"There is no database {database!r}. There are: {known}")
        return query_listing(options["name"], database)
