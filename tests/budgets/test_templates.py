"""What a compiled template may do on its usual road: a slow road gives the right page, too."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from typing import Any

import pytest

from vivace.codegen import source_of
from vivace.http import HttpRequest
from vivace.template import Context, Engine, Library, Node
from vivace.template.compiled import runtime as runtime_module
from vivace.template.context import make_context
from vivace.test.utils import override_settings
from vivace.urls import path

# Rendered so often, a template is hot.
OFTEN = 20

register = Library()
urlpatterns = [
    path("items/", lambda request: None, name="list"),
    path("items/<int:id>/", lambda request: None, name="item"),
]


class NameSetter(Node):
    """A node as third parties write them: nobody knows what it does to the context."""

    def render(self, context: Any) -> str:
        context["set"] = "by a node"
        return ""


register.tag("opaque", lambda parser, token: NameSetter())


class Watched(Context):
    """A context that counts how often a frame is pushed onto it, and a name is set in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.events: Counter[str] = Counter()
        super().__init__(*args, **kwargs)
        self.events.clear()

    def push(self, *args: Any, **kwargs: Any) -> Any:
        self.events["push"] += 1
        return super().push(*args, **kwargs)

    def update(self, other_dict: Any) -> Any:
        self.events["update"] += 1
        return super().update(other_dict)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.events["set"] += 1
        super().__setitem__(key, value)


class Row:
    def __init__(self, number: int) -> None:
        self.number = number
        self.title = f"row <{number}>"


class Slotted:
    __slots__ = ("number", "title")

    def __init__(self, number: int) -> None:
        self.number = number
        self.title = f"row <{number}>"


class Described(Row):
    @property
    def label(self) -> str:
        return f"no. {self.number}"


def template_of(source: str, **others: str) -> Any:
    library = {"opaque": __name__}
    sources = ("vivace.template.loaders.locmem.Loader", {"main": source, **others})
    # Included templates are linked where they cannot change: behind the caching loader.
    loaders = [("vivace.template.loaders.cached.Loader", [sources])]
    return Engine(loaders=loaders, libraries=library).get_template("main")


