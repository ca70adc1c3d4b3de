"""What a queryset becomes: its shape, SQL and parameters, and the functions generated for it.

An expression is evaluated step by step, so that it can be said at which of them a queryset leaves
the fast road. What is printed is Python: all but the functions is in comments.
"""

from __future__ import annotations

import ast
import datetime
import decimal
import textwrap
import uuid
from code import InteractiveInterpreter
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

from vivace.apps import apps
from vivace.codegen import source_of
from vivace.core.exceptions import EmptyResultSet, FullResultSet
from vivace.db import connections, models
from vivace.db.models.functions import __all__ as functions
from vivace.db.orm.managers.base import BaseManager
from vivace.db.orm.querysets.iterables import is_ours
from vivace.db.orm.querysets.queryset import QuerySet
from vivace.db.orm.road.plain import is_plain as is_made_plainly
from vivace.db.orm.road.plans import planned
from vivace.db.orm.road.structure import arguments
from vivace.db.planner.load import InstanceShape, generate, is_plain
from vivace.management.exceptions import CommandError
from vivace.utils import timezone

__all__ = ["names_in_scope", "query_listing"]

WIDTH = 80
# What may stand at the end: asking in these ways has plans of its own. The expression is not evaluated
# to the end then, for that would ask the database.
ASKING = {"get": "get", "count": "count", "exists": "exists", "first": "rows", "all": "rows"}


def query_listing(expression: str, using: str | None = None) -> str:
    """The shape, the SQL and the generated functions of the queryset that `expression` gives.

    `using` is the alias of the database; without it the queryset's own. Raises `CommandError` if the
    expression cannot be evaluated or gives no queryset.
    """
    found = _evaluate(expression)
    queryset = found.queryset
    connection = connections[using or queryset.db]
    head = [f"# {_on_one_line(expression)}", ""]
    lines = list(_on_road(found, connection) or _off_road(found, connection))
    return "\n".join([*head, *lines, ""])


def names_in_scope() -> dict[str, Any]:
    """Names that an expression may use: what `models` and its functions publish, and all models."""
    namespace: dict[str, Any] = {name: getattr(models, name) for name in models.__all__}
    namespace |= {name: getattr(models.functions, name) for name in functions}
    namespace |= {
        "models": models, "datetime": datetime, "timezone": timezone, "Decimal": decimal.Decimal,
        "UUID": uuid.UUID,
    }  # fmt: skip
    # Of two models with one name, that of the application listed first wins.
    for config in reversed(list(apps.get_app_configs())):
        namespace |= {model.__name__: model for model in config.get_models()}
    return namespace


# ---------------------------------------------------------------------------- evaluating


class _Found(NamedTuple):
    """A queryset, how it is asked, and the step that took it off the road."""

    queryset: Any
    kind: str
    left_at: str | None


def _evaluate(expression: str) -> _Found:
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError as error:
        raise CommandError(f"That is no expression: {error.msg} in {expression!r}") from None
    namespace = names_in_scope()
    value: Any = None
    left_at = None
    kind = "rows"
    for step, node in _steps(tree):
        was_on_road = getattr(value, "_shape", None) is not None
        asking = _asking(value, node)
        if asking:
            kind = ASKING[asking[0]]
            node = asking[1]
        value = _value_of(node, namespace, value)
        if isinstance(value, BaseManager):
            value = value.all()
        if was_on_road and getattr(value, "_shape", None) is None:
            left_at = step
    if not isinstance(value, QuerySet):
        raise CommandError(f"That is no queryset, but of type {type(value).__name__}.")
    return _Found(value, kind, left_at)


# The name under which a step finds what came before it.
_BEFORE = "the queryset so far"
_RESULT = "what a step gives"


