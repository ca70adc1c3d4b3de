"""``dumpdata``: the rows of a database as a fixture."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from vivace.apps import apps
from vivace.core import serializers
from vivace.db import DEFAULT_DB_ALIAS, connections, router
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.utils import parse_apps_and_model_labels
from vivace.serializers.compressed import WRITERS
from vivace.utils.naming import published


@published("core.management.commands.dumpdata.ProxyModelWarning")
class ProxyModelWarning(Warning):
    """A proxy is named, whose rows are its model's."""


_ONE_MODEL = "You can only use --pks option with one model"

# Extensions of compressed files; where their library is missing, files are not compressed.
_COMPRESSED = {".bz2", ".gz", ".lzma", ".xz", ".zip"}

# Models by application; None stands for all it has.
_Chosen = dict[Any, list[Any] | None]


class Command(BaseCommand):
    """Write the rows of all models, or of those named, to standard output or a file."""

    help = (
        "Output the contents of the database as a fixture of the given format (using each model's "
        "default manager unless --all is specified)."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "args",
            metavar="app_label[.ModelName]",
            nargs="*",
            help="What to write: applications or models; all of them if none is named.",
        )
        parser.add_argument(
            "--format", default="json", help="The format to write; json if not given."
        )
        parser.add_argument("--indent", type=int, help="How many blanks to indent each level by.")
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database to read; "default" if not given.',
        )
        parser.add_argument(
            "-e",
            "--exclude",
            action="append",
            default=[],
            help="An application or a model (app_label.ModelName) to leave out; may be given again.",
        )
        parser.add_argument(
            "--natural-foreign",
            action="store_true",
            dest="use_natural_foreign_keys",
            help="Refer to rows by their natural keys, where they have one.",
        )
        parser.add_argument(
            "--natural-primary",
            action="store_true",
            dest="use_natural_primary_keys",
            help="Leave primary keys out where there is a natural key.",
        )
        parser.add_argument(
            "-a",
            "--all",
            action="store_true",
            dest="use_base_manager",
            help="Write the rows that a model's own manager leaves out or changes, too.",
        )
        parser.add_argument(
            "--pks",
            dest="primary_keys",
            help="The keys, separated by commas, of the rows to write; for one model.",
        )
        parser.add_argument("-o", "--output", help="The file to write to.")

    def handle(self, *app_labels: str, **options: Any) -> None:
        excluded_models, excluded_apps = parse_apps_and_model_labels(options["exclude"])
        chosen = _chosen(app_labels, excluded_apps, bool(options["primary_keys"]))
        if options["format"] not in serializers.get_public_serializer_formats():
            # Those for programs only are no formats of files.
            raise CommandError(f"Unknown serialization format: {options['format']}")

        def get_objects(count_only: bool = False) -> Iterator[Any]:
            for queryset in _querysets(chosen, excluded_models, options):
                if count_only:
                    yield queryset.order_by().count()
                else:
                    yield from queryset.iterator(chunk_size=2000)

        try:
            # The output ends where the format ends.
            self.stdout.ending = ""
            self._write(get_objects, options)
        except Exception as e:
            if options["traceback"]:
                raise
            raise CommandError(f"Unable to serialize database: {e}") from None

    def _write(self, get_objects: Callable[..., Iterator[Any]], options: dict[str, Any]) -> None:
        progress_output, object_count = None, 0
        output = options["output"]
        # Rows are counted for a bar only, and that would be in the way of rows.
        if output and self.stdout.isatty() and options["verbosity"] > 0:
            progress_output = self.stdout
            object_count = sum(get_objects(count_only=True))
        stream = _opened(output) if output else None
        try:
            serializers.serialize(
                options["format"],
                get_objects(),
                indent=options["indent"],
                use_natural_foreign_keys=options["use_natural_foreign_keys"],
                use_natural_primary_keys=options["use_natural_primary_keys"],
                stream=stream or self.stdout,
                progress_output=progress_output,
                object_count=object_count,
            )
        finally:
            if stream:
                stream.close()


def _opened(output: str) -> Any:
    """The file `output`, open for writing, which compresses if its name says so."""
    root, extension = os.path.splitext(output)
    if extension in WRITERS:
        return WRITERS[extension](output)
    if extension in _COMPRESSED:
        warnings.warn(
            f"Unsupported file extension ({extension}). Fixtures saved in "
            f"'{os.path.basename(root)}'.",
            RuntimeWarning,
            stacklevel=2,
        )
        output = root
    return open(output, "w", encoding="utf-8")


def _chosen(app_labels: tuple[str, ...], excluded_apps: set[Any], by_key: bool) -> _Chosen:
    """The applications that are named, or all, and which models of each."""
    if not app_labels:
        if by_key:
            raise CommandError(_ONE_MODEL)
        return {each: None for each in apps.get_app_configs() if _has_models(each, excluded_apps)}
    if by_key and len(app_labels) > 1:
        raise CommandError(_ONE_MODEL)
    chosen: _Chosen = {}
    for label in app_labels:
        app_label, dot, model_label = label.partition(".")
        if not dot or "." in model_label:
            if by_key:
                raise CommandError(_ONE_MODEL)
            app_config = _app_config(label)
            if _has_models(app_config, excluded_apps):
                # All of them: this goes before models that are named as well.
                chosen[app_config] = None
            continue
        app_config = _app_config(app_label)
        if not _has_models(app_config, excluded_apps):
            continue
        try:
            model = app_config.get_model(model_label)
        except LookupError:
            raise CommandError(f"Unknown model: {app_label}.{model_label}") from None
        models = chosen.setdefault(app_config, [])
        if models is not None and model not in models:
            models.append(model)
    return chosen


def _app_config(label: str) -> Any:
    try:
        return apps.get_app_config(label)
    except LookupError as e:
        raise CommandError(str(e)) from None


def _has_models(app_config: Any, excluded: set[Any]) -> bool:
    return app_config.models_module is not None and app_config not in excluded


def _querysets(
    chosen: _Chosen, excluded_models: set[Any], options: dict[str, Any]
) -> Iterator[Any]:
    """The rows to write, model by model."""
    using = options["database"]
    if options["use_natural_foreign_keys"]:
        # Cycles are no error: a fixture may refer to what comes later in it.
        models = serializers.sort_dependencies(chosen.items(), allow_cycles=True)
    else:
        models = []
        for app_config, named in chosen.items():
            models.extend(app_config.get_models() if named is None else named)
    for model in models:
        opts = model._meta
        if model in excluded_models:
            continue
        if opts.proxy:
            if opts.proxy_for_model not in models:
                warnings.warn(
                    f"{opts.label} is a proxy model and won't be serialized.",
                    category=ProxyModelWarning,
                    stacklevel=2,
                )
            continue
        if not router.allow_migrate_model(using, model):
            continue
        manager = model._base_manager if options["use_base_manager"] else model._default_manager
        queryset = manager.using(using).order_by(opts.pk.name)
        if options["primary_keys"]:
            keys = [key.strip() for key in options["primary_keys"].split(",")]
            queryset = queryset.filter(pk__in=keys)
        yield queryset