def runtime_calls(template: Any, values: dict[str, Any]) -> Counter[str]:
    """The functions of the slow road that a hot template calls, how often."""
    for _ in range(OFTEN):
        template.render(Context(values))
    counts: Counter[str] = Counter()

    def profile(frame: Any, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename == runtime_module.__file__:
            counts[frame.f_code.co_name] += 1

    context = Context(values)
    sys.setprofile(profile)
    try:
        template.render(context)
    finally:
        sys.setprofile(None)
    return counts


LOOP = "{% for row in rows %}<b>{{ row.number }}</b>{{ row.title }}{% endfor %}"
USUAL: dict[str, list[Any]] = {
    "objects": [Row(n) for n in range(50)],
    "slots": [Slotted(n) for n in range(50)],
    "dicts": [{"number": n, "title": f"row {n}"} for n in range(50)],
    "both": [Row(1), {"number": 2, "title": "two"}] * 25,
}


@pytest.mark.parametrize("kind", USUAL)
def test_usual_data_takes_the_fast_road(kind: str) -> None:
    counts = runtime_calls(template_of(LOOP), {"rows": USUAL[kind]})
    assert sum(counts.values()) <= 3, counts


def test_a_property_takes_the_fast_road() -> None:
    rows = [Described(n) for n in range(50)]
    counts = runtime_calls(
        template_of("{% for x in rows %}{{ x.label }}{% endfor %}"), {"rows": rows}
    )
    assert sum(counts.values()) <= 3, counts


def test_cells_take_the_fast_road() -> None:
    table = [[n, "text", 3] for n in range(50)]
    source = (
        "{% for row in table %}{% for cell in row %}<td>{{ cell }}</td>{% endfor %}{% endfor %}"
    )
    counts = runtime_calls(template_of(source), {"table": table})
    # What a loop goes through is asked for once per loop.
    assert counts.total() - counts["loop_values"] <= 3, counts


def all_calls(template: Any, values: dict[str, Any]) -> int:
    """How many calls a hot template makes, of functions in Python or in C."""
    for _ in range(OFTEN):
        template.render(Context(values))
    count = 0

    def profile(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    context = Context(values)
    sys.setprofile(profile)
    try:
        template.render(context)
    finally:
        sys.setprofile(None)
    return count


def test_a_table_of_plain_cells_takes_calls_per_row_only() -> None:
    source = (
        "{% for row in table %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}{% endfor %}"
    )
    narrow, wide = ([[n, "<text>"] * width for n in range(50)] for width in (1, 20))
    template = template_of(source)
    assert all_calls(template, {"table": wide}) == all_calls(template, {"table": narrow})


def test_a_linked_url_asks_for_state_and_builds_the_path() -> None:
    template = template_of("{% url 'item' n %}{% url 'item' id=n %}{% url 'list' %}")
    with override_settings(ROOT_URLCONF=__name__):
        with_urls = all_calls(template, {"n": 5})
    nothing = all_calls(template_of("{{ n }}"), {"n": 5})
    # The link, the URLconf, the prefix, what builds the path, and whether the value can be called; one
    # path is known. Whether there is a request is asked once, and there are two parts more to append.
    assert with_urls - nothing <= 5 + 5 + 3 + 1 + 2


def test_what_follows_each_other_is_appended_at_once() -> None:
    lines = "".join(f"<b>{{{{ row.a{n} }}}}</b>" for n in range(10))
    source = f"{{% for row in rows %}}{lines}{{% endfor %}}"
    row = type("Row", (), {f"a{n}": n for n in range(10)})()
    template = template_of(source)
    few, many = (all_calls(template, {"rows": [row] * n}) for n in (10, 110))
    # The kind of each value is asked for, and one string is written.
    assert (many - few) / 100 <= 10 + 10 + 2


def test_the_slow_road_is_seen() -> None:
    rows = [type("Odd", (), {"number": 1.5, "__getitem__": lambda self, key: key})()] * 50
    assert runtime_calls(template_of(LOOP), {"rows": rows}).total() >= 50


NESTED = """
{% for a in list %}{% if forloop.first %}{{ a }}{% endif %}
  {% for b in list %}{{ forloop.counter }}{{ forloop.parentloop.counter }}{{ a }}{{ b }}
  {% empty %}none{% endfor %}
{% endfor %}
{% with c=list.0 %}{{ c }}{% include "part" with d=c %}{% endwith %}
"""


@pytest.mark.parametrize("times", [2, OFTEN])
def test_no_frame_is_pushed_without_foreign_nodes(times: int) -> None:
    template = template_of(NESTED, part="{{ d|upper }}{% for e in list %}{{ e }}{% endfor %}")
    for _ in range(times):
        context = Watched({"list": ["x", "y", "z"]})
        text = template.render(context)
    assert "1" in text
    assert "X" in text
    assert not context.events


def test_a_foreign_node_gets_a_frame_per_loop() -> None:
    source = (
        "{% load opaque %}{% for a in list %}{% opaque %}{{ a }}{{ set }}{% endfor %}[{{ set }}]"
    )
    template = template_of(source)
    for _ in range(OFTEN):
        context = Watched({"list": ["x", "y", "z"]})
        assert template.render(context) == "xby a nodeyby a nodezby a node[]"
    assert context.events["push"] == 1
    assert len(context.dicts) == 2


class Teller(Node):
    """A node that only reads, as its code tells."""

    def render(self, context: Any) -> str:
        return f"{context['a']}{context['forloop']['counter']}"


register.tag("reading", lambda parser, token: Teller())


def test_a_foreign_node_that_only_reads_needs_no_frame() -> None:
    source = "{% load opaque %}{% for a in list %}{% reading %}{{ a }}{% endfor %}"
    template = template_of(source)
    for _ in range(OFTEN):
        context = Watched({"list": ["x", "y", "z"]})
        assert template.render(context) == "x1xy2yz3z"
    assert not context.events


def test_a_string_that_comes_again_is_not_searched_again() -> None:
    # What takes no call cannot be counted; the second turn does not reach the line that escapes.
    template = template_of("{% for row in rows %}{{ row.title }}{% endfor %}")
    for _ in range(OFTEN):
        template.render(Context({"rows": []}))
    seen: Counter[int] = Counter()

    def trace(frame: Any, event: str, argument: Any) -> Any:
        if event == "line" and frame.f_code.co_filename.startswith("<vivace template"):
            seen[frame.f_lineno] += 1
        return trace

    context = Context({"rows": [Row(1)] * 10})
    sys.settrace(trace)
    try:
        template.render(context)
    finally:
        sys.settrace(None)
    assert max(seen.values()) >= 10
    compiled = next(iter(template._program._functions.values()))
    lines = source_of(compiled.render).splitlines()
    (escaping,) = [number for number, line in enumerate(lines, 1) if "'&amp;'" in line]
    assert seen[escaping - 1] == 1


def test_a_rendering_with_a_request_leaves_no_garbage() -> None:
    # What a view gives, rows of a database perhaps, must not wait for the collector.
    engine = Engine(context_processors=["vivace.template.context_processors.request"])
    template = engine.from_string("{% for row in rows %}{{ row }}{{ request.path }}{% endfor %}")
    request = HttpRequest()

    def render() -> str:
        return template.render(make_context({"rows": [[1]]}, request))

    for _ in range(OFTEN):
        render()
    gc.collect()
    gc.disable()
    try:
        render()
        assert gc.collect() == 0
    finally:
        gc.enable()
