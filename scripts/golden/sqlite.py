"""Ask Django what its SQL functions on SQLite answer, and what SQL its backend says: run where Django 5.2 is.

Writes tests/golden/sqlite.json: ``{"functions": [[sql, params, answer], ...], "operations":
[[call, answer], ...]}``. Errors are told by their class. The test asks Vivace the same.
"""

import datetime
import decimal
import importlib
import itertools
import json
import math
import pathlib

HERE = pathlib.Path(__file__)
TIMES = [
    "2020-02-29 23:59:58.123456",
    "2019-12-31",
    "2021-01-03 00:00:00",
    "12:34:56.5",
    None,
    "x",
    "2020-06-15 12:00:00+02:00",
    "2020-06-15T01:30:00",
]
KINDS = [
    "year", "month", "day", "week", "week_day", "iso_week_day", "iso_year", "quarter", "hour", "minute",
    "second", "microsecond", "date", "bogus",
]  # fmt: skip
ZONES = ["Asia/Tokyo", "UTC+05:30", "UTC-05:30", "+03:00", "Etc/GMT-10", "UTC", None]
DURATIONS = ["2020-01-02 03:04:05", "2020-01-02", "03:04:05.5", 1000000, -5, None, 1.5, "x"]
NUMBERS = [0, 1, -1, 0.5, 2, None, "a", "2", 10]
PAIRS = [0, 1, -1, 2, 2.5, None, "ab", "10", 7]


def function_calls():
    """``(sql, params)`` of every call that is recorded."""
    for text, kind in itertools.product(TIMES, KINDS):
        yield "django_date_extract(%s, %s)", [kind, text]
        yield "django_time_extract(%s, %s)", [kind, text]
        for zones in (["Asia/Tokyo", "UTC"], [None, None]):
            yield "django_datetime_extract(%s, %s, %s, %s)", [kind, text, *zones]
            yield "django_date_trunc(%s, %s, %s, %s)", [kind, text, *zones]
            yield "django_time_trunc(%s, %s, %s, %s)", [kind, text, *zones]
            yield "django_datetime_trunc(%s, %s, %s, %s)", [kind, text, *zones]
    for text, zone in itertools.product(TIMES, ZONES):
        yield "django_datetime_cast_date(%s, %s, %s)", [text, zone, "UTC"]
        yield "django_datetime_cast_time(%s, %s, %s)", [text, zone, "UTC"]
    for operator, left, right in itertools.product("+-*/", DURATIONS, DURATIONS):
        # Text is never multiplied: here it would be repeated.
        if operator in "+-" or (not isinstance(left, str) and not isinstance(right, str)):
            yield "django_format_dtdelta(%s, %s, %s)", [operator, left, right]
    for left, right in itertools.product(DURATIONS, DURATIONS):
        yield "django_time_diff(%s, %s)", [left, right]
        yield "django_timestamp_diff(%s, %s)", [left, right]
    for pattern, text in [
        ("a.c", "abc"), ("^b", "abc"), ("(?i)ABC", "abc"), (None, "a"), ("a", None), ("1", 12), ("a", "A"),
    ]:  # fmt: skip
        yield "%s REGEXP %s", [text, pattern]
    for name in [
        "ACOS",
        "ASIN",
        "ATAN",
        "CEILING",
        "COS",
        "COT",
        "DEGREES",
        "EXP",
        "FLOOR",
        "LN",
        "RADIANS",
        "SIGN",
        "SIN",
        "SQRT",
        "TAN",
        "MD5",
        "SHA1",
        "SHA224",
        "SHA256",
        "SHA384",
        "SHA512",
        "REVERSE",
    ]:
        for value in NUMBERS:
            yield f"{name}(%s)", [value]
    for name in ["ATAN2", "LOG", "MOD", "POWER", "BITXOR", "REPEAT"]:
        for pair in itertools.product(PAIRS, [0, 1, 3, None, "x", 2.5]):
            yield f"{name}(%s, %s)", list(pair)
    for name in ("LPAD", "RPAD"):
        for triple in itertools.product(
            ["test", None, ""], [0, 2, 4, 10, None], [" ", "xy", "", None]
        ):
            yield f"{name}(%s, %s, %s)", list(triple)


def told(value):
    """`value` for JSON; floats by the digits that matter."""
    if isinstance(value, float):
        return "inf" if math.isinf(value) else round(value, 9)
    if isinstance(value, (str, int, type(None))):
        return value
    if isinstance(value, (list, tuple)):
        return [told(each) for each in value]
    return repr(value)


def functions(connection):
    """The answers to `function_calls`."""
    answers = []
    with connection.cursor() as cursor:
        for sql, params in function_calls():
            try:
                answer = told(cursor.execute(f"SELECT {sql}", params).fetchone()[0])
            except Exception as error:
                answer = f"!{type(error).__name__}"
            answers.append([sql, params, answer])
    return answers


