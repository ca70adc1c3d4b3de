"""Copies of a failure to find a template: to keep one, or to say which engine it was."""

from __future__ import annotations

from typing import Any, NoReturn

from vivace.template.exceptions import TemplateDoesNotExist
from vivace.utils.naming import publish

__all__ = ["copy_exception", "reraise"]


def copy_exception(exc: TemplateDoesNotExist, backend: Any = None) -> TemplateDoesNotExist:
    """A new exception that says the same, without the traceback, of `backend` if that is given."""
    backend = exc.backend if backend is None else backend
    kind: Any = type(exc)
    new: TemplateDoesNotExist = kind(*exc.args, tried=exc.tried, backend=backend, chain=exc.chain)
    if hasattr(exc, "template_debug"):
        new.template_debug = exc.template_debug  # type: ignore[attr-defined]
    return new


def reraise(exc: TemplateDoesNotExist, backend: Any) -> NoReturn:
    """Raise the same failure as one of `backend`."""
    raise copy_exception(exc, backend) from exc


publish(__name__, "template.backends.django")
