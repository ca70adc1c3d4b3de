"""The backend of Django's template language. Documented in topics/templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from vivace.apps import apps
from vivace.checks.messages import CheckMessage, Error, Warning
from vivace.conf import settings
from vivace.template.backends.base import BaseEngine
from vivace.template.context import make_context
from vivace.template.engine import Engine
from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.library import InvalidTemplateLibrary
from vivace.template.loaders.failures import copy_exception, reraise
from vivace.utils.naming import say

__all__ = [
    "DjangoTemplates",
    "Template",
    "copy_exception",
    "get_installed_libraries",
    "get_package_libraries",
    "get_template_tag_modules",
    "reraise",
]


class DjangoTemplates(BaseEngine):
    """Backend around an `Engine`, which gets the ``OPTIONS``."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        params = params.copy()
        options = params.pop("OPTIONS").copy()
        options.setdefault("autoescape", True)
        options.setdefault("debug", settings.DEBUG)
        options.setdefault("file_charset", "utf-8")
        libraries = options.get("libraries", {})
        options["libraries"] = self.get_templatetag_libraries(libraries)
        super().__init__(params)
        self.engine = Engine(self.dirs, self.app_dirs, **options)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Checks ``string_if_invalid``, and that no name stands for two libraries."""
        return [
            *self._check_string_if_invalid_is_string(),
            *self._check_for_template_tags_with_the_same_name(),
        ]

    def _check_string_if_invalid_is_string(self) -> list[CheckMessage]:
        value = self.engine.string_if_invalid
        if isinstance(value, str):
            return []
        return [
            Error(
                "'string_if_invalid' in TEMPLATES OPTIONS must be a string but got: "
                f"{value!r} ({type(value)}).",
                obj=self,
                id="templates.E002",
            )
        ]

    def _check_for_template_tags_with_the_same_name(self) -> list[CheckMessage]:
        modules: defaultdict[str, set[str]] = defaultdict(set)
        for name, path in self.engine.libraries.items():
            modules[name].add(path)
        for name, path in get_template_tag_modules():
            modules[name].add(path)
        return [
            Warning(
                f"{name!r} is used for multiple template tag modules: "
                f"{', '.join(repr(path) for path in sorted(paths))}",
                obj=self,
                id="templates.W003",
            )
            for name, paths in modules.items()
            if len(paths) > 1
        ]

    def from_string(self, template_code: str) -> Template:
        """A template of its source."""
        return Template(self.engine.from_string(template_code), self)

    def get_template(self, template_name: Any) -> Template:
        """The template of a name; raises `TemplateDoesNotExist`."""
        try:
            return Template(self.engine.get_template(template_name), self)
        except TemplateDoesNotExist as error:
            reraise(error, self)

    def get_templatetag_libraries(self, custom_libraries: dict[str, str]) -> dict[str, str]:
        """Paths of the libraries of all apps, and of those given, which win."""
        return {**get_installed_libraries(), **custom_libraries}


class Template:
    """A template that renders plain dictionaries, with a request or without."""

    def __init__(self, template: Any, backend: DjangoTemplates) -> None:
        self.template = template
        self.backend = backend

    @property
    def origin(self) -> Any:
        """Where the template came from."""
        return self.template.origin

    def render(self, context: Any = None, request: Any = None) -> Any:
        """The text for a dictionary; context processors add to it if there is a request."""
        bound = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(bound)
        except TemplateDoesNotExist as error:
            reraise(error, self.backend)


def get_template_tag_modules() -> Iterator[tuple[str, str]]:
    """The name and path of each library: the built-in ones, and those in ``templatetags`` of apps."""
    candidates = [say("templatetags")]
    candidates += [f"{config.name}.templatetags" for config in apps.get_app_configs()]
    for candidate in candidates:
        try:
            package = import_module(candidate)
        except ImportError:
            # An app without tags.
            continue
        if hasattr(package, "__path__"):
            for path in get_package_libraries(package, candidate):
                yield path.removeprefix(candidate).lstrip("."), path


def get_installed_libraries() -> dict[str, str]:
    """The paths of the libraries by the names that ``{% load %}`` uses."""
    return dict(get_template_tag_modules())


def get_package_libraries(pkg: ModuleType, name: str | None = None) -> Iterator[str]:
    """The paths of the modules in a package, called `name`, that have a `register`.

    Raises `InvalidTemplateLibrary` for one that cannot be imported.
    """
    prefix = f"{name or pkg.__name__}."
    for entry in walk_packages(pkg.__path__, prefix):
        try:
            module = import_module(entry.name)
        except ImportError as error:
            raise InvalidTemplateLibrary(
                "Invalid template library specified. ImportError raised when "
                f"trying to load '{entry.name}': {error}"
            ) from error
        if hasattr(module, "register"):
            yield entry.name
