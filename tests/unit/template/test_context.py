"""What golden answers cannot tell of contexts: the count of changes, and errors of processors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vivace.template import Context, ContextPopException, Engine, RequestContext

CHANGES: list[Callable[[Context], Any]] = [
    lambda context: context.push(),
    lambda context: context.pop(),
    lambda context: context.update({"x": 1}),
    lambda context: context.__setitem__("x", 1),
    lambda context: context.__delitem__("a"),
    lambda context: context.set_upward("a", 2),
    lambda context: context.setdefault("new", 2),
]
LOOKS: list[Callable[[Context], Any]] = [
    lambda context: context["a"],
    lambda context: context.get("b"),
    lambda context: "a" in context,
    lambda context: context.flatten(),
    lambda context: context.setdefault("a", 2),
    lambda context: list(context),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_counts(change: Callable[[Context], Any]) -> None:
    context = Context({"a": 1})
    before = context._writes
    change(context)
    assert context._writes > before


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_does_not_count(look: Callable[[Context], Any]) -> None:
    context = Context({"a": 1})
    before = context._writes
    look(context)
    assert context._writes == before


def test_leaving_a_block_counts() -> None:
    context = Context()
    with context.push(a=1):
        before = context._writes
    assert context._writes > before


def test_binding_a_request_counts() -> None:
    context = RequestContext(None, {}, [lambda request: {"p": 1}])
    before = context._writes
    with context.bind_template(Engine().from_string("")):
        assert context["p"] == 1
        assert context._writes > before
        before = context._writes
    assert context._writes > before
    assert "p" not in context


def test_the_base_cannot_be_popped() -> None:
    context = Context()
    with pytest.raises(ContextPopException):
        context.pop()


def test_a_processor_without_a_dictionary_is_named() -> None:
    def nothing(request: Any) -> None: ...

    template = Engine().from_string("")
    with pytest.raises(TypeError, match=r"nothing didn't return a dictionary"):
        template.render(RequestContext(None, {}, [nothing]))


def test_values_given_win_over_processors_only_when_pushed() -> None:
    template = Engine().from_string("{{ a }}")
    context = RequestContext(None, {"a": "given"}, [lambda request: {"a": "processor"}])
    assert template.render(context) == "processor"
    context.push(a="pushed")
    assert template.render(context) == "pushed"
