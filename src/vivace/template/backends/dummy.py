"""A backend on `string.Template`: ``$name`` and ``${name}``, without any logic."""

from __future__ import annotations

import string
from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.template.backends.base import BaseEngine
from vivace.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.language.template import Origin
from vivace.utils.html import conditional_escape

__all__ = ["Template", "TemplateStrings"]


class TemplateStrings(BaseEngine):
    """A minimal backend, which takes no options."""

    app_dirname = "template_strings"

    def __init__(self, params: dict[str, Any]) -> None:
        params = params.copy()
        options = params.pop("OPTIONS").copy()
        if options:
            raise ImproperlyConfigured(f"Unknown options: {', '.join(options)}")
        super().__init__(params)

    def from_string(self, template_code: str) -> Template:
        """A template of its source."""
        return Template(template_code)

    def get_template(self, template_name: Any) -> Template:
        """The template of a name; raises `TemplateDoesNotExist`."""
        tried: list[tuple[Origin, str]] = []
        for filename in self.iter_template_filenames(template_name):
            try:
                with open(filename, encoding="utf-8") as file:
                    return Template(file.read())
            except FileNotFoundError:
                tried.append((Origin(filename, template_name, self), "Source does not exist"))
        raise TemplateDoesNotExist(template_name, tried=tried, backend=self)


class Template(string.Template):
    """A string with names in it; unknown names stay as they are."""

    def render(self, context: Any = None, request: Any = None) -> str:
        """The text for a dictionary, with all values escaped."""
        values = {name: conditional_escape(value) for name, value in (context or {}).items()}
        if request is not None:
            values["csrf_input"] = csrf_input_lazy(request)
            values["csrf_token"] = csrf_token_lazy(request)
        return self.safe_substitute(values)
