"""The smallest case that still shows a difference: parts are dropped as long as it does."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from comparison import smallest

__all__ = ["DEFAULTS", "shrink"]

Case = dict[str, Any]
FILTER = re.compile(r"\|\w+(:(\"[^\"]*\"|'[^']*'|[\w.-]+))?")
PART = re.compile(
    r" (and|or) [^%]*?(?= %| and| or)| (not|silent|only|reversed)\b| \w+=\S+(?= )|\.\w+(?=[ |%}])"
)
LOAD = "{% load i18n l10n tz static cache custom %}"
DEFAULTS = {
    "autoescape": True, "string_if_invalid": "", "debug": False, "cached": False, "request": False,
    "context_off": False,
}  # fmt: skip


def shrink(case: Case, differs: Callable[[Case], bool], most: int = 500) -> Case:
    """`case` with all dropped that is not needed for `differs`, in at most `most` questions."""
    case = smallest(case, _smaller, differs, most)
    smaller = _with_used_names(case)
    return smaller if differs(smaller) else case


def _smaller(case: Case) -> Iterator[Case]:
    for name, value in DEFAULTS.items():
        if case["options"][name] != value:
            yield {**case, "options": {**case["options"], name: value}}
    for name in case["templates"]:
        if name != "main.html" and case["templates"][name]:
            yield {**case, "templates": {**case["templates"], name: []}}
    for name, nodes in case["templates"].items():
        for less in _less(nodes):
            yield {**case, "templates": {**case["templates"], name: less}}


def _with_used_names(case: Case) -> Case:
    """`case` with those names of the context that are written in a template."""
    texts = json.dumps(case["templates"])
    # Without it a request's own token is shown, another one each time.
    used = {k: v for k, v in case["context"].items() if k in texts or k == "csrf_token"}
    return {**case, "context": used}


def _less(nodes: list[Any]) -> Iterator[list[Any]]:
    """Lists of nodes that have a little less than `nodes`."""
    if len(nodes) > 2:
        for index, node in enumerate(nodes):
            yield [LOAD, node] if LOAD in nodes and index else [node]
        half = len(nodes) // 2
        yield nodes[:half]
        yield nodes[half:]
    for index, node in enumerate(nodes):
        yield nodes[:index] + nodes[index + 1 :]
        if isinstance(node, list):
            for part in node:
                if isinstance(part, list):
                    yield nodes[:index] + part + nodes[index + 1 :]
    for index, node in enumerate(nodes):
        for less in _less_of(node):
            changed = copy.copy(nodes)
            changed[index] = less
            yield changed


def _less_of(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        # A branch: the tag that opens it, and what is in it.
        for index in range(2, len(node) - 1, 2):
            yield node[:index] + node[index + 2 :]
        for index, part in enumerate(node):
            changes = _less(part) if isinstance(part, list) else _less_of(part)
            for less in changes:
                yield node[:index] + [less] + node[index + 1 :]
        return
    for pattern in (FILTER, PART):
        for found in pattern.finditer(node):
            yield node[: found.start()] + node[found.end() :]
    if len(node) > 1 and "{" not in node:
        yield node[:1]
