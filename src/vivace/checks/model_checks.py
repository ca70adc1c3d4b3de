"""The checks of all models together, and of references to models that are not there.

Each model's own checks are its ``check``. Defined by ref/checks of the documentation, "Models".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import chain
from types import FunctionType, MethodType
from typing import Any

from vivace.apps.registry import apps as global_apps
from vivace.checks.messages import CheckMessage, Error, Warning
from vivace.checks.registry import Tags, register
from vivace.conf import settings
from vivace.utils.naming import to_home

__all__ = ["check_all_models", "check_lazy_references"]

Labels = dict[str, list[str]]

# The rooms whose delayed operations are known by where their code is.
RELATIONS = "vivace.db.schema.related."
SIGNALS = "vivace.db.orm.signals"


@register(Tags.models)
def check_all_models(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The checks of each model, and the names that several of them use."""
    tables: Labels = defaultdict(list)
    indexes: Labels = defaultdict(list)
    constraints: Labels = defaultdict(list)
    errors: list[CheckMessage] = []
    for model in _models(app_configs):
        meta = model._meta
        if meta.managed and not meta.proxy:
            tables[meta.db_table].append(meta.label)
        if isinstance(model.check, MethodType):
            errors.extend(model.check(**kwargs))
        else:
            errors.append(
                Error(
                    f"The '{model.__name__}.check()' class method is currently overridden by "
                    f"{model.check!r}.",
                    obj=model,
                    id="models.E020",
                )
            )
        for index in meta.indexes:
            indexes[index.name].append(meta.label)
        for constraint in meta.constraints:
            constraints[constraint.name].append(meta.label)
    errors.extend(_table_clashes(tables))
    errors.extend(_name_clashes("index", indexes, "models.E029", "models.E030"))
    errors.extend(_name_clashes("constraint", constraints, "models.E031", "models.E032"))
    return errors


def _models(app_configs: Iterable[Any] | None) -> Iterable[Any]:
    if app_configs is None:
        return global_apps.get_models()
    return chain.from_iterable(app_config.get_models() for app_config in app_configs)


def _table_clashes(tables: Labels) -> Iterator[CheckMessage]:
    for table, labels in tables.items():
        if len(labels) < 2:
            continue
        models = ", ".join(labels)
        message = f"db_table '{table}' is used by multiple models: {models}."
        if settings.DATABASE_ROUTERS:
            hint = (
                "You have configured settings.DATABASE_ROUTERS. Verify that "
                f"{models} are correctly routed to separate databases."
            )
            yield Warning(message, obj=table, hint=hint, id="models.W035")
        else:
            yield Error(message, obj=table, id="models.E028")


def _name_clashes(kind: str, names: Labels, within: str, among: str) -> Iterator[CheckMessage]:
    for name, labels in names.items():
        if len(labels) < 2:
            continue
        models = sorted(set(labels))
        one = len(models) == 1
        scope = "for model" if one else "among models:"
        yield Error(
            f"{kind} name '{name}' is not unique {scope} {', '.join(models)}.",
            id=within if one else among,
        )


@register(Tags.models)
def check_lazy_references(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """References by name to models that no application has."""
    return _check_lazy_references(global_apps)


def _check_lazy_references(apps: Any, ignore: Iterable[Any] | None = None) -> list[CheckMessage]:
    pending = set(apps._pending_operations) - set(ignore or ())
    if not pending:
        return []
    signals = _signal_names()
    errors = []
    for key in pending:
        missing = _missing(apps, key)
        for waiting in apps._pending_operations[key]:
            error = _lazy_error(waiting.func, key, missing, signals)
            if error is not None:
                errors.append(error)
    return sorted(errors, key=lambda error: str(error.msg))


def _missing(apps: Any, key: tuple[str, str]) -> str:
    try:
        apps.get_app_config(key[0])
    except LookupError:
        return f"app '{key[0]}' isn't installed"
    return f"app '{key[0]}' doesn't provide model '{key[1]}'"


def _signal_names() -> dict[int, str]:
    # A higher room, looked for when the check runs.
    module = import_module("vivace.db.orm.signals")
    return {id(value): name for name, value in vars(module).items() if hasattr(value, "receivers")}


def _unwrapped(operation: Any) -> tuple[Any, list[Any], dict[str, Any]]:
    """What the partial objects around an operation hold: the function and its arguments."""
    args: list[Any] = []
    keywords: dict[str, Any] = {}
    while hasattr(operation, "func"):
        args.extend(getattr(operation, "args", ()))
        keywords.update(getattr(operation, "keywords", {}))
        operation = operation.func
    return operation, args, keywords


def _lazy_error(
    operation: Any, key: tuple[str, str], missing: str, signals: dict[int, str]
) -> CheckMessage | None:
    operation, args, keywords = _unwrapped(operation)
    name = ".".join(key)
    module = to_home(getattr(operation, "__module__", ""))
    if module.startswith(RELATIONS):
        field = keywords.get("field")
        # Other operations on relations wait for the same model as a field does.
        if field is None:
            return None
        return Error(
            f"The field {field} was declared with a lazy reference to '{name}', but {missing}.",
            obj=field,
            id="fields.E307",
        )
    if module == SIGNALS:
        return _signal_error(operation, args[1], name, missing, signals)
    return Error(
        f"{operation!r} contains a lazy reference to {name}, but {missing}.",
        obj=operation,
        id="models.E022",
    )


def _signal_error(
    change: Any, receiver: Any, name: str, missing: str, signals: dict[int, str]
) -> CheckMessage:
    if isinstance(receiver, MethodType):
        owner = type(receiver.__self__).__name__
        description = f"Bound method '{owner}.{receiver.__name__}'"
    elif isinstance(receiver, FunctionType):
        description = f"The function '{receiver.__name__}'"
    else:
        description = f"An instance of class '{type(receiver).__name__}'"
    signal = signals.get(id(change.__self__), "unknown")
    return Error(
        f"{description} was connected to the '{signal}' signal with a lazy reference to the sender "
        f"'{name}', but {missing}.",
        obj=receiver.__module__,
        id="signals.E001",
    )
