"""Content types are created for all models of an application after its migration."""

import sys
from typing import Any

from vivace.apps.registry import Apps
from vivace.apps.registry import apps as global_apps
from vivace.db import DEFAULT_DB_ALIAS, router

__all__ = ["create_contenttypes", "get_contenttypes_and_models"]


def get_contenttypes_and_models(
    app_config: Any, using: str, ContentType: Any
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The content types that an application has in the database, and its models, by name.

    Both are None if the database does not take content types.
    """
    if not router.allow_migrate_model(using, ContentType):
        return None, None
    ContentType.objects.clear_cache()
    rows = ContentType.objects.using(using).filter(app_label=app_config.label)
    models = {model._meta.model_name: model for model in app_config.get_models()}
    return {row.model: row for row in rows}, models


def create_contenttypes(
    app_config: Any,
    verbosity: int = 2,
    interactive: bool = True,
    using: str = DEFAULT_DB_ALIAS,
    apps: Apps = global_apps,
    **kwargs: Any,
) -> None:
    """Create the content types that are missing; the receiver of `post_migrate`.

    `verbosity` 2 prints each.
    """
    if not app_config.models_module:
        return
    app_label = app_config.label
    try:
        app_config = apps.get_app_config(app_label)
        ContentType = apps.get_model("contenttypes", "ContentType")
    except LookupError:
        return
    content_types, models = get_contenttypes_and_models(app_config, using, ContentType)
    if not models or content_types is None:
        return
    missing = [
        ContentType(app_label=app_label, model=name) for name in models if name not in content_types
    ]
    ContentType.objects.using(using).bulk_create(missing)
    if verbosity >= 2:
        for row in missing:
            sys.stdout.write(f"Adding content type '{row.app_label} | {row.model}'\n")
