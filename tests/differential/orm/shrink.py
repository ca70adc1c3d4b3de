"""The smallest case that still shows a difference: parts of its source are dropped as long as it does."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

from comparison import smallest

__all__ = ["shrink"]

Case = dict[str, Any]


def shrink(case: Case, differs: Callable[[Case], bool], most: int = 300) -> Case:
    """`case` with all dropped that is not needed for `differs`, in at most `most` questions."""
    return smallest(case, _smaller, differs, most)


def _smaller(case: Case) -> Iterator[Case]:
    if case.get("signals"):
        yield {**case, "signals": False}
    if case.get("mode", "auto") != "auto":
        yield {**case, "mode": "auto"}
    steps = case["steps"]
    if len(steps) > 1:
        for index in range(len(steps)):
            yield {**case, "steps": steps[:index] + steps[index + 1 :]}
    for index, step in enumerate(steps):
        head, assigned, source = step.rpartition(" := ")
        mode = "eval"
        if step.startswith("exec "):
            head, assigned, source, mode = "exec", " ", step[5:], "exec"
        for less in _less(source, mode):
            yield {**case, "steps": [*steps[:index], head + assigned + less, *steps[index + 1 :]]}


def _less(source: str, mode: str) -> Iterator[str]:
    """Sources that have a little less than `source`."""
    try:
        tree = ast.parse(source, mode=mode)
    except SyntaxError:
        return
    count = sum(1 for _ in ast.walk(tree))
    for index in range(count):
        number = 0
        while True:
            changed = copy.deepcopy(tree)
            editor = _Editor(index, number)
            editor.visit(changed)
            if not editor.done:
                break
            number += 1
            try:
                text = ast.unparse(changed)
            except Exception:
                continue
            if len(text) < len(source):
                yield text


class _Editor:
    """Makes the `number`th change that a node, the `index`th, allows."""

    def __init__(self, index: int, number: int) -> None:
        self.index = index
        self.number = number
        self.seen = 0
        self.done = False

    def visit(
        self, node: Any, parent: Any = None, field: str = "", place: int | None = None
    ) -> None:
        if self.seen == self.index:
            self.change(node, parent, field, place)
            self.seen += 1
            return
        self.seen += 1
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                for at, one in enumerate(value):
                    if isinstance(one, ast.AST) and self.seen <= self.index:
                        self.visit(one, node, name, at)
            elif isinstance(value, ast.AST) and self.seen <= self.index:
                self.visit(value, node, name)

    def change(self, node: Any, parent: Any, field: str, place: int | None) -> None:
        choices = list(self.choices(node))
        if self.number >= len(choices):
            return
        self.done = True
        made = choices[self.number]
        if callable(made):
            made()
        elif place is not None:
            getattr(parent, field)[place] = made
        elif parent is not None:
            setattr(parent, field, made)

    def choices(self, node: Any) -> Iterator[Any]:
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.value
            yield from (lambda at=at: node.args.pop(at) for at in range(len(node.args)))
            yield from (lambda at=at: node.keywords.pop(at) for at in range(len(node.keywords)))
            yield from node.args
        elif isinstance(node, ast.BinOp):
            yield from (node.left, node.right)
        elif isinstance(node, ast.UnaryOp):
            yield node.operand
        elif isinstance(node, ast.Subscript):
            yield node.value
        elif isinstance(node, (ast.List, ast.Set)):
            yield from (lambda at=at: node.elts.pop(at) for at in range(len(node.elts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "__" in node.value:
            yield from (
                lambda name=name: setattr(node, "value", name) for name in _shorter(node.value)
            )
        elif isinstance(node, ast.keyword) and node.arg and "__" in node.arg:
            yield from (lambda name=name: setattr(node, "arg", name) for name in _shorter(node.arg))
        elif isinstance(node, (ast.With, ast.Try)):
            yield from (
                lambda at=at: node.body.pop(at)
                for at in range(len(node.body) if len(node.body) > 1 else 0)
            )


def _shorter(name: str) -> Iterator[str]:
    parts = name.split("__")
    for at in range(len(parts)):
        yield "__".join(parts[:at] + parts[at + 1 :])
