"""What a loader is. Documented in ref/templates/api."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vivace.template.exceptions import TemplateDoesNotExist
from vivace.template.language.template import Template

__all__ = ["Loader"]


class Loader:
    """Finds templates; a subclass tells the places of a name, and the source at a place."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    def get_template(self, template_name: Any, skip: Any = None) -> Any:
        """The template at the first place that has it and is not in `skip`.

        Raises `TemplateDoesNotExist` with the places and why each did not serve.
        """
        tried: list[tuple[Any, str]] = []
        for origin in self.get_template_sources(template_name):
            if skip is not None and origin in skip:
                tried.append((origin, "Skipped to avoid recursion"))
                continue
            try:
                contents = self.get_contents(origin)
            except TemplateDoesNotExist:
                tried.append((origin, "Source does not exist"))
                continue
            return Template(contents, origin, origin.template_name, self.engine)
        raise TemplateDoesNotExist(template_name, tried=tried)

    def get_template_sources(self, template_name: Any) -> Iterable[Any]:
        """The origins at which a template of this name may be."""
        raise NotImplementedError(
            "subclasses of Loader must provide a get_template_sources() method"
        )

    def get_contents(self, origin: Any) -> str:
        """The source at an origin; raises `TemplateDoesNotExist`."""
        raise NotImplementedError("subclasses of Loader must provide a get_contents() method")

    def reset(self) -> None:
        """Forget what was remembered of templates."""
