"""Fields say where they are published, with the root that is active."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.db import models
from vivace.db.models.fields.proxy import OrderWrt
from vivace.utils import naming


@pytest.fixture
def alias() -> Iterator[None]:
    naming.set_root("django")
    yield
    naming.set_root("vivace")


PUBLISHED = [
    (models.CharField(), "fields.CharField", "CharField"),
    (models.FileField(), "fields.files.FileField", "FileField"),
    (models.ImageField(), "fields.files.ImageField", "ImageField"),
    (models.JSONField(), "fields.json.JSONField", "JSONField"),
    (OrderWrt(), "fields.proxy.OrderWrt", "OrderWrt"),
    (models.CompositePrimaryKey("a", "b"), "fields.composite.CompositePrimaryKey", None),
    (models.ForeignKey("a.B", models.CASCADE), "fields.related.ForeignKey", "ForeignKey"),
    (models.OneToOneField("a.B", models.CASCADE), "fields.related.OneToOneField", None),
    (models.ManyToManyField("a.B"), "fields.related.ManyToManyField", "ManyToManyField"),
]


@pytest.mark.parametrize(("field", "shown", "written"), PUBLISHED)
def test_reprs_and_migrations_name_djangos_addresses(
    field: models.Field, shown: str, written: str | None
) -> None:
    assert repr(field).startswith(f"<vivace.db.models.{shown}")
    assert field.deconstruct()[1] == f"vivace.db.models.{written or shown.rpartition('.')[2]}"


@pytest.mark.parametrize(("field", "shown", "written"), PUBLISHED)
@pytest.mark.usefixtures("alias")
def test_under_the_alias_they_name_django(
    field: models.Field, shown: str, written: str | None
) -> None:
    assert repr(field).startswith(f"<django.db.models.{shown}")
    assert field.deconstruct()[1] == f"django.db.models.{written or shown.rpartition('.')[2]}"


def test_a_users_field_is_named_where_it_is() -> None:
    class Own(models.CharField):
        pass

    assert Own().deconstruct()[1] == f"{__name__}.{Own.__qualname__}"


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "verbose_name": st.text(max_size=5),
        "max_length": st.integers(1, 9),
        "unique": st.booleans(),
        "blank": st.booleans(),
        "null": st.booleans(),
        "db_index": st.booleans(),
        "default": st.none() | st.text(max_size=3),
        "editable": st.booleans(),
        "choices": st.none() | st.lists(st.tuples(st.text(max_size=2), st.text(max_size=2))),
        "help_text": st.text(max_size=3),
        "db_column": st.none() | st.text(max_size=3),
        "db_comment": st.none() | st.text(max_size=3),
        "db_tablespace": st.none() | st.text(max_size=3),
        "validators": st.just([]) | st.just([print]),
    },
)
CLASSES = st.sampled_from(
    [
        models.CharField,
        models.TextField,
        models.SlugField,
        models.EmailField,
        models.URLField,
        models.IntegerField,
        models.BooleanField,
        models.DateTimeField,
        models.DecimalField,
        models.UUIDField,
        models.BinaryField,
        models.FileField,
        models.JSONField,
    ]
)


@given(cls=CLASSES, options=OPTIONS)
def test_a_field_is_made_again_from_its_deconstruction(
    cls: type[models.Field], options: dict[str, object]
) -> None:
    field = cls(**options)
    _name, _path, args, kwargs = field.deconstruct()
    again = cls(*args, **kwargs)
    assert again.deconstruct() == field.deconstruct()
    assert field.clone().deconstruct() == field.deconstruct()
    for name in ("max_length", "unique", "null", "blank", "editable", "choices", "db_index"):
        assert getattr(again, name) == getattr(field, name)
