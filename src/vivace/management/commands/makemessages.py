"""``makemessages``: gather the messages of the source into ``.po`` files for translators.

See "makemessages" on the documentation page of ``django-admin``. The work is GNU gettext's: xgettext
finds the messages, msguniq joins them in a ``.pot`` file, msgmerge brings each language up to date.
"""

from __future__ import annotations

import glob
import os
import re
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.i18n.catalog import plural_forms
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.extraction import NO_LOCALE_DIR, BuildFile, Finder, TranslatableFile
from vivace.management.gettext_tools import KEYWORDS, check_programs, gettext_version, run
from vivace.management.utils import handle_extensions
from vivace.utils.text import get_text_list

_valid_locale = re.compile(r"[a-z]+(?:_[A-Z0-9].*)?\Z")
_meant_locale = re.compile(r"([A-Za-z]+)(?:[^A-Za-z]([A-Za-z]{2})(.*))?\Z")
_plural_line = re.compile(r'^"Plural-Forms:.+\\n"$', re.MULTILINE)
_DEFAULT_IGNORED = ["CVS", ".*", "*~", "*.pyc"]
_LANGUAGES = {"django": "Python", "djangojs": "JavaScript"}


def is_valid_locale(locale: str) -> bool:
    """Whether `locale` is written as the name of a locale: ``de``, ``pt_BR``."""
    return _valid_locale.match(locale) is not None


def _meant(locale: str) -> str | None:
    """What `locale` was probably meant to be; None if there is no telling."""
    match = _meant_locale.match(locale)
    if match is None:
        return None
    language, country, rest = match.groups()
    return f"{language.lower()}_{country.upper()}{rest}" if country else str(language.lower())


