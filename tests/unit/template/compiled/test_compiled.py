"""The compiled form: what it is linked with, in which order it asks, and where it is kept."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vivace.template import Context, Engine, Library, base
from vivace.template.compiled import program as programs
from vivace.template.compiled.store import Store
from vivace.template.language import lexer
from vivace.template.loader_tags import IncludeNode
from vivace.test.utils import override_settings
from vivace.urls import path
from vivace.utils import translation

LOADERS = "vivace.template.loaders"
LIBRARIES = {name: f"vivace.templatetags.{name}" for name in ("i18n", "static", "tz")}

register = Library()
urlpatterns = [path("a&b/", lambda request: None, name="stored")]


@register.simple_tag
def shout(text: str, mark: str = "?") -> str:
    return text.upper() + mark


def engine(templates: dict[str, str], **options: Any) -> Engine:
    loaders = [(f"{LOADERS}.cached.Loader", [(f"{LOADERS}.locmem.Loader", templates)])]
    return Engine(loaders=loaders, libraries={"shout": __name__, **LIBRARIES}, **options)


def render(template: Any, **names: Any) -> str:
    return str(template.render(Context(names)))


class Counter:
    """Counts how often it was asked, so that the order of questions shows."""

    def __init__(self) -> None:
        self.count = 0

    @property
    def next(self) -> int:
        self.count += 1
        return self.count


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ c.next }}{{ c.next|add:10 }}{{ c.next }}", "1123"),
        ("{{ c.next }}{% with a=c.next %}{{ c.next }}{{ a }}{% endwith %}", "132"),
        ("{{ c.next }}{% if c.next == 2 %}{{ c.next }}{% endif %}", "13"),
        ("{{ c.next }}{% for i in 'ab' %}{{ c.next }}{% endfor %}{{ c.next }}", "1234"),
        ("{{ c.next }}{% firstof c.next as x %}{{ c.next }}{{ x }}", "132"),
    ],
)
def test_values_are_asked_for_in_the_templates_order(source: str, expected: str) -> None:
    template = engine({"t": source}).get_template("t")
    for _ in range(programs.HOT_AFTER + 2):
        assert render(template, c=Counter()) == expected


def test_a_missing_or_broken_include_matters_only_where_it_is_needed() -> None:
    source = "{% if x %}{% include 'nowhere' %}{% include 'broken' %}{% endif %}ok"
    template = engine({"t": source, "broken": "{% nonsense %}"}).get_template("t")
    assert render(template, x=False) == "ok"


def test_templates_nested_too_deeply_for_python_are_rendered_by_their_nodes() -> None:
    depth = 60
    source = "{% for x in l %}" * depth + "x" + "{% endfor %}" * depth
    assert render(engine({"t": source}).get_template("t"), l=[1]) == "x"


# ---------------------------------------------------------------------------- on disk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("VIVACE_TEMPLATE_CACHE", str(tmp_path / "store"))
    programs.STORE.clear()
    yield tmp_path / "store"
    monkeypatch.undo()
    programs.STORE.clear()


SITE = {
    "base": "<{% block a %}base{% endblock %}|{{ x|upper }}>",
    "page": "{% extends 'base' %}{% block a %}{{ x }}{% include 'part' with y=x %}{% endblock %}",
    "part": "({% for i in l %}{{ i.k }}{{ y|default:'none' }}{% endfor %})",
}
NAMES: dict[str, Any] = {"x": "a<b", "l": [{"k": 1}, {"k": "<"}]}
EXPECTED = "<a&lt;b(1a&lt;b&lt;a&lt;b)|A&lt;B>"


def is_parsed(template: Any) -> bool:
    return "nodelist" in template.__dict__


def test_what_was_stored_is_rendered_without_being_parsed(folder: Path) -> None:
    assert render(engine(SITE).get_template("page"), **NAMES) == EXPECTED
    assert list(folder.iterdir())
    again = engine(SITE).get_template("page")
    assert render(again, **NAMES) == EXPECTED
    assert not is_parsed(again)
    # Whoever asks for the nodes gets them.
    assert again.nodelist[0].parent_name.var == "base"


@pytest.mark.parametrize("changed", ["base", "page", "part"])
def test_a_changed_source_is_compiled_anew(folder: Path, changed: str) -> None:
    render(engine(SITE).get_template("page"), **NAMES)
    other = SITE[changed].replace("x|upper", "z|upper").replace("{{ x }}", "{{ z }}")
    site = {**SITE, changed: other.replace("i.k", "i.z")}
    again = engine(site).get_template("page")
    assert is_parsed(again)
    assert render(again, **NAMES) != EXPECTED


def test_a_hot_function_of_other_parents_is_not_taken(folder: Path) -> None:
    render(engine(SITE).get_template("page"), **NAMES)
    page = engine(SITE).get_template("page")
    other = engine({**SITE, "base": SITE["base"].replace("|upper", "")}).get_template("page")
    for _ in range(20):
        assert render(other, **NAMES) == EXPECTED.replace("A&lt;B", "a&lt;b")
    for _ in range(20):
        assert render(page, **NAMES) == EXPECTED


def test_a_hot_function_is_stored_beside_the_cold_one(folder: Path) -> None:
    for times in (1, 20):
        template = engine(SITE).get_template("page")
        for _ in range(times):
            render(template, **NAMES)
    assert len(list(folder.iterdir())) == 2
    again = engine(SITE).get_template("page")
    for _ in range(20):
        assert render(again, **NAMES) == EXPECTED
    assert not is_parsed(again)


def test_engines_with_other_options_share_nothing(folder: Path) -> None:
    render(engine(SITE).get_template("page"), **NAMES)
    assert is_parsed(engine(SITE, string_if_invalid="?").get_template("page"))
    assert is_parsed(engine(SITE, debug=True).get_template("page"))


@pytest.mark.parametrize("damage", [b"", b"vivace template 1\n", None])
def test_a_damaged_record_is_taken_for_missing(folder: Path, damage: bytes | None) -> None:
    render(engine(SITE).get_template("page"), **NAMES)
    for record in folder.iterdir():
        content = record.read_bytes()
        record.write_bytes(content[:-1] if damage is None else damage)
    again = engine(SITE).get_template("page")
    assert is_parsed(again)
    assert render(again, **NAMES) == EXPECTED


def test_nothing_is_read_from_a_folder_that_others_may_write_to(folder: Path) -> None:
    render(engine(SITE).get_template("page"), **NAMES)
    folder.chmod(0o777)
    programs.STORE.clear()
    assert is_parsed(engine(SITE).get_template("page"))


def test_the_folder_is_made_for_its_owner_alone(folder: Path) -> None:
    render(engine(SITE).get_template("page"), **NAMES)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("VIVACE_TEMPLATE_CACHE", os.fspath(blocked / "below"))
    programs.STORE.clear()
    assert render(engine(SITE).get_template("page"), **NAMES) == EXPECTED
    programs.STORE.clear()


STORABLE = {
    "{% now 'Y' as y %}{% if y %}ok{% endif %}": "ok",
    "{% csrf_token %}": '<input type="hidden" name="csrfmiddlewaretoken" value="t&lt;">',
    "{% lorem 2 w %}": "lorem ipsum",
    "{% widthratio 1 2 100 %}": "50",
    "{% spaceless %} <b> <i>{{ x }}</i> </b> {% endspaceless %}": "<b><i>a&lt;b</i></b>",
    "{% filter upper|cut:'A' %}a{{ x }}{% endfilter %}": "&LT;B",
    "{% for i in l %}{% cycle 'a' 'b' %}{% cycle 1 2 3 %}{% endfor %}{% cycle 'a' 'c' %}": "a1b2a",
    "{% load static %}{% static 'a.css' %}{% get_static_prefix %}": "/s/a.css/s/",
    "{% load i18n %}{% translate 'x' %}{% get_current_language as l %}{{ l }}": "xen-us",
    "{% load tz %}{% get_current_timezone as z %}{{ z }}": "UTC",
    "{% load shout %}{% shout x mark='!' %}{% shout 'b' as c %}{{ c }}": "A&lt;B!B?",
    "{% url 'stored' %}{% url 'stored' 5 as u %}{{ u }}{% url name %}": "/a&amp;b//a&amp;b/",
}


@pytest.mark.parametrize("source", STORABLE)
def test_what_calls_functions_is_stored(source: str, folder: Path) -> None:
    names = {**NAMES, "csrf_token": "t<", "name": "stored"}
    # Whatever language an earlier test left active in this thread.
    english = translation.override("en-us")
    with english, override_settings(ROOT_URLCONF=__name__, STATIC_URL="/s/", TIME_ZONE="UTC"):
        for _ in range(2):
            template = engine({"t": source}).get_template("t")
            for _ in range(20):
                assert render(template, **names) == STORABLE[source]
        assert not is_parsed(template)


def test_templates_that_call_foreign_nodes_are_not_stored(folder: Path) -> None:
    source = "{% for i in l %}{% ifchanged i %}{{ i }}{% endifchanged %}{% endfor %}"
    assert render(engine({"t": source}).get_template("t"), l=[1, 1, 2]) == "12"
    assert not folder.exists() or not list(folder.iterdir())


def test_writers_do_not_disturb_each_other(folder: Path) -> None:
    render(engine(SITE).get_template("part"), **NAMES)
    (name,) = [path.name for path in folder.iterdir()]
    key = bytes.fromhex(name.partition(".")[0])
    store = Store(folder)
    record = store.load(key)
    assert record is not None
    for _ in range(3):
        store.save(key, record)
    assert [path.name for path in folder.iterdir()] == [name]


# ---------------------------------------------------------------------------- other rules


def test_what_is_replaced_at_the_public_address_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    several_lines = re.compile(base.tag_re.pattern, re.DOTALL)
    monkeypatch.setattr(base, "tag_re", several_lines)
    assert render(engine({}).from_string("{% if\n x %}{{ x\n|upper }}{% endif %}"), x="a") == "A"
    monkeypatch.undo()
    assert lexer.tag_re is base.tag_re is not several_lines

    class Shorthand(base.Lexer):
        def tokenize(self) -> list[base.Token]:
            self.template_string = self.template_string.replace("@x", "{{ x }}")
            return super().tokenize()

    monkeypatch.setattr(base, "Lexer", Shorthand)
    assert render(engine({}).from_string("@x"), x="a") == "a"


def marked(original: Any) -> Any:
    return lambda *args, **kwargs: f"*{original(*args, **kwargs)}"


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        (base.Node, "render_annotated", "*a*(*b)"),
        (base.VariableNode, "render", "*a(*b)"),
        (base.Variable, "_resolve_lookup", "*a(*b)"),
        (base.Template, "render", "*a*(b)"),
        (IncludeNode, "render", "a*(b)"),
    ],
)
def test_replaced_functions_are_called_however_often_a_template_was_rendered(
    owner: type, name: str, expected: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = {"page": "{{ x }}{% include 'part' %}", "part": "({{ y }})"}
    assert render(engine(site).get_template("page"), x="a", y="b") == "a(b)"
    monkeypatch.setattr(owner, name, marked(getattr(owner, name)))
    template = engine(site).get_template("page")
    for _ in range(programs.HOT_AFTER + 2):
        assert render(template, x="a", y="b") == expected


def test_other_nodes_are_rendered_and_not_stored(folder: Path) -> None:
    template = engine(SITE).get_template("page")
    for _ in range(programs.HOT_AFTER + 2):
        assert render(template, **NAMES) == EXPECTED
    template.nodelist = base.NodeList([base.TextNode("other")])
    for _ in range(programs.HOT_AFTER + 2):
        assert render(template, **NAMES) == "other"
    assert render(engine(SITE).get_template("page"), **NAMES) == EXPECTED


def test_another_way_of_parsing_is_not_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert render(engine(SITE).get_template("part"), **NAMES)
    parse = base.Template.compile_nodelist

    def with_a_mark(self: Any) -> Any:
        return base.NodeList([*parse(self), base.TextNode("!")])

    monkeypatch.setattr(base.Template, "compile_nodelist", with_a_mark)
    assert render(engine(SITE).get_template("part"), **NAMES).endswith("!")
    monkeypatch.undo()
    assert not render(engine(SITE).get_template("part"), **NAMES).endswith("!")


def test_a_string_of_another_class_is_told_the_missing_variable(folder: Path) -> None:
    missing: list[Any] = []

    class Noted(str):
        def __mod__(self, variable: Any) -> str:
            missing.append(variable)
            return "?"

    template = engine({"page": "{{ a.b }}"}, string_if_invalid=Noted("%s")).get_template("page")
    for _ in range(programs.HOT_AFTER + 2):
        assert render(template) == "?"
    assert {(type(variable), variable.var) for variable in missing} == {(base.Variable, "a.b")}
