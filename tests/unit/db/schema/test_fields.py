"""What fields are beyond the recorded cases: their order, copies, defaults, and their models."""

from __future__ import annotations

import copy
import datetime
import decimal
import pickle
import warnings
from typing import Any

import pytest

from vivace.apps.registry import Apps
from vivace.core.exceptions import FieldDoesNotExist, ValidationError
from vivace.core.validators import MaxValueValidator, MinValueValidator
from vivace.db import NotSupportedError, connection, models
from vivace.db.models.fields.mixins import FieldCacheMixin
from vivace.utils import timezone
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import lazystr


def model(name: str = "Thing", bases: tuple[Any, ...] = (models.Model,), /, **body: Any) -> Any:
    """A model of a registry of its own."""

    class Meta:
        app_label = "schema_tests"
        apps = Apps()

    return type(models.Model)(name, bases, {"__module__": __name__, "Meta": Meta, **body})


# --- order, equality, copies


def test_fields_are_ordered_as_they_were_made() -> None:
    first, second = models.CharField(), models.IntegerField()
    assert first < second
    assert second > first
    assert first != second
    assert sorted([second, first]) == [first, second]
    with pytest.raises(TypeError):
        assert first < 3  # type: ignore[operator]


def test_made_fields_go_before_the_users() -> None:
    mine = models.IntegerField()
    assert models.AutoField(auto_created=True, primary_key=True) < mine


def test_one_field_in_two_models_is_two_fields() -> None:
    class Base(models.Model):
        name = models.CharField(max_length=3)

        class Meta:
            abstract = True

    one, two = model("Aaa", (Base,)), model("Bbb", (Base,))
    first, second = one._meta.get_field("name"), two._meta.get_field("name")
    assert first != second
    assert first < second
    assert hash(first) == hash(second)


def test_copies_belong_to_the_same_model() -> None:
    thing = model(name=models.CharField(max_length=3))
    field = thing._meta.get_field("name")
    new = copy.copy(field)
    assert new is not field
    assert new == field
    assert new.model is thing
    assert type(new) is models.CharField


def test_a_deep_copy_has_a_relation_of_its_own() -> None:
    field = models.ForeignKey("schema_tests.Other", models.CASCADE)
    new = copy.deepcopy(field)
    assert new.remote_field is not field.remote_field
    assert new.remote_field.field is new
    assert field.remote_field.field is field


def test_a_clone_belongs_to_no_model() -> None:
    thing = model(name=models.CharField("words", max_length=3, unique=True))
    new = thing._meta.get_field("name").clone()
    assert not hasattr(new, "model")
    assert (new.max_length, new.unique, new.verbose_name) == (3, True, "words")


def test_a_field_without_a_model_pickles_by_its_state() -> None:
    field = models.CharField(max_length=7, default="x")
    assert field.get_default() == "x"
    new = pickle.loads(pickle.dumps(field))
    assert new.max_length == 7
    assert new.get_default() == "x"
    assert new == field


# --- options


def test_messages_are_merged_along_the_classes() -> None:
    class Named(models.CharField):
        default_error_messages = {"blank": "no blank", "own": "mine"}

    messages = Named(error_messages={"null": "no null"}).error_messages
    assert messages["blank"] == "no blank"
    assert messages["null"] == "no null"
    assert messages["own"] == "mine"
    assert "invalid_choice" in messages


def test_messages_of_validators_are_replaced_by_their_code() -> None:
    def refuse(value: str) -> None:
        raise ValidationError("bad", code="mine")

    field = models.CharField(validators=[refuse], error_messages={"mine": "replaced"})
    with pytest.raises(ValidationError) as caught:
        field.clean("x", None)
    assert caught.value.messages == ["replaced"]


def test_all_validators_speak() -> None:
    def one(value: Any) -> None:
        raise ValidationError("one")

    def two(value: Any) -> None:
        raise ValidationError(["two", "three"])

    with pytest.raises(ValidationError) as caught:
        models.CharField(validators=[one, two]).clean("x", None)
    assert caught.value.messages == ["one", "two", "three"]


def test_choices_of_a_callable_are_asked_anew() -> None:
    available = [("a", "A")]
    field = models.CharField(choices=lambda: available)
    assert field.flatchoices == [("a", "A")]
    available.append(("b", "B"))
    assert field.clean("b", None) == "b"
    assert list(field.get_choices(include_blank=False)) == [("a", "A"), ("b", "B")]


