"""The queries that write, and the one that summarizes another query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vivace.core.exceptions import FieldError
from vivace.db.planner.constants import GET_ITERATOR_CHUNK_SIZE, NO_RESULTS, ROW_COUNT
from vivace.db.planner.query import Query
from vivace.utils.naming import published


@published("db.models.sql.subqueries.DeleteQuery")
class DeleteQuery(Query):
    """Deletes the rows of one table that meet the conditions."""

    compiler = "SQLDeleteCompiler"

    def do_query(self, table: str, where: Any, using: str) -> int:
        """Delete from `table` by the conditions `where`; how many rows there were."""
        self.alias_map = {table: self.base_table_class(table, table)}
        self.alias_refcount = {table: 1}
        self.table_map = {table: [table]}
        self.where = where
        return self.get_compiler(using).execute_sql(ROW_COUNT) or 0

    def delete_batch(self, pk_list: Sequence[Any], using: str) -> int:
        """Delete the rows with these primary keys, some at a time; how many there were."""
        count = 0
        opts = self.get_meta()
        for offset in range(0, len(pk_list), GET_ITERATOR_CHUNK_SIZE):
            self.clear_where()
            self.add_filter(
                f"{opts.pk.attname}__in", pk_list[offset : offset + GET_ITERATOR_CHUNK_SIZE]
            )
            count += self.do_query(opts.db_table, self.where, using=using)
        return count


@published("db.models.sql.subqueries.UpdateQuery")
class UpdateQuery(Query):
    """Sets columns of the rows that meet the conditions, in the tables of parents as well."""

    compiler = "SQLUpdateCompiler"

    #: What is set: fields, the models that have them, values.
    values: list[tuple[Any, Any, Any]]
    #: The same for fields of parents, by model.
    related_updates: dict[Any, list[tuple[Any, Any, Any]]]
    #: The primary keys of parents whose rows are meant, by model, once they are known.
    related_ids: dict[Any, list[Any]] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._setup_query()

    def _setup_query(self) -> None:
        """Begin with nothing to set: also when a query of another class becomes an update."""
        self.__dict__.setdefault("values", [])
        self.__dict__.setdefault("related_ids", None)
        self.__dict__.setdefault("related_updates", {})

    def clone(self) -> UpdateQuery:
        """A query of its own that sets the same."""
        obj: UpdateQuery = super().clone()
        obj.values = self.values.copy()
        obj.related_updates = {model: [*seq] for model, seq in self.related_updates.items()}
        return obj

    def update_batch(self, pk_list: Sequence[Any], values: Mapping[str, Any], using: str) -> None:
        """Set `values` in the rows with these primary keys, some at a time."""
        self.add_update_values(values)
        for offset in range(0, len(pk_list), GET_ITERATOR_CHUNK_SIZE):
            self.clear_where()
            self.add_filter("pk__in", pk_list[offset : offset + GET_ITERATOR_CHUNK_SIZE])
            self.get_compiler(using).execute_sql(NO_RESULTS)

    def add_update_values(self, values: Mapping[str, Any]) -> None:
        """Set fields by name; FieldError for what has no column in a row of the model."""
        sequence = []
        opts = self.get_meta()
        for name, value in values.items():
            field = opts.get_field(name)
            direct = field.concrete or not field.auto_created
            if not direct or (field.is_relation and field.many_to_many):
                raise FieldError(
                    f"Cannot update model field {field!r} (only "
                    "non-relations and foreign keys permitted)."
                )
            if getattr(field, "generated", False):
                continue
            if field is opts.pk and len(opts.pk_fields) > 1:
                raise FieldError("Composite primary key fields must be updated individually.")
            model = field.model._meta.concrete_model
            if model is not opts.concrete_model:
                self.add_related_update(model, field, value)
            else:
                sequence.append((field, model, value))
        self.add_update_fields(sequence)

    def add_update_fields(self, values_seq: Iterable[tuple[Any, Any, Any]]) -> None:
        """Set fields; values that are expressions are resolved here, while annotations are known."""
        for field, model, value in values_seq:
            if getattr(field, "generated", False):
                continue
            if hasattr(value, "resolve_expression"):
                value = value.resolve_expression(self, allow_joins=False, for_save=True)
            self.values.append((field, model, value))

    def add_related_update(self, model: Any, field: Any, value: Any) -> None:
        """Set a field that a parent has."""
        self.related_updates.setdefault(model, []).append((field, None, value))

    def get_related_updates(self) -> list[UpdateQuery]:
        """The updates of parents' tables."""
        queries = []
        for model, values in self.related_updates.items():
            query = UpdateQuery(model)
            query.values = values
            if self.related_ids is not None:
                query.add_filter("pk__in", self.related_ids[model])
            queries.append(query)
        return queries


@published("db.models.sql.subqueries.InsertQuery")
class InsertQuery(Query):
    """Inserts objects into the table of their model."""

    compiler = "SQLInsertCompiler"

    def __init__(
        self,
        *args: Any,
        on_conflict: Any = None,
        update_fields: Iterable[Any] | None = None,
        unique_fields: Iterable[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields: Sequence[Any] = []
        self.objs: Sequence[Any] = []
        self.on_conflict = on_conflict
        self.update_fields = update_fields or []
        self.unique_fields = unique_fields or []
        self.raw = False

    def insert_values(self, fields: Sequence[Any], objs: Sequence[Any], raw: bool = False) -> None:
        """Insert `fields` of `objs`; values are taken as they are if `raw`."""
        self.fields = fields
        self.objs = objs
        self.raw = raw


@published("db.models.sql.subqueries.AggregateQuery")
class AggregateQuery(Query):
    """Aggregates over the rows of another query."""

    compiler = "SQLAggregateCompiler"

    def __init__(self, model: Any, inner_query: Any) -> None:
        self.inner_query = inner_query
        super().__init__(model)


Query.aggregate_class = AggregateQuery