def _steps(tree: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The steps of ``a.b(...)[...]``, each with its source and as an expression of the one before."""
    chain: list[ast.expr] = []
    while True:
        chain.append(tree)
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute):
            tree = tree.func.value
        elif isinstance(tree, (ast.Attribute, ast.Subscript)):
            tree = tree.value
        else:
            break
    before = ast.Name(_BEFORE, ast.Load())
    first, *rest = reversed(chain)
    yield ast.unparse(first), first
    for node in rest:
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Attribute)
            node.func.value = before
        else:
            assert isinstance(node, (ast.Attribute, ast.Subscript))
            node.value = before
        yield ast.unparse(node).removeprefix(_BEFORE), node


def _asking(value: Any, node: ast.expr) -> tuple[str, ast.expr] | None:
    """For a step that would ask the database: its name, and a step that describes the same."""
    if not isinstance(value, (QuerySet, BaseManager)):
        return None
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    name = node.func.attr
    if getattr(getattr(value, name, None), "alters_data", False):
        raise CommandError(f"{name}() would change the database: inspect the queryset before it.")
    if name not in ASKING or name == "all":
        return None
    before = node.func.value
    if name == "first":
        if not value.all().ordered:
            order = ast.Attribute(before, "order_by", ast.Load())
            before = ast.Call(order, [ast.Constant("pk")], [])
        start = ast.Call(ast.Attribute(before, "all", ast.Load()), [], [])
        return name, ast.Subscript(start, ast.Slice(None, ast.Constant(1), None), ast.Load())
    described = "filter" if node.args or node.keywords else "all"
    call = ast.Call(ast.Attribute(before, described, ast.Load()), node.args, node.keywords)
    return name, call


class _Interpreter(InteractiveInterpreter):
    """Python's own, as `shell` has it: the person at the command line runs what they like."""

    def showtraceback(self) -> None:
        raise


def _value_of(node: ast.expr, namespace: dict[str, Any], before: Any) -> Any:
    names = {**namespace, _BEFORE: before}
    assignment = ast.Assign([ast.Name(_RESULT, ast.Store())], node)
    tree = ast.fix_missing_locations(ast.Module([assignment], []))
    try:
        _Interpreter(names).runcode(compile(tree, "<expression>", "exec"))
    except Exception as error:
        raise CommandError(f"{type(error).__name__}: {error}") from error
    return names[_RESULT]


# ---------------------------------------------------------------------------- on the road


def _on_road(found: _Found, connection: Any) -> list[str]:
    """The listing of a queryset that has a plan; nothing if it has none."""
    queryset = found.queryset
    shape = getattr(queryset, "_shape", None)
    if shape is None or (found.kind == "rows" and not is_ours(queryset._iterable_class)):
        return []
    plan = planned(shape, found.kind, connection)
    params = plan and plan.bind(queryset._bound, connection)
    if params is None:
        return []
    lines = ["# On the fast road.", *_comment("Shape", _shape(shape))]
    for number, (slot, value) in enumerate(zip(shape.slots, queryset._bound, strict=False)):
        pattern = f", as {slot.pattern.format('v')!r}" if slot.pattern else ""
        model = getattr(slot.field, "model", None)
        # What an expression compares is of a type, and of no model's column.
        where = f"{model._meta.label}.{slot.field.name}" if model else type(slot.field).__name__
        lines += _comment(
            f"Slot v{number}", f"{value!r}, {slot.kind.__name__} for {where}{pattern}"
        )
    lines += _statement(plan.sql, params, connection)
    return [*lines, *_functions({"binder": plan.bind, "loader": plan.load})]


def _shape(shape: Any) -> str:
    """The trail of a shape: the methods, with names of slots for values."""
    steps = [shape.queryset_class.__name__ + f"({shape.model._meta.label})"]
    for call in shape.trail:
        steps.append(f"{call.method.__name__}({', '.join(_arguments(call))})")
    limits = {"": "", "high": "[:high]", "low": "[low:]", "both": "[low:high]"}[shape.limits]
    return ".".join(steps) + limits


class _Value:
    """A value's name where the value is not known."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"v{self.number}"


def _arguments(call: Any) -> Iterator[str]:
    if call.key is None:
        args, kwargs = call.args, dict(call.kwargs)
    else:
        args, kwargs = arguments(call.key, map(_Value, count(call.start)))
    yield from map(repr, args)
    for name, value in kwargs.items():
        if hasattr(value, "_meta"):
            # An instance that is nothing but its key, and has no text for itself.
            key = value.__dict__[value._meta.pk.attname]
            yield f"{name}={value._meta.object_name}(pk={key!r})"
        else:
            yield f"{name}={value!r}"


# ---------------------------------------------------------------------------- off the road


def _off_road(found: _Found, connection: Any) -> list[str]:
    """The listing of a queryset that is planned anew each time."""
    queryset = found.queryset
    lines = _comment("Not on the fast road", _why(found, connection))
    query = queryset.query.chain()
    if found.kind != "rows":
        lines += _comment("Shown", f"the rows that {found.kind}() looks at")
    compiler = query.get_compiler(using=connection.alias, connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return [*lines, "#", "# No SQL: nothing can match, and the database is not asked."]
    except FullResultSet as error:
        raise CommandError(f"There is no SQL: {error!r}") from error
    lines += _statement(sql, params, connection)
    if compiler.klass_info is None:
        return [*lines, "#", "# The rows are tuples; nothing is generated for them."]
    instances = InstanceShape(
        compiler.klass_info,
        compiler.get_converters([column[0] for column in compiler.select]),
        tuple(compiler.annotation_col_map.items()),
        len(compiler.select),
    )
    if not is_plain(instances):
        return [*lines, "#", "# Each instance is made by from_db()."]
    return [*lines, *_functions({"loader": generate(instances, connection)})]


def _why(found: _Found, connection: Any) -> str:
    queryset = found.queryset
    if found.left_at is not None:
        return f"it was left at {found.left_at}"
    shape = getattr(queryset, "_shape", None)
    model = queryset.model._meta.label
    if shape is None:
        return f"querysets of {type(queryset).__name__} for {model} do not begin on it."
    if not is_made_plainly(queryset.model):
        return (
            f"{model} makes its instances in a way of its own (from_db, __init__, a descriptor), or "
            "pre_init or post_init have receivers for it."
        )
    if not is_ours(queryset._iterable_class):
        return f"its rows are put together by {queryset._iterable_class.__name__}."
    if planned(shape, found.kind, connection) is not None:
        return "a value is out of its column's range, or needs a warning."
    return "what it selects is put together row by row, or can never match."


# ---------------------------------------------------------------------------- lines


def _statement(sql: str, params: Any, connection: Any) -> list[str]:
    where = f"{connection.alias}, {connection.vendor}"
    return ["#", *_comment(f"SQL ({where})", sql), *_comment("Parameters", repr(tuple(params)))]


def _functions(generated: Mapping[str, Callable[..., Any]]) -> Iterator[str]:
    """The sources of generated functions, each once."""
    for name, function in generated.items():
        try:
            source = source_of(function).rstrip()
        except LookupError:
            yield from ("#", f"# No {name} is generated: the rows are taken as they are.")
        else:
            yield from ("", "", source)


def _comment(title: str, text: str) -> list[str]:
    """Lines of comments, as wide as they should be."""
    start = f"# {title}: " if title else "# "
    printable = _on_one_line(text)
    return textwrap.wrap(
        printable,
        WIDTH,
        initial_indent=start,
        subsequent_indent="#     ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _on_one_line(text: str) -> str:
    """Text that a terminal shows as it is."""
    return "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))
