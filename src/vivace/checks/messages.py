"""What a system check says. Defined by ref/checks of the documentation."""

from typing import Any

from vivace.conf import settings
from vivace.utils.naming import publish

# The levels are those of logging.
DEBUG = 10
INFO = 20
WARNING = 30
ERROR = 40
CRITICAL = 50


class CheckMessage:
    """A message of a system check.

    `level` is one of the constants of this module, `hint` says how to mend what `msg` tells, `obj`
    is the object concerned and `id` names the message, ``"app.E001"``, for silencing it.
    """

    def __init__(
        self, level: int, msg: Any, hint: Any = None, obj: Any = None, id: str | None = None
    ) -> None:
        if not isinstance(level, int):
            raise TypeError("The first argument should be level.")
        self.level = level
        self.msg = msg
        self.hint = hint
        self.obj = obj
        self.id = id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and all(
            getattr(self, name) == getattr(other, name)
            for name in ("level", "msg", "hint", "obj", "id")
        )

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        shown = "?" if self.obj is None else _described(self.obj)
        identity = f"({self.id}) " if self.id else ""
        hint = f"\n\tHINT: {self.hint}" if self.hint else ""
        return f"{shown}: {identity}{self.msg}{hint}"

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: level={self.level!r}, msg={self.msg!r}, "
            f"hint={self.hint!r}, obj={self.obj!r}, id={self.id!r}>"
        )

    def is_serious(self, level: int = ERROR) -> bool:
        """Whether this is of `level` or worse."""
        return self.level >= level

    def is_silenced(self) -> bool:
        """Whether SILENCED_SYSTEM_CHECKS names this message."""
        return self.id in settings.SILENCED_SYSTEM_CHECKS


def _described(obj: Any) -> str:
    # A model is named by its label; every class of a model has that in its options.
    if isinstance(obj, type) and hasattr(obj, "_meta"):
        return str(obj._meta.label)
    return str(obj)


class Debug(CheckMessage):
    """A message of level DEBUG."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(DEBUG, *args, **kwargs)


class Info(CheckMessage):
    """A message of level INFO."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(INFO, *args, **kwargs)


class Warning(CheckMessage):
    """A message of level WARNING."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(WARNING, *args, **kwargs)


class Error(CheckMessage):
    """A message of level ERROR."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(ERROR, *args, **kwargs)


class Critical(CheckMessage):
    """A message of level CRITICAL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(CRITICAL, *args, **kwargs)


publish(__name__, "core.checks.messages")
