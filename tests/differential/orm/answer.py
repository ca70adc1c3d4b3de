"""One side: runs cases on Django or on Vivace, and tells what came of them.

``python answer.py SIDE PROFILE FILE`` reads a case per line from standard input and writes an answer per
line. SIDE is ``django`` (the real one), ``alias`` (Vivace by Django's name) or ``vivace`` (by its own).
FILE is the SQLite database; if it is not there, it is made and filled. An answer is a list of outcomes:
one of Django; of Vivace one per way to run the case (`WAYS`). An outcome is a list: what the steps gave
and what is changed in the tables, the number of queries, that of BEGIN, SAVEPOINT and their kin, and,
if the case asks for it, the SQL.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import importlib
import json
import logging
import math
import os
import pickle
import re
import signal
import sqlite3
import sys
import types
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

# A failing run must show nothing of the code of others.
sys.tracebacklimit = 0

SECONDS = 20
PROFILES: tuple[dict[str, Any], ...] = (
    {"USE_TZ": True, "TIME_ZONE": "America/Chicago"},
    {"USE_TZ": False, "TIME_ZONE": "Europe/Berlin"},
)
# How Vivace runs a case: with nothing known, then by what it has learned, then with the queryset's
# `query` looked at before it is evaluated, then with no queryset and no save on the fast road.
WAYS = ("first", "second", "third", "query looked at", "road closed")
NOW = datetime.datetime(2024, 2, 29, 23, 30, 0, 123456, datetime.UTC)
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
SIGNALS = (
    "pre_init",
    "post_init",
    "pre_save",
    "post_save",
    "pre_delete",
    "post_delete",
    "m2m_changed",
)

Outcome = list[Any]


class Side:
    """One framework, connected to the rows."""

    def __init__(self, side: str, profile: int, file: str) -> None:
        self.root = "vivace" if side == "vivace" else "django"
        self.is_vivace = side != "django"
        if side == "alias":
            importlib.import_module("vivace").install_as_django()
        os.environ["DIFFERENTIAL_ROOT"] = self.root
        made = not Path(file).exists()
        self.module("conf").settings.configure(
            **PROFILES[profile],
            SECRET_KEY="differential",
            DEFAULT_AUTO_FIELD=f"{self.root}.db.models.BigAutoField",
            INSTALLED_APPS=[f"{self.root}.contrib.contenttypes", "library"],
            DATABASES={"default": {"ENGINE": f"{self.root}.db.backends.sqlite3", "NAME": file}},
        )
        importlib.import_module(self.root).setup()
        logging.disable(logging.CRITICAL)
        self.models = importlib.import_module("library.models")
        self.connection = self.module("db").connection
        if made:
            self.make(PROFILES[profile]["USE_TZ"])
        self.module("utils.timezone").now = lambda: (
            NOW if PROFILES[profile]["USE_TZ"] else NOW.replace(tzinfo=None)
        )
        self.model_base = self.module("db.models").Model
        self.queryset = self.module("db.models").QuerySet
        self.signals: Any = self.module("db.models.signals")
        self.transaction: Any = self.module("db").transaction
        self.names = self.namespace()
        self.connection.ensure_connection()
        self.raw: sqlite3.Connection = self.connection.connection
        self.raw.execute("PRAGMA synchronous=OFF")
        self.base = sqlite3.connect(":memory:")
        self.raw.backup(self.base)
        listed = "SELECT name FROM sqlite_master WHERE type='table'"
        names = [name for (name,) in self.base.execute(listed)]
        self.tables = {name: self.select(name) for name in names}
        self.rows = self.contents(self.base)
        self.statements: list[str] = []
        self.raw.set_trace_callback(self.statements.append)
        self.log: list[Any] = []
        self.receivers: list[Any] = []

    def module(self, name: str) -> Any:
        return importlib.import_module(f"{self.root}.{name}")

    def make(self, use_tz: bool) -> None:
        """Create the tables and fill them."""
        with self.connection.schema_editor() as editor:
            for model in (self.models.ContentType, *self.models.ALL):
                editor.create_model(model)
        for model in self.models.ALL:
            self.models.ContentType.objects.get_for_model(model)
        with self.module("db").transaction.atomic():
            importlib.import_module("library.data").fill(self.models, use_tz)

    def namespace(self) -> dict[str, Any]:
        """What the source of a case may name."""
        names: dict[str, Any] = {}
        for home in ("db.models", "db.models.functions", "db.models.lookups"):
            module = self.module(home)
            names |= {name: getattr(module, name) for name in dir(module) if name[:1].isupper()}
        names |= vars(self.models)
        names |= {
            "Decimal": decimal.Decimal, "UUID": uuid.UUID, "datetime": datetime, "math": math, "pickle": pickle,
            "KT": self.module("db.models.fields.json").KT, "transaction": self.module("db").transaction,
            "prefetch_related_objects": self.module("db.models").prefetch_related_objects,
            "FieldError": self.module("core.exceptions").FieldError, "connection": self.connection,
            "UTC": datetime.UTC, "state": self.tell, "capture": contextlib.suppress,
            "IntegrityError": self.module("db").IntegrityError, "OrderedDict": collections.OrderedDict,
        }  # fmt: skip
        return names

    # -- running --------------------------------------------------------------------------------

    def answers(self, case: dict[str, Any]) -> list[Outcome]:
        if not self.is_vivace:
            return [self.outcome(case, "")]
        if case["seed"] % 2:
            self.module("db.orm.road.shapes").EPOCH.clear()
        found = [self.outcome(case, way) for way in WAYS[:4]]
        with self.road_closed():
            return [*found, self.outcome(case, WAYS[4])]

    @contextlib.contextmanager
    def road_closed(self) -> Iterator[None]:
        """Let no queryset and no instance take the fast road."""
        epoch = self.module("db.orm.road.shapes").EPOCH
        classes = [cls for cls in _heirs(self.queryset) if cls._roadworthy]
        for cls in classes:
            cls._roadworthy = False
        receivers = [getattr(self.signals, name) for name in SIGNALS[:4]]
        for one in receivers:
            one.connect(_nothing)
        epoch.clear()
        try:
            yield
        finally:
            for cls in classes:
                cls._roadworthy = True
            for one in receivers:
                one.disconnect(_nothing)
            epoch.clear()

    def outcome(self, case: dict[str, Any], way: str) -> Outcome:
        """What comes of a case."""
        self.models.start_over()
        self.models.ContentType.objects.clear_cache()
        self.statements.clear()
        self.log.clear()
        self.listen(case.get("signals", False))
        told: list[str] = []
        signal.alarm(SECONDS)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                self.run(case, way, told)
            except _TooLong:
                told.append("!! too long")
            finally:
                signal.alarm(0)
        self.listen(False)
        statements = [sql for sql in self.statements if not sql.startswith("-- ")]
        if case["writes"]:
            told += self.restore()
        told += self.log
        told += sorted({f"warned {one.category.__name__}: {one.message}" for one in warned})
        control = sum(sql.startswith(CONTROL) for sql in statements)
        text = self.normal("\n".join(told))
        return [text, len(statements) - control, control, statements if case.get("sql") else []]

    def run(self, case: dict[str, Any], way: str, told: list[str]) -> None:
        if not case["writes"]:
            self.steps(case, way, told)
        elif case["mode"] == "auto":
            self.steps(case, way, told)
            if self.connection.in_atomic_block:
                told.append("!! left in a transaction")
        else:
            try:
                with self.transaction.atomic():
                    self.steps(case, way, told)
                    told.append(f"needs rollback: {self.connection.needs_rollback}")
                    if not self.connection.needs_rollback:
                        told.append(self.attempt(self.connection.check_constraints))
                        # What is changed must be seen before it is undone.
                        told += self.changes()
                    self.transaction.set_rollback(True)
            except Exception as error:
                told.append("leaving: " + self.failure(error))

    def steps(self, case: dict[str, Any], way: str, told: list[str]) -> None:
        names = dict(self.names)
        for step in case["steps"]:
            told.append(self.attempt(lambda step=step: self.step(step, names, way, case)))

    def step(self, step: str, names: dict[str, Any], way: str, case: dict[str, Any]) -> Any:
        if case.get("mode") == "careful":
            with self.transaction.atomic():
                return self.source(step, names, way)
        return self.source(step, names, way)

    def source(self, step: str, names: dict[str, Any], way: str) -> Any:
        name, assigned, expression = step.partition(" := ")
        if step.startswith("exec "):
            exec(step[5:], names)  # noqa: S102
            return None
        value = eval(expression if assigned else step, names)
        if assigned:
            names[name] = value
            if way == WAYS[3] and isinstance(value, self.queryset):
                _ = value.query
            return None
        return self.tell(value)

    def attempt(self, call: Callable[[], Any]) -> str:
        try:
            return str(call())
        except RecursionError:
            return "!! RecursionError"
        except Exception as error:
            return self.failure(error)

    def failure(self, error: BaseException) -> str:
        return f"!! {type(error).__name__}: {error}"

    def listen(self, on: bool) -> None:
        for name, receiver in self.receivers:
            getattr(self.signals, name).disconnect(receiver)
        self.receivers = []
        if on:
            for name in SIGNALS[2:]:
                receiver = self.receiver(name)
                self.receivers.append((name, receiver))
                getattr(self.signals, name).connect(receiver)

    def receiver(self, name: str) -> Callable[..., None]:
        def receive(sender: Any, **kwargs: Any) -> None:
            kwargs.pop("signal")
            instance = kwargs.pop("instance")
            who = (
                f"{type(instance).__name__} {instance.pk}"
                if hasattr(instance, "pk")
                else repr(instance)
            )
            more = {
                key: self.tell(value)
                for key, value in sorted(kwargs.items())
                if key not in ("origin", "model")
            }
            self.log.append(f"{name} {sender.__name__} {who} {more}")

        return receive

    # -- tables ---------------------------------------------------------------------------------

    def select(self, table: str) -> str:
        """The query for all that is stored in a table, as SQL would write it."""
        columns = self.base.execute(f'PRAGMA table_info("{table}")')
        quoted = " || ', ' || ".join(f'quote("{row[1]}")' for row in columns)
        return f'SELECT {quoted} FROM "{table}" ORDER BY rowid'

    def contents(self, connection: Any) -> dict[str, list[str]]:
        return {
            name: [row for (row,) in connection.execute(sql)] for name, sql in self.tables.items()
        }

    def changes(self) -> list[str]:
        told = []
        count = len(self.statements)
        for name, rows in self.contents(self.raw).items():
            before = self.rows[name]
            if rows != before:
                gone, new = (
                    [r for r in before if r not in rows],
                    [r for r in rows if r not in before],
                )
                told += [f"-{name} {row}" for row in gone] + [f"+{name} {row}" for row in new]
                if len(rows) != len(before) - len(gone) + len(new):
                    told.append(f"{name}: other rows")
        del self.statements[count:]
        return told

    def restore(self) -> list[str]:
        """What a case left in the tables; they are as before then."""
        told = self.changes()
        if told:
            self.base.backup(self.raw)
        return told

    # -- telling --------------------------------------------------------------------------------

    def tell(self, value: Any, seen: tuple[int, ...] = ()) -> str:
        """A value, its type, and what it is made of; nothing is read from the database for it."""
        if isinstance(value, self.model_base):
            return self.tell_instance(value, seen)
        if isinstance(value, self.queryset):
            cache = value._result_cache
            return f"QuerySet({'not read' if cache is None else self.tell(cache, seen)})"
        if isinstance(value, dict):
            inner = ", ".join(
                f"{self.tell(k, seen)}: {self.tell(v, seen)}" for k, v in value.items()
            )
            return f"{_kind(value, dict)}{{{inner}}}"
        if isinstance(value, (list, tuple)):
            inner = ", ".join(self.tell(one, seen) for one in value)
            names = getattr(value, "_fields", "")
            return f"{_kind(value, list)}{names}[{inner}]"
        if isinstance(value, (set, frozenset)):
            return f"set({sorted(self.tell(one, seen) for one in value)})"
        if isinstance(value, types.GeneratorType) or hasattr(value, "__next__"):
            return self.tell(list(value), seen)
        if isinstance(value, memoryview):
            return f"memoryview {bytes(value)!r}"
        return repr(value) if type(value) in _PLAIN else f"{type(value).__name__} {value!r}"

    def tell_instance(self, value: Any, seen: tuple[int, ...]) -> str:
        name = type(value).__name__
        if id(value) in seen:
            return f"<{name} again>"
        seen = (*seen, id(value))
        state = value._state
        told = [
            f"{k}={self.tell(v, seen)}" for k, v in sorted(value.__dict__.items()) if k[0] != "_"
        ]
        told += [f"{k}~{self.tell(v, seen)}" for k, v in sorted(state.fields_cache.items())]
        prefetched = value.__dict__.get("_prefetched_objects_cache", {})
        told += [f"{k}:{self.tell(v, seen)}" for k, v in sorted(prefetched.items())]
        deferred = sorted(value.get_deferred_fields())
        return (
            f"<{name} {state.db}{' adding' if state.adding else ''} -{deferred} {' '.join(told)}>"
        )

    def normal(self, text: str) -> str:
        if self.root != "django":
            text = text.replace("vivace.", "django.")
        text = re.sub(r"(?i)0x[0-9a-f]{6,}", "0x0", text)
        # The default `repr` tells the module that a class has its home in.
        text = re.sub(r"(django|vivace)\.[\w.]*?(\w+)(?=( object at|'>))", r"\2", text)
        return text.encode("utf-8", "backslashreplace").decode()


_PLAIN = (int, str, float, bool, bytes, type(None), decimal.Decimal, uuid.UUID, datetime.date, datetime.time,
          datetime.timedelta, datetime.datetime)  # fmt: skip


def _kind(value: Any, usual: type) -> str:
    return "" if type(value) is usual else type(value).__name__


def _heirs(cls: Any) -> Iterator[Any]:
    yield cls
    for heir in cls.__subclasses__():
        yield from _heirs(heir)


def _nothing(**kwargs: Any) -> None:
    pass


class _TooLong(BaseException):
    pass


def _stop(*args: Any) -> None:
    raise _TooLong


def main(side: str, profile: str, file: str) -> None:
    signal.signal(signal.SIGALRM, _stop)
    out = sys.stdout
    sys.stdout = sys.stderr
    asked = Side(side, int(profile), file)
    for line in sys.stdin:
        answers = asked.answers(json.loads(line))
        out.write(json.dumps(answers) + "\n")
        out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
