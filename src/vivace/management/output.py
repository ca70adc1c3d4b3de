"""The stream a command writes to: it ends lines, and styles them where a person reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from vivace.utils.naming import published

StyleFunc = Callable[[str], str]


def plain(text: str) -> str:
    """`text` as it is."""
    return text


@published("core.management.base.OutputWrapper")
class OutputWrapper:
    """Wrap the text stream `out`; `ending` closes each message that does not end with it.

    `style_func` applies to every message, but only while `out` is a terminal. Everything else
    is `out`'s own.
    """

    def __init__(self, out: Any, ending: str = "\n") -> None:
        self._out = out
        self._style_func: StyleFunc = plain
        self.ending = ending

    @property
    def style_func(self) -> StyleFunc:
        """What is done to each message that brings no style of its own."""
        return self._style_func

    @style_func.setter
    def style_func(self, style_func: StyleFunc | None) -> None:
        self._style_func = style_func if style_func and self.isatty() else plain

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)

    def flush(self) -> None:
        """Flush the stream, if it can be flushed."""
        if hasattr(self._out, "flush"):
            self._out.flush()

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return hasattr(self._out, "isatty") and self._out.isatty()

    def write(
        self, msg: str = "", style_func: StyleFunc | None = None, ending: str | None = None
    ) -> None:
        """Write `msg`, closed by `ending` (default: the stream's) and styled by `style_func`."""
        ending = self.ending if ending is None else ending
        if ending and not msg.endswith(ending):
            msg += ending
        self._out.write((style_func or self._style_func)(msg))


# Whoever asks whether it can write text there is told so; what it does not have is the stream's.
io.TextIOBase.register(OutputWrapper)
