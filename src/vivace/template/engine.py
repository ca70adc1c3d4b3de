"""The engine: how templates are found, and what every one of them starts with.

Documented in ref/templates/api. Loaders, context processors and libraries are given by dotted paths
and imported here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from vivace.core.exceptions import ImproperlyConfigured
from vivace.template.context import Context, builtin_context_processors
from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.language.template import Template, use_default_engine
from vivace.template.library import Library, import_library
from vivace.template.utils import engines
from vivace.utils.functional import cached_property, classproperty
from vivace.utils.module_loading import import_string
from vivace.utils.naming import say
from vivace.utils.safestring import SafeString

__all__ = ["Engine"]


class Engine:
    """An engine for Django's template language; ref/templates/api documents the parameters."""

    @classproperty
    def default_builtins(cls: Any) -> list[str]:
        """The libraries whose tags and filters need no ``{% load %}``."""
        names = ("defaulttags", "defaultfilters", "loader_tags")
        return [say(f"template.{name}") for name in names]

    def __init__(
        self,
        dirs: Any = None,
        app_dirs: bool = False,
        context_processors: Any = None,
        debug: bool = False,
        loaders: Any = None,
        string_if_invalid: Any = "",
        file_charset: str = "utf-8",
        libraries: dict[str, str] | None = None,
        builtins: Iterable[str] | None = None,
        autoescape: bool = True,
    ) -> None:
        if loaders is None:
            loaders = [say("template.loaders.filesystem.Loader")]
            if app_dirs:
                loaders.append(say("template.loaders.app_directories.Loader"))
            loaders = [(say("template.loaders.cached.Loader"), loaders)]
        elif app_dirs:
            raise ImproperlyConfigured("app_dirs must not be set when loaders is defined.")
        self.dirs = [] if dirs is None else dirs
        self.app_dirs = app_dirs
        self.autoescape = autoescape
        self.context_processors = [] if context_processors is None else context_processors
        self.debug = debug
        self.loaders = loaders
        self.string_if_invalid = string_if_invalid
        self.file_charset = file_charset
        self.libraries = {} if libraries is None else libraries
        self.template_libraries = self.get_template_libraries(self.libraries)
        self.builtins: list[str] = [*self.default_builtins, *(builtins or ())]
        self.template_builtins = self.get_template_builtins(self.builtins)

    def __repr__(self) -> str:
        def optional(name: str) -> str:
            value = getattr(self, name)
            return f"{name}={value!r} " if value else ""

        return (
            f"<{type(self).__qualname__}: {optional('dirs')}app_dirs={self.app_dirs!r} "
            f"{optional('context_processors')}debug={self.debug!r} loaders={self.loaders!r} "
            f"string_if_invalid={self.string_if_invalid!r} file_charset={self.file_charset!r} "
            f"{optional('libraries')}{optional('builtins')}autoescape={self.autoescape!r}>"
        )

    @staticmethod
    @functools.lru_cache
    def get_default() -> Engine:
        """The engine of the first `DjangoTemplates` backend; raises `ImproperlyConfigured`."""
        # Asked of the class by name: the backends are built on engines.
        backend_class = import_string(say("template.backends.django.DjangoTemplates"))
        for backend in engines.all():
            if isinstance(backend, backend_class):
                engine: Engine = backend.engine
                return engine
        raise ImproperlyConfigured("No DjangoTemplates backend is configured.")

    @cached_property
    def template_context_processors(self) -> tuple[Callable[..., Any], ...]:
        """The functions whose values a `RequestContext` has."""
        paths = (*builtin_context_processors(), *self.context_processors)
        return tuple(import_string(path) for path in paths)

    def get_template_builtins(self, builtins: Iterable[str]) -> list[Library]:
        """The libraries at some dotted paths."""
        return [import_library(path) for path in builtins]

    def get_template_libraries(self, libraries: dict[str, str]) -> dict[str, Library]:
        """The libraries at some dotted paths, under the names ``{% load %}`` uses."""
        return {name: import_library(path) for name, path in libraries.items()}

    @cached_property
    def template_loaders(self) -> list[Any]:
        """The loaders, in the order in which they are asked."""
        return self.get_template_loaders(self.loaders)

    def get_template_loaders(self, template_loaders: Iterable[Any]) -> list[Any]:
        """Loaders from their configuration."""
        found = (self.find_template_loader(loader) for loader in template_loaders)
        return [loader for loader in found if loader is not None]

    def find_template_loader(self, loader: Any) -> Any:
        """A loader from a dotted path, or from a list of one and its arguments."""
        args: list[Any] = []
        if isinstance(loader, (tuple, list)):
            loader, *args = loader
        if isinstance(loader, str):
            return import_string(loader)(self, *args)
        raise ImproperlyConfigured(f"Invalid value in template loaders configuration: {loader}")

    def find_template(self, name: Any, dirs: Any = None, skip: Any = None) -> tuple[Any, Any]:
        """A template and its origin, passing over the origins in `skip`.

        Raises `TemplateDoesNotExist` with all places that were tried.
        """
        tried: list[Any] = []
        for loader in self.template_loaders:
            try:
                template = loader.get_template(name, skip=skip)
            except TemplateDoesNotExist as error:
                tried.extend(error.tried)
            else:
                return template, template.origin
        raise TemplateDoesNotExist(name, tried=tried)

    def from_string(self, template_code: Any) -> Template:
        """A template of its source."""
        return Template(template_code, engine=self)

    def get_template(self, template_name: Any) -> Any:
        """The template of a name; of ``name#partial`` a part that is defined in it.

        Raises `TemplateDoesNotExist`.
        """
        partial_name = ""
        if isinstance(template_name, str) and "#" in template_name:
            template_name, _, partial_name = template_name.partition("#")
        template, origin = self.find_template(template_name)
        if not hasattr(template, "render"):
            # COMPAT: a loader may answer the source alone.
            template = Template(template, origin, template_name, engine=self)
        return self._partial(template, template_name, partial_name) if partial_name else template

    def _partial(self, template: Any, name: str, partial_name: str) -> Any:
        try:
            partial = template.extra_data["partials"][partial_name]
        except (AttributeError, KeyError):
            raise TemplateDoesNotExist(partial_name, tried=[name])
        partial.engine = self
        return partial

    def render_to_string(self, template_name: Any, context: Any = None) -> SafeString:
        """The text of a template, or of the first that exists of several."""
        if isinstance(template_name, (list, tuple)):
            template = self.select_template(template_name)
        else:
            template = self.get_template(template_name)
        if isinstance(context, Context):
            text: SafeString = template.render(context)
        else:
            text = template.render(Context(context, autoescape=self.autoescape))
        return text

    def select_template(self, template_name_list: Any) -> Any:
        """The first template that exists; raises `TemplateDoesNotExist` naming all of them."""
        if not template_name_list:
            raise TemplateDoesNotExist("No template names provided")
        missing: list[str] = []
        for template_name in template_name_list:
            try:
                return self.get_template(template_name)
            except TemplateDoesNotExist as error:
                # What is missing may be a parent of a template that does exist.
                if error.args[0] not in missing:
                    missing.append(error.args[0])
        raise TemplateDoesNotExist(", ".join(missing))


use_default_engine(Engine.get_default)
