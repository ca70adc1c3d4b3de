"""Whatever a project customises is obeyed, also where the fast road was taken before.

Each test has the plain answer first, from plans and functions that are made and used; then something is
overridden, connected or changed, and the answer is the compatible way's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from databases import application, create_tables, sqlite
from road_cases import TIMES, compatible, described, same
from vivace.db import connection, connections, models, transaction
from vivace.db.models import lookups, signals
from vivace.db.models.query import ModelIterable
from vivace.test.utils import isolate_apps, override_settings

APP = "road_customised"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A database with room for models that tests define."""
    place: Path = tmp_path_factory.mktemp("customised")
    name = application(APP, place)
    with sqlite(place, ["default", "other"], INSTALLED_APPS=[name], USE_TZ=False) as connection:
        yield connection


@pytest.fixture
def rooms(house: Any) -> Iterator[SimpleNamespace]:
    """Two fresh plain models with rows; their plans are made and used."""
    with isolate_apps(APP):

        class Owner(models.Model):
            name = models.CharField(max_length=20)

            class Meta:
                app_label = APP

        class Room(models.Model):
            name = models.CharField(max_length=20)
            size = models.IntegerField(default=1)
            owner = models.ForeignKey(Owner, models.CASCADE, null=True, related_name="rooms")

            class Meta:
                app_label = APP

        with tables(Owner, Room):
            owner = Owner.objects.create(name="o")
            for n in range(4):
                Room.objects.create(name=f"r{n}", size=n, owner=owner)
            for _ in range(TIMES):
                used(Room)
            yield SimpleNamespace(Owner=Owner, Room=Room, owner=owner)


@contextmanager
def tables(*made: Any) -> Iterator[None]:
    """The tables of models, for a while."""
    create_tables(connection, *made)
    try:
        yield
    finally:
        connection.close()
        with connection.schema_editor() as editor:
            for each in reversed(made):
                editor.delete_model(each)


def used(model: Any) -> Any:
    """What every part of the road gives for `model`, whose rows are left as they were."""
    with transaction.atomic():
        made = model.objects.create(name="made", size=9)
        made.size = 8
        made.save()
        many = model.objects.bulk_create([model(name="many"), model(name="more")])
        found = [
            model.objects.get(name="r1"),
            list(model.objects.filter(size__gt=1).order_by("-size")[:2]),
            list(model.objects.select_related("owner").exclude(size=0)),
            model.objects.filter(size__lt=3).count(),
            model.objects.filter(name="r2").exists(),
            model.objects.filter(name__contains="r").first(),
            model.objects.filter(name="r3").update(size=33),
            model.objects.get(name="r3"),
            list(model.objects.filter(name="r0").values("name", "size")),
        ]
        result = described([made, many, found])
        transaction.set_rollback(True)
    return result


def agrees(model: Any) -> Any:
    """What `used` gives by both ways."""
    with compatible():
        expected = used(model)
    for _ in range(TIMES):
        assert used(model) == expected
    return expected


# --- signals


@pytest.mark.parametrize("name", ["pre_init", "post_init", "pre_save", "post_save"])
def test_signals_that_are_muted_for_a_while(rooms: SimpleNamespace, name: str) -> None:
    signal = getattr(signals, name)
    seen: list[Any] = []

    def receiver(sender: Any, **kwargs: Any) -> None:
        seen.append(sender)

    signal.connect(receiver, sender=rooms.Room)
    try:
        # As factories of test data do it.
        muted, signal.receivers = signal.receivers, []
        for _ in range(TIMES):
            used(rooms.Room)
        assert seen == []
        signal.receivers = muted
        signal.sender_receivers_cache.clear()
        used(rooms.Room)
        assert seen.count(rooms.Room) == {"init": 14, "save": 2}[name.partition("_")[2]]
    finally:
        signal.disconnect(receiver, sender=rooms.Room)


