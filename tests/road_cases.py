"""Asks the fast road and the compatible way the same, and tells whether they differ.

A case is executed in a world without the fast road (`compatible`), and several times with it, so that
shapes, plans and generated functions are made, and then used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest import mock

from vivace.apps import apps
from vivace.db import connection, models, transaction
from vivace.db.orm.instances.state import ModelState
from vivace.db.orm.road import construct, saving
from vivace.db.orm.road.plain import wants_dict
from vivace.db.orm.road.queryset import QuerySetRoad
from vivace.db.orm.road.shapes import EPOCH
from vivace.db.planner import load
from vivace.db.planner.compile import SQLCompiler
from vivace.test.utils import CaptureQueriesContext

APP = "road_shelf"
# How often a case is asked on the road: loaders and initialisers are made at the second time.
TIMES = 4


@cache
def shelf() -> SimpleNamespace:
    """Models with fields of all plain kinds and relations of all kinds."""

    class Author(models.Model):
        name = models.CharField(max_length=40)
        born = models.DateField(null=True)

        class Meta:
            app_label = APP

    class Book(models.Model):
        title = models.CharField(max_length=40)
        slug = models.SlugField(unique=True, null=True)
        text = models.TextField(default="")
        pages = models.IntegerField(default=0)
        rank = models.SmallIntegerField(null=True)
        votes = models.BigIntegerField(default=0)
        copies = models.PositiveIntegerField(default=1)
        price = models.DecimalField(max_digits=7, decimal_places=2, null=True)
        rating = models.FloatField(null=True)
        out = models.BooleanField(null=True)
        day = models.DateField(null=True)
        moment = models.DateTimeField(null=True)
        hour = models.TimeField(null=True)
        lasts = models.DurationField(null=True)
        key = models.UUIDField(null=True)
        data = models.JSONField(default=dict)
        raw = models.BinaryField(default=b"")
        author = models.ForeignKey(Author, models.CASCADE, null=True, related_name="books")

        class Meta:
            app_label = APP

    class Detail(models.Model):
        book = models.OneToOneField(Book, models.CASCADE, related_name="detail")
        note = models.CharField(max_length=20, default="")

        class Meta:
            app_label = APP

    class Mention(models.Model):
        book = models.ForeignKey(Book, models.CASCADE, to_field="slug", related_name="mentions")
        where = models.CharField(max_length=20)

        class Meta:
            app_label = APP
            ordering = ["where"]

    class Tag(models.Model):
        name = models.CharField(max_length=20, primary_key=True)
        books = models.ManyToManyField(Book, related_name="tags")

        class Meta:
            app_label = APP

    class Special(Book):
        extra = models.IntegerField(default=0)

        class Meta:
            app_label = APP

    class Shown(Book):
        class Meta:
            app_label = APP
            proxy = True

    found = locals()
    return SimpleNamespace(**{name: found[name] for name in found if isinstance(found[name], type)})


def tables(found: SimpleNamespace) -> list[Any]:
    """The models that have tables of their own."""
    return [each for each in vars(found).values() if not each._meta.proxy]


@contextmanager
def compatible() -> Iterator[None]:
    """A world in which nothing goes by the fast road."""

    def refuse(*args: Any, **kwargs: Any) -> bool:
        return False

    def give_none(*args: Any) -> None:
        return None

    def forget() -> None:
        EPOCH.clear()
        for each in apps.get_models(include_auto_created=True):
            each._meta.__dict__.pop("initialisers", None)

    known = load._construction
    with ExitStack() as stack:
        for cls in _subclasses(QuerySetRoad):
            stack.enter_context(mock.patch.object(cls, "_roadworthy", False))
        for function, instead in (
            (saving.save_on_road, refuse),
            (saving.create_on_road, give_none),
            (saving.insert_many_on_road, refuse),
            (construct.initialiser, give_none),
        ):
            _replace_everywhere(stack, function, instead)
        load.install(load.Construction(ModelState, lambda model: False, wants_dict))
        forget()
        try:
            yield
        finally:
            load.install(known)
            forget()


def _replace_everywhere(stack: ExitStack, function: Any, instead: Any) -> None:
    """Replace a function in all modules of the ORM that know it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("vivace.db.orm"):
            for known, value in list(vars(module).items()):
                if value is function:
                    stack.enter_context(mock.patch.object(module, known, instead))


def _subclasses(cls: Any) -> Iterator[Any]:
    yield cls
    for each in cls.__subclasses__():
        yield from _subclasses(each)


class Compiled:
    """Counts the statements that are compiled while it is on."""

    def __enter__(self) -> Compiled:
        self.count = 0
        original = SQLCompiler.as_sql

        def as_sql(compiler: Any, *args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return original(compiler, *args, **kwargs)

        self._patch = mock.patch.object(SQLCompiler, "as_sql", as_sql)
        self._patch.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._patch.__exit__(*exc_info)


def described(value: Any, depth: int = 4) -> Any:
    """`value` with the types of all its parts, so that what looks equal and is not differs."""
    kind = type(value).__name__
    if depth == 0:
        return kind
    if isinstance(value, models.Model):
        attributes = [(n, described(v, depth - 1)) for n, v in value.__dict__.items()]
        return type(value), attributes
    if isinstance(value, ModelState):
        return {
            n: described(v, depth - 1) for n, v in vars(value).items() if n != "peers" and v != {}
        }
    if isinstance(value, models.QuerySet):
        return [described(each, depth) for each in value]
    if isinstance(value, dict):
        return kind, [(described(k, depth), described(v, depth)) for k, v in value.items()]
    if isinstance(value, list | tuple):
        return kind, [described(each, depth) for each in value]
    return kind, repr(value)


def outcome(case: Callable[[], Any]) -> Any:
    """What a case gives, or how it fails."""
    try:
        return "gives", described(case())
    except Exception as exc:
        cause = exc.__cause__
        return "fails", type(exc), str(exc), type(cause), str(cause)


def _rolled_back(case: Callable[[], Any]) -> Any:
    with transaction.atomic():
        try:
            return outcome(case)
        finally:
            transaction.set_rollback(True)


def _statements(case: Callable[[], Any]) -> tuple[Any, list[str]]:
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as captured:
        found = _rolled_back(case)
    ours = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    texts = [each["sql"].partition(" RETURNING ")[0] for each in captured.captured_queries]
    return found, [text for text in texts if not text.startswith(ours)]


def same(case: Callable[[], Any], *, warm: bool = True, sql: bool = True) -> Any:
    """What `case` gives or how it fails, everywhere the same.

    `warm`: asked again and again, nothing is compiled any more. `sql`: the statements are the same.
    """
    with compatible():
        expected = _rolled_back(case)
        # A statement that fails may fail in another way while it is logged.
        logged, statements = _statements(case)
    for _ in range(TIMES):
        assert _rolled_back(case) == expected
    found, again = _statements(case)
    assert found == logged
    if sql:
        assert again == statements
    with Compiled() as compiled:
        assert _rolled_back(case) == expected
    if warm:
        assert compiled.count == 0, "this left the road"
    return expected
