"""The backend of Jinja2, which must be installed. Documented in topics/templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from vivace.conf import settings
from vivace.template.backends.base import BaseEngine
from vivace.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from vivace.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import import_string

__all__ = ["Jinja2", "Origin", "Template", "get_exception_info"]

_LINES_AROUND = 10


class Jinja2(BaseEngine):
    """Backend around a `jinja2.Environment`, which gets the ``OPTIONS``."""

    app_dirname = "jinja2"

    def __init__(self, params: dict[str, Any]) -> None:
        params = params.copy()
        options = params.pop("OPTIONS").copy()
        super().__init__(params)
        self.context_processors = options.pop("context_processors", [])
        environment_cls = import_string(options.pop("environment", "jinja2.Environment"))
        if "loader" not in options:
            options["loader"] = jinja2.FileSystemLoader(self.template_dirs)
        options.setdefault("autoescape", True)
        options.setdefault("auto_reload", settings.DEBUG)
        options.setdefault(
            "undefined", jinja2.DebugUndefined if settings.DEBUG else jinja2.Undefined
        )
        self.env = environment_cls(**options)

    def from_string(self, template_code: str) -> Template:
        """A template of its source."""
        return Template(self.env.from_string(template_code), self)

    def get_template(self, template_name: Any) -> Template:
        """The template of a name; raises `TemplateDoesNotExist` and `TemplateSyntaxError`."""
        try:
            return Template(self.env.get_template(template_name), self)
        except jinja2.TemplateNotFound as error:
            raise TemplateDoesNotExist(error.name, backend=self) from error
        except jinja2.TemplateSyntaxError as error:
            raise _syntax_error(error) from error

    @cached_property
    def template_context_processors(self) -> list[Any]:
        """The functions whose values are added when there is a request."""
        return [import_string(path) for path in self.context_processors]


class Template:
    """A Jinja2 template that renders plain dictionaries, with a request or without."""

    def __init__(self, template: Any, backend: Jinja2) -> None:
        self.template = template
        self.backend = backend
        self.origin = Origin(name=template.filename, template_name=template.name)

    def render(self, context: Any = None, request: Any = None) -> Any:
        """The text for a dictionary; ``request`` and the form's token are added if there is one."""
        values = {} if context is None else context
        if request is not None:
            values["request"] = request
            values["csrf_input"] = csrf_input_lazy(request)
            values["csrf_token"] = csrf_token_lazy(request)
            for processor in self.backend.template_context_processors:
                values.update(processor(request))
        try:
            return self.template.render(values)
        except jinja2.TemplateSyntaxError as error:
            raise _syntax_error(error) from error


class Origin:
    """Where a template came from."""

    def __init__(self, name: str | None, template_name: str | None) -> None:
        self.name = name
        self.template_name = template_name


def _syntax_error(error: jinja2.TemplateSyntaxError) -> TemplateSyntaxError:
    new = TemplateSyntaxError(error.args)
    new.template_debug = get_exception_info(error)  # type: ignore[attr-defined]
    return new


def get_exception_info(exception: Any) -> dict[str, Any]:
    """What an error page shows of the place of a syntax error."""
    lineno = exception.lineno
    source = exception.source
    if source is None:
        path = Path(exception.filename)
        if path.exists():
            source = path.read_text()
    lines = [] if source is None else list(enumerate(source.strip().split("\n"), start=1))
    top = max(0, lineno - _LINES_AROUND - 1) if lines else 0
    bottom = min(len(lines), lineno + _LINES_AROUND)
    return {
        "name": exception.filename,
        "message": exception.message,
        "source_lines": lines[top:bottom],
        "line": lineno,
        "before": "",
        "during": lines[lineno - 1][1] if lines else "",
        "after": "",
        "total": len(lines),
        "top": top,
        "bottom": bottom,
    }
