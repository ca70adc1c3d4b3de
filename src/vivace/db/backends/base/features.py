"""What databases can do, flag by flag; each backend overrides what is different.

Third-party packages and tests read these (`skipUnlessDBFeature`), so that the names are Django's.
A flag is named for what it says; those that need more have a comment.
"""

from __future__ import annotations

from typing import Any

from vivace.db.utils import ProgrammingError
from vivace.utils.functional import cached_property


class BaseDatabaseFeatures:
    """The flags of a database of which nothing is known; `connection` is whose they are."""

    # Whether plans can be awaited on the driver itself. Otherwise a whole operation goes to a thread.
    has_native_async = False

    # The server.
    # The oldest version that works, as a tuple; None: any.
    minimum_database_version: Any = None
    gis_enabled = False
    test_db_allows_multiple_connections = True
    truncates_names = False
    # How many parameters a statement may have; None: any number.
    max_query_params: Any = None
    schema_editor_uses_clientside_param_binding = False
    supports_paramstyle_pyformat = True
    connection_persists_old_columns = False
    # What using a closed cursor raises.
    closed_cursor_error_class: Any = ProgrammingError
    can_clone_databases = False
    ignores_table_name_case = False

    # Transactions and constraints.
    supports_deferrable_unique_constraints = False
    uses_savepoints = True
    can_release_savepoints = False
    supports_forward_references = True
    can_defer_constraint_checks = False
    atomic_transactions = True
    can_rollback_ddl = False

    # Unique constraints and indexes.
    allows_group_by_select_index = True
    supports_nullable_unique_constraints = True
    supports_partially_nullable_unique_constraints = True
    supports_nulls_distinct_unique_constraints = False
    supports_index_column_ordering = True
    can_rename_index = False
    indexes_foreign_keys = True
    supports_index_on_text_field = True
    supports_partial_indexes = True
    supports_functions_in_partial_indexes = True
    supports_covering_indexes = False
    supports_expression_indexes = True
    collate_as_index_expression = False
    allows_multiple_constraints_on_same_fields = True

    # Columns: types, defaults, generated columns, comments.
    # Oracle does.
    interprets_empty_strings_as_nulls = False
    related_fields_match_type = False
    # Whether INSERT may name the primary key as NULL, to have it made.
    supports_unspecified_pk = False
    has_real_datatype = False
    has_native_uuid_field = False
    has_native_duration_field = False
    allows_auto_pk_0 = True
    supports_tablespaces = False
    supports_combined_alters = False
    supports_foreign_keys = True
    can_create_inline_fk = True
    supports_column_check_constraints = True
    supports_table_check_constraints = True
    requires_literal_defaults = False
    supports_expression_defaults = True
    supports_default_keyword_in_insert = True
    supports_default_keyword_in_bulk_insert = True
    implied_column_null = False
    has_native_json_field = False
    supports_collation_on_charfield = True
    supports_comments = False
    supports_comments_inline = False
    supports_stored_generated_columns = False
    supports_virtual_generated_columns = False
    prohibits_null_characters_in_text_exception: Any = None
    supports_unlimited_charfield = False

    # Inserting and updating.
    # What `fetchmany` gives at the end of the rows.
    empty_fetchmany_value: Any = []
    update_can_self_select = True
    delete_can_self_reference_subquery = True
    can_use_chunked_reads = True
    can_return_columns_from_insert = False
    # Whether a cursor's lastrowid is the automatic key of the row that was inserted.
    last_row_id_is_key = False
    can_return_rows_from_bulk_insert = False
    has_bulk_insert = True
    supports_ignore_conflicts = True
    supports_update_conflicts = False
    supports_update_conflicts_with_target = False
    requires_casted_case_in_updates = False

    # Selecting: locks, combinations, subqueries.
    allow_sliced_subqueries_with_in = True
    has_select_for_update = False
    has_select_for_update_nowait = False
    has_select_for_update_skip_locked = False
    has_select_for_update_of = False
    has_select_for_no_key_update = False
    select_for_update_of_column = False
    supports_subqueries_in_group_by = True
    ignores_unnecessary_order_by_in_subqueries = True
    can_distinct_on_fields = False
    # What a SELECT without a table needs at its end.
    bare_select_suffix = ""
    supports_select_for_update_with_limit = True
    for_update_after_from = False
    supports_select_union = True
    supports_select_intersection = True
    supports_select_difference = True
    supports_slicing_ordering_in_compound = False
    supports_parentheses_in_compound = True
    requires_compound_order_by_subquery = False
    supports_tuple_lookups = True

    # Grouping, aggregates, windows, ordering.
    allows_group_by_lob = True
    allows_group_by_selected_pks = False
    requires_explicit_null_ordering_when_grouping = False
    nulls_order_largest = False
    supports_order_by_nulls_modifier = True
    order_by_nulls_first = False
    greatest_least_ignores_nulls = False
    supports_aggregate_filter_clause = False
    supports_over_clause = False
    supports_frame_range_fixed_distance = False
    supports_frame_exclusion = False
    only_supports_unbounded_with_preceding_and_following = False
    supports_default_in_lead_lag = True

    # Expressions: times, text, booleans, JSON.
    supports_temporal_subtraction = False
    supports_regex_backreferencing = True
    supports_date_lookup_using_string = True
    supports_timezones = True
    has_zoneinfo_database = True
    supports_sequence_reset = True
    has_case_insensitive_like = False
    supports_cast_with_precision = True
    # Digits of the seconds that a cast to a time keeps.
    time_cast_precision = 6
    supports_callproc_kwargs = False
    supported_explain_formats: Any = set()
    supports_boolean_expr_in_select_clause = True
    supports_comparing_boolean_expr = True
    supports_json_field = True
    supports_primitives_in_json_field = True
    has_json_operators = False
    supports_json_field_contains = True
    json_key_contains_list_matching_requires_list = False
    has_json_object_function = True
    supports_collation_on_textfield = True
    supports_non_deterministic_collations = True
    supports_logical_xor = False
    rounds_to_even = False

    # Introspection.
    can_introspect_default = True
    can_introspect_foreign_keys = True
    can_introspect_materialized_views = False
    can_introspect_check_constraints = True
    can_introspect_json_field = True
    # The type that is found for a column of each type of field.
    introspected_field_types: Any = {
        "AutoField": "AutoField",
        "BigAutoField": "BigAutoField",
        "BigIntegerField": "BigIntegerField",
        "BinaryField": "BinaryField",
        "BooleanField": "BooleanField",
        "CharField": "CharField",
        "DurationField": "DurationField",
        "GenericIPAddressField": "GenericIPAddressField",
        "IntegerField": "IntegerField",
        "PositiveBigIntegerField": "PositiveBigIntegerField",
        "PositiveIntegerField": "PositiveIntegerField",
        "PositiveSmallIntegerField": "PositiveSmallIntegerField",
        "SmallAutoField": "SmallAutoField",
        "SmallIntegerField": "SmallIntegerField",
        "TimeField": "TimeField",
    }

    # For the tests of backends.
    test_collations: Any = {
        "ci": None,
        "cs": None,
        "non_default": None,
        "swedish_ci": None,
        "virtual": None,
    }
    # The SQL for now, in UTC.
    test_now_utc_template: Any = None
    insert_test_table_with_defaults: Any = None
    create_test_procedure_without_params_sql: Any = None
    create_test_procedure_with_int_param_sql: Any = None
    django_test_expected_failures: Any = set()
    django_test_skips: Any = {}

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    @cached_property
    def supports_explaining_query_execution(self) -> bool:
        """Whether queries can be explained."""
        return self.connection.ops.explain_prefix is not None

    @cached_property
    def supports_transactions(self) -> bool:
        """Whether what was rolled back is gone: tried out with a table."""
        with self.connection.cursor() as cursor:
            cursor.execute("CREATE TABLE ROLLBACK_TEST (X INT)")
            self.connection.set_autocommit(False)
            cursor.execute("INSERT INTO ROLLBACK_TEST (X) VALUES (8)")
            self.connection.rollback()
            self.connection.set_autocommit(True)
            cursor.execute("SELECT COUNT(X) FROM ROLLBACK_TEST")
            (count,) = cursor.fetchone()
            cursor.execute("DROP TABLE ROLLBACK_TEST")
        return bool(count == 0)

    def allows_group_by_selected_pks_on_model(self, model: Any) -> bool:
        """Whether grouping by the primary key of `model` stands for all its columns."""
        if not self.allows_group_by_selected_pks:
            return False
        return bool(model._meta.managed)