def test_a_blank_choice_comes_first_unless_there_is_one() -> None:
    field = models.CharField(choices=[("a", "A")])
    assert list(field.get_choices()) == [("", "---------"), ("a", "A")]
    assert list(field.get_choices(blank_choice=[("", "?")])) == [("", "?"), ("a", "A")]
    field = models.CharField(choices=[("g", [("", "none")]), ("a", "A")])
    assert list(field.get_choices()) == [("g", [("", "none")]), ("a", "A")]


def test_promises_are_kept_before_they_are_stored() -> None:
    value = models.CharField().get_prep_value(lazystr("words"))
    assert type(value) is str


def test_the_narrower_limit_of_an_integer_counts() -> None:
    limits = [v.limit_value for v in models.PositiveSmallIntegerField().validators]
    field = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(lambda: 5), MaxValueValidator(9)]
    )
    mine = [v() if callable(v) else v for v in (v.limit_value for v in field.validators)]
    assert mine == [5, 9]
    assert limits[0] == 0


@pytest.mark.parametrize(
    "field",
    [
        models.DateField(default=timezone.now().date()),
        models.DateField(default=timezone.now()),
        models.DateTimeField(default=timezone.now()),
        models.DateTimeField(default=timezone.now().date()),
        models.TimeField(default=timezone.now()),
    ],
)
def test_a_default_of_just_now_is_warned_of(field: Any) -> None:
    # Made when this module was read, as in a project; the check allows for some seconds.
    moment = field.default
    if isinstance(moment, datetime.datetime):
        field.default = timezone.now()
    model(field=field)
    assert [message.id for message in field.check()] == ["fields.W161"]


# --- in a model


def test_a_field_learns_its_names() -> None:
    thing = model(long_name=models.CharField(max_length=3, db_column="col"))
    field = thing._meta.get_field("long_name")
    assert (field.name, field.attname, field.column) == ("long_name", "long_name", "col")
    assert field.verbose_name == "long name"
    assert str(field) == "schema_tests.Thing.long_name"
    assert field.concrete


def test_a_field_may_be_added_later() -> None:
    thing = model()
    models.IntegerField(default=5).contribute_to_class(thing, "late")
    assert thing().late == 5
    assert [field.name for field in thing._meta.fields] == ["id", "late"]


def test_display_of_choices() -> None:
    thing = model(kind=models.CharField(choices=[("a", "The A"), ("g", [("b", "B")])], null=True))
    assert thing(kind="b").get_kind_display() == "B"
    assert thing(kind="?").get_kind_display() == "?"
    assert thing(kind=None).get_kind_display() is None


def test_a_models_own_display_stays() -> None:
    thing = model(
        get_kind_display=lambda self: "own", kind=models.CharField(choices=[("a", "The A")])
    )
    assert thing(kind="a").get_kind_display() == "own"


def test_next_and_previous_only_where_there_is_always_a_date() -> None:
    thing = model(made=models.DateField(), ended=models.DateTimeField(null=True))
    assert hasattr(thing, "get_next_by_made")
    assert hasattr(thing, "get_previous_by_made")
    assert not hasattr(thing, "get_next_by_ended")


def test_a_descriptor_class_of_ones_own() -> None:
    class Doubling:
        def __init__(self, field: Any) -> None:
            self.field = field

        def __get__(self, instance: Any, owner: Any = None) -> Any:
            return self if instance is None else instance.__dict__[self.field.attname]

        def __set__(self, instance: Any, value: Any) -> None:
            instance.__dict__[self.field.attname] = value * 2

    class Doubled(models.IntegerField):
        descriptor_class = Doubling

    assert model(number=Doubled())(number=3).number == 6


def test_automatic_moments_are_set_on_the_instance() -> None:
    thing = model(
        saved=models.DateTimeField(auto_now=True), made=models.DateTimeField(auto_now_add=True)
    )
    instance = thing()
    saved, made = (thing._meta.get_field(name) for name in ("saved", "made"))
    assert saved.pre_save(instance, False) == instance.saved
    assert made.pre_save(instance, False) is None
    assert made.pre_save(instance, True) == instance.made
    assert timezone.is_aware(instance.made)


def test_the_databases_default_stands_until_it_is_known() -> None:
    thing = model(number=models.IntegerField(db_default=7))
    field = thing._meta.get_field("number")
    assert type(thing().number).__name__ == "DatabaseDefault"
    assert thing(number=3).number == 3
    assert thing._meta.db_returning_fields == [thing._meta.pk, field]
    assert field.pre_save(thing(number=3), True) == 3


