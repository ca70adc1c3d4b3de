"""Which root the published names carry: ``vivace``, or ``django`` while the alias is on.

The modules are the same objects under both roots. What differs is what is *said*: the ``__module__`` of
classes and functions, which pickles name, import paths in ``deconstruct()``, reprs and error messages,
the names of loggers, the names of built-in apps.
"""

import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, TypeVar

T = TypeVar("T", bound=type)

HOME = "vivace"
ALIAS = "django"

_root = HOME
_HOMES = f"{HOME}."
# What the modules of our own classes begin with: those made before the alias came name the home.
_own: tuple[str, ...] = (_HOMES,)

# What has a ``__module__``, and is found by it.
_NAMED = (type, FunctionType)

# Packages that hand out what their modules publish: addresses in migrations, but of no class.
_SHORT = ("db.models", "core.files.storage")


def root() -> str:
    """The root package that published names carry now."""
    return _root


def set_root(name: str) -> None:
    """Change what `root` answers; only the alias does this."""
    global _root, _own
    _root = name
    _own = (_HOMES, f"{name}.")


def say(path: str) -> str:
    """The full published name of `path`: ``say("request")`` is ``"vivace.request"``."""
    return f"{_root}.{path}"


def to_home(dotted: str) -> str:
    """`dotted` with the alias's root replaced by the home's: where the module really is."""
    if dotted == ALIAS or dotted.startswith(ALIAS + "."):
        return HOME + dotted[len(ALIAS) :]
    return dotted


def to_root(dotted: str) -> str:
    """`dotted`, the path of something at home, with the root that is active."""
    return _root + dotted[len(HOME) :] if dotted.startswith(HOME + ".") else dotted


def published(path: str) -> Callable[[T], T]:
    """Record the address under which a class is published, without its root.

    That is what `address` answers, and so what migrations and reprs name. ``__module__`` says it as
    well, for pickles, but where the address is a short one of a package which only hands out what is
    published at its modules: then `publish` says at which, or it is the home.
    """

    def mark(cls: T) -> T:
        cls._published_at_ = path  # type: ignore[attr-defined]
        place = path.rpartition(".")[0]
        if place not in _SHORT:
            type.__setattr__(cls, "__module__", say(place))
        return cls

    return mark


def publish(home: str, place: str, names: str = "") -> None:
    """Let the classes and functions that the module `home` defines say that they are of `place`.

    A module whose address is not Django's calls it at its end. Pickles name what ``__module__`` says:
    so they can be read wherever the home moves to, and by Django. `place` is without its root, and a
    door there must hand out what is published: `names` with spaces between, or ``__all__`` of the
    module, or what is public.
    """
    module = vars(sys.modules[home])
    chosen = names.split() or module.get("__all__") or [n for n in module if not n.startswith("_")]
    for name in chosen:
        # A name may be handed out lazily.
        value = module.get(name)
        if issubclass(type(value), _NAMED) and (names or value.__module__ == home):
            _move(value, say(place))


def publish_under_root(module: ModuleType) -> None:
    """Let all that `module` defines name the root that is active; only the alias does this."""
    for value in list(vars(module).values()):
        if issubclass(type(value), _NAMED) and (value.__module__ or "").startswith(_HOMES):
            _move(value, to_root(value.__module__))


def _move(value: Any, place: str) -> None:
    before = value.__module__
    if not isinstance(value, type):
        value.__module__ = place
        return
    # A metaclass may listen to what is set on its classes, which this is no business of.
    type.__setattr__(value, "__module__", place)
    for name, inner in vars(value).items():
        # The class of one of its attributes may be something else than an inner class.
        if (
            issubclass(type(inner), type)
            and inner.__module__ == before
            and inner.__qualname__ == f"{value.__qualname__}.{name}"
        ):
            type.__setattr__(inner, "__module__", place)


def is_own(cls: type) -> bool:
    """Whether a class is of this package, not of a project."""
    return cls.__module__.startswith(_own)


def address(cls: type) -> str:
    """The dotted path under which `cls` is published, with the root that is active."""
    own = cls.__dict__.get("_published_at_")
    if own is not None:
        return say(own)
    return to_root(f"{cls.__module__}.{cls.__qualname__}")


def object_repr(self: object) -> str:
    """What `object.__repr__` says of `self`, with the address under which its class is published.

    It is the ``__repr__`` of classes whose objects users see in reprs of others: validators, the fields
    and widgets of forms, managers.
    """
    return f"<{address(type(self))} object at {id(self):#x}>"
