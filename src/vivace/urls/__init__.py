"""Routing: which view answers a path, and which path leads to a view."""

from typing import TYPE_CHECKING

from vivace.utils.lazily import lazily

if TYPE_CHECKING:
    from vivace.urls.base import (
        clear_url_caches,
        get_urlconf,
        is_valid_path,
        resolve,
        reverse,
        reverse_lazy,
        set_urlconf,
        translate_url,
    )
    from vivace.urls.conf import include, path, re_path
    from vivace.urls.converters import register_converter
    from vivace.urls.exceptions import NoReverseMatch, Resolver404
    from vivace.urls.prefix import clear_script_prefix, get_script_prefix, set_script_prefix
    from vivace.urls.resolvers import (
        LocalePrefixPattern,
        ResolverMatch,
        URLPattern,
        URLResolver,
        get_ns_resolver,
        get_resolver,
    )
    from vivace.urls.utils import get_callable, get_mod_func

__all__ = [
    "LocalePrefixPattern",
    "NoReverseMatch",
    "Resolver404",
    "ResolverMatch",
    "URLPattern",
    "URLResolver",
    "clear_script_prefix",
    "clear_url_caches",
    "get_callable",
    "get_mod_func",
    "get_ns_resolver",
    "get_resolver",
    "get_script_prefix",
    "get_urlconf",
    "include",
    "is_valid_path",
    "path",
    "re_path",
    "register_converter",
    "resolve",
    "reverse",
    "reverse_lazy",
    "set_script_prefix",
    "set_urlconf",
    "translate_url",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "base": (
            "clear_url_caches get_urlconf is_valid_path resolve reverse reverse_lazy set_urlconf "
            "translate_url"
        ),
        "conf": "include path re_path",
        "converters": "register_converter",
        "exceptions": "NoReverseMatch Resolver404",
        "prefix": "clear_script_prefix get_script_prefix set_script_prefix",
        "resolvers": (
            "LocalePrefixPattern ResolverMatch URLPattern URLResolver get_ns_resolver get_resolver"
        ),
        "utils": "get_callable get_mod_func",
    },
)
