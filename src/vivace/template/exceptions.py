"""What the template room raises: a template that is not there, and one that does not parse.

Documented in topics/templates. A leaf, so that every other module here can import it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["TemplateDoesNotExist", "TemplateSyntaxError"]


class TemplateDoesNotExist(Exception):
    """No loader found the template.

    `tried` holds ``(origin, status)`` for each place looked at, `backend` the engine that looked,
    `chain` the failures of the other names or engines, when there were several.
    """

    def __init__(
        self,
        msg: Any,
        tried: Iterable[Any] | None = None,
        backend: Any = None,
        chain: Iterable[Any] | None = None,
    ) -> None:
        self.backend = backend
        self.tried: Any = [] if tried is None else tried
        self.chain: Any = [] if chain is None else chain
        super().__init__(msg)


class TemplateSyntaxError(Exception):
    """The source of a template is not valid in the template language."""
