"""``show_urls``: every URL the project answers, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from vivace.conf import settings
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.terminal import is_terminal, terminal_width
from vivace.urls import get_resolver

_GAP = "  "
_NARROWEST = 16


class Row(NamedTuple):
    """One URL: its pattern, the dotted path of its view, and its name with namespaces."""

    pattern: str
    view: str
    name: str


class Command(BaseCommand):
    """List the URL patterns in the order in which they are tried."""

    help = "Lists the URL patterns of the project in the order in which they are tried."
    requires_system_checks = []
    leaves_nothing = True

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
        view_width = max(len(row.view) for row in rows)
        pattern_width = max(len(row.pattern) for row in rows)
        if is_terminal(self.stdout):
            # A pattern that leaves no room for the other columns has a line to itself.
            others = view_width + max(len(row.name) for row in rows) + 2 * len(_GAP)
            room = max(terminal_width() - others, _NARROWEST)
            fitting = (len(row.pattern) for row in rows if len(row.pattern) <= room)
            pattern_width = max(fitting, default=len(_GAP))
        for row in rows:
            self.stdout.write(self._line(row, pattern_width, view_width))

    def _line(self, row: Row, pattern_width: int, view_width: int) -> str:
        pattern = self.style.MIGRATE_LABEL(row.pattern)
        after = " " * (pattern_width - len(row.pattern))
        if len(row.pattern) > pattern_width:
            after = "\n" + " " * pattern_width
        if not row.name:
            return f"{pattern}{after}{_GAP}{row.view}"
        return (
            f"{pattern}{after}{_GAP}{row.view:{view_width}}{_GAP}"
            f"{self.style.HTTP_REDIRECT(row.name)}"
        )


def _rows(patterns: Iterable[Any], prefix: str, namespaces: tuple[str, ...]) -> Iterator[Row]:
    for entry in patterns:
        route = prefix + str(entry.pattern).removeprefix("^" if prefix != "/" else "")
        if hasattr(entry, "url_patterns"):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _rows(entry.url_patterns, route, inner)
        else:
            name = ":".join((*namespaces, entry.name)) if entry.name else ""
            yield Row(route, entry.lookup_str, name)