def test_only_fields_of_text_have_parts() -> None:
    assert models.TextField().slice_expression(models.F("x"), 1, 2) is not None
    with pytest.raises(NotSupportedError, match="This field does not support slicing"):
        models.IntegerField().slice_expression(models.F("x"), 1, 2)


def test_a_field_may_have_no_column() -> None:
    class Nowhere(models.Field):
        def get_attname_column(self) -> tuple[str, Any]:
            return self.name, None

    thing = model(nowhere=Nowhere())
    assert [field.name for field in thing._meta.fields] == ["id", "nowhere"]
    assert [field.name for field in thing._meta.concrete_fields] == ["id"]


def test_a_type_of_ones_own() -> None:
    class Fixed(models.Field):
        def db_type(self, connection: Any) -> str:
            return f"char({self.max_length})"

        def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
            return value

    field = Fixed(max_length=9)
    assert field.db_parameters(connection) == {"type": "char(9)", "check": None}
    assert field.get_db_converters(connection) == [field.from_db_value]
    assert field.rel_db_type(connection) == "char(9)"


def test_automatic_fields_are_all_auto_fields() -> None:
    assert isinstance(models.BigAutoField(), models.AutoField)
    assert issubclass(models.SmallAutoField, models.AutoField)
    assert not isinstance(models.AutoField(), models.BigAutoField)
    assert not isinstance(models.IntegerField(), models.AutoField)


def test_json_reads_what_it_can() -> None:
    field = models.JSONField()
    assert field.from_db_value('{"a": [1, null]}', None, connection) == {"a": [1, None]}
    assert field.from_db_value(None, None, connection) is None
    assert field.from_db_value("no json", None, connection) == "no json"
    assert field.from_db_value(3, None, connection) == 3


def test_a_composite_key_is_a_tuple_of_its_fields() -> None:
    seat = model(
        pk=models.CompositePrimaryKey("row", "number"),
        row=models.CharField(max_length=1),
        number=models.IntegerField(),
    )
    assert seat(row="A", number=3).pk == ("A", 3)
    assert seat(pk=("B", 4)).number == 4
    instance = seat()
    instance.pk = None
    assert (instance.row, instance.number) == (None, None)
    with pytest.raises(ValueError, match="'pk' must be a list or a tuple"):
        instance.pk = 3
    with pytest.raises(ValueError, match="'pk' must have 2 elements"):
        instance.pk = (1,)
    key = seat._meta.pk
    assert [field.name for field in key] == ["row", "number"]
    assert key.columns == ("row", "number")
    assert key.to_python(key.value_to_string(seat(row="A", number=3))) == ["A", 3]


