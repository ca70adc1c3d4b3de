"""Formsets without models: numbers that browsers send, and forms in order."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.forms import BaseFormSet, CharField, Form, ValidationError, formset_factory


class Line(Form):
    text = CharField()


def posted(total: Any, initial: Any = 0, *texts: str, **more: str) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": str(total), "form-INITIAL_FORMS": str(initial)}
    data.update({f"form-{n}-text": text for n, text in enumerate(texts)})
    return data | {key.replace("__", "-"): value for key, value in more.items()}


@pytest.mark.parametrize("sent", [2001, 10**9, 10**40])
def test_cve_2013_0306_forged_numbers_are_bounded(sent: int) -> None:
    formset = formset_factory(Line)(posted(sent, sent))
    assert len(formset.forms) == formset.absolute_max == 2000
    assert not formset.is_valid()
    assert formset.non_form_errors() == ["Please submit at most 1000 forms."]


@given(
    st.integers(0, 5),
    st.one_of(st.none(), st.integers(0, 6)),
    st.one_of(st.none(), st.integers(0, 6)),
    st.integers(0, 6),
)
def test_numbers_of_forms_shown(
    extra: int, maximum: int | None, minimum: int | None, there: int
) -> None:
    made = formset_factory(Line, extra=extra, max_num=maximum, min_num=minimum)
    formset = made(initial=[{"text": "x"}] * there)
    total = len(formset.forms)
    assert len(formset.initial_forms) == there
    assert total >= there
    assert total <= max(there, 1000 if maximum is None else maximum)
    assert total <= max(there, minimum or 0) + extra


@given(st.lists(st.one_of(st.none(), st.integers(-9, 9)), min_size=1, max_size=6))
def test_ordered_forms_keep_ties_and_put_the_unplaced_last(places: list[int | None]) -> None:
    data = posted(len(places), 0, *["x"] * len(places))
    for n, place in enumerate(places):
        data[f"form-{n}-ORDER"] = "" if place is None else str(place)
    formset = formset_factory(Line, can_order=True)(data)
    found = [form.cleaned_data["ORDER"] for form in formset.ordered_forms]
    placed = sorted(place for place in places if place is not None)
    assert found == placed + [None] * places.count(None)


def test_what_is_deleted_need_not_be_valid() -> None:
    formset = formset_factory(Line, can_delete=True)(posted(2, 2, "", "kept", form__0__DELETE="on"))
    assert formset.is_valid()
    assert formset.deleted_forms == [formset[0]]
    assert formset.errors == [{}]


def test_every_form_is_asked_before_the_whole() -> None:
    seen: list[int] = []

    class Whole(BaseFormSet):
        def clean(self) -> None:
            seen.append(len([form for form in self.forms if form.is_bound and form.errors]))
            raise ValidationError("not so")

    formset = formset_factory(Line, formset=Whole)(posted(2, 2, "", ""))
    assert not formset.is_valid()
    assert seen == [2]
    assert formset.total_error_count() == 3


def test_absolute_maximum_below_maximum_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'absolute_max' must be greater or equal to 'max_num'\."):
        formset_factory(Line, max_num=3, absolute_max=2)


def test_form_of_a_rendered_formset_can_be_copied() -> None:
    formset = formset_factory(Line)()
    shown = str(formset[0])
    assert str(copy.deepcopy(formset[0])) == shown
