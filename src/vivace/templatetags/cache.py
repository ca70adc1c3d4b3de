"""Parts of templates kept in a cache. Documented in topics/cache."""

from __future__ import annotations

from typing import Any

from vivace.core.cache import InvalidCacheBackendError, caches
from vivace.core.cache.utils import make_template_fragment_key
from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.tree import Node, NodeList
from vivace.template.language.variable import VariableDoesNotExist
from vivace.template.library import Library

register = Library()


class CacheNode(Node):
    """``{% cache %}``: the text of `nodelist`, for a time, for each combination of `vary_on`."""

    def __init__(
        self,
        nodelist: NodeList,
        expire_time_var: Any,
        fragment_name: str,
        vary_on: list[Any],
        cache_name: Any,
    ) -> None:
        self.nodelist = nodelist
        self.expire_time_var = expire_time_var
        self.fragment_name = fragment_name
        self.vary_on = vary_on
        self.cache_name = cache_name

    def _seconds(self, context: Any) -> int | None:
        value = _resolved(self.expire_time_var, context)
        if value is None:
            return None
        try:
            return int(value)
        except (ValueError, TypeError):
            raise TemplateSyntaxError(f'"cache" tag got a non-integer timeout value: {value!r}')

    def _cache(self, context: Any) -> Any:
        if self.cache_name:
            name = _resolved(self.cache_name, context)
            try:
                return caches[name]
            except InvalidCacheBackendError:
                raise TemplateSyntaxError(f"Invalid cache name specified for cache tag: {name!r}")
        try:
            return caches["template_fragments"]
        except InvalidCacheBackendError:
            return caches["default"]

    def render(self, context: Any) -> Any:
        seconds = self._seconds(context)
        cache = self._cache(context)
        key = make_template_fragment_key(
            self.fragment_name, [var.resolve(context) for var in self.vary_on]
        )
        text = cache.get(key)
        if text is None:
            text = self.nodelist.render(context)
            cache.set(key, text, seconds)
        return text


def _resolved(expression: Any, context: Any) -> Any:
    try:
        return expression.resolve(context)
    except VariableDoesNotExist:
        raise TemplateSyntaxError(f'"cache" tag got an unknown variable: {expression.var!r}')


@register.tag("cache")
def do_cache(parser: Any, token: Any) -> CacheNode:
    """``{% cache seconds name [vary_on ...] [using="alias"] %}...{% endcache %}``."""
    nodelist = parser.parse(("endcache",))
    parser.delete_first_token()
    tokens = token.split_contents()
    if len(tokens) < 3:
        raise TemplateSyntaxError(f"'{tokens[0]!r}' tag requires at least 2 arguments.")
    cache_name = None
    if len(tokens) > 3 and tokens[-1].startswith("using="):
        cache_name = parser.compile_filter(tokens.pop().removeprefix("using="))
    return CacheNode(
        nodelist,
        parser.compile_filter(tokens[1]),
        tokens[2],
        [parser.compile_filter(bit) for bit in tokens[3:]],
        cache_name,
    )
