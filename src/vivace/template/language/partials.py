"""A named part of a template, which renders alone: what ``{% partialdef %}`` defines.

A part lives in its template's ``extra_data["partials"]`` and is found as ``template.html#name``.
Documented in ref/templates/language of Django 6.0.
"""

from __future__ import annotations

from typing import Any

from vivace.template.language.tree import NodeList
from vivace.utils.safestring import SafeString

__all__ = ["PartialTemplate"]


class PartialTemplate:
    """What stands between ``{% partialdef name %}`` and its end, with a template's `render`."""

    engine: Any = None

    def __init__(self, nodelist: NodeList, origin: Any, name: str) -> None:
        self.nodelist = nodelist
        self.origin = origin
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} name={self.name!r}>"

    @property
    def source(self) -> str:
        """The part's own source."""
        tokens = [node.token for node in self.nodelist if node.token is not None]
        positions = [token.position for token in tokens if token.position is not None]
        if not positions or self.origin.loader is None:
            return ""
        whole: str = self.origin.loader.get_contents(self.origin)
        return whole[positions[0][0] : positions[-1][1]]

    def get_exception_info(self, exception: BaseException, token: Any) -> Any:
        """What an error page shows: the place in the template that defines the part."""
        template = self.origin.loader.get_template(self.origin.template_name)
        return template.get_exception_info(exception, token)

    def _render(self, context: Any) -> SafeString:
        return self.nodelist.render(context)

    def render(self, context: Any) -> SafeString:
        """The part's text for a `Context`."""
        with context.render_context.push_state(self):
            if context.template is not None:
                return self._render(context)
            with context.bind_template(self):
                context.template_name = self.name
                return self._render(context)