class Command(BaseCommand):
    """Create or update the message files of the current directory's tree."""

    help = (
        "Runs over the entire source tree of the current directory and pulls out all strings "
        "marked for translation. It creates (or updates) a message file in the conf/locale (in the "
        "django tree) or locale (for projects and applications) directory."
    )
    translatable_file_class: Any = TranslatableFile
    build_file_class: Any = BuildFile
    requires_system_checks: Any = []

    msgmerge_options: list[str] = ["-q", "--backup=none", "--previous", "--update"]
    msguniq_options: list[str] = ["--to-code=utf-8"]
    msgattrib_options: list[str] = ["--no-obsolete"]
    xgettext_options: list[str] = ["--from-code=UTF-8", "--add-comments=Translators"]

    def add_arguments(self, parser: Any) -> None:
        add = parser.add_argument
        add(
            *("--locale", "-l"),
            default=[],
            action="append",
            help="A locale to make files for, such as pt_BR. May be given several times.",
        )
        add(
            *("--exclude", "-x"),
            default=[],
            action="append",
            help="A locale to leave out. May be given several times.",
        )
        add("--domain", "-d", default="django", help='The domain of the files (default: "django").')
        add("--all", "-a", action="store_true", help="Update the files of all locales.")
        add(
            *("--extension", "-e"),
            dest="extensions",
            action="append",
            help='The extensions of the files to examine (default: "html,txt,py", or "js" for '
            "the domain djangojs). Several with commas between, or -e several times.",
        )
        add("--symlinks", "-s", action="store_true", help="Follow symbolic links to directories.")
        add(
            *("--ignore", "-i"),
            action="append",
            dest="ignore_patterns",
            default=[],
            metavar="PATTERN",
            help="Leave out files and directories that match this shell pattern. May be repeated.",
        )
        add(
            "--no-default-ignore",
            action="store_false",
            dest="use_default_ignore_patterns",
            help="Don't leave out 'CVS', '.*', '*~' and '*.pyc'.",
        )
        add("--no-wrap", action="store_true", help="Don't break long lines of messages.")
        add("--no-location", action="store_true", help="Don't write '#: filename:line' lines.")
        add(
            "--add-location",
            choices=("full", "file", "never"),
            const="full",
            nargs="?",
            help="What '#:' lines tell: 'full' (the default), 'file' without lines, or 'never'.",
        )
        add("--no-obsolete", action="store_true", help="Remove messages that are used no more.")
        add("--keep-pot", action="store_true", help="Keep the .pot file, to see what went wrong.")

    def handle(self, *args: Any, **options: Any) -> None:
        self._read_options(options)
        self._find_locale_paths()
        locales = self._wanted_locales(options["locale"], options["exclude"], options["all"])
        if locales:
            check_programs("msguniq", "msgmerge", "msgattrib")
        check_programs("xgettext")
        try:
            potfiles = self.build_potfiles()
            for locale in sorted(locales):
                if not is_valid_locale(locale):
                    self._refuse(locale)
                    continue
                if self.verbosity > 0:
                    self.stdout.write(f"processing locale {locale}")
                for potfile in potfiles:
                    self.write_po_file(potfile, locale)
        finally:
            if not self.keep_pot:
                self.remove_potfiles()

    def _read_options(self, options: dict[str, Any]) -> None:
        self.domain: str = options["domain"]
        self.verbosity: int = options["verbosity"]
        self.symlinks: bool = options["symlinks"]
        self.no_obsolete: bool = options["no_obsolete"]
        self.keep_pot: bool = options["keep_pot"]
        ignored = [*options["ignore_patterns"]]
        if options["use_default_ignore_patterns"]:
            ignored += _DEFAULT_IGNORED
        self.ignore_patterns = list(dict.fromkeys(ignored))
        self._read_writing_options(options)
        if self.domain not in _LANGUAGES:
            raise CommandError(
                "currently makemessages only supports domains 'django' and 'djangojs'"
            )
        usual = ["js"] if self.domain == "djangojs" else ["html", "txt", "py"]
        self.extensions = handle_extensions(options["extensions"] or usual)
        if not (options["locale"] or options["exclude"] or options["all"]):
            program = os.path.basename(sys.argv[0])
            raise CommandError(f"Type '{program} help makemessages' for usage information.")
        if self.verbosity > 1:
            names = get_text_list(list(self.extensions), "and")
            self.stdout.write(f"examining files with the extensions: {names}")

    def _read_writing_options(self, options: dict[str, Any]) -> None:
        """The options that every program of gettext gets."""
        more = []
        if options["no_wrap"]:
            more.append("--no-wrap")
        if options["no_location"]:
            more.append("--no-location")
        if options["add_location"]:
            if self.gettext_version < (0, 19):
                raise CommandError(
                    "The --add-location option requires gettext 0.19 or later. You have "
                    f"{'.'.join(map(str, self.gettext_version))}."
                )
            more.append(f"--add-location={options['add_location']}")
        # The class's lists are for all calls.
        self.msgmerge_options = [*self.msgmerge_options, *more]
        self.msguniq_options = [*self.msguniq_options, *more]
        self.msgattrib_options = [*self.msgattrib_options, *more]
        self.xgettext_options = [*self.xgettext_options, *more]

    def _find_locale_paths(self) -> None:
        self.locale_paths: list[str] = []
        self.default_locale_path: str | None = None
        if os.path.isdir(os.path.join("conf", "locale")):
            self.locale_paths = [os.path.abspath(os.path.join("conf", "locale"))]
            self.default_locale_path = self.locale_paths[0]
            return
        if self.settings_available:
            self.locale_paths.extend(settings.LOCALE_PATHS)
        if os.path.isdir("locale"):
            self.locale_paths.append(os.path.abspath("locale"))
        if self.locale_paths:
            self.default_locale_path = self.locale_paths[0]
            os.makedirs(self.default_locale_path, exist_ok=True)

    def _wanted_locales(self, wanted: list[str], excluded: list[str], everything: bool) -> set[str]:
        existing = {
            os.path.basename(path)
            for path in glob.glob(f"{self.default_locale_path}/*")
            if os.path.isdir(path)
        }
        return existing if everything else set(wanted or existing) - set(excluded)

    def _refuse(self, locale: str) -> None:
        meant = _meant(locale)
        hint = f", did you mean {meant}?" if meant else ""
        self.stdout.write(f"invalid locale {locale}{hint}")

    @cached_property
    def gettext_version(self) -> tuple[int, ...]:
        """The version of GNU gettext that is installed."""
        return gettext_version()

    @cached_property
    def settings_available(self) -> bool:
        """Whether there are settings: the command works without a project, too."""
        try:
            return bool(settings.LOCALE_PATHS is not None)
        except ImproperlyConfigured:
            return False

    def build_potfiles(self) -> list[str]:
        """Gather the messages: the ``.pot`` files, one for each locale directory that has any."""
        self.process_files(self.find_files("."))
        potfiles = []
        for path in dict.fromkeys(self.locale_paths):
            potfile = os.path.join(path, f"{self.domain}.pot")
            if os.path.exists(potfile):
                out, errors = run(["msguniq", *self.msguniq_options, potfile])
                if errors:
                    self.stdout.write(errors)
                Path(potfile).write_text(out, encoding="utf-8", newline="")
                potfiles.append(potfile)
        return potfiles

    def remove_potfiles(self) -> None:
        """Remove the ``.pot`` files, which only were on the way."""
        for path in self.locale_paths:
            Path(path, f"{self.domain}.pot").unlink(missing_ok=True)

    def find_files(self, root: str) -> list[Any]:
        """The files with messages below `root`."""
        return Finder(self).find(root)

    def process_files(self, file_list: list[Any]) -> None:
        """Extract the messages of all files, by locale directory."""
        by_directory: dict[Any, list[Any]] = {}
        for file in file_list:
            by_directory.setdefault(file.locale_dir, []).append(file)
        for locale_dir, files in by_directory.items():
            self.process_locale_dir(locale_dir, files)

    def process_locale_dir(self, locale_dir: Any, files: list[Any]) -> None:
        """Write the messages of `files` to the ``.pot`` file in `locale_dir`."""
        with tempfile.TemporaryDirectory() as workspace:
            paths = list(self._preprocessed(files, workspace))
            if not paths:
                return
            listing = os.path.join(workspace, "files-from")
            Path(listing).write_text("\n".join(paths), encoding="utf-8")
            args = ["xgettext", "-d", self.domain, f"--language={_LANGUAGES[self.domain]}"]
            args += [f"--keyword={keyword}" for keyword in KEYWORDS]
            args += [*self.xgettext_options, f"--files-from={listing}"]
            # A template is looked for in its other form first.
            args += [f"--directory={workspace}", "--directory=.", "--output=-"]
            messages, errors = run(args, f" on {chr(10).join(paths)}")
        if errors:
            self.stdout.write(errors)
        if not messages:
            return
        if locale_dir is NO_LOCALE_DIR:
            raise CommandError(
                f"Unable to find a locale path to store translations for file {files[0].path}. "
                "Make sure the 'locale' directory exists in an app or LOCALE_PATHS setting is set."
            )
        potfile = Path(locale_dir, f"{self.domain}.pot")
        text = messages.replace("charset=CHARSET", "charset=UTF-8")
        potfile.write_text(_with_line_feeds(text), encoding="utf-8", newline="")

    def _preprocessed(self, files: list[Any], workspace: str) -> Any:
        """The paths for xgettext of those `files` that can be read."""
        for file in files:
            if self.verbosity > 1:
                self.stdout.write(f"processing file {file.file} in {file.dirpath}")
            build_file = self.build_file_class(self, self.domain, file, workspace)
            try:
                build_file.preprocess()
            except UnicodeDecodeError as error:
                self.stdout.write(
                    f"UnicodeDecodeError: skipped file {file.file} in {file.dirpath} "
                    f"(reason: {error})"
                )
                continue
            yield build_file.path

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Create or update the ``.po`` file of `locale` from `potfile`."""
        directory = Path(os.path.dirname(potfile), locale, "LC_MESSAGES")
        directory.mkdir(parents=True, exist_ok=True)
        pofile = directory / f"{self.domain}.po"
        if pofile.exists():
            out, errors = run(["msgmerge", *self.msgmerge_options, str(pofile), potfile])
            if errors:
                self.stdout.write(errors)
            updates = "--update" in self.msgmerge_options or "-U" in self.msgmerge_options
            messages = pofile.read_text(encoding="utf-8") if updates else out
        else:
            messages = Path(potfile).read_text(encoding="utf-8")
            messages = self.copy_plural_forms(messages, locale)
        mark = f"#. #-#-#-#-#  {self.domain}.pot (PACKAGE VERSION)  #-#-#-#-#\n"
        text = _with_line_feeds(messages).replace(mark, "")
        pofile.write_text(text, encoding="utf-8", newline="")
        if self.no_obsolete:
            args = ["msgattrib", *self.msgattrib_options, "-o", str(pofile), str(pofile)]
            _, errors = run(args)
            if errors:
                self.stdout.write(errors)

    def copy_plural_forms(self, msgs: str, locale: str) -> str:
        """`msgs` with the rule for plurals of `locale` in its header, if Vivace knows it."""
        rule = plural_forms(locale)
        if not rule:
            return msgs
        line = f'"Plural-Forms: {rule}\\n"'
        if self.verbosity > 1:
            self.stdout.write(f"copying plural forms: {line}")
        if _plural_line.search(msgs):
            return _plural_line.sub(lambda match: line, msgs, count=1)
        # The header ends at the first empty line.
        return msgs.replace("\n\n", f"\n{line}\n\n", 1)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
