"""What an exception tells of the place of a mistake, in messages, notes and for the error page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from vivace.template import Context, Engine, Template, TemplateDoesNotExist, TemplateSyntaxError
from vivace.template.backends.django import DjangoTemplates
from vivace.views.debug import ExceptionReporter

LOADER = "vivace.template.loaders.locmem.Loader"


class Trap:
    @property
    def boom(self) -> Any:
        raise ValueError("it <snapped>")


def engine(debug: bool = False, **templates: str) -> Engine:
    named = {f"{name}.html": source for name, source in templates.items()}
    return Engine(debug=debug, loaders=[(LOADER, named)])


@pytest.fixture(params=["interpreted", "compiled"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How templates are rendered; tests that use it run once with each."""
    if request.param == "interpreted":
        monkeypatch.setattr(Template, "_compiler", None)
    return str(request.param)


def failure(ask: Any) -> Any:
    with pytest.raises(Exception) as caught:
        ask()
    return caught.value


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("{% iff x %}", "Did you mean 'if'?"),
        ("{{ x|uper }}", "Did you mean 'upper'?"),
        ("{% if x %}{% endiff %}", "Did you mean 'endif'?"),
    ],
)
def test_the_nearest_name_is_told(source: str, note: str) -> None:
    error = failure(lambda: Engine().from_string(source))
    assert isinstance(error, TemplateSyntaxError)
    assert note in error.__notes__


def test_a_tag_of_a_library_that_was_not_loaded_is_told() -> None:
    one = Engine(libraries={"l10n": "vivace.templatetags.l10n"})
    error = failure(lambda: one.from_string("{{ x|unlocalize }}"))
    assert "{% load l10n %}" in error.__notes__[0]


def test_the_template_and_line_are_told() -> None:
    error = failure(lambda: engine(a="\n\n{% wrong %}").get_template("a.html"))
    assert error.__notes__[-1] == "(in the template 'a.html', line 3: 'wrong')"


def test_debug_knows_lines_and_includes(form: str) -> None:
    one = engine(
        debug=True,
        top='\n{% include "middle.html" %}',
        middle='\n\n<b>{% include "low.html" %}',
        low="first\n<i>{{ trap.boom }}</i>\nlast",
    )
    error = failure(lambda: one.get_template("top.html").render(Context({"trap": Trap()})))
    info = error.template_debug
    assert (info["name"], info["line"]) == ("low.html", 2)
    assert (info["before"], info["during"], info["after"]) == ("<i>", "{{ trap.boom }}", "</i>\n")
    assert error.template_chain == [("low.html", 2), ("middle.html", 3), ("top.html", 2)]


def test_without_debug_nothing_is_noted() -> None:
    error = failure(
        lambda: engine(a="{{ t.boom }}").get_template("a.html").render(Context({"t": Trap()}))
    )
    assert not hasattr(error, "template_debug")


def test_the_report_shows_the_template_escaped(form: str) -> None:
    one = engine(debug=True, top='{% include "low.html" %}', low="<i>{{ trap.boom }}</i>")
    error = failure(lambda: one.get_template("top.html").render(Context({"trap": Trap()})))
    reporter = ExceptionReporter(None, type(error), error, None)
    page = reporter.get_traceback_html()
    assert "Error during template rendering" in page
    assert "&lt;i&gt;<mark>{{ trap.boom }}</mark>&lt;/i&gt;" in page
    assert "included or extended by top.html, line 1" in re.sub("<[^>]+>", "", page)
    text = reporter.get_traceback_text()
    assert "In template low.html, error at line 1\n   it <snapped>\n   1 : <i>" in text


def test_the_report_shows_what_was_tried() -> None:
    backend = DjangoTemplates(
        {"NAME": "own", "DIRS": ["/nowhere"], "APP_DIRS": False, "OPTIONS": {"debug": True}}
    )
    error = failure(lambda: backend.get_template("no.html"))
    assert isinstance(error, TemplateDoesNotExist)
    reporter = ExceptionReporter(None, type(error), error, None)
    line = "filesystem.Loader: /nowhere/no.html (Source does not exist)"
    assert line in reporter.get_traceback_text()
    assert "Using engine <code>own</code>" in reporter.get_traceback_html()


def test_a_reporter_may_have_its_own_templates(tmp_path: Any) -> None:
    page = tmp_path / "page.html"
    page.write_text("{{ exception_type }}: {{ exception_value }}")

    class Own(ExceptionReporter):
        html_template_path = page
        text_template_path = page

    reporter = Own(None, ValueError, ValueError("<x>"), None)
    assert reporter.get_traceback_html() == "ValueError: &lt;x&gt;"
    assert reporter.get_traceback_text() == "ValueError: <x>"