@pytest.mark.parametrize("name", ["pre_init", "post_init", "pre_save", "post_save"])
@pytest.mark.parametrize("sender", [True, False])
def test_receivers_that_come_after_the_plans(
    rooms: SimpleNamespace, name: str, sender: bool
) -> None:
    signal = getattr(signals, name)
    seen: list[Any] = []

    def receiver(sender: Any, **kwargs: Any) -> None:
        seen.append(sender)
        if "instance" in kwargs:
            kwargs["instance"].touched = len(kwargs["instance"].name)

    plain = used(rooms.Room)
    signal.connect(receiver, sender=rooms.Room if sender else None)
    try:
        with_receiver = used(rooms.Room)
        assert seen.count(rooms.Room) == {"init": 14, "save": 2}[name.partition("_")[2]]
        assert ("touched" in str(with_receiver)) == (name != "pre_init")
        agrees(rooms.Room)
        assert used(rooms.Room) == with_receiver
    finally:
        signal.disconnect(receiver, sender=rooms.Room if sender else None)
    seen.clear()
    assert used(rooms.Room) == plain
    assert not seen


def test_a_receiver_of_another_model_costs_nothing_and_changes_nothing(
    rooms: SimpleNamespace,
) -> None:
    plain = used(rooms.Room)
    seen: list[Any] = []

    def receiver(**kwargs: Any) -> None:
        seen.append(kwargs["instance"])

    signals.post_init.connect(receiver, sender=rooms.Owner)
    try:
        assert used(rooms.Room) == plain
        # The owner of each room that is selected along with it is made anew.
        assert len(seen) == 3
    finally:
        signals.post_init.disconnect(receiver, sender=rooms.Owner)


def test_a_receiver_that_is_gone(rooms: SimpleNamespace) -> None:
    plain = used(rooms.Room)

    def connect() -> None:
        def receiver(**kwargs: Any) -> None:
            kwargs["instance"].touched = 1

        signals.post_init.connect(receiver, sender=rooms.Room)

    connect()
    assert used(rooms.Room) == plain


# --- methods of models


