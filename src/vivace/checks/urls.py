"""Checks of the URLconf, and what each kind of pattern is checked for.

Patterns have a ``check()`` method of their own, which third-party patterns may define too; those of
Vivace call the functions here.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any

from vivace.checks.messages import CheckMessage, Error, Warning
from vivace.checks.registry import Tags, register
from vivace.conf import settings
from vivace.core.exceptions import ViewDoesNotExist
from vivace.utils.lazily import Later
from vivace.utils.module_loading import import_string
from vivace.utils.naming import HOME

if TYPE_CHECKING:
    import inspect
else:
    inspect = Later("inspect", rare=True)


def _root_resolver() -> Any:
    # A URLconf that is not set is no mistake: a project may have none.
    if not getattr(settings, "ROOT_URLCONF", None):
        return None
    return import_string(f"{HOME}.urls.get_resolver")()


@register(Tags.urls)
def check_url_config(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every pattern of the URLconf must be sound."""
    resolver = _root_resolver()
    return [] if resolver is None else check_resolver(resolver)


def check_resolver(resolver: Any) -> list[CheckMessage]:
    """What is wrong with `resolver`, a pattern or a resolver, and all below it."""
    check = getattr(resolver, "check", None)
    if check is not None:
        found: list[CheckMessage] = check()
        return found
    if hasattr(resolver, "url_patterns"):
        return check_url_resolver(resolver)
    if hasattr(resolver, "callback"):
        return check_url_pattern(resolver)
    if not hasattr(resolver, "resolve"):
        return get_warning_for_invalid_pattern(resolver)
    return []


