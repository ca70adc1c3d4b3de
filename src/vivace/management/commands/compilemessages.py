"""``compilemessages``: make the ``.mo`` files that are read at run time from ``.po`` files.

See "compilemessages" on the documentation page of ``django-admin``.
"""

from __future__ import annotations

import codecs
import concurrent.futures
import glob
import os
import tempfile
from pathlib import Path
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.i18n.pofile import PoSyntaxError, compile_po
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.gettext_tools import check_programs
from vivace.management.utils import find_command, is_ignored_path, popen_wrapper


def has_bom(fn: Path) -> bool:
    """Whether the file begins with a byte order mark."""
    sample = fn.read_bytes()[:4]
    return sample.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def is_dir_writable(path: str | os.PathLike[str]) -> bool:
    """Whether a file can be made in the directory `path`."""
    try:
        with tempfile.NamedTemporaryFile(dir=path):
            pass
    except OSError:
        return False
    return True


class Command(BaseCommand):
    """Compile the message files below the current directory, and those of LOCALE_PATHS."""

    help = "Compiles .po files to .mo files for use with builtin gettext support."
    requires_system_checks: Any = []

    program = "msgfmt"
    program_options: list[str] = ["--check-format"]

    def add_arguments(self, parser: Any) -> None:
        add = parser.add_argument
        add(
            *("--locale", "-l"),
            action="append",
            default=[],
            help="A locale to compile, such as pt_BR. May be given several times; default: all.",
        )
        add(
            *("--exclude", "-x"),
            action="append",
            default=[],
            help="A locale to leave out. May be given several times.",
        )
        add(
            *("--use-fuzzy", "-f"),
            dest="fuzzy",
            action="store_true",
            help="Take fuzzy translations over, too.",
        )
        add(
            *("--ignore", "-i"),
            action="append",
            dest="ignore_patterns",
            default=[],
            metavar="PATTERN",
            help="Leave out directories that match this shell pattern. May be repeated.",
        )

    def handle(self, **options: Any) -> None:
        self.verbosity: int = options["verbosity"]
        self.fuzzy: bool = options["fuzzy"]
        self.has_errors = False
        if self.fuzzy:
            self.program_options = [*self.program_options, "-f"]
        # Without msgfmt the messages are compiled here; another program that was asked for must be.
        self.by_program = self.program != "msgfmt" or find_command(self.program) is not None
        if self.by_program:
            check_programs(self.program)
        directories = self._locale_directories(options["ignore_patterns"])
        if not directories:
            raise CommandError(
                "This script should be run from the Django Git checkout or your project or app "
                "tree, or with the settings module specified."
            )
        for directory in directories:
            locales = self._locales(directories, options["locale"], options["exclude"])
            within = (
                [os.path.join(directory, locale, "LC_MESSAGES") for locale in sorted(locales)]
                if locales
                else [directory]
            )
            found = [
                (dirpath, name)
                for place in within
                for dirpath, _, names in os.walk(place)
                for name in names
                if name.endswith(".po")
            ]
            if found:
                self.compile_messages(found)
        if self.has_errors:
            raise CommandError("compilemessages generated one or more errors.")

    def _locale_directories(self, ignored: list[str]) -> list[str]:
        candidates = [os.path.join("conf", "locale"), "locale"]
        try:
            candidates.extend(settings.LOCALE_PATHS)
        except ImproperlyConfigured:
            # It works without a project, too.
            pass
        for dirpath, dirnames, _ in os.walk("."):
            for dirname in list(dirnames):
                path = os.path.normpath(os.path.join(dirpath, dirname))
                if is_ignored_path(path, ignored):
                    dirnames.remove(dirname)
                elif dirname == "locale":
                    candidates.append(path)
        present = (os.path.abspath(path) for path in candidates if os.path.isdir(path))
        return list(dict.fromkeys(present))

    def _locales(self, directories: list[str], wanted: list[str], excluded: list[str]) -> set[str]:
        existing = {
            os.path.basename(path)
            for directory in directories
            for path in glob.glob(f"{directory}/*")
            if os.path.isdir(path)
        }
        return set(wanted or existing) - set(excluded)

    def compile_messages(self, locations: list[tuple[str, str]]) -> None:
        """Compile the ``.po`` files in `locations`, pairs of a directory and a name."""
        with concurrent.futures.ThreadPoolExecutor() as executor:
            running = []
            for number, (dirpath, name) in enumerate(locations):
                po_path = Path(dirpath) / name
                mo_path = po_path.with_suffix(".mo")
                if _is_fresh(po_path, mo_path):
                    self._say(f"File “{po_path}” is already compiled and up to date.")
                    continue
                self._say(f"processing file {name} in {dirpath}")
                if has_bom(po_path):
                    self._fail(
                        f"The {po_path} file has a BOM (Byte Order Mark). Django only supports "
                        ".po files encoded in UTF-8 and without any BOM."
                    )
                    continue
                # One directory is as good as the others: the first tells.
                if number == 0 and not is_dir_writable(mo_path.parent):
                    self._fail(
                        f"The po files under {dirpath} are in a seemingly not writable location. "
                        "mo files will not be updated/created."
                    )
                    return
                running.append(executor.submit(self._compile, po_path, mo_path))
            for future in concurrent.futures.as_completed(running):
                message = future.result()
                if message is not None:
                    self._fail(message)

    def _compile(self, po_path: Path, mo_path: Path) -> str | None:
        """Compile one file; what went wrong, or None."""
        if not self.by_program:
            return self._compile_here(po_path, mo_path)
        args = [self.program, *self.program_options, "-o", str(mo_path), str(po_path)]
        _, errors, status = popen_wrapper(args)
        if not status:
            return None
        return (
            f"Execution of {self.program} failed: {errors}"
            if errors
            else (f"Execution of {self.program} failed")
        )

    def _compile_here(self, po_path: Path, mo_path: Path) -> str | None:
        try:
            compiled = compile_po(po_path.read_text(encoding="utf-8"), use_fuzzy=self.fuzzy)
        except (PoSyntaxError, UnicodeDecodeError) as error:
            return f"{po_path}:{error}"
        mo_path.write_bytes(compiled)
        return None

    def _say(self, text: str) -> None:
        if self.verbosity > 0:
            self.stdout.write(text)

    def _fail(self, text: str) -> None:
        self.stderr.write(text)
        self.has_errors = True


def _is_fresh(po_path: Path, mo_path: Path) -> bool:
    try:
        return mo_path.stat().st_mtime >= po_path.stat().st_mtime
    except OSError:
        return False
