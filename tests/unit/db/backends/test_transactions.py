"""`atomic`, savepoints, hooks: topics/db/transactions of the documentation, on a real file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from vivace.db import DatabaseError, IntegrityError, connections, transaction
from vivace.db.transaction import TransactionManagementError, atomic
from vivace.test.utils import CaptureQueriesContext

BROKEN = "An error occurred in the current transaction. You can't execute queries"


def insert(value: int) -> None:
    connections["default"].cursor().execute("INSERT INTO a VALUES (%s)", [value])


def stored() -> list[int]:
    with connections["default"].cursor() as cursor:
        return [x for (x,) in cursor.execute("SELECT x FROM a ORDER BY x").fetchall()]


@pytest.fixture(autouse=True)
def _with_database(database: Any) -> None:
    pass


def test_a_block_is_committed_or_undone_as_a_whole() -> None:
    with atomic():
        insert(1)
    with suppress(ValueError), atomic():
        insert(2)
        raise ValueError
    assert stored() == [1]


@atomic
def decorated(value: int) -> bool:
    insert(value)
    return connections["default"].in_atomic_block


def test_as_a_decorator() -> None:
    assert decorated(1) is True
    assert atomic(using="default")(decorated)(2) is True
    assert decorated.__name__ == "decorated"
    assert stored() == [1, 2]


def test_an_inner_block_is_undone_alone() -> None:
    with atomic():
        insert(1)
        with suppress(IntegrityError), atomic():
            insert(2)
            insert(1)
        insert(3)
    assert stored() == [1, 3]


def test_without_savepoint_the_outer_block_is_broken() -> None:
    with atomic():
        insert(1)
        with pytest.raises(IntegrityError), atomic(savepoint=False):
            insert(1)
        assert transaction.get_rollback() is True
        with pytest.raises(TransactionManagementError, match=BROKEN):
            stored()
    assert stored() == []


def test_a_savepoint_outside_of_it_mends() -> None:
    with atomic():
        insert(1)
        with atomic():
            with pytest.raises(IntegrityError), atomic(savepoint=False):
                insert(1)
        insert(2)
    assert stored() == [1, 2]


def test_the_flag_for_rolling_back() -> None:
    with atomic():
        insert(1)
        with atomic():
            insert(2)
            transaction.set_rollback(True)
        assert stored() == [1]
        transaction.set_rollback(True)
        transaction.set_rollback(False)
    assert stored() == [1]
    for use in (transaction.get_rollback, lambda: transaction.set_rollback(True)):
        with pytest.raises(TransactionManagementError, match="outside of an 'atomic' block"):
            use()


def test_an_error_can_break_a_transaction_without_a_block() -> None:
    with atomic():
        with pytest.raises(ValueError), transaction.mark_for_rollback_on_error():
            raise ValueError("why")
        with pytest.raises(TransactionManagementError) as caught:
            stored()
        assert str(caught.value.__cause__) == "why"
    with pytest.raises(ValueError), transaction.mark_for_rollback_on_error():
        raise ValueError


@pytest.mark.parametrize(
    "use",
    [transaction.commit, transaction.rollback, lambda: transaction.set_autocommit(False)],
)
def test_what_is_forbidden_in_a_block(use: Callable[[], Any]) -> None:
    with atomic(), pytest.raises(TransactionManagementError, match="This is forbidden when an"):
        use()


def test_durable_blocks_are_outermost() -> None:
    with atomic(durable=True), atomic():
        with pytest.raises(RuntimeError, match="A durable atomic block cannot be nested"):
            with atomic(durable=True):
                pass
        insert(1)
    assert stored() == [1]


def test_what_is_executed(database: Any) -> None:
    with CaptureQueriesContext(database) as captured:
        with atomic():
            with atomic():
                pass
            with suppress(ValueError), atomic():
                raise ValueError
        with suppress(ValueError), atomic():
            raise ValueError
    said = [query["sql"].split(' "')[0] for query in captured]
    assert said == [
        "BEGIN",
        "SAVEPOINT",
        "RELEASE SAVEPOINT",
        "SAVEPOINT",
        "ROLLBACK TO SAVEPOINT",
        "RELEASE SAVEPOINT",
        "COMMIT",
        "BEGIN",
        "ROLLBACK",
    ]


def test_savepoints_by_hand(database: Any) -> None:
    assert transaction.savepoint() is None
    with atomic():
        undone = transaction.savepoint()
        assert undone is not None
        insert(1)
        transaction.savepoint_rollback(undone)
        kept = transaction.savepoint()
        assert kept is not None
        insert(2)
        transaction.savepoint_commit(kept)
        assert database.savepoint_state == 2
        transaction.clean_savepoints()
        assert database.savepoint_state == 0
    assert stored() == [2]


def test_without_autocommit(database: Any) -> None:
    transaction.set_autocommit(False)
    try:
        insert(1)
        transaction.rollback()
        with atomic():
            assert database.commit_on_exit is False
            insert(2)
        with suppress(ValueError), atomic():
            insert(3)
            raise ValueError
        with pytest.raises(TransactionManagementError, match="manual transaction management"):
            transaction.on_commit(print)
        transaction.commit()
    finally:
        transaction.set_autocommit(True)
    assert stored() == [2]


def test_a_commit_that_fails_leaves_nothing(database: Any) -> None:
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE b (x REFERENCES a (x) DEFERRABLE INITIALLY DEFERRED)")

    @atomic
    def refer_to_nothing() -> None:
        insert(1)
        database.cursor().execute("INSERT INTO b VALUES (9)")

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        refer_to_nothing()
    assert (stored(), database.in_atomic_block, transaction.get_autocommit()) == ([], False, True)


def test_a_connection_closed_within(database: Any) -> None:
    with atomic():
        insert(1)
        database.close()
        with pytest.raises(DatabaseError):
            stored()
    assert stored() == []


def test_hooks_run_after_the_commit() -> None:
    told: list[Any] = []

    def tell(value: Any) -> Callable[[], Any]:
        return lambda: told.append((value, stored()))

    transaction.on_commit(tell("now"))
    with atomic():
        insert(1)
        transaction.on_commit(tell("outer"))
        with atomic():
            transaction.on_commit(tell("inner"))
        with suppress(ValueError), atomic():
            transaction.on_commit(tell("never"))
            raise ValueError
        transaction.on_commit(lambda: transaction.on_commit(tell("later")))
    with suppress(ValueError), atomic():
        transaction.on_commit(tell("never"))
        raise ValueError
    assert told == [("now", []), ("outer", [1]), ("inner", [1]), ("later", [1])]


def test_hooks_that_fail(caplog: pytest.LogCaptureFixture, database: Any) -> None:
    told: list[int] = []

    def fail() -> None:
        raise KeyError("why")

    with caplog.at_level(logging.ERROR), atomic():
        transaction.on_commit(fail, robust=True)
        transaction.on_commit(lambda: told.append(1))
    (record,) = caplog.records
    assert record.name == "vivace.db.backends.base"
    assert record.getMessage() == (
        "Error calling test_hooks_that_fail.<locals>.fail in on_commit() during transaction ('why')."
    )
    with suppress(KeyError), atomic():
        transaction.on_commit(fail)
        transaction.on_commit(lambda: told.append(2))
    assert (told, database.run_on_commit) == ([1], [])
    with pytest.raises(TypeError, match=r"on_commit\(\)'s callback must be a callable."):
        transaction.on_commit(3)  # type: ignore[arg-type]


def test_views_can_decline() -> None:
    @transaction.non_atomic_requests
    @transaction.non_atomic_requests(using="other")
    def view(request: Any) -> None:
        pass

    assert view._non_atomic_requests == {"default", "other"}  # type: ignore[attr-defined]