@register(Tags.urls)
def check_url_namespaces_unique(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each instance namespace must occur once."""
    resolver = _root_resolver()
    if resolver is None:
        return []
    return [
        Warning(
            f"URL namespace '{namespace}' isn't unique. You may not be able to reverse all URLs in "
            "this namespace",
            id="urls.W005",
        )
        for namespace, count in Counter(_load_all_namespaces(resolver)).items()
        if count > 1
    ]


def _load_all_namespaces(resolver: Any, parents: tuple[str, ...] = ()) -> list[str]:
    found = []
    for pattern in getattr(resolver, "url_patterns", ()):
        namespace = getattr(pattern, "namespace", None)
        below = parents if namespace is None else (*parents, namespace)
        if namespace is not None:
            found.append(":".join(below))
        found += _load_all_namespaces(pattern, below)
    return found


def get_warning_for_invalid_pattern(pattern: Any) -> list[CheckMessage]:
    """The error for `pattern`, which is no pattern at all."""
    hint = None
    if isinstance(pattern, str):
        hint = (
            f"Try removing the string '{pattern}'. The list of urlpatterns should not have a "
            "prefix string as the first element."
        )
    elif isinstance(pattern, tuple):
        hint = "Try using path() instead of a tuple."
    return [
        Error(
            f"Your URL pattern {pattern!r} is invalid. Ensure that urlpatterns is a list of path() "
            "and/or re_path() instances.",
            hint=hint,
            id="urls.E004",
        )
    ]


@register(Tags.urls)
def check_url_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The URLs of media and static files must be those of directories."""
    found: list[CheckMessage] = []
    for name in ("STATIC_URL", "MEDIA_URL"):
        value = getattr(settings, name)
        if value and not value.endswith("/"):
            found.append(E006(name))
    return found


def E006(name: str) -> CheckMessage:
    """The error for the setting `name`."""
    return Error(f"The {name} setting must end with a slash.", id="urls.E006")


@register(Tags.urls)
def check_custom_error_handlers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``handler404`` and the others must be views that take what they are given."""
    resolver = _root_resolver()
    if resolver is None:
        return []
    found: list[CheckMessage] = []
    # All but the one for 500 are told of the exception.
    for status_code, arguments in ((400, 2), (403, 2), (404, 2), (500, 1)):
        if not getattr(resolver.urlconf_module, f"handler{status_code}", None):
            # PERF: the built-in views are not imported to see that they are in order.
            continue
        try:
            handler = resolver.resolve_error_handler(status_code)
        except (ImportError, ViewDoesNotExist) as error:
            path = getattr(resolver.urlconf_module, f"handler{status_code}")
            message = f"The custom handler{status_code} view '{path}' could not be imported."
            found.append(Error(message, hint=str(error), id="urls.E008"))
            continue
        try:
            inspect.signature(handler).bind(*[None] * arguments)
        except TypeError:
            path = f"{handler.__module__}.{handler.__qualname__}"
            expected = "(request, exception)" if arguments == 2 else "(request)"
            message = (
                f"The custom handler{status_code} view '{path}' does not take the correct number "
                f"of arguments {expected}."
            )
            found.append(Error(message, id="urls.E007"))
    return found


def check_url_resolver(resolver: Any) -> list[CheckMessage]:
    """What is wrong with the patterns that `resolver` includes, or else with its own prefix."""
    found = [message for one in resolver.url_patterns for message in check_resolver(one)]
    return found or check_pattern(resolver.pattern)


def check_url_pattern(url_pattern: Any) -> list[CheckMessage]:
    """What is wrong with `url_pattern`: its name, its pattern, its view."""
    found: list[CheckMessage] = []
    pattern = url_pattern.pattern
    if pattern.name is not None and ":" in pattern.name:
        found.append(
            Warning(
                f"Your URL pattern {pattern.describe()} has a name including a ':'. Remove the "
                "colon, to avoid ambiguous namespace references.",
                id="urls.W003",
            )
        )
    found.extend(check_pattern(pattern))
    view = url_pattern.callback
    if isinstance(view, type) and hasattr(view, "as_view"):
        found.append(
            Error(
                f"Your URL pattern {pattern.describe()} has an invalid view, pass "
                f"{view.__name__}.as_view() instead of {view.__name__}.",
                id="urls.E009",
            )
        )
    return found


def check_pattern(pattern: Any) -> list[CheckMessage]:
    """What is wrong with `pattern`, the part of a URL pattern that matches."""
    check = getattr(pattern, "check", None)
    if check is not None:
        found: list[CheckMessage] = check()
        return found
    if hasattr(pattern, "_route"):
        return check_route(pattern)
    if hasattr(pattern, "_regex"):
        return check_regex(pattern)
    return []


def check_regex(pattern: Any) -> list[CheckMessage]:
    """What is wrong with `pattern`, a regular expression."""
    found = _leading_slash(pattern)
    regex = pattern.regex.pattern
    if not pattern._is_endpoint and regex.endswith("$") and not regex.endswith(r"\$"):
        found.append(
            Warning(
                f"Your URL pattern {pattern.describe()} uses include with a route ending with a "
                "'$'. Remove the dollar from the route to avoid problems including URLs.",
                id="urls.W001",
            )
        )
    return found


def check_route(pattern: Any) -> list[CheckMessage]:
    """What is wrong with `pattern`, a route as ``path()`` takes it."""
    found = _leading_slash(pattern)
    route = str(pattern._route)
    found.extend(_brackets(pattern, route))
    if "(?P<" in route or route.startswith("^") or route.endswith("$"):
        found.append(
            Warning(
                f"Your URL pattern {pattern.describe()} has a route that contains '(?P<', begins "
                "with a '^', or ends with a '$'. This was likely an oversight when migrating to "
                "django.urls.path().",
                id="2_0.W001",
            )
        )
    return found


def _leading_slash(pattern: Any) -> list[CheckMessage]:
    # Without APPEND_SLASH, sites that join paths themselves may well want one.
    regex = pattern.regex_text()
    if (
        not settings.APPEND_SLASH
        or not regex.startswith(("/", "^/", r"^\/"))
        or regex.endswith("/")
    ):
        return []
    return [
        Warning(
            f"Your URL pattern {pattern.describe()} has a route beginning with a '/'. Remove this "
            "slash as it is unnecessary. If this pattern is targeted in an include(), ensure the "
            "include() pattern has a trailing '/'.",
            id="urls.W002",
        )
    ]


def _brackets(pattern: Any, route: str) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    is_open = False
    for index, char in enumerate(route):
        if char == "<":
            closed = route.find(">", index)
            again = route.find("<", index + 1)
            is_open = closed >= 0 and not 0 <= again < closed
            if not is_open:
                found.append(_unmatched(pattern, char))
        elif char == ">":
            if not is_open:
                found.append(_unmatched(pattern, char))
            is_open = False
    return found


def _unmatched(pattern: Any, bracket: str) -> CheckMessage:
    return Warning(
        f"Your URL pattern {pattern.describe()} has an unmatched '{bracket}' bracket.",
        id="urls.W010",
    )
