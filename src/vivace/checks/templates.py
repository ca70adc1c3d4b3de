"""Checks of the template engines: each backend checks itself."""

import os
from typing import Any

from vivace.apps import apps
from vivace.checks.messages import CheckMessage
from vivace.checks.registry import Tags, register
from vivace.utils.module_loading import import_string
from vivace.utils.naming import HOME, to_home

# What may be among OPTIONS without any import, and cannot contradict each other.
_PLAIN_OPTIONS = frozenset(
    {"autoescape", "context_processors", "debug", "file_charset", "string_if_invalid"}
)


@register(Tags.templates)
def check_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """All that the ``check()`` methods of the backends in ``TEMPLATES`` have to say."""
    # The engines are of a higher layer, and are found by their name.
    engines = import_string(f"{HOME}.template.utils.engines")
    # PERF: to see that an engine as new projects have it is in order, it need not be made.
    wanted = [alias for alias, given in engines.templates.items() if not _is_usual(given)]
    return [message for alias in wanted for message in engines[alias].check()]


def _is_usual(given: dict[str, Any]) -> bool:
    """Whether nothing can be wrong with the engine: its options are plain, and no app brings tags."""
    options = given["OPTIONS"]
    return (
        to_home(given["BACKEND"]) == f"{HOME}.template.backends.django.DjangoTemplates"
        and options.keys() <= _PLAIN_OPTIONS
        and isinstance(options.get("string_if_invalid", ""), str)
        and not any(_may_bring_tags(config.path) for config in apps.get_app_configs())
    )


def _may_bring_tags(path: str) -> bool:
    place = os.path.join(path, "templatetags")
    return os.path.exists(place) or os.path.exists(f"{place}.py")