@pytest.mark.parametrize("when", ["in the class", "afterwards"])
@pytest.mark.parametrize(
    "name",
    [
        "__init__",
        "from_db",
        "save",
        "save_base",
        "__setattr__",
        "_do_insert",
        "_do_update",
        "_save_table",
    ],
)
def test_methods_of_models(rooms: SimpleNamespace, name: str, when: str) -> None:
    calls: list[str] = []
    original = getattr(models.Model, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return original(self, *args, **kwargs)

    def from_db(cls: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return original.__func__(cls, *args, **kwargs)

    overriding: Any = classmethod(from_db) if name == "from_db" else method
    if when == "afterwards":
        with mock.patch.object(rooms.Room, name, overriding):
            seen = agrees(rooms.Room)
            calls.clear()
            used(rooms.Room)
        assert calls
        number = len(calls)
        used(rooms.Room)
        assert len(calls) == number
        assert "r1" in str(seen)
        return

    body = {
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": APP, "proxy": True}),
        name: overriding,
    }
    made = type(rooms.Room)("Overriding", (rooms.Room,), body)
    agrees(made)
    assert calls


def test_a_mixin_may_stand_before_or_after_the_model(rooms: SimpleNamespace) -> None:
    class Before:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.before = 1

    class After:
        def __init__(self) -> None:
            self.after = 1

    for bases, name in (((Before, rooms.Room), "before"), ((rooms.Room, After), "after")):
        body = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": APP, "proxy": True})}
        made = type(rooms.Room)(f"Mixed{name}", bases, body)
        agrees(made)
        assert getattr(made.objects.get(name="r1"), name) == 1
        assert getattr(made(name="x"), name) == 1


def test_a_method_of_all_models_may_be_replaced(rooms: SimpleNamespace) -> None:
    calls: list[Any] = []
    original = models.Model.save_base

    def save_base(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(self)
        return original(self, *args, **kwargs)

    with mock.patch.object(models.Model, "save_base", save_base):
        used(rooms.Room)
    assert len(calls) == 2


def test_a_saved_object_knows_what_save_was_told(rooms: SimpleNamespace) -> None:
    with mock.patch.object(rooms.Room, "save") as save:
        rooms.Room.objects.create(name="x")
        rooms.owner.rooms.create(name="y")
    assert save.call_args_list == [mock.call(force_insert=True, using="default")] * 2


# --- managers and querysets


class Counting(models.QuerySet[Any]):
    """Says which of its methods were called."""

    calls: list[str] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.calls = []


METHODS = [
    "__init__", "_clone", "_chain", "_fetch_all", "filter", "exclude", "order_by", "get", "first",
    "count", "exists", "update", "create", "bulk_create", "_filter_or_exclude", "values",
    "select_related", "__getitem__", "__iter__", "iterator",
]  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_methods_of_querysets(rooms: SimpleNamespace, name: str) -> None:
    original = getattr(models.QuerySet, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        type(self).calls.append(name)
        return original(self, *args, **kwargs)

    made: Any = type("Own", (Counting,), {name: method})
    rooms.Room.add_to_class("objects", made.as_manager())
    expected = agrees(rooms.Room)
    assert "r1" in str(expected)
    made.calls.clear()
    used(rooms.Room)
    by_road = made.calls.copy()
    with compatible():
        made.calls.clear()
        used(rooms.Room)
    # As often, too, except for what only copies: a step of the road needs no copy.
    if name not in ("__init__", "_clone", "_chain", "_fetch_all", "_filter_or_exclude"):
        assert by_road == made.calls
    assert bool(by_road) == bool(made.calls)


def test_a_manager_may_hide_rows(rooms: SimpleNamespace) -> None:
    class Visible(models.Manager[Any]):
        def get_queryset(self) -> Any:
            return super().get_queryset().filter(size__gt=1)

    rooms.Room.add_to_class("visible", Visible())
    for _ in range(TIMES):
        assert rooms.Room.visible.filter(name__contains="r").count() == 2
        assert rooms.Room.objects.filter(name__contains="r").count() == 4
        with pytest.raises(rooms.Room.DoesNotExist):
            rooms.Room.visible.get(name="r0")
        assert rooms.Room.objects.get(name="r0").size == 0


def test_an_own_form_of_rows(rooms: SimpleNamespace) -> None:
    class Loud(ModelIterable):
        def __iter__(self) -> Iterator[Any]:
            for row in super().__iter__():
                row.name += "!"
                yield row

    class Own(models.QuerySet[Any]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._iterable_class = Loud

    class OfTheClass(models.QuerySet[Any]):
        _iterable_class = Loud

    rooms.Room.add_to_class("own", Own.as_manager())
    rooms.Room.add_to_class("of_the_class", OfTheClass.as_manager())
    for _ in range(TIMES):
        assert rooms.Room.own.get(name="r1").name == "r1!"
        assert [room.name for room in rooms.Room.own.order_by("pk")[:2]] == ["r0!", "r1!"]
        # As with __init__ of the base, which sets the usual form.
        assert rooms.Room.of_the_class.get(name="r1").name == "r1"


# --- lookups and fields


def test_lookups_that_are_registered_later(rooms: SimpleNamespace) -> None:
    class NotEqual(models.Lookup):
        lookup_name = "ne"

        def as_sql(self, compiler: Any, connection: Any) -> Any:
            left, left_params = self.process_lhs(compiler, connection)
            right, right_params = self.process_rhs(compiler, connection)
            return f"{left} <> {right}", (*left_params, *right_params)

    class Backwards(lookups.Exact):
        def as_sql(self, compiler: Any, connection: Any) -> Any:
            sql, params = super().as_sql(compiler, connection)
            return f"NOT ({sql})", params

    room = rooms.Room.objects
    for _ in range(TIMES):
        assert room.filter(name="r1").count() == 1
        with pytest.raises(Exception, match="Unsupported lookup 'ne'"):
            room.filter(name__ne="r1")
    models.CharField.register_lookup(NotEqual)
    try:
        for _ in range(TIMES):
            assert room.filter(name__ne="r1").count() == 3
    finally:
        models.CharField._unregister_lookup(NotEqual)
    with pytest.raises(Exception, match="Unsupported lookup 'ne'"):
        room.filter(name__ne="r1")

    # In place of a built-in one, on the class and on one field.
    for place in (models.CharField, rooms.Room._meta.get_field("name")):
        place.register_lookup(Backwards, "exact")
        try:
            for _ in range(TIMES):
                assert room.filter(name="r1").count() == 3
                assert room.exclude(name="r1").count() == 1
        finally:
            place._unregister_lookup(Backwards, "exact")
        assert room.filter(name="r1").count() == 1
    rooms.Room._meta.get_field("size").register_lookup(NotEqual)
    assert [each.size for each in room.filter(size__ne=1).order_by("size")] == [0, 2, 3]


class Shout(models.CharField[Any]):
    """Stored loud, read quiet."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else value.lower()

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None else value.upper()


class Counter(models.IntegerField[Any]):
    """Counts how often it was saved."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = getattr(model_instance, self.attname) + 1
        setattr(model_instance, self.attname, value)
        return value


class Watched:
    """A descriptor that remembers what was set."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else instance.__dict__[self.field.attname]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value
        instance.__dict__.setdefault("seen", []).append(value)


class WatchedField(models.IntegerField[Any]):
    descriptor_class = Watched


class Placed(models.CharField[Any]):
    """Brings a placeholder of its own."""

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "lower(%s)"


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        (Shout(max_length=9), "aB", "AB"),
        (Counter(default=0), 5, 6),
        (WatchedField(default=0), 5, 5),
        (Placed(max_length=9), "aB", "ab"),
    ],
    ids=["converters", "pre_save", "descriptor", "placeholder"],
)
def test_fields_of_a_project(house: Any, field: Any, value: Any, stored: Any) -> None:
    with isolate_apps(APP):
        body = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": APP}), "f": field}
        made: Any = type(models.Model)(f"Of{type(field).__name__}", (models.Model,), body)

        def case() -> Any:
            one = made.objects.create(f=value)
            (two,) = made.objects.bulk_create([made(f=value)])
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT f FROM {made._meta.db_table} ORDER BY id")
                raw = cursor.fetchall()
            one.save()
            made.objects.filter(f=value).update(f=value)
            return [
                raw, one, two, made(f=value), made.objects.filter(f=value).order_by("pk"),
                made.objects.get(pk=one.pk), made.objects.values_list("f", flat=True),
                made.objects.filter(f=value).count(),
            ]  # fmt: skip

        with tables(made):
            assert str(stored) in str(same(case, warm=False)[1][1][0])


def test_expressions_of_a_project(rooms: SimpleNamespace) -> None:
    class Half(models.Func):
        function = "HALF"

        def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:
            sql, params = compiler.compile(self.source_expressions[0])
            return f"({sql} / 2)", params

    class Fixed(models.F):
        def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
            return models.Value(2)

    room = rooms.Room.objects
    same(lambda: list(room.filter(size=Half(models.F("size"))).order_by("pk")), warm=False)
    same(lambda: list(room.filter(size=Fixed("nothing"))), warm=False)
    same(lambda: list(room.order_by(Half("size").desc(), "pk")), warm=False)
    same(lambda: [room.update(size=Half("size")), list(room.all())], warm=False)
    same(lambda: [room.update(size=Fixed("nothing")), list(room.all())], warm=False)
    assert [each.size for each in room.filter(size=Fixed("nothing"))] == [2]


# --- models and settings that change


def test_fields_that_come_later(rooms: SimpleNamespace) -> None:
    used(rooms.Room)
    with connection.schema_editor() as editor:
        late = models.IntegerField(default=7)
        late.set_attributes_from_name("late")
        late.model = rooms.Owner
        editor.add_field(rooms.Owner, late)
    rooms.Owner.add_to_class("late", models.IntegerField(default=7))
    agrees(rooms.Room)
    assert rooms.Room.objects.select_related("owner").get(name="r1").owner.__dict__["late"] == 7
    assert rooms.Owner.objects.get(name="o").__dict__["late"] == 7
    assert rooms.Owner(name="new").late == 7
    assert rooms.Owner.objects.create(name="new", late=3).late == 3
    assert rooms.Owner.objects.get(late=3).name == "new"


def test_models_of_another_registry_with_the_same_name(rooms: SimpleNamespace) -> None:
    assert used(rooms.Room)
    with isolate_apps(APP):

        class Room(models.Model):
            name = models.CharField(max_length=20)

            class Meta:
                app_label = APP

        found = Room.objects.get(name="r1")
        assert type(found) is Room
        assert list(found.__dict__) == ["_state", "id", "name"]
    assert rooms.Room.objects.get(name="r1").size == 1


class ToOther:
    """A router that reads from one database and writes to another."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "other" if model.__name__ == "Room" else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return "default"


def test_routers_that_come_later(rooms: SimpleNamespace) -> None:
    with connections["other"].schema_editor() as editor:
        editor.create_model(rooms.Owner)
        editor.create_model(rooms.Room)
    rooms.Room.objects.using("other").create(name="there", size=50)
    for _ in range(TIMES):
        assert rooms.Room.objects.using("other").get(size=50)._state.db == "other"
        assert rooms.Room.objects.using("other").filter(name__contains="r").count() == 1
        assert rooms.Room.objects.filter(name__contains="r").count() == 4
    with override_settings(DATABASE_ROUTERS=[ToOther()]):
        assert rooms.Room.objects.get(size=50).name == "there"
        assert rooms.Room.objects.filter(name__contains="r").count() == 1
        assert rooms.Room.objects.create(name="here", size=51)._state.db == "default"
        assert not rooms.Room.objects.filter(size=51).exists()
        there = rooms.Room.objects.get(size=50)
        there.name = "moved"
        there.save(using="default")
    assert rooms.Room.objects.filter(size=51).exists()
    assert rooms.Room.objects.get(size=50).name == "moved"
    assert rooms.Room.objects.using("other").get(size=50).name == "there"
    other = rooms.Room.objects.using("other").get(size=50)
    other.name = "saved where it was read"
    other.save()
    assert rooms.Room.objects.using("other").get(size=50).name == "saved where it was read"
    assert rooms.Room.objects.db_manager("other").get(size=50)._state.db == "other"
    with connections["other"].schema_editor() as editor:
        editor.delete_model(rooms.Room)
        editor.delete_model(rooms.Owner)


def test_time_zones_that_change(house: Any) -> None:
    with isolate_apps(APP):

        class Moment(models.Model):
            at = models.DateTimeField(auto_now_add=True)

            class Meta:
                app_label = APP

        with tables(Moment):
            pk = Moment.objects.create().pk
            for zone in (True, False, True):
                with override_settings(USE_TZ=zone):
                    for _ in range(TIMES):
                        found = Moment.objects.get(pk=pk)
                        assert (found.at.tzinfo is not None) == zone
                        made = Moment.objects.create()
                        assert (made.at.tzinfo is not None) == zone


def test_defaults_of_a_project(house: Any) -> None:
    class Rising(models.IntegerField[Any]):
        given = 0

        def get_default(self) -> Any:
            Rising.given += 1
            return Rising.given

    with isolate_apps(APP):

        class Risen(models.Model):
            first = Rising(default=5)
            second = models.IntegerField(default=lambda: Rising.given * 10)
            third = models.JSONField(default=dict)
            fourth = models.CharField(max_length=5)
            fifth = models.CharField(max_length=5, null=True)

            class Meta:
                app_label = APP

        for n in range(1, 6):
            risen = Risen(fifth="x")
            assert (risen.first, risen.second, risen.fourth, risen.fifth) == (n, n * 10, "", "x")
            risen.third["mine"] = 1
            assert Risen(first=0).third == {}
            assert Risen(first=0).fifth is None
