"""``remove_stale_contenttypes``: delete the rows of models that are no longer there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from vivace.apps import apps
from vivace.contrib.contenttypes.management import get_contenttypes_and_models
from vivace.contrib.contenttypes.models import ContentType
from vivace.db import DEFAULT_DB_ALIAS, connections
from vivace.db.models.deletion import Collector
from vivace.management.base import BaseCommand


class Command(BaseCommand):
    """Delete stale content types, and what depends on them, once that was agreed to."""

    help = "Deletes stale content types in the database."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--noinput",
            "--no-input",
            action="store_false",
            dest="interactive",
            help="Don't ask for anything.",
        )
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database to look through; "default" if not given.',
        )
        parser.add_argument(
            "--include-stale-apps",
            action="store_true",
            default=False,
            help="Also those of applications that INSTALLED_APPS has no more.",
        )

    def handle(self, **options: Any) -> None:
        using, verbosity = options["database"], options["verbosity"]
        for stale in self._stale(using, options["include_stale_apps"]):
            if not stale:
                continue
            if options["interactive"] and not self._confirmed(stale, using):
                if verbosity >= 2:
                    self.stdout.write("Stale content types remain.")
                continue
            for content_type in stale:
                if verbosity >= 2:
                    self.stdout.write(
                        "Deleting stale content type "
                        f"'{content_type.app_label} | {content_type.model}'"
                    )
                content_type.delete()

    def _stale(self, using: str, include_stale_apps: bool) -> Iterator[list[Any]]:
        """The stale content types of each application."""
        rows = ContentType.objects.using(using).order_by("app_label", "model")
        for app_label, of_app in groupby(rows, lambda row: row.app_label):
            if not include_stale_apps and app_label not in apps.app_configs:
                continue
            content_types = list(of_app)
            if app_label in apps.app_configs:
                # A database that takes no content types has none that are stale.
                found, _models = get_contenttypes_and_models(
                    apps.app_configs[app_label], using, ContentType
                )
                if found is None:
                    continue
            yield [row for row in content_types if row.model_class() is None]

    def _confirmed(self, stale: list[Any], using: str) -> bool:
        listed = "\n".join(f"    - {line}" for line in _dependent(stale, using))
        self.stdout.write(
            f"""Some content types in your database are stale and can be deleted.
Any objects that depend on these content types will also be deleted.
The content types and dependent objects that would be deleted are:

{listed}

This list doesn't include any cascade deletions to data outside of Django
models (uncommon).

Are you sure you want to delete these content types?
If you're unsure, answer 'no'."""
        )
        return input("Type 'yes' to continue, or 'no' to cancel: ") == "yes"


def _dependent(stale: list[Any], using: str) -> Iterator[str]:
    for content_type in stale:
        yield f"Content type for {content_type.app_label}.{content_type.model}"
        collector = NoFastDeleteCollector(using=using, origin=content_type)
        collector.collect([content_type])
        for model, objects in collector.data.items():
            if objects != {content_type}:
                yield f"{len(objects)} {model._meta.label} object(s)"


class NoFastDeleteCollector(Collector):
    """A collector that reads everything, so that it can be counted."""

    def can_fast_delete(self, objs: Any, from_field: Any = None) -> bool:
        """Never."""
        return False
