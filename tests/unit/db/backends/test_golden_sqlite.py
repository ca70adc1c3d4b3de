"""SQL functions and operations answer what Django's do (scripts/golden/sqlite.py)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from golden_cases import as_json, recorded, script
from vivace.core.management.color import no_style
from vivace.db.utils import ConnectionHandler
from vivace.test.utils import override_settings

golden = script("sqlite")
RECORDED = recorded("sqlite")
FAILED = "!OperationalError"


@pytest.fixture(scope="module")
def connection() -> Any:
    default = {"ENGINE": "vivace.db.backends.sqlite3", "NAME": ":memory:"}
    return ConnectionHandler({"default": default})["default"]


def test_functions_answer_as_recorded(connection: Any) -> None:
    found = as_json(golden.functions(connection))
    assert [case[:2] for case in found] == [case[:2] for case in RECORDED["functions"]]
    differing = defaultdict(list)
    for (sql, params, answer), (_, _, wanted) in zip(found, RECORDED["functions"], strict=True):
        # Where Django's function breaks, ours may know an answer, such as NULL.
        if answer != wanted and wanted != FAILED:
            differing[sql].append((params, answer, wanted))
    assert differing == {}


def test_what_is_asked_of_times_fails_where_it_is_unknown(connection: Any) -> None:
    answers = {(sql, *params): answer for sql, params, answer in golden.functions(connection)}
    moment = "2021-01-03 00:00:00"
    assert answers[("django_date_extract(%s, %s)", "bogus", moment)] == FAILED
    assert answers[("django_date_trunc(%s, %s, %s, %s)", "bogus", moment, None, None)] == FAILED


def test_operations_say_as_recorded(connection: Any) -> None:
    with override_settings(USE_TZ=True, TIME_ZONE="America/Chicago"):
        found = as_json(golden.operations(connection, no_style()))
    assert found == RECORDED["operations"]


def test_cve_2022_34265_the_kind_of_a_part_is_a_parameter(connection: Any) -> None:
    evil = 'year\', "c")) OR 1=1 --'
    for say in (
        connection.ops.date_extract_sql(evil, '"c"', ()),
        connection.ops.datetime_extract_sql(evil, '"c"', (), None),
        connection.ops.time_extract_sql(evil, '"c"', ()),
        connection.ops.date_trunc_sql(evil, '"c"', ()),
        connection.ops.datetime_trunc_sql(evil, '"c"', (), None),
        connection.ops.time_trunc_sql(evil, '"c"', ()),
    ):
        sql, params = say
        assert "OR" not in sql
        assert params[0] == evil.lower()


def test_aggregates_do_not_count_null(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE n (x)")
        for values, wanted in [
            ([], (None, None, None, None)),
            ([1], (0, None, 0, None)),
            ([1, None, 3], (1, 2**0.5, 1, 2)),
        ]:
            cursor.execute("DELETE FROM n")
            cursor.executemany("INSERT INTO n VALUES (%s)", [(value,) for value in values])
            cursor.execute("SELECT STDDEV_POP(x), STDDEV_SAMP(x), VAR_POP(x), VAR_SAMP(x) FROM n")
            assert cursor.fetchone() == wanted
