"""What SQLite can do."""

from __future__ import annotations

from typing import Any

from vivace.db.backends.base.features import BaseDatabaseFeatures
from vivace.db.transaction import atomic
from vivace.db.utils import OperationalError
from vivace.utils.functional import cached_property


class DatabaseFeatures(BaseDatabaseFeatures):
    """The flags of SQLite that differ from those of the base."""

    minimum_database_version = (3, 31)
    test_db_allows_multiple_connections = False
    supports_unspecified_pk = True
    supports_timezones = False
    # What every build allows; newer ones allow more.
    max_query_params = 999
    last_row_id_is_key = True
    supports_transactions = True
    atomic_transactions = False
    can_rollback_ddl = True
    can_create_inline_fk = False
    requires_literal_defaults = True
    can_clone_databases = True
    supports_temporal_subtraction = True
    ignores_table_name_case = True
    supports_cast_with_precision = False
    time_cast_precision = 3
    can_release_savepoints = True
    has_case_insensitive_like = True
    supports_parentheses_in_compound = False
    can_defer_constraint_checks = True
    supports_over_clause = True
    supports_frame_range_fixed_distance = True
    supports_frame_exclusion = True
    supports_aggregate_filter_clause = True
    order_by_nulls_first = True
    supports_json_field_contains = False
    supports_update_conflicts = True
    supports_update_conflicts_with_target = True
    supports_stored_generated_columns = True
    supports_virtual_generated_columns = True
    supports_default_keyword_in_insert = False
    supports_unlimited_charfield = True
    supports_tuple_lookups = False
    test_collations = {
        "ci": "nocase",
        "cs": "binary",
        "non_default": "nocase",
        "virtual": "nocase",
    }
    insert_test_table_with_defaults = 'INSERT INTO {} ("null") VALUES (1)'

    @cached_property
    def can_alter_table_drop_column(self) -> bool:
        """Whether columns can be dropped without making the table anew."""
        return bool(self.connection.Database.sqlite_version_info >= (3, 35, 5))

    @cached_property
    def introspected_field_types(self) -> Any:
        # All integer keys are one type, and durations are integers.
        return {
            **super().introspected_field_types,
            "BigAutoField": "AutoField",
            "DurationField": "BigIntegerField",
            "GenericIPAddressField": "CharField",
            "SmallAutoField": "AutoField",
        }

    @cached_property
    def supports_json_field(self) -> bool:
        """Whether this SQLite knows JSON."""
        with self.connection.cursor() as cursor:
            try:
                with atomic(self.connection.alias):
                    cursor.execute('SELECT JSON(\'{"a": "b"}\')')
            except OperationalError:
                return False
        return True

    @property
    def can_introspect_json_field(self) -> bool:  # type: ignore[override]
        return self.supports_json_field

    @property
    def has_json_object_function(self) -> bool:  # type: ignore[override]
        return self.supports_json_field

    @cached_property
    def can_return_columns_from_insert(self) -> bool:
        """Whether there is RETURNING."""
        return bool(self.connection.Database.sqlite_version_info >= (3, 35))

    @property
    def can_return_rows_from_bulk_insert(self) -> bool:  # type: ignore[override]
        return self.can_return_columns_from_insert
