"""New instances by generated initialisers: one per model and set of keywords.

What an initialiser leaves behind is what `instances.init.fill` would; it is there for models whose
instances may be filled by storing values (`plain`) and for keywords that all name columns. ::

    def initialise(instance__, title, pages):
        d__ = instance__.__dict__
        d__['_state'] = ModelState__()
        d__['id'] = None
        if title is not DEFERRED__: d__['title'] = title
        ...

Names of the source's own have two underscores, which no field's name has.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable
from typing import Any

from vivace.codegen import Bindings, Source, compile_function, is_name
from vivace.db.orm.instances.init import DEFERRED
from vivace.db.orm.instances.state import ModelState
from vivace.db.orm.road.plain import is_filled_plainly
from vivace.db.schema.fields import Field
from vivace.db.schema.options import Options
from vivace.db.schema.related.foreign_key import ForeignKey

__all__ = ["CAPACITY", "default_source", "initialiser"]

Initialiser = Callable[..., None]

# How many sets of keywords are compiled for a model.
CAPACITY = 64
# Defaults that may be shared by all instances.
_CONSTANTS = (
    str, int, float, bool, bytes, type(None), decimal.Decimal, datetime.date, datetime.datetime,
    datetime.time, datetime.timedelta, uuid.UUID,
)  # fmt: skip

# What is known about a model's fields is known anew after they change.
Options.FORWARD_PROPERTIES.add("initialisers")


def initialiser(model: Any, names: tuple[str, ...]) -> Initialiser | None:
    """The initialiser for the keywords `names`, made at the second time; None if there is none."""
    meta = model._meta
    known: dict[Any, Any] = meta.__dict__.setdefault("initialisers", {})
    seen = known.get(names)
    if seen is not None:
        return seen or None
    waiting = (names, "seen")
    if waiting not in known:
        if len(known) < 2 * CAPACITY:
            known[waiting] = True
        return None
    made = _compile(model, names) if is_filled_plainly(model) else None
    # False: it was tried, and there is none.
    known[names] = made or False
    return made


def _compile(model: Any, names: tuple[str, ...]) -> Initialiser | None:
    meta = model._meta
    by_attname = {field.attname: field for field in meta.concrete_fields}
    if meta.abstract or not by_attname.keys() >= set(names):
        return None
    if any(not is_name(name) or "__" in name for name in names):
        return None
    source, bindings = Source(), Bindings()
    bindings.bind(ModelState, "ModelState__")
    bindings.bind(DEFERRED, "DEFERRED__")
    with source.block(f"def initialise({', '.join(('instance__', *names))}):"):
        source.line("d__ = instance__.__dict__")
        source.line("d__['_state'] = ModelState__()")
        for attname, field in by_attname.items():
            if attname in names:
                source.line(f"if {attname} is not DEFERRED__: d__[{attname!r}] = {attname}")
                continue
            if field.generated or field.column is None:
                continue
            source.line(f"d__[{attname!r}] = {default_source(field, bindings)}")
    return compile_function(
        "initialise", str(source), bindings, filename=f"initialise {meta.label}"
    )


def default_source(field: Any, bindings: Bindings) -> str:
    """The source of a field's default: a constant, or a call each time."""
    ours = type(field).get_default in (Field.get_default, ForeignKey.get_default)
    called = field.has_default() and callable(field.default)
    if ours and not called and not field.has_db_default():
        value = field.get_default()
        if type(value) in _CONSTANTS:
            return bindings.bind(value, "default__")
    return bindings.bind(field.get_default, "default_of__") + "()"
