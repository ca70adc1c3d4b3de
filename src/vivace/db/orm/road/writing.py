"""Functions that insert and update instances of a model, generated. ::

def update(instance, connection):
    d = instance.__dict__
    ...
    if v1.__class__ is not str and v1 is not None: return False
    cursor = connection.execute('UPDATE ...', (v1, v2, v0))
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from vivace.codegen import Bindings, Source, compile_function
from vivace.db.contracts import Connection
from vivace.db.orm.instances.state import ModelState
from vivace.db.orm.road.construct import default_source
from vivace.db.orm.road.failing import failed
from vivace.db.orm.road.slots import field_types
from vivace.db.schema import fields
from vivace.db.schema.fields import Field

__all__ = ["STAMPED", "BulkPlan", "Writer"]

# What the generated code may hand to a field's get_db_prep_save().
_ENCODED = frozenset(
    [
        str, int, float, bool, bytes, type(None), decimal.Decimal, datetime.date, datetime.datetime,
        datetime.time, datetime.timedelta, uuid.UUID, dict, list,
    ]
)  # fmt: skip
# Fields that set themselves when an instance is saved.
STAMPED = (fields.DateField, fields.DateTimeField, fields.TimeField)


class BulkPlan(NamedTuple):
    """How many new instances are inserted at once."""

    # The parameters of all instances, one after the other; None where one is not plain.
    flatten: Callable[[Sequence[Any], Any], list[Any] | None]
    # Takes the keys that the database gave.
    finish: Callable[[Sequence[Any], Sequence[Any], str], None]
    # The statement up to its rows, one row, and what comes after.
    head: str
    row: str
    tail: str
    fields: Sequence[Any]


class Writer:
    """Writes the functions of one model, for the database of `connection`."""

    def __init__(self, model: Any, connection: Connection) -> None:
        self.model = model
        self.meta = model._meta
        self.quote = connection.ops.quote_name
        self.placeholder = connection.ops.native_sql("%s")
        self.fields = [field for field in self.meta.concrete_fields if not field.primary_key]

    def insert(self) -> Callable[[Any, Any, Any], bool]:
        """INSERT of an instance without a primary key, which it is given."""
        source, bindings = Source(), self._bindings(self._insert_sql())
        with source.block("def insert(instance, state, connection):"):
            self._start(source, bindings)
            with source.block("if k is not None:"):
                source.line("return False")
            values = self._values(source, bindings, add=True)
            self._execute(source, values)
            source.line("d[key] = cursor.lastrowid")
            source.line("state.adding = False")
            source.line("state.db = connection.alias")
            source.line("return True")
        label = f"insert {self.meta.label}"
        return compile_function("insert", str(source), bindings, filename=label)

    def create(self, names: tuple[str, ...]) -> Callable[[Any, Any], Any] | None:
        """INSERT of a new instance that is made from the keywords `names`, all attributes of columns.

        The function returns the instance; if a value is not plain, one that is not saved yet.
        """
        attributes = [field.attname for field in self.fields]
        if not set(names) <= set(attributes) or self.meta.pk.has_default():
            return None
        source, bindings = Source(), self._bindings(self._insert_sql())
        bindings.bind(self.model, "Model")
        bindings.bind(object.__new__, "new")
        bindings.bind(ModelState, "ModelState")
        with source.block("def create(connection, given):"):
            source.line("instance = new(Model)")
            source.line("d = instance.__dict__")
            source.line("d['_state'] = state = ModelState()")
            for field in self.meta.concrete_fields:
                if field.primary_key:
                    source.line("d[key] = None")
                    continue
                number, attname = self.fields.index(field), field.attname
                value = (
                    f"given[{attname!r}]" if attname in names else default_source(field, bindings)
                )
                source.line(f"d[{attname!r}] = v{number} = {value}")
            self._execute(source, self._values(source, bindings, add=True, otherwise="instance"))
            source.line("d[key] = cursor.lastrowid")
            source.line("state.adding = False")
            source.line("state.db = connection.alias")
            source.line("return instance")
        label = f"create {self.meta.label}"
        return compile_function("create", str(source), bindings, filename=label)

    def _insert_sql(self) -> str:
        table = self.quote(self.meta.db_table)
        if not self.fields:
            return f"INSERT INTO {table} ({self.quote(self.meta.pk.column)}) VALUES (NULL)"
        columns = ", ".join(self.quote(field.column) for field in self.fields)
        marks = ", ".join(self.placeholder for _ in self.fields)
        return f"INSERT INTO {table} ({columns}) VALUES ({marks})"

    def update(self) -> Callable[[Any, Any, Any], bool] | None:
        """UPDATE of an instance that is in the database, or INSERT if its row is gone."""
        if not self.fields:
            return lambda instance, state, connection: False
        table = self.quote(self.meta.db_table)
        assigned = ", ".join(
            f"{self.quote(field.column)} = {self.placeholder}" for field in self.fields
        )
        key = f"{table}.{self.quote(self.meta.pk.column)}"
        sql = f"UPDATE {table} SET {assigned} WHERE {key} = {self.placeholder}"
        source, bindings = Source(), self._bindings(sql)
        with source.block("def update(instance, state, connection):"):
            self._start(source, bindings)
            with source.block("if k.__class__ is not int:"):
                source.line("return False")
            values = self._values(source, bindings, add=False)
            self._execute(source, [*values, "k"])
            with source.block("if cursor.rowcount == 0:"):
                # There is no such row any more: it is inserted, as the compatible way does next.
                source.line("instance.save_base(using=connection.alias, force_insert=True)")
                source.line("return True")
            with source.block("if state.db is None:"):
                source.line("state.db = connection.alias")
            source.line("return True")
        label = f"update {self.meta.label}"
        return compile_function("update", str(source), bindings, filename=label)

    def bulk(self) -> BulkPlan | None:
        """INSERT of many instances without primary keys, which they are given."""
        if not self.fields:
            return None
        table = self.quote(self.meta.db_table)
        columns = ", ".join(self.quote(field.column) for field in self.fields)
        key = f"{table}.{self.quote(self.meta.pk.column)}"
        source, bindings = Source(), Bindings(key=self.meta.pk.attname, Model=self.model)
        with source.block("def flatten(instances, connection):"):
            source.line("flat = []")
            source.line("extend = flat.extend")
            with source.block("for instance in instances:"):
                with source.block("if instance.__class__ is not Model:"):
                    source.line("return None")
                source.line("d = instance.__dict__")
                self._read(source, "None")
                with source.block("if k is not None:"):
                    source.line("return None")
                if any(field.is_relation for field in self.fields):
                    with source.block("if d['_state'].__dict__.get('fields_cache'):"):
                        source.line("return None")
                values = self._values(source, bindings, add=True, otherwise="None")
                source.line(f"extend(({''.join(value + ', ' for value in values)}))")
            source.line("return flat")
        label = f"bulk insert {self.meta.label}"
        return BulkPlan(
            compile_function("flatten", str(source), bindings, filename=label),
            self._bulk_finish(),
            f"INSERT INTO {table} ({columns}) VALUES ",
            f"({', '.join(self.placeholder for _ in self.fields)})",
            f" RETURNING {key}",
            self.fields,
        )

    def _bulk_finish(self) -> Callable[..., None]:
        source, bindings = Source(), Bindings(key=self.meta.pk.attname)
        with source.block("def finish(instances, rows, alias):"):
            with source.block("for instance, row in zip(instances, rows, strict=True):"):
                source.line("d = instance.__dict__")
                source.line("d[key], = row")
                source.line("state = d['_state']")
                source.line("state.adding = False")
                source.line("state.db = alias")
        label = f"bulk finish {self.meta.label}"
        return compile_function("finish", str(source), bindings, filename=label)

    def _read(self, source: Source, otherwise: str) -> None:
        """Read all values; give up where one is deferred."""
        with source.block("try:"):
            for number, field in enumerate(self.fields):
                source.line(f"v{number} = d[{field.attname!r}]")
            source.line("k = d[key]")
        with source.block("except KeyError:"):
            source.line(f"return {otherwise}")

    def _bindings(self, sql: str) -> Bindings:
        return Bindings(key=self.meta.pk.attname, sql=sql, failed=failed)

    def _start(self, source: Source, bindings: Bindings) -> None:
        """Read all values; give up where one is deferred, or a related object is another."""
        source.line("d = instance.__dict__")
        self._read(source, "False")
        relations = [(n, field) for n, field in enumerate(self.fields) if field.is_relation]
        if relations:
            source.line("cached = state.__dict__.get('fields_cache')")
            with source.block("if cached:"):
                same = bindings.bind(_is_same, "is_same")
                for number, field in relations:
                    bound = bindings.bind(field, "field")
                    with source.block(f"if not {same}({bound}, cached, v{number}):"):
                        source.line("return False")

    def _values(
        self, source: Source, bindings: Bindings, *, add: bool, otherwise: str = "False"
    ) -> list[str]:
        """Check all values; their sources as parameters."""
        written = []
        encoded = []
        for number, field in enumerate(self.fields):
            name = f"v{number}"
            kind = _kind(field)
            if kind is not None:
                with source.block(
                    f"if {name}.__class__ is not {kind.__name__} and {name} is not None:"
                ):
                    source.line(f"return {otherwise}")
            else:
                encoded.append((name, field))
            written.append(name)
        allowed = bindings.bind(_ENCODED, "encodable")
        for name, field in encoded:
            if type(field).pre_save is not Field.pre_save:
                # Last, for it may change the instance.
                source.line(f"{name} = {bindings.bind(field, 'field')}.pre_save(instance, {add})")
            with source.block(f"if {name}.__class__ not in {allowed}:"):
                source.line(f"return {otherwise}")
        for name, field in encoded:
            prepare = bindings.bind(field.get_db_prep_save, "prepare")
            source.line(f"{name} = {prepare}({name}, connection)")
        return written

    def _execute(self, source: Source, values: list[str]) -> None:
        with source.block("try:"):
            source.line(f"cursor = connection.execute(sql, ({''.join(v + ', ' for v in values)}))")
        with source.block("except Exception as exc:"):
            source.line("error = failed(connection, exc)")
            source.line("raise error from error.__cause__")


def _kind(field: Any) -> type | None:
    """The type whose values the driver takes as the field has them."""
    if type(field).pre_save is not Field.pre_save:
        return None
    while field.is_relation:
        field = field.target_field
    for kind in (int, str, float):
        if type(field) in field_types(kind):
            return kind
    return bool if type(field) is fields.BooleanField else None


def _is_same(field: Any, cached: Any, value: Any) -> bool:
    """Whether the cached object of a relation, if any, is saved and the one that `value` refers to."""
    related = cached.get(field.cache_name)
    if related is None:
        return True
    target = field.target_field
    found = related.__dict__
    # What refers to another field than the key says nothing about the key.
    saved = target.primary_key or all(
        found.get(key.attname) is not None for key in related._meta.pk_fields
    )
    return saved and value is not None and bool(found.get(target.attname) == value)
