"""What a template backend is. Documented in howto/custom-template-backend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from vivace.template.utils import get_app_template_dirs
from vivace.utils._os import safe_join
from vivace.utils.functional import cached_property

__all__ = ["BaseEngine"]


class BaseEngine:
    """Base of the backends; `params` is one entry of ``TEMPLATES`` without its ``BACKEND``.

    A subclass takes its own options out of `params` first: what is left over and unknown raises
    `ImproperlyConfigured`.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        params = params.copy()
        self.name = params.pop("NAME")
        self.dirs = list(params.pop("DIRS"))
        self.app_dirs = params.pop("APP_DIRS")
        if params:
            raise ImproperlyConfigured(f"Unknown parameters: {', '.join(params)}")

    def check(self, **kwargs: Any) -> list[Any]:
        """What system checks have to say of this backend."""
        return []

    @property
    def app_dirname(self) -> str:
        """The directory in each app that templates of this backend are in."""
        raise ImproperlyConfigured(
            f"{type(self).__name__} doesn't support loading templates from installed applications."
        )

    def from_string(self, template_code: str) -> Any:
        """A template of its source."""
        raise NotImplementedError("subclasses of BaseEngine should provide a from_string() method")

    def get_template(self, template_name: Any) -> Any:
        """The template of a name; raises `TemplateDoesNotExist`."""
        raise NotImplementedError("subclasses of BaseEngine must provide a get_template() method")

    @cached_property
    def template_dirs(self) -> tuple[Any, ...]:
        """The directories to search, in order."""
        dirs = tuple(self.dirs)
        return (*dirs, *get_app_template_dirs(self.app_dirname)) if self.app_dirs else dirs

    def iter_template_filenames(self, template_name: Any) -> Iterator[str]:
        """The paths a template of this name may have."""
        for template_dir in self.template_dirs:
            # SECURITY: a name with dots must not reach files outside of the directory.
            try:
                yield safe_join(template_dir, template_name)
            except SuspiciousFileOperation:
                continue
