"""Templates kept in memory once they were found by other loaders, and names that were not found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.loaders.base import Loader as BaseLoader
from vivace.template.loaders.failures import copy_exception

__all__ = ["Loader"]


class Loader(BaseLoader):
    """Documented in ref/templates/api.

    In development the caches are emptied when a file in a template directory changes
    (`vivace.template.autoreload`).
    """

    def __init__(self, engine: Any, loaders: Any) -> None:
        self.get_template_cache: dict[Any, Any] = {}
        self.loaders = engine.get_template_loaders(loaders)
        super().__init__(engine)

    def get_dirs(self) -> Iterator[Any]:
        """The directories of all loaders that have such."""
        for loader in self.loaders:
            if hasattr(loader, "get_dirs"):
                yield from loader.get_dirs()

    def get_contents(self, origin: Any) -> str:
        """The source, from the loader that found it."""
        contents: str = origin.loader.get_contents(origin)
        return contents

    def get_template(self, template_name: Any, skip: Any = None) -> Any:
        """The template, the same object each time.

        A failure is remembered too. Without debugging only its kind is, as the exception with its
        traceback would keep alive all that was there when it was raised.
        """
        key = self.cache_key(template_name, skip)
        cached = self.get_template_cache.get(key)
        if cached:
            if isinstance(cached, type) and issubclass(cached, TemplateDoesNotExist):
                raise cached(template_name)
            if isinstance(cached, TemplateDoesNotExist):
                raise copy_exception(cached)
            return cached
        try:
            template = super().get_template(template_name, skip)
        except TemplateDoesNotExist as error:
            self.get_template_cache[key] = (
                copy_exception(error) if self.engine.debug else TemplateDoesNotExist
            )
            raise
        self.get_template_cache[key] = template
        return template

    def get_template_sources(self, template_name: Any) -> Iterator[Any]:
        """The places of all loaders, one after the other."""
        for loader in self.loaders:
            yield from loader.get_template_sources(template_name)

    def cache_key(self, template_name: Any, skip: Any = None) -> Any:
        """What a template is kept under: its name, and the places passed over for it.

        A template that extends one of its own name is found by the same name, at another place.
        """
        skipped = [origin.name for origin in skip or () if origin.template_name == template_name]
        parts = (str(template_name), self.generate_hash(skipped) if skipped else "")
        return "-".join(part for part in parts if part)

    def generate_hash(self, values: Any) -> str:
        """A short text that stands for a list of names."""
        # Not for security: it tells lists apart.
        return hashlib.sha1("|".join(values).encode(), usedforsecurity=False).hexdigest()

    def reset(self) -> None:
        """Forget all templates and failures."""
        self.get_template_cache.clear()
