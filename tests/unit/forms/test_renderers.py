"""Which templates forms are rendered with, and by what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import vivace.forms.renderers
from vivace import forms
from vivace.forms.renderers import (
    BaseRenderer,
    DjangoTemplates,
    Jinja2,
    TemplatesSetting,
    get_default_renderer,
)
from vivace.forms.utils import ErrorList
from vivace.template import TemplateDoesNotExist
from vivace.test.utils import override_settings
from vivace.utils.html import conditional_escape

ROOT = Path(vivace.forms.renderers.__file__).parent


class Everything(forms.Form):
    required_css_class = "req"
    text = forms.CharField(help_text="<b>x</b>", max_length=9, initial="a&b")
    radio = forms.ChoiceField(
        choices=[("1", "<"), ("G", [("2", "b")])], widget=forms.RadioSelect, help_text="h"
    )
    boxes = forms.MultipleChoiceField(choices=[(1, 2)], widget=forms.CheckboxSelectMultiple)
    select = forms.ChoiceField(choices=[("1", "a"), ("G", [("2", "b")])])
    truth = forms.BooleanField(required=False)
    file = forms.FileField(initial=type("Stored", (), {"url": "/x", "__str__": lambda s: "<"})())
    hidden = forms.CharField(widget=forms.HiddenInput)
    several = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput, initial=[1, 2])
    moment = forms.SplitDateTimeField(label="")
    area = forms.CharField(widget=forms.Textarea)
    date = forms.DateField(widget=forms.SelectDateWidget(years=[2020]))


def squeezed(html: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", str(html))).strip()


@pytest.mark.parametrize("layout", ["as_div", "as_p", "as_ul", "as_table"])
@pytest.mark.parametrize("data", [None, {}, {"radio": "2", "boxes": ["1"]}])
def test_both_languages_render_the_same(layout: str, data: Any) -> None:
    ours = Everything(data, renderer=DjangoTemplates())
    theirs = Everything(data, renderer=Jinja2())
    assert squeezed(getattr(theirs, layout)()) == squeezed(getattr(ours, layout)())
    assert squeezed(theirs.errors) == squeezed(ours.errors)
    assert theirs.errors.as_text() == ours.errors.as_text()


def test_each_template_is_there_in_both_languages() -> None:
    names = [
        sorted(str(path.relative_to(ROOT / folder)) for path in (ROOT / folder).rglob("*.*"))
        for folder in ("templates", "jinja2")
    ]
    assert names[0] == names[1]


def test_templates_answer_to_either_root() -> None:
    template = DjangoTemplates().get_template("vivace/forms/widgets/text.html")
    assert template.origin.name.endswith("django/forms/widgets/text.html")
    with pytest.raises(TemplateDoesNotExist):
        DjangoTemplates().get_template("vivace/forms/none.html")


def test_default_renderer_follows_the_setting() -> None:
    former = get_default_renderer()
    assert get_default_renderer() is former
    with override_settings(FORM_RENDERER="vivace.forms.renderers.Jinja2"):
        assert isinstance(get_default_renderer(), Jinja2)
    assert isinstance(get_default_renderer(), DjangoTemplates)


@pytest.fixture
def templates(tmp_path: Path) -> Iterator[Path]:
    """A directory of templates, before those of the applications."""
    (tmp_path / "own.html").write_text("<i>{{ widget.name }}</i>\n")
    (tmp_path / "field.html").write_text("[{{ field }}]")
    (tmp_path / "form.html").write_text("{{ form.x }}{{ fields|length }}")
    engine = {
        "BACKEND": "vivace.template.backends.django.DjangoTemplates",
        "DIRS": [tmp_path],
        "APP_DIRS": True,
    }
    with override_settings(
        TEMPLATES=[engine],
        INSTALLED_APPS=["vivace.forms"],
        FORM_RENDERER="vivace.forms.renderers.TemplatesSetting",
    ):
        yield tmp_path


@pytest.mark.usefixtures("templates")
def test_templates_of_the_project() -> None:
    class Own(forms.TextInput):
        template_name = "own.html"

    class Form(forms.Form):
        x = forms.CharField(widget=Own, template_name="field.html")

    form = Form()
    assert isinstance(form.renderer, TemplatesSetting)
    assert str(form["x"]) == "<i>x</i>"
    assert form["x"].as_field_group() == "[<i>x</i>]"
    assert form.render("form.html") == "<i>x</i>1"
    assert "[<i>x</i>]" in form.as_div()


@pytest.mark.usefixtures("templates")
def test_built_in_templates_can_be_replaced(templates: Path) -> None:
    folder = templates / "django" / "forms" / "widgets"
    folder.mkdir(parents=True)
    (folder / "text.html").write_text("mine")
    assert forms.TextInput().render("x", None) == "mine"


def test_a_form_may_have_its_own_renderer() -> None:
    class Bracket(forms.BoundField):
        def css_classes(self, extra_classes: Any = None) -> str:
            return f"[{super().css_classes(extra_classes)}]"

    class Renderer(DjangoTemplates):
        form_template_name = "django/forms/p.html"
        bound_field_class = Bracket

    class Form(forms.Form):
        default_renderer = Renderer
        x = forms.CharField()

    assert str(Form()) == Form().as_p()
    assert 'class="[]"' in str(Form())
    assert type(Form(bound_field_class=forms.BoundField)["x"]) is forms.BoundField
    assert type(Form(renderer=DjangoTemplates())["x"]) is forms.BoundField


def test_errors_may_have_their_own_template() -> None:
    class Errors(ErrorList):
        template_name = "django/forms/errors/list/text.txt"

    class Form(forms.Form):
        x = forms.CharField()

    assert str(Form({}, error_class=Errors)["x"].errors) == "* This field is required."


def test_base_renderer_finds_nothing() -> None:
    with pytest.raises(NotImplementedError, match=r"subclasses must implement get_template\(\)"):
        BaseRenderer().get_template("x")


def test_jinja2_ends_a_field_group_on_a_line_of_its_own() -> None:
    form = Everything(renderer=Jinja2())
    assert str(form["radio"].as_field_group()).endswith("</div>\n</fieldset>")
    assert str(form["text"].as_field_group()).endswith('id="id_text">')


class Curt(ErrorList):
    def render(self, *args: Any, **kwargs: Any) -> Any:
        return "curt"


class Marked(forms.Form):
    text = forms.CharField()

    def __str__(self) -> str:
        return "<marked>"


def test_a_subclass_with_another_render_is_shown_as_before() -> None:
    errors = Curt(["a"])
    assert str(errors) == errors.__html__() == '<ul class="errorlist"><li>a</li></ul>'
    assert errors.as_ul() == "curt"


def test_a_template_does_not_ask_another_str() -> None:
    assert conditional_escape(Marked()) == Marked().as_div()
    assert str(Marked()) == "<marked>"
