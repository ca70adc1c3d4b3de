"""Cases in which compiled templates were once not what the parsed nodes are; the pages are Django's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivace.template import Context, Engine, Library, Template, VariableDoesNotExist
from vivace.utils.functional import lazy
from vivace.utils.safestring import mark_safe

register = Library()


@register.simple_tag(takes_context=True)
def push_names(context: Any, **names: Any) -> str:
    """Leave a frame on the context, as some libraries do."""
    context.update(names)
    return ""


@register.simple_block_tag
def box(content: str) -> str:
    return content


class Silent(Exception):
    silent_variable_failure = True


class Failing:
    def fail(self) -> Any:
        raise Silent

    @property
    def related(self) -> Any:
        raise Silent


class NoText:
    """Something whose bytes are no text."""

    def __str__(self) -> str:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")

    @property
    def text(self) -> str:
        return str(self)


class Named:
    """Attributes of which other names remind Python."""

    def __init__(self) -> None:
        self.__dict__.update({"fi": "f", "a": "a", "class": "c"})


SAME, SAFE = "<x>", mark_safe("<y>")

OTHERS = {
    "arguments": "{% block foot %}a{{ nothing|default_if_none:absent }}{% endblock %}",
    "decoding": "{% block foot %}a{{ bad }}{% endblock %}",
    "bad": "{% if %}",
    "truth": "{{ True }}{{ absent }}",
    "deep": "{% load cases %}{% box %}{% if 1 %}"
    "{% block foot %}[{{ block.super }}]{% endblock %}{% endif %}{% endbox %}",
    "boxed": "{% load cases %}{% box %}{% block foot %}no{% endblock %}{% endbox %}",
}

CASES: list[tuple[str, dict[str, Any], str]] = [
    # what is missing is escaped, too
    ("{{ absent }}", {}, "&lt;inv&gt;"),
    # attributes of the context are not names in it
    ("{% if autoescape %}a{% endif %}{{ template_name }}", {}, "&lt;inv&gt;"),
    ("{% for x in 'ab' %}{{ forloop.length }}{% endfor %}", {}, "&lt;inv&gt;&lt;inv&gt;"),
    # frames that a foreign node leaves behind
    ("{% load cases %}{{ b }}{% push_names b=2 %}{{ b }}", {"b": 1}, "12"),
    (
        "{% load cases %}{% for x in 'ab' %}{{ b }}{% push_names b=x %}{{ b }}{% endfor %}{{ b }}",
        {"b": "_"},
        "_aaba",
    ),
    # what only an empty loop reads
    ("{% for v in l %}{% empty %}{{ None }}{% endfor %}{{ None }}", {"l": "ab"}, "None"),
    # a whole forloop holds its parent
    (
        "{% for y in 'ab' %}{% for v in 'c' %}{{ forloop.counter.real }}{% endfor %}{% endfor %}",
        {},
        "11",
    ),
    # a counter is the argument of a filter
    ("{% for x in l %}{{ x|add:forloop.counter }}{% endfor %}", {"l": [1, 2]}, "24"),
    (
        "{% for x in l %}{% if x|add:forloop.counter == 2 %}y{% endif %}{% endfor %}",
        {"l": [1]},
        "y",
    ),
    (
        "{% for x in l %}{% for y in x|slice:forloop.counter0 %}{{ y }}{% endfor %}{% endfor %}",
        {"l": ["ab", "cd"]},
        "c",
    ),
    # includes and parents that are linked
    ('{% if absent %}{% include "bad" %}{% endif %}ok', {}, "ok"),
    ('{% include "truth" with x=1 only %}', {"absent": 1}, "True&lt;inv&gt;"),
    ('{% extends "boxed" %}{% block foot %}yes{% endblock %}', {}, "yes"),
    ('{% extends "deep" %}{% block foot %}yes{% endblock %}', {}, "yes"),
    ('{% extends "deep" %}', {}, "[]"),
    # failures that ask to be silent end a lookup
    ("{% if o.related.name is None %}y{% else %}n{% endif %}", {"o": Failing()}, "n"),
    ("{{ nothing|default:o.related.name }}", {"o": Failing(), "nothing": 0}, "&lt;inv&gt;"),
    ("{% with a=o.related.name %}{{ a.x }}{% endwith %}", {"o": Failing()}, "&lt;inv&gt;"),
    ("{% with x=f %}{{ x.y|urlencode }}{% endwith %}", {"f": Failing().fail}, "&lt;inv&gt;"),
    # an argument that does not exist makes the comparison false around it
    ("{% if 1 != z|cut:absent %}y{% else %}n{% endif %}", {"z": 0}, "n"),
    ("{% if not z|cut:absent %}y{% else %}n{% endif %}", {"z": 0}, "n"),
    # safe texts that are promised
    ("{{ text|lower }}", {"text": lazy(lambda: mark_safe("<B>"), str)()}, "<b>"),
    # what fails within block.super is a failure of that variable
    (
        '{% extends "arguments" %}{% block foot %}[{{ block.super }}]{% endblock %}',
        {"nothing": None},
        "[&lt;inv&gt;]",
    ),
    (
        '{% extends "decoding" %}{% block foot %}[{{ block.super }}]{% endblock %}',
        {"bad": NoText()},
        "[]",
    ),
    # bytes that are no text are nothing, but where the value itself is shown
    ("[{{ bad|striptags }}{{ bad.text }}{{ bad.text|upper }}]", {"bad": NoText()}, "[]"),
    ("{% for x in l %}[{{ x|striptags }}{{ x.text }}]{% endfor %}", {"l": [NoText()] * 2}, "[][]"),
    # numbers, texts and safe texts in one string
    (
        "{{ a }}-{{ b }}-{{ c }}-{{ d }}",
        {"a": "<{a}>", "b": 7, "c": mark_safe("<b>{"), "d": True},
        "&lt;{a}&gt;-7-<b>{-True",
    ),
    # a cycle keeps its turn, whoever resets it
    (
        "{% for x in l %}{% cycle '<' 1 %}{% if x %}{% resetcycle %}{% endif %}{% endfor %}",
        {"l": [0, 0, 0, 1, 0, 0]},
        "<1<1<1",
    ),
    # one name for two values has the last one
    ("{% for x, x in l %}{{ x }}{% endfor %}", {"l": [(1, 2), (3, 4)]}, "24"),
    # names that Python would read as others, and its keywords
    ("{{ o.\ufb01 }}{{ o.\u00aa }}", {"o": Named()}, "&lt;inv&gt;&lt;inv&gt;"),
    ("{% for x in l %}{{ x.class }}{{ x.fi }}{% endfor %}", {"l": [Named()] * 2}, "cfcf"),
    # the same string again, and again after others; what is equal to it is not the same
    (
        "{% for x in l %}{{ x }},{% endfor %}",
        {"l": [SAME, SAME, SAFE, SAFE, SAME, "", SAME, 5, 5, None, None, mark_safe(SAME), SAME]},
        "&lt;x&gt;,&lt;x&gt;,<y>,<y>,&lt;x&gt;,,&lt;x&gt;,5,5,None,None,<x>,&lt;x&gt;,",
    ),
    # a name keeps that its text is escaped
    ("{% load i18n %}{% translate text as t %}{{ t }}", {"text": "<&>"}, "&lt;&amp;&gt;"),
]


def by_nodes(template: Template, context: Context) -> str:
    with context.render_context.push_state(template), context.bind_template(template):
        return template.nodelist.render(context)


def when_hot(template: Template, context: Context) -> str:
    for _ in range(20):
        text = template.render(context.__copy__())
    return text


@pytest.mark.parametrize(
    "way", [Template.render, when_hot, by_nodes], ids=["compiled", "hot", "nodes"]
)
@pytest.mark.parametrize(("source", "values", "page"), CASES)
def test_page(
    source: str, values: dict[str, Any], page: str, way: Callable[[Template, Context], str]
) -> None:
    sources = ("vivace.template.loaders.locmem.Loader", {"main": source, **OTHERS})
    engine = Engine(
        loaders=[("vivace.template.loaders.cached.Loader", [sources])],
        libraries={"cases": __name__, "i18n": "vivace.templatetags.i18n"},
        string_if_invalid="<inv>",
    )
    assert way(engine.get_template("main"), Context(values)) == page


PLAIN = st.one_of(
    st.integers(), st.sampled_from(["a", "<b>", "&'\"", "", "{", "%s", "ü"]), st.text(max_size=5)
)
CELLS = st.one_of(
    st.lists(PLAIN, max_size=12),
    st.lists(PLAIN, max_size=12).map(tuple),
    st.lists(
        st.one_of(
            PLAIN,
            st.sampled_from([None, True, 1.5, mark_safe("<i>"), "\0", "\1", "long " * 99, [1]]),
        ),
        max_size=12,
    ),
)
LOOPS = (
    "{% for row in rows %}[{% for cell in row %}<{{ cell }}>{% endfor %}]{% endfor %}",
    "{% for row in rows %}{% for cell in row %}{{ cell }}{% endfor %}{% endfor %}",
    "{% for row in rows %}{% for cell in row %}{{ cell }},{% endfor %}{% empty %}e{% endfor %}",
    "{% for cell in rows.0 %}%s{{ cell }}{{% endfor %}",
    "{% for cell in rows.0 %}\0{{ cell }}{% endfor %}",
    "{% for cell in rows.0 reversed %}{{ cell }}{% endfor %}",
    "{% autoescape off %}{% for cell in rows.0 %}{{ cell }} {% endfor %}{% endautoescape %}",
)
HOT_LOOPS = {source: Engine().from_string(source) for source in LOOPS}


@given(st.sampled_from(LOOPS), st.lists(CELLS, min_size=1, max_size=12))
def test_what_is_written_at_once_is_what_the_loop_writes(source: str, rows: list[Any]) -> None:
    template = HOT_LOOPS[source]
    text = when_hot(template, Context({"rows": rows}))
    assert text == by_nodes(template, Context({"rows": rows}))


def test_values_are_read_in_their_order() -> None:
    read: list[int] = []

    def tick() -> int:
        read.append(1)
        return len(read)

    source = "{{ tick }}{% widthratio tick 1 1 %}{{ tick }}{% with a=tick %}{{ a }}{% endwith %}"
    assert Engine().from_string(source).render(Context({"tick": tick})) == "1234"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("{{ x }}", "x"),
        ("{{ x.y }}", "x"),
        ("{{ o.y }}{{ x.y }}{{ o.y }}", "yxy"),
        ("{{ x.y|upper }}", "x"),
        ("{% if x.y == 1 or o.y %}{% endif %}", "xy"),
        ("{{ o|default:x.z }}", "x"),
        ("{{ o|default:y }}", "y"),
        ("{% for i in l %}{{ i.y }}{{ q.y }}{% endfor %}", "yqyq"),
    ],
)
@pytest.mark.parametrize("way", [Template.render, when_hot, by_nodes])
def test_each_missing_variable_is_logged_once(
    source: str,
    names: str,
    way: Callable[[Template, Context], str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    context = Context({"o": Failing(), "l": [Failing()] * 2})
    template = Engine().from_string(source)
    if way is when_hot:
        with contextlib.suppress(VariableDoesNotExist):
            way(template, context)
    with caplog.at_level("DEBUG", "vivace.template"), contextlib.suppress(VariableDoesNotExist):
        (Template.render if way is when_hot else way)(template, context)
    logged = [re.findall("variable '(.)'", record.getMessage())[0] for record in caplog.records]
    assert "".join(logged) == names
