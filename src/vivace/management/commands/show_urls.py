"""``show_urls``: every URL the project answers, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from vivace.conf import settings
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.urls import get_resolver


class Row(NamedTuple):
    """One URL: its pattern, the dotted path of its view, and its name with namespaces."""

    pattern: str
    view: str
    name: str


class Command(BaseCommand):
    """List the URL patterns in the order in which they are tried."""

    help = "Lists the URL patterns of the project in the order in which they are tried."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--urlconf", help="The URLconf to list, instead of the one ROOT_URLCONF names."
        )

    def handle(self, **options: Any) -> None:
        urlconf = options["urlconf"] or getattr(settings, "ROOT_URLCONF", None)
        if not urlconf:
            raise CommandError("There is no URLconf: set ROOT_URLCONF or name one with --urlconf.")
        rows = list(_rows(get_resolver(urlconf).url_patterns, "/", ()))
        if not rows:
            self.stdout.write(f"{urlconf} has no URL patterns.")
            return
        pattern_width = max(len(row.pattern) for row in rows)
        view_width = max(len(row.view) for row in rows)
        for row in rows:
            line = (
                f"{self.style.MIGRATE_LABEL(row.pattern)}{' ' * (pattern_width - len(row.pattern))}"
                f"  {row.view:{view_width}}  {self.style.HTTP_REDIRECT(row.name)}"
            )
            self.stdout.write(line.rstrip())


def _rows(patterns: Iterable[Any], prefix: str, namespaces: tuple[str, ...]) -> Iterator[Row]:
    for entry in patterns:
        route = prefix + str(entry.pattern).removeprefix("^" if prefix != "/" else "")
        if hasattr(entry, "url_patterns"):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _rows(entry.url_patterns, route, inner)
        else:
            name = ":".join((*namespaces, entry.name)) if entry.name else ""
            yield Row(route, entry.lookup_str, name)
