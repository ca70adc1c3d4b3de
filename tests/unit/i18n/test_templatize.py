"""Templates prepared for xgettext as Django does it, case by case: scripts/golden/templatize.py."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import golden_cases
from growth import grows_linearly
from vivace.utils.translation import TranslatorCommentWarning, templatize

questions = golden_cases.script("templatize")
RECORDED = golden_cases.recorded("templatize")


def test_the_record_holds_the_cases_of_the_script() -> None:
    assert [source for source, _ in RECORDED] == questions.templates()


def test_agrees_with_django() -> None:
    differences: list[Any] = []
    for source, answer in RECORDED:
        found = golden_cases.as_json(questions.ask("vivace", source))
        if found != answer:
            differences.append((source, answer, found))
    assert differences == []


def test_lines_stay_where_they_are() -> None:
    source = (
        "a\n{% trans 'x' %}\n\n{% blocktrans trimmed %}\n b\n\n{% endblocktrans %}\n{{ _('y') }}"
    )
    made = templatize(source)
    assert made.count("\n") == source.count("\n")
    assert made.splitlines()[1].strip() == "gettext(u'x')"
    assert made.splitlines()[-1].strip() == "_('y')"


def test_warning_is_a_warning_about_syntax() -> None:
    assert issubclass(TranslatorCommentWarning, SyntaxWarning)
    with pytest.warns(TranslatorCommentWarning, match="file a.html, line 2"):
        templatize("\n{# Translators: x #}{{ y }}", origin="a.html")


@pytest.mark.parametrize(
    "unit",
    [
        "{% trans 'a' %}",
        "{# Translators: a #}",
        "{{ x|f:_('a') }}",
        "{% blocktrans %}a{% endblocktrans %}",
        "text\n",
    ],
)
def test_work_grows_with_the_template(unit: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert grows_linearly(lambda count: templatize(unit * count), size=300)


@pytest.mark.parametrize("inner", ["x ", "y=_('a') ", "'", '"', "a|b:'c' "])
def test_one_long_tag(inner: str) -> None:
    assert grows_linearly(lambda count: templatize("{% " + inner * count + " %}"), size=300)
