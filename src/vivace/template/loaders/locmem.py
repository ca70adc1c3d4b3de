"""Templates in a dictionary; useful for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.language.template import Origin
from vivace.template.loaders.base import Loader as BaseLoader

__all__ = ["Loader"]


class Loader(BaseLoader):
    """Documented in ref/templates/api."""

    def __init__(self, engine: Any, templates_dict: dict[str, str]) -> None:
        self.templates_dict = templates_dict
        super().__init__(engine)

    def get_contents(self, origin: Any) -> str:
        """The source under a name."""
        try:
            return self.templates_dict[origin.name]
        except KeyError:
            raise TemplateDoesNotExist(origin)

    def get_template_sources(self, template_name: Any) -> Iterator[Origin]:
        """The name itself."""
        yield Origin(name=template_name, template_name=template_name, loader=self)
