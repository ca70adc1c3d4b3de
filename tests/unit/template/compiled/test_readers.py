"""Foreign nodes that only read: what their code tells, and that nobody can tell the difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from vivace.template import Context, Engine, Library, Node, RequestContext
from vivace.template.compiled.readers import names_read
from vivace.utils.safestring import mark_safe

# Rendered so often, a template is hot.
OFTEN = 12

NO = object()


def passed_on(context: Any) -> str:
    return str(context["a"])


def node_with(render: Callable[..., Any]) -> Any:
    return type("Made", (Node,), {"render": render})()


def both(self: Any, context: Any) -> str:
    return context["a"] + context["b"] + context["a"]


def asked(self: Any, context: Any) -> str:
    text = context.get("a") or context.get("b", "-")
    return text if "c" in context and "d" not in context else ""


def counted(self: Any, context: Any) -> str:
    return f"{context['forloop']['counter']}{context['forloop']['last']}"


def in_a_comprehension(self: Any, context: Any) -> str:
    names = context["names"]
    return "".join(name for name in names)


def nothing(self: Any, context: Any) -> str:
    return "text"


@pytest.mark.parametrize(
    ("render", "reads"),
    [
        (both, [("a",), ("b",)]),
        (asked, [("a",), ("b",), ("c",), ("d",)]),
        (counted, [("forloop", "counter"), ("forloop", "last")]),
        (in_a_comprehension, [("names",)]),
        (nothing, []),
    ],
)
def test_what_is_read_is_told_by_the_code(render: Any, reads: list[tuple[str, ...]]) -> None:
    assert names_read(node_with(render)) == tuple(reads)


def writes(self: Any, context: Any) -> str:
    context["a"] = context["b"]
    return ""


def deletes(self: Any, context: Any) -> str:
    del context["a"]
    return ""


def passes_on(self: Any, context: Any) -> str:
    return passed_on(context)


def computes_the_name(self: Any, context: Any) -> str:
    return str(context[self.name])


def chooses_the_name(self: Any, context: Any) -> str:
    return str(context["a" if self.token else "b"])


def may_ask_for_another(self: Any, context: Any) -> str:
    return str((self.token or "a") in context)


def gets_with_a_choice(self: Any, context: Any) -> str:
    return str(context.get("a", self.token))


def gets_with_a_sum(self: Any, context: Any) -> str:
    return str(context.get("a" + self.name))


def keeps(self: Any, context: Any) -> str:
    self.context = context
    return ""


def keeps_a_method(self: Any, context: Any) -> str:
    get = context.get
    return str(get("a"))


def passes_a_method_on(self: Any, context: Any) -> str:
    return str(max(context.get, "a"))


def asks_for_frames(self: Any, context: Any) -> str:
    return str(context.dicts[-1]["a"])


def asks_for_an_attribute(self: Any, context: Any) -> str:
    return str(context.autoescape)


def closes_over(self: Any, context: Any) -> str:
    return "".join(str(context[name]) for name in ("a", "b"))


def sees_its_names(self: Any, context: Any) -> str:
    return str(locals()["context"]["a"])


def takes_the_loop(self: Any, context: Any) -> str:
    return str(context["forloop"])


def asks_the_outer_loop(self: Any, context: Any) -> str:
    return str(context["forloop"]["parentloop"]["counter"])


def keeps_state_in_the_loop(self: Any, context: Any) -> str:
    context["forloop"][self] = 1
    return ""


def asks_for_the_block(self: Any, context: Any) -> str:
    return str(context["block"].name)


def replaces(self: Any, context: Any) -> str:
    context = context["a"]
    return str(context["b"])


def is_a_generator(self: Any, context: Any) -> Any:
    yield context["a"]


def takes_more(self: Any, context: Any, *more: Any) -> str:
    return str(context["a"])


def slices(self: Any, context: Any) -> str:
    return str(context[1])


@pytest.mark.parametrize(
    "render",
    [
        writes, deletes, passes_on, computes_the_name, chooses_the_name,
        may_ask_for_another, gets_with_a_choice, gets_with_a_sum, keeps, keeps_a_method,
        passes_a_method_on, asks_for_frames, asks_for_an_attribute, closes_over, sees_its_names,
        takes_the_loop, asks_the_outer_loop, keeps_state_in_the_loop, asks_for_the_block, replaces,
        is_a_generator, takes_more, slices,
    ],
)  # fmt: skip
def test_whatever_else_is_done_leaves_the_node_as_it_is(render: Any) -> None:
    assert names_read(node_with(render)) is None


def test_a_node_that_is_not_rendered_by_a_plain_function_is_left_as_it_is() -> None:
    assert names_read(node_with(staticmethod(nothing))) is None
    assert names_read(node_with(mock.Mock())) is None
    own = node_with(both)
    own.render = lambda context: ""
    assert names_read(own) is None
    annotated = type("Own", (Node,), {"render": both, "render_annotated": both})()
    assert names_read(annotated) is None
    assert names_read(object()) is None


# ---------------------------------------------------------------------------- in templates

register = Library()


class Reading(Node):
    """Reads three names, of which any may be missing."""

    def render(self, context: Any) -> str:
        seen = f"{context.get('x')}/{context.get('y', '-')}"
        return f"<{seen}>" if "z" not in context else f"<{seen} {context['z']}>"


class Counting(Node):
    """Reads what there is of the loop."""

    def render(self, context: Any) -> str:
        counter, last = context["forloop"]["counter"], context["forloop"]["last"]
        return mark_safe(f"[{counter} {last} {context['x']}]")


class Setting(Node):
    """Writes to the context, and to a frame of it that is not the top."""

    def render(self, context: Any) -> str:
        context["x"] = "set"
        context.dicts[1]["z"] = "below"
        return ""


class Demanding(Node):
    def render(self, context: Any) -> str:
        return str(context["needed"])


for cls in (Reading, Counting, Setting, Demanding):
    register.tag(cls.__name__.lower(), lambda parser, token, cls=cls: cls())

PARTS = {
    "part": "{% load test %}{% reading %}{% for x in rows %}{% reading %}{% counting %}{% endfor %}",
    "parent": "{% load test %}{% block a %}{% reading %}{% endblock %}{% reading %}",
}
TEMPLATES = [
    "{% reading %}",
    "{% for x in rows %}{{ x }}{% reading %}{% counting %}{% endfor %}{% reading %}",
    "{% for x, y in pairs %}{% reading %}{% counting %}{% endfor %}",
    "{% for y in rows %}{% for x in rows %}{% counting %}{% reading %}{% endfor %}"
    "{% reading %}{% endfor %}",
    "{% for y in rows %}{% with x=y z='w' %}{% counting %}{% reading %}{% endwith %}"
    "{% reading %}{% endfor %}",
    "{% with x='with' %}{% reading %}{% for y in rows %}{% reading %}{% endfor %}{% endwith %}",
    "{% for x in rows %}{% counting %}{% setting %}{% counting %}{% reading %}{% endfor %}"
    "{% reading %}",
    "{% setting %}{% for y in rows %}{% if y != 'b' %}{% reading %}{% endif %}{% endfor %}",
    "{% for x in rows %}{{ forloop }}{% counting %}{% endfor %}",
    "{% for x in rows %}{% for y in rows %}{% counting %}{{ forloop.parentloop.counter }}"
    "{% endfor %}{% endfor %}",
    "{% for x in rows %}{% setting %}{% for y in rows %}{% counting %}{% endfor %}{% endfor %}",
    "{% include 'part' with y='given' %}",
    "{% for x in rows %}{% include 'part' %}{% include 'part' only %}{% endfor %}",
    "{% for x in rows %}{% include 'part' with x=x|upper rows=rows only %}{% endfor %}",
    "{% with forloop=own %}{% for y in none %}{% empty %}{% counting %}{% endfor %}{% endwith %}",
    "{% for y in rows %}{% with forloop=own x=1 %}{% counting %}{% endwith %}{% endfor %}",
    "{% block a %}{% reading %}{% with z=1 %}{% reading %}{% endwith %}{% endblock %}",
    "{% autoescape off %}{% for x in rows %}{% reading %}{{ x }}{% endfor %}{% endautoescape %}",
    "{% filter upper %}{% for x in rows %}{% reading %}{{ x }}{% endfor %}{% endfilter %}",
    "{% for x in rows reversed %}{% counting %}{% reading %}{% endfor %}",
]
EXTENDING = [
    "{% extends 'parent' %}{% load test %}{% block a %}{% for x in rows %}{% counting %}"
    "{{ block.super }}{% endfor %}{% reading %}{% endblock %}",
]


def values() -> dict[str, Any]:
    return {
        "rows": ["a", "b", "<c>"],
        "pairs": [("a", 1), ("b", None)],
        "none": [],
        "own": {"counter": "own", "last": "too"},
        "y": "of the context",
    }


def engine(**options: Any) -> Engine:
    sources = ("vivace.template.loaders.locmem.Loader", {**PARTS, **_mains()})
    loaders = [("vivace.template.loaders.cached.Loader", [sources])]
    return Engine(loaders=loaders, libraries={"test": __name__}, **options)


def _mains() -> dict[str, str]:
    mains = ["{% load test %}" + source for source in TEMPLATES] + EXTENDING
    return {f"main{number}": source for number, source in enumerate(mains)}


def outcome(render: Callable[[], Any]) -> Any:
    try:
        return str(render())
    except Exception as error:
        return type(error), str(error)


def by_nodes(template: Any, context: Any) -> Any:
    """What a template gives if it is not compiled."""
    with context.bind_template(template), context.render_context.push_state(template):
        return template.nodelist.render(context)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("name", _mains())
def test_a_reading_node_sees_what_it_would_of_the_live_context(name: str, debug: bool) -> None:
    template = engine(debug=debug).get_template(name)
    expected = outcome(lambda: by_nodes(template, Context(values())))
    for _ in range(OFTEN):
        assert outcome(lambda: template.render(Context(values()))) == expected
    request = outcome(lambda: template.render(RequestContext(None, values())))
    assert request == outcome(lambda: by_nodes(template, RequestContext(None, values())))


def test_a_missing_name_is_the_same_error() -> None:
    source = "{% load test %}{% for x in rows %}{{ x }}{% demanding %}{% endfor %}"
    template = engine().from_string(source)
    for _ in range(OFTEN):
        assert outcome(lambda: template.render(Context(values()))) == (KeyError, "'needed'")


class Answering(Context):
    """A context that knows names which none of its dictionaries has."""

    def __getitem__(self, key: Any) -> Any:
        return "answered" if key == "needed" else super().__getitem__(key)


def test_a_context_that_answers_in_its_own_way_is_asked() -> None:
    source = "{% load test %}{% for x in rows %}{% demanding %}{% endfor %}"
    template = engine().from_string(source)
    for context in [Context({**values(), "needed": "x"}), Answering(values())] * OFTEN:
        expected = "xxx" if type(context) is Context else "answered" * 3
        assert template.render(context) == expected


def test_a_render_that_is_replaced_later_gets_the_live_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = engine().from_string("{% load test %}{% for x in rows %}{% reading %}{% endfor %}")
    before = [template.render(Context(values())) for _ in range(OFTEN)]

    def render(self: Any, context: Any) -> str:
        context["w"] = "written"
        return f"{context['w']} {len(context.dicts)},"

    monkeypatch.setattr(Reading, "render", render)
    assert template.render(Context(values())) == "written 3," * 3
    monkeypatch.undo()
    assert template.render(Context(values())) == before[0]
    (node,) = template.nodelist.get_nodes_by_type(Reading)
    node.render = lambda context: "own"
    assert template.render(Context(values())) == "own" * 3