OPERATIONS = """
date_extract_sql("year", '"c"', ("p",))
date_trunc_sql("month", '"c"', ["p"])
date_trunc_sql("month", '"c"', ("p",), "Asia/Tokyo")
datetime_extract_sql("hour", '"c"', ("p",), "Asia/Tokyo")
datetime_trunc_sql("day", '"c"', ("p",), None)
time_trunc_sql("hour", '"c"', ("p",), "Asia/Tokyo")
time_extract_sql("hour", '"c"', ("p",))
datetime_cast_date_sql('"c"', ("p",), "Asia/Tokyo")
datetime_cast_time_sql('"c"', ("p",), "UTC")
quote_name("a")
quote_name('"a"')
quote_name("a.b")
quote_name("")
limit_offset_sql(0, None)
limit_offset_sql(0, 5)
limit_offset_sql(3, None)
limit_offset_sql(3, 7)
limit_offset_sql(5, 5)
no_limit_value()
pk_default_value()
max_in_list_size()
max_name_length()
bulk_batch_size([], range(7))
bulk_batch_size([1], range(7))
bulk_batch_size([1, 2, 3], range(7))
integer_field_range("IntegerField")
integer_field_range("PositiveSmallIntegerField")
lookup_cast("iexact", "CharField")
combine_expression("^", ["a", "b"])
combine_expression("#", ["a", "b"])
combine_expression("%%", ["a", "b"])
combine_duration_expression("+", ["a", "b"])
combine_duration_expression("^", ["a", "b"])
subtract_temporals("DateField", ("a", ("p",)), ("b", ("q",)))
subtract_temporals("TimeField", ("a", ("p",)), ("b", ("q",)))
bulk_insert_sql([1, 2], [("%s", "%s"), ("%s", "X")])
insert_statement()
return_insert_columns([])
sequence_reset_by_name_sql(style, [{"table": "a", "column": None}])
sql_flush(style, ["a", "b"], reset_sequences=True)
sql_flush(style, [])
adapt_datetimefield_value(aware)
adapt_datetimefield_value(naive)
adapt_datetimefield_value(None)
adapt_timefield_value(datetime.time(1, 2, 3, 4))
adapt_timefield_value(datetime.time(1, tzinfo=datetime.timezone.utc))
adapt_datefield_value(datetime.date(2020, 1, 2))
adapt_unknown_value(aware)
adapt_unknown_value(datetime.date(2020, 1, 2))
adapt_unknown_value(decimal.Decimal("1.5"))
adapt_ipaddressfield_value("")
adapt_json_value({"a": [1, None]}, None)
year_lookup_bounds_for_date_field(2020)
year_lookup_bounds_for_date_field(2020, iso_year=True)
year_lookup_bounds_for_datetime_field(2020)
year_lookup_bounds_for_datetime_field(2020, iso_year=True)
explain_query_prefix()
explain_query_prefix("json")
explain_query_prefix(None, foo=1)
for_update_sql(True, False, ("a", "b"))
for_update_sql(skip_locked=True, no_key=True)
prep_for_like_query("a%b_c\\\\d")
distinct_sql([], [])
distinct_sql(["a"], [])
window_frame_rows_start_end(None, None)
window_frame_rows_start_end(-1, 2)
window_frame_rows_start_end(0, 0)
window_frame_rows_start_end(2, 1)
window_frame_rows_start_end("a", 1)
window_frame_range_start_end(-3, None)
window_frame_range_start_end(1, 2)
window_frame_range_start_end(-2, -1)
savepoint_create_sql("x")
savepoint_rollback_sql("x")
savepoint_commit_sql("x")
cache_key_culling_sql()
prepare_sql_script("select 1; select ';'; -- no; no\\nselect 2")
regex_lookup("regex")
""".strip().splitlines()


def operations(connection, style):
    """What each of `OPERATIONS` answers, as text."""
    names = {
        "datetime": datetime,
        "decimal": decimal,
        "style": style,
        "aware": datetime.datetime(2020, 1, 2, 3, 4, 5, 6, tzinfo=datetime.UTC),
        "naive": datetime.datetime(2020, 1, 2, 3, 4, 5),
    }
    answers = []
    for call in OPERATIONS:
        try:
            answer = repr(eval(f"ops.{call}", {**names, "ops": connection.ops}))
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        answers.append([call, answer])
    return answers


def main():
    django = importlib.import_module("django")
    settings = importlib.import_module("django.conf").settings
    databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    settings.configure(DATABASES=databases, USE_TZ=True, TIME_ZONE="America/Chicago")
    django.setup()
    connection = importlib.import_module("django.db").connection
    style = importlib.import_module("django.core.management.color").no_style()
    recorded = {
        "functions": functions(connection),
        "operations": operations(connection, style),
    }
    target = HERE.parents[2] / "tests" / "golden" / "sqlite.json"
    target.write_text(json.dumps(recorded, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
