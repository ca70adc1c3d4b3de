"""What may help: a proposal for some of the exceptions that everybody meets.

A proposal is HTML and says what to do; it must never be the reason why a report fails.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from vivace.apps import apps
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
_NO_ROUTE = re.compile(r"Reverse for '([^']*)' not found")


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


def _did_you_mean(name: str, names: Iterable[str]) -> str:
    found = _nearest(name, names)
    return f"Did you mean {found}?" if found else ""


def _attribute(error: AttributeError) -> str:
    if not error.name:
        return ""
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
        owner = _app_of(table)
        if owner is None:
            return f"Has it been made? {code('python manage.py migrate')} makes the tables."
        return (
            f"The table of {code(owner[1])} has not been made. "
            f"{code('python manage.py migrate')} makes it; if {code(owner[0])} has no migrations "
            f"yet, {code(f'python manage.py makemigrations {owner[0]}')} comes first."
        )
    if _NO_COLUMN.search(message):
        return (
            "The table is older than the model. "
            f"{code('python manage.py makemigrations')} and {code('python manage.py migrate')} "
            "bring it up to date."
        )
    return ""


def _app_of(table: str) -> tuple[str, str] | None:
    """The label of the application and the name of the model that a table belongs to."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return model._meta.app_label, model._meta.object_name or ""
    return None


def _template(error: TemplateDoesNotExist) -> str:
    name = str(error.args[0]) if error.args else ""
    places = [origin for each in (error.chain or [error]) for origin, _ in each.tried]
    folders = {
        Path(str(origin.name)[: -len(name)])
        for origin in places
        if name and str(origin.name).endswith(name)
    }
    return _did_you_mean(name, sorted(_templates_in(folders)))


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
]
