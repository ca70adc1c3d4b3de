"""Templates: which technique of the compiler gives what, by leaving out one at a time.

The pages are those of the benchmark ``templates``. Each is compiled once as it is meant, and once for
each technique without it; all of a page take turns. A number tells how many times as long the page
takes without. ``scripts/bench template_techniques --help`` tells the options.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

from benchmarks.measure import Report, agree, arguments, by_turns, calls, finish, versions
from benchmarks.micro.templates import WARM_UP, WORK, DjangoLike, values

NEVER = 1_000_000_000


class AllSlow(dict[type, None]):
    """The kinds of types, if none had an attribute or an item that can be read at once."""

    def __missing__(self, cls: type) -> None:
        return None


def unlinked(viewname: str, count: int, names: tuple[str, ...]) -> Callable[..., str]:
    """A link that keeps nothing."""
    reverse = import_module("vivace.urls").reverse

    def path_to(app: Any, *given: Any) -> str:
        kwargs = dict(zip(names, given[count:], strict=True))
        return reverse(viewname, args=given[:count], kwargs=kwargs, current_app=app)  # type: ignore[no-any-return]

    return path_to


# What is replaced by what, in modules of ``vivace.template.compiled``, to leave a technique out.
TECHNIQUES: dict[str, list[tuple[str, str, Any]]] = {
    "names of loops are locals": [("compile", "needs_context", lambda body: True)],
    "classes are told apart by kind": [("writing.values:COMMON", "KINDS", AllSlow())],
    "includes and parents are linked": [("build", "links_are_stable", lambda engine: False)],
    "hot code is longer": [("program", "HOT_AFTER", NEVER)],
    "what follows each other is one string": [("writing.values", "MANY_PARTS", NEVER)],
    "filters are written out": [("writing.values", "intrinsics", {})],
    "tables are written at once": [("compile", "cells_of", lambda loop: None)],
    "what a node reads is told by its code": [("build", "names_read", lambda node: None)],
    "addresses are linked": [("writing.tags", "link", unlinked)],
    "templates are compiled": [("program", "write_template", None)],
}


@contextmanager
def without(technique: str) -> Iterator[None]:
    """Leave a technique out of what is compiled meanwhile; the empty text is none."""
    with ExitStack() as stack:
        for place, name, instead in TECHNIQUES.get(technique, ()):
            module, _, holder = place.partition(":")
            target = import_module(f"vivace.template.compiled.{module}")
            if name == "write_template":
                instead = _refuse
            patch: Any = (
                mock.patch.dict(getattr(target, holder), {name: instead})
                if holder
                else mock.patch.object(target, name, instead)
            )
            stack.enter_context(patch)
        yield


def _refuse(body: Any, options: Any) -> Any:
    raise import_module("vivace.template.compiled.nodes").LeftToNodes("on purpose")


def run(report: Report, options: Any) -> None:
    """Measure all pages."""
    vivace = DjangoLike("vivace")
    data = values()
    for work in WORK:
        if options.only not in work.title:
            continue
        pages: dict[str, Callable[[], str]] = {}
        for technique in ("", *TECHNIQUES):
            with without(technique):
                vivace.engine = vivace.new_engine()
                page = vivace.page(work.page, data[work.page])
                for _ in range(WARM_UP):
                    page()
            pages[technique or "all of them"] = page
        wrong = agree((name, page()) for name, page in pages.items())
        report.disagreements += [f"{work.title}: {line[:400]}" for line in wrong]
        times = by_turns(
            {name: calls(page) for name, page in pages.items()},
            rounds=options.rounds,
            turn_ms=options.turn_ms,
        )
        report.table(f"{work.title}, without", times, to=["all of them"])


def main() -> int:
    options = arguments(__doc__ or "")
    # What is stored was compiled with all techniques.
    os.environ["VIVACE_TEMPLATE_CACHE"] = ""
    report = Report("template_techniques", versions("vivace"))
    run(report, options)
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
