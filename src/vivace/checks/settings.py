"""Checks of settings that need few words; those of caches, languages and security are next door.

What the settings name may be of a higher layer, and is found by its dotted name when a check runs.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vivace.apps import apps
from vivace.checks.messages import CheckMessage, Error
from vivace.checks.registry import Tags, register
from vivace.conf import global_settings, settings
from vivace.core.exceptions import ViewDoesNotExist
from vivace.utils.lazily import Later
from vivace.utils.module_loading import import_string
from vivace.utils.naming import HOME, to_home

if TYPE_CHECKING:
    import inspect
else:
    inspect = Later("inspect", rare=True)

# What may be among OPTIONS without any import, and cannot contradict each other.
_PLAIN_OPTIONS = frozenset(
    {"autoescape", "context_processors", "debug", "file_charset", "string_if_invalid"}
)


@register(Tags.compatibility)
def check_csrf_trusted_origins(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """CSRF_TRUSTED_ORIGINS must hold origins, with their schemes."""
    return [
        Error(
            "As of Django 4.0, the values in the CSRF_TRUSTED_ORIGINS setting must start with a "
            f"scheme (usually http:// or https://) but found {origin}. See the release notes for "
            "details.",
            id="4_0.E001",
        )
        for origin in settings.CSRF_TRUSTED_ORIGINS
        if "://" not in origin
    ]


@register(Tags.security)
def check_csrf_failure_view(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """CSRF_FAILURE_VIEW must name a view that takes a reason."""
    path = settings.CSRF_FAILURE_VIEW
    if path == global_settings.CSRF_FAILURE_VIEW:
        return []
    try:
        view = import_string(f"{HOME}.urls.get_callable")(path)
    except (ImportError, ViewDoesNotExist):
        return [
            Error(
                f"The CSRF failure view '{path}' could not be imported.",
                id="security.E102",
            )
        ]
    try:
        inspect.signature(view).bind(None, reason=None)
    except TypeError:
        return [
            Error(
                f"The CSRF failure view '{path}' does not take the correct number of arguments.",
                id="security.E101",
            )
        ]
    return []


@register(Tags.database)
def check_database_backends(
    databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What the backends find wrong with their databases."""
    if databases is None:
        return []
    connections = import_string("vivace.db.connections")
    return [issue for alias in databases for issue in connections[alias].validation.check(**kwargs)]


@register(Tags.files)
def check_setting_file_upload_temp_dir(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """FILE_UPLOAD_TEMP_DIR must be a directory."""
    directory = getattr(settings, "FILE_UPLOAD_TEMP_DIR", None)
    if directory and not Path(directory).is_dir():
        return [
            Error(
                "The FILE_UPLOAD_TEMP_DIR setting refers to the nonexistent directory "
                f"'{directory}'.",
                id="files.E001",
            )
        ]
    return []


@register(Tags.templates)
def check_templates(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """All that the ``check()`` methods of the backends in ``TEMPLATES`` have to say."""
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
