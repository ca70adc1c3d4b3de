"""Formsets of models against forged data, in a real database; and what starts without forms."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from databases import application, create_tables, sqlite
from vivace.db import connection, models, transaction
from vivace.http import QueryDict
from vivace.test.utils import CaptureQueriesContext

APP = "model_form_cases"


@cache
def all_models() -> SimpleNamespace:
    class Author(models.Model):
        name = models.CharField(max_length=20)

        class Meta:
            app_label = APP

        def __str__(self) -> str:
            return str(self.name)

    class Coin(models.Model):
        code = models.CharField(max_length=5, primary_key=True)
        worth = models.IntegerField(default=1)

        class Meta:
            app_label = APP

    class Book(models.Model):
        title = models.CharField(max_length=20)
        author = models.ForeignKey(Author, models.CASCADE)
        readers = models.ManyToManyField(Author, related_name="reads", blank=True)
        cover = models.FileField(upload_to="covers", blank=True)

        class Meta:
            app_label = APP

    return SimpleNamespace(Author=Author, Coin=Coin, Book=Book)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    place: Path = tmp_path_factory.mktemp("forms")
    with sqlite(place, INSTALLED_APPS=[application(APP, place)]) as opened:
        found = all_models()
        create_tables(opened, found.Author, found.Coin, found.Book)
        yield found


@pytest.fixture
def db(tables: SimpleNamespace) -> Iterator[SimpleNamespace]:
    with transaction.atomic():
        ann = tables.Author.objects.create(name="Ann")
        bob = tables.Author.objects.create(name="Bob")
        yield SimpleNamespace(**vars(tables), ann=ann, bob=bob)
        transaction.set_rollback(True)


def posted(total: int, initial: int, **values: Any) -> QueryDict:
    """What a browser sends for a formset with the prefix ``form``."""
    data = QueryDict(mutable=True)
    data["form-TOTAL_FORMS"], data["form-INITIAL_FORMS"] = str(total), str(initial)
    for name, value in values.items():
        index, _, field = name[1:].partition("_")
        data[f"form-{index}-{field}"] = str(value)
    data._mutable = False
    return data


def names(db: SimpleNamespace) -> list[str]:
    return list(db.Author.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize("delete", [False, True])
@pytest.mark.parametrize("commit", [False, True])
def test_cve_2026_87975_forged_key_touches_no_other_row(
    db: SimpleNamespace, delete: bool, commit: bool
) -> None:
    from vivace.forms import modelformset_factory

    formset_class = modelformset_factory(db.Author, fields=["name"], can_delete=True)
    mine = db.Author.objects.filter(pk=db.ann.pk)
    extra = {"f0_DELETE": "on"} if delete else {}
    data = posted(1, 1, f0_id=db.bob.pk, f0_name="Eve", **extra)
    formset = formset_class(data, queryset=mine)
    assert formset.is_valid()
    assert formset.save(commit=commit) == []
    assert (formset.deleted_objects, formset.changed_objects) == ([], [])
    assert names(db) == ["Ann", "Bob"]


def test_cve_2026_87975_forged_key_makes_no_row(db: SimpleNamespace) -> None:
    from vivace.forms import modelformset_factory

    # The key is the user's to enter: an unknown one would be a new row.
    formset_class = modelformset_factory(db.Coin, fields=["code", "worth"])
    formset = formset_class(posted(1, 1, f0_code="new", f0_worth=9), queryset=db.Coin.objects.all())
    assert formset.is_valid()
    assert formset.save() == []
    assert not db.Coin.objects.exists()


def test_cve_2026_87975_rows_of_another_parent_stay(db: SimpleNamespace) -> None:
    from vivace.forms import inlineformset_factory

    book = db.Book.objects.create(title="One", author=db.ann)
    formset_class = inlineformset_factory(db.Author, db.Book, fields=["title"])
    data = posted(1, 1, f0_id=book.pk, f0_title="Taken", f0_author=db.bob.pk, f0_DELETE="on")
    formset = formset_class(data, instance=db.bob, prefix="form")
    assert formset.is_valid()
    assert formset.save() == []
    assert list(db.Book.objects.values_list("title", "author")) == [("One", db.ann.pk)]


def test_cve_2015_0222_many_keys_are_one_query(db: SimpleNamespace) -> None:
    from vivace.forms import Form, ModelMultipleChoiceField

    class Chosen(Form):
        people = ModelMultipleChoiceField(db.Author.objects.all(), show_hidden_initial=True)

    keys = "&".join(f"people={n}&initial-people={n}" for n in range(1, 200))
    form = Chosen(QueryDict(keys))
    with CaptureQueriesContext(connection) as caught:
        assert not form.is_valid()
        form.has_changed()
    assert len(caught) <= 2


def test_files_are_set_after_other_fields(db: SimpleNamespace) -> None:
    from vivace.core.files.uploadedfile import SimpleUploadedFile
    from vivace.forms import modelform_factory

    seen: list[str] = []
    form_class = modelform_factory(db.Book, fields=["cover", "title", "author"])
    field = db.Book._meta.get_field("cover")

    def save_form_data(instance: Any, data: Any) -> None:
        seen.append(instance.title)

    field.save_form_data = save_form_data
    try:
        upload = SimpleUploadedFile("a.txt", b"words")
        form = form_class({"title": "T", "author": db.ann.pk}, {"cover": upload})
        assert form.is_valid()
    finally:
        del field.save_form_data
    assert seen == ["T"]


def test_fields_come_without_the_package_of_forms() -> None:
    code = "import sys, vivace.db.models; print([n for n in sys.modules if 'vivace.forms' in n])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_formfield_of_subclass_has_the_last_word(db: SimpleNamespace) -> None:
    from vivace import forms

    class Short(models.PositiveIntegerField):
        def formfield(self, **kwargs: Any) -> Any:
            return super().formfield(**{"max_value": 9, **kwargs})

    field = Short()
    field.set_attributes_from_name("n")
    made = field.formfield(min_value=3)
    assert isinstance(made, forms.IntegerField)
    assert (made.min_value, made.max_value) == (3, 9)
