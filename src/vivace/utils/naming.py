"""Which root the published names carry: ``vivace``, or ``django`` while the alias is on.

The modules are the same objects under both roots. What differs is what is *said*: import paths in
``deconstruct()``, reprs and error messages, the names of loggers, the names of built-in apps.
"""

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T", bound=type)

HOME = "vivace"
ALIAS = "django"

_root = HOME


def root() -> str:
    """The root package that published names carry now."""
    return _root


def set_root(name: str) -> None:
    """Change what `root` answers; only the alias does this."""
    global _root
    _root = name


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

    ``__module__`` tells where the code is; this tells where users import it from, which is what
    migrations, pickles and reprs must name.
    """

    def mark(cls: T) -> T:
        cls._published_at_ = path  # type: ignore[attr-defined]
        return cls

    return mark


def address(cls: type) -> str:
    """The dotted path under which `cls` is published, with the root that is active.

    Its own record goes first, then its module's: a module whose classes are all published at one other
    address says so in ``PUBLISHED_AT``.
    """
    own = cls.__dict__.get("_published_at_")
    if own is not None:
        return say(own)
    module = getattr(sys.modules.get(cls.__module__), "PUBLISHED_AT", None)
    if module is not None:
        return say(f"{module}.{cls.__qualname__}")
    return to_root(f"{cls.__module__}.{cls.__qualname__}")


def object_repr(self: object) -> str:
    """What `object.__repr__` says of `self`, with the address under which its class is published.

    It is the ``__repr__`` of classes whose objects users see in reprs of others: validators, the fields
    and widgets of forms, managers.
    """
    return f"<{address(type(self))} object at {id(self):#x}>"
