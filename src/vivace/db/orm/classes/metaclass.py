"""`ModelBase`: how the class body of a model becomes a model.

The order matters to attributes that contribute themselves: the bare class first, then ``_meta``,
the exceptions, the body's fields and managers, what the parents give, and at last what needs all
of that (managers by default, the docstring, names of indexes) and the registry.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from vivace.apps.registry import apps
from vivace.conf import settings
from vivace.db.orm.classes.inheritance import choose_proxied, inherit
from vivace.db.orm.managers.base import AutomaticManager
from vivace.db.orm.signals import class_prepared
from vivace.db.schema.options import Options
from vivace.utils.lazily import Later
from vivace.utils.naming import publish, to_root

__all__ = ["ModelBase", "ModelException", "on_change", "subclass_exception"]

if TYPE_CHECKING:
    from vivace.core.exceptions import (
        MultipleObjectsReturned,
        ObjectDoesNotExist,
        ObjectNotUpdated,
    )
    from vivace.db.orm.classes import order
else:
    # PERF: few models are ordered by another.
    order = Later("vivace.db.orm.classes.order", rare=True)

C = TypeVar("C", bound="ModelBase")

_listeners: list[Callable[[Any, str], None]] = []


def on_change(listener: Callable[[Any, str], None]) -> None:
    """Have `listener` called with a model and the name of an attribute that its class was given or lost.

    For whatever is decided once by the methods of a model: tests and tools replace them.
    """
    _listeners.append(listener)
    # PERF: as long as nobody listens, attributes are set as on any class.
    ModelBase.__setattr__ = _set_and_tell  # type: ignore[assignment]
    ModelBase.__delattr__ = _delete_and_tell  # type: ignore[assignment]


def _set_and_tell(cls: type, name: str, value: Any) -> None:
    type.__setattr__(cls, name, value)
    for listener in _listeners:
        listener(cls, name)


def _delete_and_tell(cls: type, name: str) -> None:
    type.__delattr__(cls, name)
    for listener in _listeners:
        listener(cls, name)


def subclass_exception(
    name: str, bases: tuple[type, ...], module: str, attached_to: type
) -> type[Exception]:
    """An exception class that pickles by its place inside the class `attached_to`."""
    return type(
        name,
        bases,
        {"__module__": module, "__qualname__": f"{attached_to.__qualname__}.{name}"},
    )


class ModelException:
    """A class of exceptions that each model has of its own, made when it is first asked for.

    PERF: three of them would take as long as the model itself, and most are never asked for.
    """

    def __init__(self, *roots: type[Exception]) -> None:
        self._roots = roots

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: Any) -> Any:
        if not _is_concrete(owner):
            nearest = next(filter(_is_concrete, owner.__mro__), None)
            if nearest is None:
                raise AttributeError(
                    f"type object {owner.__name__!r} has no attribute {self._name!r}"
                )
            return getattr(nearest, self._name)
        made = owner._meta.exceptions
        if self._name not in made:
            parents = filter(_is_concrete, owner.__bases__)
            bases = tuple(getattr(parent, self._name) for parent in parents) or self._roots
            # Named after the model as it was written, whatever its class is called by now.
            module, qualname = owner._meta.defined_as
            place = {"__module__": module, "__qualname__": f"{qualname}.{self._name}"}
            made.setdefault(self._name, type(self._name, bases, place))
        return made[self._name]


def _is_concrete(cls: Any) -> bool:
    meta = cls.__dict__.get("_meta")
    return meta is not None and not meta.abstract


def _contributes(value: Any) -> bool:
    # A class that has the method is not itself what it makes: `f = models.Field` is no field.
    # PERF: each body has two strings, and to miss an attribute takes long.
    return not isinstance(value, (type, str)) and hasattr(value, "contribute_to_class")


class ModelBase(type):
    """The metaclass of all models."""

    # What the class offers to checkers; set by `Options`, and by `ModelException` of `Model`.
    _meta: Options
    if TYPE_CHECKING:
        DoesNotExist: type[ObjectDoesNotExist]
        MultipleObjectsReturned: type[MultipleObjectsReturned]
        NotUpdated: type[ObjectNotUpdated]

    def __new__(
        mcs: type[C], name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any
    ) -> C:
        parents = [base for base in bases if isinstance(base, ModelBase)]
        if not parents:
            # `Model` itself.
            return super().__new__(mcs, name, bases, attrs)

        body_meta = attrs.pop("Meta", None)
        plain: dict[str, Any] = {}
        contributing: dict[str, Any] = {}
        for key, value in attrs.items():
            (contributing if _contributes(value) else plain)[key] = value
        # COMPAT: tools write where a model is imported from (shells, diagrams, dumps as scripts).
        plain["__module__"] = to_root(attrs["__module__"])
        cls = super().__new__(mcs, name, bases, plain, **kwargs)

        meta = body_meta or getattr(cls, "Meta", None)
        parent_meta = getattr(cls, "_meta", None)
        abstract = bool(getattr(body_meta, "abstract", False))
        cls.add_to_class("_meta", Options(meta, _app_label(cls, meta, abstract)))
        if not abstract and parent_meta is not None and not parent_meta.abstract:
            _take_options(cls._meta, meta, parent_meta)
        proxy = cls._meta.proxy
        if proxy and parent_meta is not None and parent_meta.swapped:
            raise TypeError(f"{name} cannot proxy the swapped model '{parent_meta.swapped}'.")

        plainly = mcs.add_to_class is ModelBase.add_to_class
        for key, value in contributing.items():
            # PERF: it was asked above whether the value contributes itself.
            value.contribute_to_class(cls, key) if plainly else cls.add_to_class(key, value)
        if proxy:
            choose_proxied(cls, parents)
        else:
            cls._meta.concrete_model = cls
        if parent_meta is not None:
            inherit(cls)

        if abstract:
            # Children take the options over, but are no abstract models themselves.
            body_meta.abstract = False
            cls.Meta = body_meta  # type: ignore[attr-defined]
            return cls
        cls._prepare()
        cls._meta.apps.register_model(cls._meta.app_label, cls)
        return cls

    def add_to_class(cls, name: str, value: Any) -> None:
        """Set an attribute, or let `value` contribute itself if it knows how to."""
        if _contributes(value):
            value.contribute_to_class(cls, name)
        else:
            setattr(cls, name, value)

    def _prepare(cls) -> None:
        """Complete the class once all its fields are there."""
        meta = cls._meta
        meta._prepare(cls)
        if meta.order_with_respect_to:
            order.add_order_methods(cls)
        if cls.__doc__ is None:
            cls.__doc__ = f"{cls.__name__}({', '.join([field.name for field in _fields(cls)])})"
        override = settings.ABSOLUTE_URL_OVERRIDES.get(meta.label_lower)
        if override:
            cls.get_absolute_url = override
        if not meta.has_managers:
            _add_manager(cls)
        for index in meta.indexes:
            if not index.name:
                index.set_name_with_model(cls)
        class_prepared.send(sender=cls)

    @property
    def _base_manager(cls) -> Any:
        return cls._meta.base_manager

    @property
    def _default_manager(cls) -> Any:
        return cls._meta.default_manager


def _fields(cls: ModelBase) -> Sequence[Any]:
    meta = cls._meta
    # PERF: not yet computed, as the next model may refer to this one and have it computed anew.
    simple = not (meta.parents or meta.private_fields)
    return meta.local_fields if simple else meta.fields


def _add_manager(cls: ModelBase) -> None:
    if "objects" in [field.name for field in _fields(cls)]:
        raise ValueError(
            f"Model {cls.__name__} must specify a custom Manager, because it has a field named "
            "'objects'."
        )
    AutomaticManager(cls)


def _app_label(cls: ModelBase, meta: Any, abstract: bool) -> str | None:
    app_config = apps.get_containing_app_config(cls.__module__)
    if getattr(meta, "app_label", None) is not None:
        # The options take it from the Meta class.
        return None
    if app_config is not None:
        return app_config.label
    if not abstract:
        raise RuntimeError(
            f"Model class {cls.__module__}.{cls.__name__} doesn't declare an explicit "
            "app_label and isn't in an application in INSTALLED_APPS."
        )
    return None


def _take_options(own: Options, meta: Any, inherited: Options) -> None:
    """The two options that go from a concrete parent to its children."""
    if not hasattr(meta, "ordering"):
        own.ordering = inherited.ordering
    if not hasattr(meta, "get_latest_by"):
        own.get_latest_by = inherited.get_latest_by


publish(__name__, "db.models.base", "ModelBase subclass_exception")
