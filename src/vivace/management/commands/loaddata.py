"""``loaddata``: put the rows of fixtures into a database."""

from __future__ import annotations

import os
import sys
import warnings
import zipfile
from collections.abc import Iterable
from itertools import product
from typing import Any

from vivace.apps import apps
from vivace.conf import settings
from vivace.core import serializers
from vivace.core.exceptions import ImproperlyConfigured
from vivace.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    IntegrityError,
    connections,
    router,
    transaction,
)
from vivace.management.base import BaseCommand
from vivace.management.color import no_style
from vivace.management.exceptions import CommandError
from vivace.management.utils import parse_apps_and_model_labels
from vivace.serializers.compressed import READERS
from vivace.utils.functional import cached_property

# As a fixture's name: standard input.
READ_STDIN = "-"

# A file, the directory it was found in, and its name without extensions.
_Found = tuple[str, str | None, str]


class Command(BaseCommand):
    """Find the fixtures that are named, and save what they have, all or nothing."""

    help = "Installs the named fixture(s) in the database."
    missing_args_message = (
        "No database fixture specified. Please provide the path of at least one fixture in the "
        "command line."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "args",
            metavar="fixture",
            nargs="+",
            help="Names or paths of fixtures; - reads from stdin.",
        )
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The database to load them into; "default" if not given.',
        )
        parser.add_argument(
            "--app", dest="app_label", help="Look for fixtures in this application only."
        )
        parser.add_argument(
            "--ignorenonexistent",
            "-i",
            action="store_true",
            dest="ignore",
            help="Leave out models and fields that are not there any more.",
        )
        parser.add_argument(
            "-e",
            "--exclude",
            action="append",
            default=[],
            help="An application or a model (app_label.ModelName) to leave out; may be given again.",
        )
        parser.add_argument("--format", help="The format of what is read from stdin.")

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        self.ignore = options["ignore"]
        self.using = options["database"]
        self.app_label = options["app_label"]
        self.verbosity = options["verbosity"]
        self.excluded_models, self.excluded_apps = parse_apps_and_model_labels(options["exclude"])
        self.format = options["format"]
        with transaction.atomic(using=self.using):
            self.loaddata(fixture_labels)
        # COMPAT: who loads fixtures from a program gets a connection that is as new.
        if transaction.get_autocommit(self.using):
            connections[self.using].close()

    @cached_property
    def compression_formats(self) -> dict[str | None, tuple[Any, str | None]]:
        """How files are opened, by the extension that tells how they are compressed."""
        return {
            None: (open, "rb"),
            "zip": (SingleZipReader, "r"),
            "stdin": (lambda *args: sys.stdin, None),
            **READERS,
        }

    def reset_sequences(self, connection: Any, models: Iterable[Any]) -> None:
        """Let keys that the database gives go on after those of the fixtures."""
        sequence_sql = connection.ops.sequence_reset_sql(no_style(), models)
        if sequence_sql:
            if self.verbosity >= 2:
                self.stdout.write("Resetting sequences")
            with connection.cursor() as cursor:
                for line in sequence_sql:
                    cursor.execute(line)

    def loaddata(self, fixture_labels: Iterable[str]) -> None:
        """Load all of `fixture_labels`, then check what rows refer to."""
        connection = connections[self.using]
        self.fixture_count = 0
        self.loaded_object_count = 0
        self.fixture_object_count = 0
        self.models: set[Any] = set()
        self.objs_with_deferred_fields: list[Any] = []
        self.serialization_formats = serializers.get_public_serializer_formats()
        with connection.constraint_checks_disabled():
            for label in fixture_labels:
                self.load_label(label)
            # Natural keys of rows that came later are there by now.
            for obj in self.objs_with_deferred_fields:
                obj.save_deferred_fields(using=self.using)
        try:
            connection.check_constraints([model._meta.db_table for model in self.models])
        except Exception as e:
            e.args = (f"Problem installing fixtures: {e}",)
            raise
        if self.loaded_object_count > 0:
            self.reset_sequences(connection, list(self.models))
        if self.verbosity >= 1:
            loaded, found = self.loaded_object_count, self.fixture_object_count
            of_all = "" if found == loaded else f" (of {found})"
            self.stdout.write(
                f"Installed {loaded} object(s){of_all} from {self.fixture_count} fixture(s)"
            )

    def save_obj(self, obj: Any) -> bool:
        """Save `obj`, unless its model is left out or belongs into another database; whether it was."""
        model = type(obj.object)
        opts = model._meta
        if opts.app_config in self.excluded_apps or model in self.excluded_models:
            return False
        if not router.allow_migrate_model(self.using, model):
            return False
        self.models.add(model)
        try:
            obj.save(using=self.using)
        except (DatabaseError, IntegrityError, ValueError) as e:
            e.args = (f"Could not load {opts.label}(pk={obj.object.pk}): {e}",)
            raise
        if obj.deferred_fields:
            self.objs_with_deferred_fields.append(obj)
        return True

    def load_label(self, fixture_label: str) -> None:
        """Load the files that `fixture_label` names."""
        for fixture_file, fixture_dir, fixture_name in self.find_fixtures(fixture_label):
            _, ser_fmt, cmp_fmt = self.parse_name(os.path.basename(fixture_file))
            open_method, mode = self.compression_formats[cmp_fmt]
            with _closing(open_method(fixture_file, mode)) as fixture:
                self.fixture_count += 1
                if self.verbosity >= 2:
                    self.stdout.write(
                        f"Installing {ser_fmt} fixture '{fixture_name}' from {humanize(fixture_dir)}."
                    )
                try:
                    objects_in_fixture = self._load_objects(ser_fmt, fixture)
                except Exception as e:
                    if not isinstance(e, CommandError):
                        e.args = (f"Problem installing fixture '{fixture_file}': {e}",)
                    raise
            # A file that has nothing may be one of another format.
            if objects_in_fixture == 0:
                warnings.warn(
                    f"No fixture data found for '{fixture_name}'. (File format may be invalid.)",
                    RuntimeWarning,
                    stacklevel=2,
                )

    def _load_objects(self, ser_fmt: Any, fixture: Any) -> int:
        """Save what the open file `fixture` has; how many objects that are."""
        found = loaded = 0
        show_progress = self.verbosity >= 3
        for obj in serializers.deserialize(
            ser_fmt,
            fixture,
            using=self.using,
            ignorenonexistent=self.ignore,
            handle_forward_references=True,
        ):
            found += 1
            if self.save_obj(obj):
                loaded += 1
                if show_progress:
                    self.stdout.write(f"\rProcessed {loaded} object(s).", ending="")
        if found and show_progress:
            self.stdout.write()
        self.fixture_object_count += found
        self.loaded_object_count += loaded
        return found

    def get_fixture_name_and_dirs(self, fixture_name: str) -> tuple[str, list[str]]:
        """The last part of `fixture_name`, and where to look for it."""
        dirname, basename = os.path.split(fixture_name)
        if os.path.isabs(fixture_name):
            return basename, [dirname]
        if os.path.sep in os.path.normpath(fixture_name):
            return basename, [os.path.join(each, dirname) for each in self.fixture_dirs]
        return basename, self.fixture_dirs

    def get_targets(self, fixture_name: str, ser_fmt: str | None, cmp_fmt: str | None) -> set[str]:
        """The names that files of the fixture may have; without a format, in all there are."""
        databases = [self.using, None]
        compressed = list(self.compression_formats) if cmp_fmt is None else [cmp_fmt]
        formats = self.serialization_formats if ser_fmt is None else [ser_fmt]
        return {
            ".".join([fixture_name, *filter(None, extensions)])
            for extensions in product(databases, formats, compressed)
        }

    def find_fixture_files_in_dir(
        self, fixture_dir: str, fixture_name: str, targets: set[str]
    ) -> list[_Found]:
        """The files in `fixture_dir` that have one of the names `targets`."""
        try:
            names = sorted(os.listdir(fixture_dir or os.curdir))
        except OSError:
            # It is not there, or not for us.
            return []
        return [
            (os.path.join(fixture_dir, name), fixture_dir, fixture_name)
            for name in names
            if name in targets
        ]

    def find_fixtures(self, fixture_label: str) -> list[_Found]:
        """The files that `fixture_label`, a name or a path, stands for; `CommandError` if none."""
        if fixture_label == READ_STDIN:
            return [(READ_STDIN, None, READ_STDIN)]
        fixture_name, ser_fmt, cmp_fmt = self.parse_name(fixture_label)
        if self.verbosity >= 2:
            self.stdout.write(f"Loading '{fixture_name}' fixtures...")
        basename, fixture_dirs = self.get_fixture_name_and_dirs(fixture_name)
        targets = self.get_targets(basename, ser_fmt, cmp_fmt)
        fixture_files: list[_Found] = []
        for fixture_dir in fixture_dirs:
            place = humanize(fixture_dir)
            if self.verbosity >= 2:
                self.stdout.write(f"Checking {place} for fixtures...")
            found = self.find_fixture_files_in_dir(fixture_dir, basename, targets)
            if self.verbosity >= 2 and not found:
                self.stdout.write(f"No fixture '{basename}' in {place}.")
            if len(found) > 1:
                raise CommandError(f"Multiple fixtures named '{basename}' in {place}. Aborting.")
            fixture_files += found
        if not fixture_files:
            raise CommandError(f"No fixture named '{basename}' found.")
        return fixture_files

    @cached_property
    def fixture_dirs(self) -> list[str]:
        """Where fixtures are: applications' directories, FIXTURE_DIRS, and the current one."""
        listed = settings.FIXTURE_DIRS
        if len(listed) != len(set(listed)):
            raise ImproperlyConfigured("settings.FIXTURE_DIRS contains duplicates.")
        texts = [str(each) for each in listed]
        dirs: list[str] = []
        for app_config in apps.get_app_configs():
            app_dir = os.path.join(app_config.path, "fixtures")
            if app_dir in texts:
                raise ImproperlyConfigured(
                    f"'{app_dir}' is a default fixture directory for the '{app_config.label}' app "
                    "and cannot be listed in settings.FIXTURE_DIRS."
                )
            if self.app_label and app_config.label != self.app_label:
                continue
            if os.path.isdir(app_dir):
                dirs.append(app_dir)
        return [os.path.realpath(each) for each in (*dirs, *texts, "")]

    def parse_name(self, fixture_name: str) -> tuple[str, str | None, str | None]:
        """`fixture_name` without its extensions, the format and the compression they name."""
        if fixture_name == READ_STDIN:
            if not self.format:
                raise CommandError("--format must be specified when reading from stdin.")
            return READ_STDIN, self.format, "stdin"
        parts = fixture_name.rsplit(".", 2)
        cmp_fmt = parts.pop() if len(parts) > 1 and parts[-1] in self.compression_formats else None
        if len(parts) == 1:
            return parts[0], None, cmp_fmt
        ser_fmt = parts.pop()
        name = ".".join(parts)
        if ser_fmt not in self.serialization_formats:
            raise CommandError(
                f"Problem installing fixture '{name}': {ser_fmt} is not a known serialization format."
            )
        return name, ser_fmt, cmp_fmt


class SingleZipReader(zipfile.ZipFile):
    """A zip file with one fixture in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.namelist()) != 1:
            # Nobody gets it who could close it.
            self.close()
            raise ValueError("Zip-compressed fixtures must contain one file.")

    def read(self) -> bytes:  # type: ignore[override]
        """What the file in it has."""
        return super().read(self.namelist()[0])


class _closing:
    """Closes what was opened at the end of a ``with`` block; standard input is not ours to close."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __enter__(self) -> Any:
        return self.stream

    def __exit__(self, *error: object) -> None:
        if self.stream is not sys.stdin:
            self.stream.close()


def humanize(dirname: str | None) -> str:
    """What messages call the directory."""
    return f"'{dirname}'" if dirname else "absolute path"
