"""Responses that are rendered late, after middleware had a chance to change their template.

Documented in ref/template-response.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vivace.http import HttpResponse
from vivace.http.base import UNUSUAL
from vivace.http.content import READ_BY_SHELLS
from vivace.template.loader import get_template, select_template

__all__ = ["ContentNotRenderedError", "SimpleTemplateResponse", "TemplateResponse"]


class ContentNotRenderedError(Exception):
    """The content was asked for, but the template has not been rendered."""


class SimpleTemplateResponse(HttpResponse):
    """A response of a template and a dictionary.

    `template` is a name, a list of names or a template of a backend; the other parameters are those
    of `HttpResponse`, and `using` an engine's alias.
    """

    # What a pickle does without: it holds what came of them.
    rendering_attrs = ["template_name", "context_data", "_post_render_callbacks"]

    _is_rendered = False
    # Whether the shells may send it as they send a plain `HttpResponse`, once it is rendered.
    _plain_when_rendered = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = cls.__mro__[: cls.__mro__.index(SimpleTemplateResponse)]
        if any(name in base.__dict__ for base in own for name in READ_BY_SHELLS):
            cls._plain_when_rendered = False

    def __init__(
        self,
        template: Any,
        context: Any = None,
        content_type: str | None = None,
        status: int | None = None,
        charset: str | None = None,
        using: str | None = None,
        headers: Any = None,
    ) -> None:
        self.template_name = template
        self.context_data = context
        self.using = using
        # COMPAT: a response without a request must not get one from middleware by mistake.
        self._request: Any = None
        self._post_render_callbacks: list[Callable[..., Any]] = []
        super().__init__("", content_type, status, charset=charset, headers=headers)
        # Whether it was rendered is what decides, not whether there is any content.
        self._is_rendered = False
        self._plain = False

    def __getstate__(self) -> dict[str, Any]:
        if not self._is_rendered:
            raise ContentNotRenderedError(
                "The response content must be rendered before it can be pickled."
            )
        state = super().__getstate__()
        for name in self.rendering_attrs:
            state.pop(name, None)
        return state

    def resolve_template(self, template: Any) -> Any:
        """The template that is meant: by name, by a list of names, or itself."""
        if isinstance(template, (list, tuple)):
            return select_template(template, using=self.using)
        if isinstance(template, str):
            return get_template(template, using=self.using)
        return template

    def resolve_context(self, context: Any) -> Any:
        """The dictionary that the template is to see."""
        return context

    @property
    def rendered_content(self) -> Any:
        """The template's text, rendered anew each time."""
        template = self.resolve_template(self.template_name)
        return template.render(self.resolve_context(self.context_data), self._request)

    def add_post_render_callback(self, callback: Callable[..., Any]) -> None:
        """Have `callback` called with the response once it is rendered: now, if it is already.

        What it returns, unless None, replaces the response.
        """
        if self._is_rendered:
            callback(self)
        else:
            self._post_render_callbacks.append(callback)

    def render(self) -> Any:
        """Render the content, once; answers the response, or the one a callback puts in its place."""
        response: Any = self
        if not self._is_rendered:
            self.content = self.rendered_content
            for callback in self._post_render_callbacks:
                replacement = callback(response)
                if replacement is not None:
                    response = replacement
            self._plain = self._plain_when_rendered and UNUSUAL.isdisjoint(self.__dict__)
        return response

    @property
    def is_rendered(self) -> bool:
        """Whether the content is there."""
        return self._is_rendered

    def __iter__(self) -> Iterator[bytes]:
        if not self._is_rendered:
            raise ContentNotRenderedError(
                "The response content must be rendered before it can be iterated over."
            )
        return super().__iter__()

    @property
    def content(self) -> Any:
        """The rendered content; setting it is as good as rendering it."""
        if not self._is_rendered:
            raise ContentNotRenderedError(
                "The response content must be rendered before it can be accessed."
            )
        return super().content

    @content.setter
    def content(self, value: Any) -> None:
        HttpResponse.content.fset(self, value)  # type: ignore[attr-defined]
        self._is_rendered = True


class TemplateResponse(SimpleTemplateResponse):
    """A response whose template also sees what context processors make of the request."""

    rendering_attrs = [*SimpleTemplateResponse.rendering_attrs, "_request"]

    def __init__(
        self,
        request: Any,
        template: Any,
        context: Any = None,
        content_type: str | None = None,
        status: int | None = None,
        charset: str | None = None,
        using: str | None = None,
        headers: Any = None,
    ) -> None:
        super().__init__(template, context, content_type, status, charset, using, headers=headers)
        self._request = request
