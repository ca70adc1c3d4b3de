"""What may help: a proposal for some of the exceptions that everybody meets.

A proposal is HTML and says what to do; it must never be the reason why a report fails.
"""

from __future__ import annotations

import difflib
import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from vivace.apps import apps
from vivace.core.exceptions import FieldError, ObjectDoesNotExist, SynchronousOnlyOperation
from vivace.db import DatabaseError
from vivace.template import TemplateDoesNotExist
from vivace.urls import NoReverseMatch, get_resolver
from vivace.views.report.parts import code

# So that an object with thousands of names is not compared for seconds.
MOST_COMPARED = 5000
MOST_FILES = 2000

# As SQLite, PostgreSQL and MySQL say it.
_NO_TABLE = re.compile(
    r"no such table: (?:main\.)?(\S+)"
    r'|relation "([^"]+)" does not exist'
    r"|Table '(?:[^'.]+\.)?([^']+)' doesn't exist"
)
_NO_COLUMN = re.compile(r"no such column|column .* does not exist|Unknown column")
_NO_VALUE = re.compile(
    r"NOT NULL constraint failed: \S+\.(\S+)"
    r'|null value in column "([^"]+)"'
    r"|Column '([^']+)' cannot be null"
)
_NO_ROUTE = re.compile(r"Reverse for '([^']*)' not found")
_NO_FIELD = re.compile(r"(?s)Cannot resolve keyword '([^']+)' into field\. Choices are: (.*)")
_NO_ARGUMENT = re.compile(r"(\w+)\(\) got unexpected keyword arguments: '([^']+)'")
_NO_RESPONSE = re.compile(r"didn't return an HttpResponse object\. It returned None instead\.$")
_CALL = re.compile(r"(?:\w+\.)*(\w+)\(\) (?:takes |missing |got )")


def hint_for(error: Any) -> str:
    """What may help against `error`, as HTML; empty where nothing comes to mind."""
    for kind, propose in _PROPOSALS:
        if isinstance(error, kind):
            try:
                return propose(error)
            except Exception:
                # Whatever is broken about the objects that it looked at, the report goes on.
                return ""
    return ""


def _nearest(name: str, names: Iterable[str]) -> str:
    """The name that is most like `name`, as HTML; empty if none is."""
    candidates = [each for each, _ in zip(names, range(MOST_COMPARED), strict=False)]
    found = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return code(found[0]) if found and found[0] != name else ""


_AWAIT = (
    "A coroutine stands where what it will return was meant: write "
    f"{code('await')} before the call that made it, in a view that is {code('async def')}."
)


def _did_you_mean(name: str, names: Iterable[str]) -> str:
    found = _nearest(name, names)
    return f"Did you mean {found}?" if found else ""


def _attribute(error: AttributeError) -> str:
    if not error.name:
        return ""
    if inspect.iscoroutine(error.obj):
        return _AWAIT
    if error.obj is None:
        return (
            f"{code('None')} was not expected here: something returned nothing. Look at the line "
            f"that made the value on which {code(error.name)} is asked for."
        )
    public = not error.name.startswith("_")
    return _did_you_mean(
        error.name, (name for name in dir(error.obj) if not (public and name.startswith("_")))
    )


def _name(error: NameError) -> str:
    tb = error.__traceback__
    if not error.name or tb is None:
        return ""
    while tb.tb_next is not None:
        tb = tb.tb_next
    frame = tb.tb_frame
    return _did_you_mean(error.name, {**frame.f_builtins, **frame.f_globals, **frame.f_locals})


def _module(error: ModuleNotFoundError) -> str:
    missing = (error.name or "").partition(".")[0]
    if not missing:
        return ""
    own = [config.name for config in apps.get_app_configs()] if apps.apps_ready else []
    near = _nearest(missing, [name.partition(".")[0] for name in own])
    if near:
        return f"Did you mean {near}?"
    if error.name != missing:
        return f"Is there such a module in {code(missing)}, and is its name spelt like that?"
    return (
        f"If it is a package, install it where this Python finds it: "
        f"{code(f'python -m pip install {missing}')}. If it is your own, look at the spelling, "
        f"and at the Python path below."
    )


def _import(error: ImportError) -> str:
    wanted = getattr(error, "name_from", None) or _quoted(str(error))
    if "circular import" in str(error):
        return (
            "Two modules import each other. Move what both need into a third one, or import "
            "it inside the function that uses it."
        )
    return _did_you_mean(wanted, _names_in(error.path)) if wanted and error.path else ""


def _quoted(message: str) -> str:
    found = re.search(r"cannot import name '([^']+)'", message)
    return found[1] if found else ""


def _names_in(path: str) -> list[str]:
    source = Path(path).read_text(encoding="utf-8", errors="replace")
    return re.findall(r"(?m)^(?:async def|def|class)? *(\w+)", source)


def _database(error: DatabaseError) -> str:
    message = str(error)
    found = _NO_TABLE.search(message)
    if found:
        table = next(filter(None, found.groups()))
        owner = _model_of(table)
        if owner is None:
            return f"Has it been made? {code('python manage.py migrate')} makes the tables."
        return (
            f"The table of {code(owner)} has not been made. "
            f"{code('python manage.py migrate')} makes it."
        )
    if _NO_COLUMN.search(message):
        return (
            "Is the table older than the model? There are no migrations yet: add the column to it, "
            f"or drop it and let {code('python manage.py migrate')} make it anew."
        )
    if found := _NO_VALUE.search(message):
        column = next(filter(None, found.groups()))
        return (
            f"{code(column)} has no value, and must have one: give it one where the row is made, "
            f"or its field a {code('default')} or {code('null=True')}."
        )
    return ""


