"""Addresses of static and media files. Documented in ref/templates/builtins."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from urllib.parse import quote, urljoin

from vivace.apps import apps
from vivace.conf import settings
from vivace.template.compiled.build import Builder, lowers
from vivace.template.compiled.lowering import run
from vivace.template.compiled.nodes import Const, Statement
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node
from vivace.template.library import Library
from vivace.utils.encoding import iri_to_uri
from vivace.utils.html import conditional_escape
from vivace.utils.module_loading import import_string
from vivace.utils.naming import say

register = Library()


class PrefixNode(Node):
    """``{% get_static_prefix %}``, ``{% get_media_prefix %}``: the value of the setting `name`."""

    def __init__(self, varname: str | None = None, name: str | None = None) -> None:
        if name is None:
            raise TemplateSyntaxError("Prefix nodes must be given a name to return.")
        self.varname = varname
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__qualname__} for {self.name!r}>"

    @classmethod
    def handle_token(cls, parser: Any, token: Any, name: str) -> Self:
        """The node for a tag, ``as variable`` or without."""
        bits = token.contents.split()
        if len(bits) > 1 and bits[1] != "as":
            raise TemplateSyntaxError(f"First argument in '{bits[0]}' must be 'as'")
        return cls(bits[2] if len(bits) > 1 else None, name)

    @classmethod
    def handle_simple(cls, name: str) -> Any:
        """The setting as part of a URL; empty if there is none of that name."""
        return iri_to_uri(getattr(settings, name, ""))

    def render(self, context: Any) -> Any:
        prefix = self.handle_simple(self.name)
        if self.varname is None:
            return prefix
        context[self.varname] = prefix
        return ""


@register.tag
def get_static_prefix(parser: Any, token: Any) -> PrefixNode:
    """``{% get_static_prefix [as name] %}``."""
    return PrefixNode.handle_token(parser, token, "STATIC_URL")


@register.tag
def get_media_prefix(parser: Any, token: Any) -> PrefixNode:
    """``{% get_media_prefix [as name] %}``."""
    return PrefixNode.handle_token(parser, token, "MEDIA_URL")


class StaticNode(Node):
    """``{% static %}``: the address of a static file."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def __init__(self, varname: str | None = None, path: Any = None) -> None:
        if path is None:
            raise TemplateSyntaxError("Static template nodes must be given a path to return.")
        self.path = path
        self.varname = varname

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}(varname={self.varname!r}, path={self.path!r})"

    def url(self, context: Any) -> Any:
        """The address, for a context."""
        return self.handle_simple(self.path.resolve(context))

    def render(self, context: Any) -> Any:
        url = self.url(context)
        if context.autoescape:
            url = conditional_escape(url)
        if self.varname is None:
            return url
        context[self.varname] = url
        return ""

    @classmethod
    def handle_simple(cls, path: Any) -> Any:
        """The address of the file `path`: the storage's, if there is one, else below STATIC_URL."""
        if apps.is_installed(say("contrib.staticfiles")):
            storage = import_string(say("contrib.staticfiles.storage.staticfiles_storage"))
            return storage.url(path)
        return urljoin(PrefixNode.handle_simple("STATIC_URL"), quote(path))

    @classmethod
    def handle_token(cls, parser: Any, token: Any) -> Self:
        """The node for a tag, ``as variable`` or without."""
        bits = token.split_contents()
        if len(bits) < 2:
            raise TemplateSyntaxError(f"'{bits[0]}' takes at least one argument (path to file)")
        path = parser.compile_filter(bits[1])
        return cls(bits[3] if bits[-2] == "as" else None, path)


@register.tag("static")
def do_static(parser: Any, token: Any) -> StaticNode:
    """``{% static path [as name] %}``."""
    return StaticNode.handle_token(parser, token)


def static(path: Any) -> Any:
    """The address of the static file `path`, for code that is no template."""
    return StaticNode.handle_simple(path)


@lowers(PrefixNode)
def _prefix(node: PrefixNode, build: Builder) -> Statement:
    return run(node, build, prefix, [Const(node.name)], target=node.varname)


def prefix(name: str) -> Any:
    """The setting `name` as part of a URL, for compiled templates."""
    return PrefixNode.handle_simple(name)


@lowers(StaticNode)
def _static(node: StaticNode, build: Builder) -> Statement:
    return run(node, build, static, [build.value(node.path)], node.varname, escapes=True)
