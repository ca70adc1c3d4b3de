"""What the rooms of the ORM promise each other, as protocols.

The planner and everything above it are written against these, never against a backend's classes; a
backend keeps them by subclassing `backends.base`. Names and signatures are those of the database
API that third-party backends and expressions are written for. What is here is what is *used*:
classes may have more.

Rules that a signature cannot say:

* SQL made by nodes and operations has ``%s`` placeholders, with every literal percent sign doubled.
  `Operations.native_sql` turns it into the driver's own style, once per plan.
* `Connection.execute` is the one slot through which plans run. It takes the driver's style, and
  gives the driver's cursor. It is swapped by `Connection.choose_execute`, which whoever changes one
  of its conditions calls: connecting, closing, wrappers, the query log, a broken transaction.
* Errors of the driver leave a connection as the classes of `db.utils`: ``wrap_database_errors`` for
  a block, `Connection.translated` for one exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

Params: TypeAlias = Sequence[Any]
Sql: TypeAlias = tuple[str, Sequence[Any]]
Converter: TypeAlias = Callable[[Any, Any, Any], Any]
ExecuteWrapper: TypeAlias = Callable[..., Any]


class Features(Protocol):
    """What a database can do. All flags are plain attributes, documented in `backends.base.features`."""

    has_native_async: bool
    max_query_params: int | None
    can_return_columns_from_insert: bool
    can_return_rows_from_bulk_insert: bool
    can_use_chunked_reads: bool
    supports_ignore_conflicts: bool
    supports_update_conflicts: bool
    supports_update_conflicts_with_target: bool
    uses_savepoints: bool
    supports_transactions: bool

    def __getattr__(self, name: str, /) -> Any: ...


class Node(Protocol):
    """Anything with SQL of its own. ``as_<vendor>`` with the same signature goes before `as_sql`."""

    def as_sql(self, compiler: Any, connection: Any) -> Sql: ...


class Operations(Protocol):
    """How a database says things: SQL fragments, and values to and from the driver."""

    def native_sql(self, sql: str) -> str:
        """`sql` with ``%s`` placeholders in the driver's own style; bare of doubled percent signs."""
        ...

    def compiler(self, compiler_name: str) -> type[Any]: ...
    def quote_name(self, name: str) -> str: ...
    def limit_offset_sql(self, low_mark: int | None, high_mark: int | None) -> str: ...
    def get_db_converters(self, expression: Any) -> list[Converter]: ...
    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str: ...
    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int: ...
    def max_in_list_size(self) -> int | None: ...
    def integer_field_range(self, internal_type: str) -> tuple[int | None, int | None]: ...
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str | None: ...
    def __getattr__(self, name: str, /) -> Any: ...


class Introspection(Protocol):
    """What is in a database."""

    def table_names(self, cursor: Any = None, include_views: bool = False) -> list[str]: ...
    def get_table_description(self, cursor: Any, table_name: str) -> list[Any]: ...
    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, dict[str, Any]]: ...
    def __getattr__(self, name: str, /) -> Any: ...


class SchemaEditor(Protocol):
    """Makes and changes tables; a context manager, within which statements may be deferred."""

    connection: Any
    deferred_sql: list[Any]

    def execute(self, sql: Any, params: Any = ()) -> None: ...
    def create_model(self, model: type[Any]) -> None: ...
    def delete_model(self, model: type[Any]) -> None: ...
    def add_field(self, model: type[Any], field: Any) -> None: ...
    def remove_field(self, model: type[Any], field: Any) -> None: ...
    def alter_field(
        self, model: type[Any], old_field: Any, new_field: Any, strict: bool = False
    ) -> None: ...
    def __enter__(self) -> SchemaEditor: ...
    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None: ...
    def __getattr__(self, name: str, /) -> Any: ...


class Connection(Protocol):
    """One connection to one database, of one thread or task."""

    alias: str
    vendor: str
    settings_dict: dict[str, Any]
    ops: Operations
    features: Features
    introspection: Introspection
    operators: Mapping[str, str]
    data_types: Mapping[str, Any]
    in_atomic_block: bool
    needs_rollback: bool
    rollback_exc: BaseException | None
    autocommit: bool
    # The driver's module, for its exceptions.
    Database: Any
    # The driver's connection, or None.
    connection: Any
    execute: Callable[..., Any]
    wrap_database_errors: Any
    execute_wrappers: list[ExecuteWrapper]

    def choose_execute(self) -> None:
        """Let `execute` be the driver's own method if nothing unusual applies, else the watched one."""
        ...

    def translated(self, exc: BaseException) -> BaseException:
        """The exception of `db.utils` for one of the driver's; any other is answered itself."""
        ...

    def cursor(self) -> Any: ...
    def chunked_cursor(self) -> Any: ...
    def ensure_connection(self) -> None: ...
    def close(self) -> None: ...
    def schema_editor(self, *args: Any, **kwargs: Any) -> Any: ...
    def execute_wrapper(self, wrapper: ExecuteWrapper) -> AbstractContextManager[None]: ...
    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None: ...
    def get_autocommit(self) -> bool: ...
    def set_rollback(self, rollback: bool) -> None: ...
    def __getattr__(self, name: str, /) -> Any: ...