def _model_of(table: str) -> str | None:
    """The name of the model that a table belongs to."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return model._meta.object_name or ""
    return None


def _field(error: FieldError) -> str:
    found = _NO_FIELD.match(str(error))
    return _did_you_mean(found[1], found[2].split(", ")) if found else ""


def _no_row(error: ObjectDoesNotExist) -> str:
    model = type(error).__qualname__.partition(".")[0]
    return (
        f"Where that may be, {code(f'get_object_or_404({model}, …)')} answers with a 404, and "
        f"{code('.filter(…).first()')} gives {code('None')}."
    )


def _synchronous(error: SynchronousOnlyOperation) -> str:
    return (
        "What waits for the database must be awaited here. Methods have a twin for that, with an a "
        f"before the name: {code('await Model.objects.aget(…)')}, {code('.acount()')}, "
        f"{code('.asave()')}; a queryset is gone through with {code('async for')}; the rest goes "
        f"into {code('await sync_to_async(function)(…)')}, from {code('asgiref.sync')}."
    )


def _value(error: ValueError) -> str:
    if _NO_RESPONSE.search(str(error)):
        return f"Does every way through it end in {code('return')} and a response?"
    return ""


def _type(error: TypeError) -> str:
    message = str(error)
    if "'coroutine'" in message or "coroutine object" in message:
        return _AWAIT
    if "in 'await' expression" in message or "can't be awaited" in message:
        return (
            f"Only what is asynchronous is awaited: take {code('await')} away, or call what has an "
            f"a before its name, as in {code('await Model.objects.acount()')}."
        )
    if found := _NO_ARGUMENT.match(message):
        named = [model for model in apps.get_models() if model.__name__ == found[1]]
        names = [field.name for model in named for field in model._meta.get_fields()]
        return _did_you_mean(found[2], names)
    return _signature(error)


def _signature(error: TypeError) -> str:
    """How the route calls its view, if the view cannot be called like that."""
    found, tb = _CALL.match(str(error)), error.__traceback__
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    # What a view itself calls wrongly fails in the view's frame, not in the one that calls it.
    if found is None or tb is None or " pipeline " not in tb.tb_frame.f_code.co_filename:
        return ""
    given = tb.tb_frame.f_locals
    if "view" not in given:
        return ""
    names = ["request", *(f"argument_{at}" for at, _ in enumerate(given.get("args", ()), 1))]
    signature = ", ".join([*names, *given.get("kwargs", {})])
    return (
        "A view is given the request and what its route takes out of the path: "
        f"{code(f'def {found[1]}({signature})')}."
    )


def _template(error: TemplateDoesNotExist) -> str:
    name = str(error.args[0]) if error.args else ""
    places = [origin for each in (error.chain or [error]) for origin, _ in each.tried]
    folders = {
        Path(str(origin.name)[: -len(name)])
        for origin in places
        if name and str(origin.name).endswith(name)
    }
    there, wanted = _templates_in(folders), PurePosixPath(name)
    elsewhere = sorted(each for each in there if PurePosixPath(each).name == wanted.name)
    # Folders and the extension are alike for many.
    stems = {PurePosixPath(each).stem for each in there}
    near = set(difflib.get_close_matches(wanted.stem, stems))
    return _did_you_mean(
        name, elsewhere or sorted(each for each in there if PurePosixPath(each).stem in near)
    )


def _templates_in(folders: Iterable[Path]) -> set[str]:
    names = set()
    for folder in folders:
        for file, _ in zip(folder.rglob("*"), range(MOST_FILES), strict=False):
            names.add(file.relative_to(folder).as_posix())
    return names


def _route(error: NoReverseMatch) -> str:
    found = _NO_ROUTE.match(str(error))
    if found is None:
        return ""
    # The message names the route without its namespace.
    wanted = found[1].rpartition(":")[2]
    names = list(itertools.islice(_routes(get_resolver(), ""), MOST_COMPARED))
    there = [name for name in names if name.endswith(f":{wanted}")]
    if there:
        return f"There is such a route in a namespace: {code(there[0])}."
    near = difflib.get_close_matches(wanted, [name.rpartition(":")[2] for name in names], n=1)
    whole = [name for name in names if near and name.rpartition(":")[2] == near[0]]
    return f"Did you mean {code(whole[0])}?" if whole else ""


def _routes(resolver: Any, namespace: str) -> Iterator[str]:
    """The names of routes, with their namespaces."""
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            yield namespace + name
    for name, (_, inner) in resolver.namespace_dict.items():
        yield from _routes(inner, f"{namespace}{name}:")


def _key(error: KeyError) -> str:
    """The nearest key, where the failing line's only look-up can be found among its variables."""
    tb = error.__traceback__
    if tb is None or not error.args or not isinstance(error.args[0], str):
        return ""
    while tb.tb_next is not None:
        tb = tb.tb_next
    frame = tb.tb_frame
    for name in frame.f_code.co_names + frame.f_code.co_varnames:
        value = frame.f_locals.get(name, frame.f_globals.get(name))
        if isinstance(value, dict):
            near = _did_you_mean(error.args[0], (key for key in value if isinstance(key, str)))
            if near:
                return near
    return ""


_PROPOSALS: list[tuple[type[BaseException], Callable[[Any], str]]] = [
    (TemplateDoesNotExist, _template),
    (NoReverseMatch, _route),
    (DatabaseError, _database),
    (ModuleNotFoundError, _module),
    (ImportError, _import),
    (AttributeError, _attribute),
    (NameError, _name),
    (KeyError, _key),
    (FieldError, _field),
    (ObjectDoesNotExist, _no_row),
    (SynchronousOnlyOperation, _synchronous),
    (TypeError, _type),
    (ValueError, _value),
]
