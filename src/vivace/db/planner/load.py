"""From rows to instances: a generated loop per shape of row, and the compatible way it must agree with.

A loader is generated for models that are *plain*: whose instances come out the same whether they
are built by ``__init__`` or by setting attributes, because nobody overrode construction and nobody
listens to it. All others are made by `Model.from_db`, row by row. The generated loop, for a book and
its author::

    for c0, c1, c2, c3, c4 in rows:
        o0 = new(Book); s0 = new(ModelState); s0.db = db; s0.adding = False
        d0 = o0.__dict__; d0['_state'] = s0; d0['id'] = c0; ...
        if c3 is None: ...

PERF: attributes are stored one by one where no descriptor stands in the way (the interpreter keeps them
in the object itself), through ``__dict__`` otherwise.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from vivace.codegen import Bindings, Source, compile_again, is_name
from vivace.db.completion import complete
from vivace.db.contracts import Connection
from vivace.db.planner.columns import Loaded
from vivace.db.schema.fields.caching import FieldCacheMixin

__all__ = [
    "Construction",
    "InstanceShape",
    "generate",
    "install",
    "instance_loader",
    "is_plain",
    "row_reader",
]

# (rows, alias of the database, connection) -> instances
Loader = Callable[[Sequence[Any], str, Any], list[Any]]
# Position of a column -> the functions that convert its values, and their expression.
Converters = dict[int, tuple[list[Any], Any]]

# Generated loaders kept; each is some kilobytes.
CAPACITY = 1000


class Construction(NamedTuple):
    """How instances are made; the room of the models hands it over when it is imported."""

    state_class: type
    # Whether attributes may be set on a new instance of the model instead of calling its class,
    # now: receivers come and go.
    is_plain: Callable[[Any], bool]
    # Whether values are stored past descriptors, in __dict__.
    wants_dict: Callable[[Any], bool]


_construction: Construction | None = None


def install(construction: Construction) -> None:
    """Set how instances are made."""
    global _construction
    _construction = construction


def _installed() -> Construction:
    if _construction is None:
        complete()
    assert _construction is not None
    return _construction


class InstanceShape(NamedTuple):
    """What decides how rows become instances."""

    root: Loaded
    converters: Converters
    # Names of annotations and extra columns, by position.
    annotations: tuple[tuple[str, int], ...]
    width: int


def instance_loader(shape: InstanceShape, connection: Connection) -> Loader:
    """The loader of rows of `shape`: generated from the second time that such rows are loaded."""
    if not is_plain(shape):
        return lambda rows, db, connection: _load_compatibly(shape, rows, db, connection)
    key = _key(shape, connection)
    if key is None:
        return lambda rows, db, connection: _load_compatibly(shape, rows, db, connection)
    with _lock:
        loader = _loaders.get(key, None)
        if loader is None:
            # Many shapes are seen once; compiling costs more than a few rows do.
            first = key not in _loaders
            _loaders[key] = None if first else generate(shape, connection)
            loader = _loaders[key]
            if len(_loaders) > CAPACITY:
                _loaders.popitem(last=False)
        _loaders.move_to_end(key)
    if loader is None:
        return lambda rows, db, connection: _load_compatibly(shape, rows, db, connection)
    return loader


def is_plain(shape: InstanceShape) -> bool:
    """Whether instances of all models of `shape` may be made by setting attributes, now."""
    return all(_installed().is_plain(loaded.model) for loaded in _walk(shape.root))


_lock = threading.Lock()
_loaders: OrderedDict[Any, Loader | None] = OrderedDict()


def _walk(loaded: Loaded) -> Iterator[Loaded]:
    yield loaded
    for child in loaded.children:
        yield from _walk(child)


def _key(shape: InstanceShape, connection: Connection) -> Any:
    converters = tuple(
        (position, tuple(_function_key(f, connection) for f in functions), expression)
        for position, (functions, expression) in shape.converters.items()
    )
    reading = connection.vendor, connection.ops.reading_key()
    key = (_tree_key(shape.root), converters, shape.annotations, shape.width, reading)
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _function_key(function: Any, connection: Connection) -> Any:
    # Each thread's connection has operations of its own that do the same.
    if getattr(function, "__self__", None) is connection.ops:
        return function.__func__
    return function


def _tree_key(loaded: Loaded) -> Any:
    link = loaded.link and (loaded.link.kind, loaded.link.field, loaded.path[-1])
    children = tuple(_tree_key(child) for child in loaded.children)
    return loaded.model, tuple(loaded.positions), tuple(loaded.attnames), link, children


# The compatible way


def _load_compatibly(
    shape: InstanceShape, rows: Sequence[Any], db: str, connection: Connection
) -> list[Any]:
    result = []
    read = row_reader(shape.converters, connection)
    for row in map(read, rows) if read else rows:
        instance = _build(shape.root, row, db)
        for name, position in shape.annotations:
            setattr(instance, name, row[position])
        result.append(instance)
    return result


def _build(loaded: Loaded, row: Sequence[Any], db: str) -> Any:
    instance = loaded.model.from_db(db, loaded.attnames, tuple([row[p] for p in loaded.positions]))
    for child in loaded.children:
        assert child.link is not None
        found = any(row[position] is not None for position in _pk_positions(child))
        child.link.attach(instance, _build(child, row, db) if found else None)
    return instance


def _pk_positions(loaded: Loaded) -> list[int]:
    """Where the primary key is; without one among the columns, all of them speak for the row."""
    names = {field.attname for field in loaded.model._meta.pk_fields}
    found = [p for p, n in zip(loaded.positions, loaded.attnames, strict=True) if n in names]
    return found or loaded.positions


def row_reader(
    converters: Converters, connection: Connection
) -> Callable[[Sequence[Any]], tuple[Any, ...]] | None:
    """What converts the values of a row; None if there is nothing to convert."""
    if not converters:
        return None
    steps = list(converters.items())

    def read(row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for position, (functions, expression) in steps:
            value = values[position]
            for function in functions:
                value = function(value, expression, connection)
            values[position] = value
        return tuple(values)

    return read


# The generated way


def generate(shape: InstanceShape, connection: Connection) -> Loader:
    """Compile the loop for rows of `shape`."""
    return _Writer(shape, connection).compile()


class _Writer:
    def __init__(self, shape: InstanceShape, connection: Connection) -> None:
        self.shape = shape
        self.connection = connection
        self.source = Source()
        self.bindings = Bindings()
        self.numbers = iter(range(10_000))
        self.short = connection.ops.short_converters()

    def compile(self) -> Loader:
        line, bind = self.source.line, self.bindings.bind
        bind(object.__new__, "new")
        bind(_installed().state_class, "ModelState")
        with self.source.block("def load(rows, db, connection):"):
            line("result = []")
            line("append = result.append")
            for name in sorted(self._methods_of_operations()):
                line(f"ops_{name} = connection.ops.{name}")
            columns = ", ".join(f"c{n}" for n in range(self.shape.width))
            with self.source.block(f"for {columns}, in rows:"):
                for position, (functions, expression) in self.shape.converters.items():
                    self._convert(position, functions, expression)
                root = self._instance(self.shape.root)
                columns_of_row = range(self.shape.width)
                for name, position in self.shape.annotations:
                    # COMPAT: packages add annotations whose column they count from the end.
                    line(f"setattr({root}, {name!r}, c{columns_of_row[position]})")
                line(f"append({root})")
            line("return result")
        model = self.shape.root.model
        return compile_again(
            "load", str(self.source), self.bindings, filename=f"load {model._meta.label}"
        )

    def _methods_of_operations(self) -> set[str]:
        """Those that are called as they are: they belong to the connection of the moment."""
        return {
            function.__name__
            for functions, _ in self.shape.converters.values()
            for function in functions
            if getattr(function, "__self__", None) is self.connection.ops
            and function.__name__ not in self.short
        }

    def _convert(self, position: int, functions: list[Any], expression: Any) -> None:
        value = f"c{position}"
        for function in functions:
            short = self._short(function)
            if short is not None:
                name = self.bindings.bind(short, "read")
                inline = getattr(short, "inline", None)
                if inline is None:
                    self.source.line(f"if {value} is not None: {value} = {name}({value})")
                else:
                    source, bound = inline
                    names = {key: self.bindings.bind(each, key) for key, each in bound.items()}
                    self.source.lines(source.format(v=value, read=name, **names))
                continue
            if getattr(function, "__self__", None) is self.connection.ops:
                name = f"ops_{function.__name__}"
            else:
                name = self.bindings.bind(function, "convert")
            bound = self.bindings.bind(expression, "expression")
            self.source.line(f"{value} = {name}({value}, {bound}, connection)")

    def _short(self, function: Any) -> Any:
        """The converter of one argument that stands for `function`, if there is one."""
        owner = getattr(function, "__self__", None)
        if owner is self.connection.ops:
            return self.short.get(function.__name__)
        if owner is not None and function.__name__ == "from_db_value":
            return getattr(owner, "short_from_db_value", None)
        return getattr(function, "short", None)

    def _instance(self, loaded: Loaded) -> str:
        number = next(self.numbers)
        line = self.source.line
        name, state = f"o{number}", f"s{number}"
        model = self.bindings.bind(loaded.model, "Model")
        line(f"{name} = new({model})")
        line(f"{state} = ModelState()")
        line(f"{state}.db = db")
        line(f"{state}.adding = False")
        if any(_is_kept_plainly(child) for child in loaded.children):
            # PERF: the descriptor would make it, for each object that is attached.
            line(f"{state}.fields_cache = f{number} = {{}}")
        if _installed().wants_dict(loaded.model) or not all(map(is_name, loaded.attnames)):
            line(f"d = {name}.__dict__")
            line(f"d['_state'] = {state}")
            for attname, position in zip(loaded.attnames, loaded.positions, strict=True):
                line(f"d[{attname!r}] = c{position}")
        else:
            line(f"{name}._state = {state}")
            for attname, position in zip(loaded.attnames, loaded.positions, strict=True):
                line(f"{name}.{attname} = c{position}")
        for child in loaded.children:
            self._child(number, child)
        return name

    def _child(self, number: int, child: Loaded) -> None:
        assert child.link is not None
        line = self.source.line
        if _is_kept_plainly(child):
            attach = f"f{number}[{child.link.field.cache_name!r}] = {{}}"
        else:
            attach = f"{self.bindings.bind(child.link.attach, 'attach')}(o{number}, {{}})"
        missing = " and ".join(f"c{position} is None" for position in _pk_positions(child))
        with self.source.block(f"if {missing}:"):
            line(attach.format(None))
        with self.source.block("else:"):
            related = self._instance(child)
            line(attach.format(related))


def _is_kept_plainly(child: Loaded) -> bool:
    """Whether an object is attached by storing it among the related objects of its owner."""
    link = child.link
    return (
        link is not None
        and link.kind == "forward"
        and not link.field.unique
        and type(link.field).set_cached_value is FieldCacheMixin.set_cached_value
    )
