"""Ask Django what the pages of its documentation about models say: run where Django 5.2 is installed.

Writes tests/golden/orm_pages.json: for each statement of the files in orm_pages/ what it gives, prints, warns of
or raises, and how many queries it takes. A file declares models and rows before a line of equals signs;
the blocks after it, parted by empty lines, are rolled back one by one. The test runs the same files with
Vivace's name in place of Django's, each block several times, for the fast road learns by doing.

Asked for one file, ``orm_pages.py NAME ROOT TIMES`` prints its answers as JSON.
"""

import ast
import asyncio
import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import types
import warnings
from importlib import import_module

HERE = pathlib.Path(__file__).resolve()
PAGES = {page.stem: page for page in sorted(HERE.with_suffix("").glob("*.txt"))}
TARGET = HERE.parents[2] / "tests" / "golden" / "orm_pages.json"
APPS = ("a", "b", "c", "d")

SHARED = """
import copy, datetime, functools, io, json, operator, pickle, uuid
from datetime import date, time, timedelta, timezone as dtz
from decimal import Decimal
from django.apps import apps
from django.core import checks
from django.core.exceptions import *
from django.db import IntegrityError, connection, connections, models, router, transaction
from django.db.models import *
from django.db.models.functions import *
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.utils import timezone

def make(*made, using="default"):
    if not connections[using].in_atomic_block:
        with connections[using].schema_editor() as editor:
            for each in made:
                editor.create_model(each)
        return
    # Within a transaction SQLite refuses what an editor begins with.
    editor = connections[using].schema_editor(collect_sql=True)
    editor.deferred_sql = []
    for each in made:
        editor.create_model(each)
    with connections[using].cursor() as cursor:
        for sql in [*editor.collected_sql, *map(str, editor.deferred_sql)]:
            cursor.execute(sql)

def chk(*checked):
    return [str(each) for model in checked for each in model.check(databases=["default"])]

def sqls(function):
    with CaptureQueriesContext(connection) as captured:
        function()
    return [query["sql"] for query in captured.captured_queries]
"""


def source(page, root):
    """The text of a page, for the package `root`."""
    return swapped(PAGES[page].read_text(encoding="utf-8"), root)


def swapped(text, root):
    """`text` with the name of the package `root`."""
    return re.sub(r"\bdjango\b", root, text)


def statements(page):
    """The statements of a page by where they begin, as they stand in its file."""
    text = source(page, "django")
    head, _, rest = text.partition("#=====\n")
    first = head.count("\n") + 2
    found = {}
    for start, block in blocks(rest, first):
        for statement in ast.parse(block).body:
            found[place(start, statement)] = ast.get_source_segment(block, statement)
    return found


def place(start, statement):
    """Where in its page a statement of the block at line `start` begins."""
    line = str(start + statement.lineno - 1)
    return f"{line}:{statement.col_offset}" if statement.col_offset else line


def blocks(text, first):
    """Blocks of lines with the number of their first line."""
    lines = []
    for number, line in enumerate([*text.split("\n"), ""], first):
        if line.strip():
            lines.append(line)
        elif lines:
            yield number - len(lines), "\n".join(lines)
            lines = []


def neutral(text):
    """Without what differs from run to run or is named by where the code is."""
    text = text.replace("vivace", "django").replace("Vivace", "Django")
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text)
    text = re.sub(r"\bs\d{12,}_x\d+", "savepoint", text)
    text = re.sub(r"django\.[\w.]*\.(\w+)( object at 0x|'>|: )", r"django.\1\2", text)
    # A set of Django's, in the order that a process has it.
    return re.sub(r"IN \((\\?'(true|null|false)\\?',?){3}\)", "IN (three)", text)


def shown(value, queryset_class):
    """The text of a value; querysets and sets in an order that is not the process's."""
    if isinstance(value, queryset_class):
        return "QuerySet" + shown(list(value), queryset_class)
    if isinstance(value, set | frozenset):
        return f"set({sorted(map(repr, value))})"
    if type(value) is tuple:
        return f"({', '.join(shown(each, queryset_class) for each in value)},)"
    if type(value) is list:
        return f"[{', '.join(shown(each, queryset_class) for each in value)}]"
    if type(value).__name__ in ("dict_values", "dict_keys", "generator", "map", "filter"):
        return repr(list(value))
    return repr(value)


