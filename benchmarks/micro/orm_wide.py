"""The whole width of the ORM beside Django's, on SQLite: what the few rows of `orm` do not ask.

Vivace and Django are in one process and take turns; what they find is compared before anything is
measured. A bar says that Vivace is faster, and by how much at least. ``scripts/bench orm_wide --help``
tells the options.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.contenders.library import Library, plain
from benchmarks.measure import Report, agree, arguments, by_turns, calls, finish, versions

# What is seen often is compiled; nothing is measured before that.
WARM_UP = 10


class Work(NamedTuple):
    """A piece of work, and how many times as fast as Django Vivace is to be."""

    title: str
    method: str
    to_django: float = 1


WORK = (
    Work("filter: Q with many conditions", "many_conditions_of"),
    Work("filter: relations two deep", "two_deep"),
    Work("filter: IN a queryset", "in_subquery"),
    Work("exclude: relation to many", "exclude_many"),
    Work("annotate Count, filter", "annotate_count"),
    Work("values, annotate", "grouped"),
    Work("aggregate", "aggregate"),
    Work("aggregate around a query", "aggregate_around"),
    Work("Subquery", "subquery"),
    Work("Exists", "exists"),
    Work("Case, When", "case_when"),
    Work("F expressions", "f_expressions"),
    Work("distinct, joined", "distinct"),
    Work("union", "union"),
    Work("only, defer", "only_defer"),
    Work("select_related two deep", "select_related_two"),
    Work("prefetch_related, reverse, 1000 rows", "prefetch_reverse"),
    Work("prefetch_related, m2m", "prefetch_m2m"),
    Work("in_bulk", "in_bulk"),
    Work("iterator, 5000 rows", "iterator"),
    Work("raw", "raw"),
    Work("extra", "extra"),
    Work("none", "nothing"),
    Work("refresh_from_db", "refresh_of"),
    Work("related manager, filter", "related_read"),
    Work("get_or_create: got", "get_or_create_got"),
    Work("get_or_create: created", "get_or_create_new"),
    Work("update_or_create", "update_or_create"),
    Work("create, delete", "create_and_delete"),
    Work("create, delete with cascades", "delete_cascade"),
    Work("queryset.delete of nothing", "delete_none"),
    Work("queryset.delete of nothing, with cascades", "delete_none_cascade"),
    Work("update across a relation", "update_none"),
    Work("bulk_update of 100", "bulk_update_of"),
    Work("save with a receiver", "save_heard_of"),
    Work("save of some fields", "save_fields_of"),
    Work("save of a child", "save_child_of"),
    Work("create of a child", "create_child"),
    Work("create with an instance", "create_with_instance_of"),
    Work("m2m add, remove", "tags_add_remove_of"),
    Work("m2m set", "tags_set_of"),
    Work("building a queryset", "build_of"),
    Work("str(query)", "text_of_query"),
    Work("cold: a shape that was not seen", "cold_of"),
    Work("Model(**kwargs)", "new_instance"),
    Work("Model with an instance", "new_with_relation_of"),
    Work("full_clean", "full_clean_of"),
    Work("full_clean, unique", "full_clean_unique_of"),
    Work("pickle an instance", "pickle_instance_of"),
    Work("pickle a query", "pickle_query_of"),
    Work("define a model", "define_of"),
)


def work_of(library: Library, method: str) -> Callable[[], Any]:
    """What `library` does for a piece of work."""
    found = getattr(library, method)
    work: Callable[[], Any] = found() if method.endswith("_of") else found
    return work


def measure(report: Report, options: Any, libraries: list[Library]) -> None:
    """All pieces of work, each with both libraries."""
    for work in WORK:
        if options.only not in work.title:
            continue
        doing = {each.name: work_of(each, work.method) for each in libraries}
        for _ in range(WARM_UP):
            # The road, where there is one, and the way before it must agree as well.
            found = [(name, plain(function())) for name, function in doing.items()]
            report.disagreements += agree(found)
        times = by_turns(
            {name: calls(function) for name, function in doing.items()},
            rounds=options.rounds,
            turn_ms=options.turn_ms,
        )
        report.table(work.title, times, to=["Vivace"])
        ratio = times.ratio("Django", "Vivace")
        report.bar(f"{work.title}: Django ÷ Vivace", ratio, at_least=work.to_django)


def main() -> int:
    options = arguments(__doc__ or "")
    report = Report("orm_wide", versions("vivace", "Django"))
    print(", ".join(f"{name} {each}" for name, each in report.versions.items()))
    with tempfile.TemporaryDirectory() as name:
        sys.path.insert(0, name)
        libraries = [Library(Path(name), root) for root in ("vivace", "django")]
        measure(report, options, libraries)
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