@pytest.mark.parametrize(
    ("args", "options", "message"),
    [
        ((), {}, "args must be unique strings"),
        (("a", "a"), {}, "args must be unique strings"),
        (("a",), {}, "must include at least two fields"),
        (("a", "b"), {"default": 1}, "cannot have a default"),
        (("a", "b"), {"db_default": 1}, "cannot have a database default"),
        (("a", "b"), {"db_column": "c"}, "cannot have a db_column"),
        (("a", "b"), {"editable": True}, "cannot be editable"),
        (("a", "b"), {"primary_key": False}, "must be a primary key"),
        (("a", "b"), {"blank": False}, "must be blank"),
    ],
)
def test_what_a_composite_key_cannot_be(args: Any, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        models.CompositePrimaryKey(*args, **options)


# --- relations


def test_related_objects_are_kept_in_the_instances_state() -> None:
    other = model("Other")
    thing = model(link=models.ForeignKey(other, models.CASCADE, null=True))
    field, instance, target = thing._meta.get_field("link"), thing(), other(pk=3)
    assert not field.is_cached(instance)
    assert field.get_cached_value(instance, default=5) == 5
    with pytest.raises(KeyError):
        field.get_cached_value(instance)
    instance.link = target
    assert instance.link_id == 3
    assert field.get_cached_value(instance) is target
    field.delete_cached_value(instance)
    assert not field.is_cached(instance)


def test_the_default_of_a_foreign_key_may_be_an_object() -> None:
    other = model("Other")
    thing = model(link=models.ForeignKey(other, models.CASCADE, default=lambda: other(pk=7)))
    assert thing().link_id == 7


def test_many_to_many_without_a_key_is_empty() -> None:
    other = model("Other")
    thing = model(links=models.ManyToManyField(other))
    assert thing._meta.get_field("links").value_from_object(thing()) == []


def test_relations_wait_for_models_that_do_not_exist_yet() -> None:
    class Meta:
        app_label = "schema_tests"
        apps = Apps()

    body = {"__module__": __name__, "Meta": Meta}
    first = type(models.Model)(
        "First", (models.Model,), {**body, "link": models.ForeignKey("Later", models.CASCADE)}
    )
    field: Any = first._meta.get_field("link")
    assert field.remote_field.model == "Later"
    later: Any = type(models.Model)("Later", (models.Model,), body)
    assert field.remote_field.model is later
    assert field.target_field is later._meta.pk
    assert hasattr(later, "first_set")


def test_a_foreign_key_is_typed_by_brackets_that_do_nothing() -> None:
    assert models.ForeignKey[int] is models.ForeignKey


def test_joining_columns_are_going() -> None:
    thing = model(link=models.ForeignKey(model("Other"), models.CASCADE))
    field = thing._meta.get_field("link")
    for asked, columns in (
        (field.get_joining_columns, ("link_id", "id")),
        (field.get_reverse_joining_columns, ("id", "link_id")),
        (field.remote_field.get_joining_columns, ("id", "link_id")),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert asked() == (columns,)
        assert caught[0].category is RemovedInDjango60Warning
        assert f"{asked.__name__}() is deprecated" in str(caught[0].message)
        assert caught[0].filename == __file__


def test_the_old_hook_of_caches_is_going() -> None:
    class Old(FieldCacheMixin):
        def get_cache_name(self) -> str:
            return "old"

    with pytest.warns(RemovedInDjango60Warning, match="cache_name instead of get_cache_name"):
        assert Old().cache_name == "old"


# --- options of models


def test_lists_of_options_refuse_changes() -> None:
    thing = model()
    for name in ("fields", "concrete_fields", "many_to_many", "related_objects", "managers"):
        with pytest.raises(AttributeError, match=f"The return type of '{name}' should never"):
            getattr(thing._meta, name).append(1)


def test_unknown_fields_are_named() -> None:
    with pytest.raises(FieldDoesNotExist, match="Thing has no field named 'nope'"):
        model()._meta.get_field("nope")


def test_each_model_is_one_table() -> None:
    parent = model("Parent", n=models.IntegerField())
    child = model("Child", (parent,), m=models.IntegerField())
    meta = child._meta
    assert meta.get_ancestor_link(parent).name == "parent_ptr"
    assert meta.pk.name == "parent_ptr"
    assert meta.get_base_chain(parent) == [parent]
    assert [step.join_field.name for step in meta.get_path_to_parent(parent)] == ["parent_ptr"]
    assert [step.to_opts for step in meta.get_path_from_parent(parent)] == [meta]
    assert [field.name for field in meta.local_fields] == ["parent_ptr", "m"]


def test_where_a_model_can_be() -> None:
    meta = model()._meta
    assert meta.can_migrate("default")
    assert meta.can_migrate(connection)
    meta.required_db_vendor = "postgresql"
    assert not meta.can_migrate(connection)
    meta.required_db_vendor = None
    meta.required_db_features = ["supports_nothing_of_the_kind"]
    assert not meta.can_migrate(connection)


# --- what packages override


@pytest.mark.parametrize(
    ("base", "value"),
    [
        (models.CharField, "044 668"),
        (models.TextField, "044 668"),
        (models.SlugField, "a-b"),
        (models.BooleanField, True),
        (models.DecimalField, decimal.Decimal("1.5")),
        (models.DateField, datetime.date(2024, 1, 2)),
        (models.DateTimeField, datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)),
        (models.TimeField, datetime.time(1, 2)),
    ],
)
def test_values_for_queries_go_through_an_own_to_python(base: Any, value: Any) -> None:
    class Wrapping:
        def to_python(self, value: Any) -> Any:
            return ("own", super().to_python(value))  # type: ignore[misc]

    own = type("Own", (Wrapping, base), {})
    if base is models.DateTimeField:
        # What it answers is asked for its time zone.
        own.to_python = lambda self, value: value.replace(year=2025)
        assert own().get_prep_value(value).year == 2025
    else:
        assert own().get_prep_value(value) == ("own", value)
    assert base().get_prep_value(value) == value
