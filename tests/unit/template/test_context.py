"""What golden answers cannot tell of contexts: levels of names, and errors of processors."""

from __future__ import annotations

from typing import Any

import pytest

from vivace.template import Context, ContextPopException, Engine, RequestContext


@pytest.mark.parametrize("levels", range(1, 6))
def test_the_topmost_level_with_a_name_has_its_value(levels: int) -> None:
    context = Context({"low": 0, "all": 0})
    for level in range(1, levels):
        context.push({f"only{level}": level, "all": level})
    assert context["all"] == levels - 1
    assert context["low"] == 0
    assert context["None"] is None
    assert [context[f"only{level}"] for level in range(1, levels)] == list(range(1, levels))
    with pytest.raises(KeyError, match="absent"):
        context["absent"]


def test_a_context_of_nothing_knows_three_names() -> None:
    assert Context()["True"] is True
    with pytest.raises(KeyError, match="absent"):
        Context()["absent"]


def test_what_processors_give_is_there_while_a_template_is_bound() -> None:
    context = RequestContext(None, {}, [lambda request: {"p": 1}])
    with context.bind_template(Engine().from_string("")):
        assert context["p"] == 1
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