def configure(root):
    """Set `root` up with databases in memory and empty applications."""
    for name in APPS:
        module = sys.modules[name] = types.ModuleType(name)
        module.__path__ = [os.devnull]
    engine = f"{root}.db.backends.sqlite3"
    import_module(f"{root}.conf").settings.configure(
        DATABASES={name: {"ENGINE": engine, "NAME": ":memory:"} for name in ("default", "other")},
        USE_TZ=True,
        TIME_ZONE="Europe/Paris",
        INSTALLED_APPS=[f"{root}.contrib.contenttypes", *APPS],
        DEFAULT_AUTO_FIELD=f"{root}.db.models.BigAutoField",
        SECRET_KEY="pages",
    )
    import_module(root).setup()


class Asking:
    """A page's names, in which its statements are run."""

    def __init__(self, page, root, times):
        configure(root)
        self.root, self.times = root, times
        module = sys.modules["probe"] = types.ModuleType("probe")
        self.names = module.__dict__
        head, _, rest = source(page, root).partition("#=====\n")
        exec(swapped("from django.conf import settings\n" + SHARED, root), self.names)  # noqa: S102
        exec(head, self.names)  # noqa: S102
        self.transaction = import_module(f"{root}.db").transaction
        self.connection = import_module(f"{root}.db").connection
        self.capturing = import_module(f"{root}.test.utils").CaptureQueriesContext
        self.blocks = list(blocks(rest, head.count("\n") + 2))
        self.once = "#once\n" in head

    def answers(self):
        """By statement's place: one answer, or several that differ from time to time."""
        found = {}
        for start, block in self.blocks:
            times = 1 if self.once or "class " in block else self.times
            for _ in range(times):
                for where, answer in self.ask(start, block):
                    given = found.setdefault(where, [])
                    if answer not in given:
                        given.append(answer)
        return found

    def ask(self, start, block):
        """The answers of a block's statements; nothing of it stays in the databases."""
        atomic = self.transaction.atomic
        with atomic(), atomic("other"):
            for statement in ast.parse(block).body:
                yield place(start, statement), self.answer(statement)
            self.transaction.set_rollback(True)
            self.transaction.set_rollback(True, using="other")

    def answer(self, statement):
        """What a statement prints, gives and warns of; or raises."""
        printed = io.StringIO()
        try:
            with (
                warnings.catch_warnings(record=True) as warned,
                contextlib.redirect_stdout(printed),
                self.transaction.atomic(),
            ):
                warnings.simplefilter("always")
                text = self.given(statement)
        except Exception as error:
            return neutral(f"{printed.getvalue()}{type(error).__name__}: {error}")
        said = [
            f"{each.category.__name__}: {each.message}"
            for each in warned
            if "was already registered" not in str(each.message)
            and not issubclass(each.category, ResourceWarning)
        ]
        return neutral(f"{printed.getvalue()}{text}{said or ''}")

    def given(self, statement):
        """The text of a statement's value and the number of its queries."""
        if not isinstance(statement, ast.Expr):
            exec(compile(ast.Module([statement], []), "page", "exec"), self.names)  # noqa: S102
            return ""
        expression = compile(ast.Expression(statement.value), "page", "eval")
        with self.capturing(self.connection) as captured:
            value = eval(expression, self.names)
            if asyncio.iscoroutine(value):
                value = finished(value)
            text = shown(value, self.names["models"].QuerySet)
        return f"{len(captured)} queries: {text}"


def finished(coroutine):
    """What `coroutine` gives, in this thread's connections."""
    from asgiref.sync import async_to_sync

    async def run():
        return await coroutine

    return async_to_sync(run)()


def ask_apart(page, root, times=1):
    """The answers of a page, found in an interpreter of its own."""
    command = [sys.executable, str(HERE), page, root, str(times)]
    environment = os.environ | {"PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        json.dump(Asking(sys.argv[1], sys.argv[2], int(sys.argv[3])).answers(), sys.stdout)
    else:
        found = {page: ask_apart(page, "django") for page in PAGES}
        shown_pages = [
            f"{json.dumps(page)}: {{\n"
            + ",\n".join(f"{json.dumps(line)}: {json.dumps(each)}" for line, each in lines.items())
            + "\n}"
            for page, lines in found.items()
        ]
        TARGET.write_text("{\n" + ",\n".join(shown_pages) + "\n}\n", encoding="utf-8")
