"""The work of ``startproject`` and ``startapp``: copy a skeleton, fill in its placeholders.

The skeleton is the package's own, a directory, or an archive, local or by URL. See "startproject"
on the documentation page of ``django-admin``.
"""

from __future__ import annotations

import argparse
import mimetypes
import os
import shutil
import stat
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import build_opener

import vivace
from vivace.conf import settings
from vivace.core.exceptions import SuspiciousOperation
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError
from vivace.management.utils import find_formatters, handle_extensions, run_formatters
from vivace.template import Context, Engine, Origin, Template, TemplateSyntaxError
from vivace.utils import archive, naming
from vivace.utils.version import get_docs_version

_ALWAYS_EXCLUDED = (".git", "__pycache__")
_NEVER_COPIED = (".pyo", ".pyc", ".py.class")
_TAKES_SECONDS = 30
_DOCUMENTATION = "https://docs.djangoproject.com/en/5.2/"
_ALIAS_LINES = "\nimport vivace\n\nvivace.install_as_django()\n"


class TemplateCommand(BaseCommand):
    """Make a project or an app from a skeleton; subclasses say which in `handle`."""

    requires_system_checks = []
    url_schemes = ["http", "https", "ftp"]
    # The skeleton's modules are no Python before they are rendered, and tools should not think so.
    rewrite_template_suffixes = ((".py-tpl", ".py"),)

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name", help="Name of the application or project.")
        parser.add_argument(
            "directory", nargs="?", help="Where to create it; the directory must exist."
        )
        parser.add_argument("--template", help="The skeleton: a directory, an archive, or a URL.")
        parser.add_argument(
            "--extension",
            "-e",
            dest="extensions",
            action="append",
            default=["py"],
            help='Render files with these extensions (default: "py"); several with commas, '
            "or repeat the option.",
        )
        parser.add_argument(
            "--name",
            "-n",
            dest="files",
            action="append",
            default=[],
            help="Render files with these names, too; several with commas, or repeat the option.",
        )
        parser.add_argument(
            "--exclude",
            "-x",
            action="append",
            default=argparse.SUPPRESS,
            nargs="?",
            const="",
            help="Leave out directories with this name, besides .git and __pycache__; repeatable.",
        )

    def handle(
        self, app_or_project: str, name: str, target: str | None = None, **options: Any
    ) -> None:
        """Create the `app_or_project` called `name` in `target` (default: a new directory)."""
        self.app_or_project = app_or_project
        self.a_or_an = "an" if app_or_project == "app" else "a"
        self.verbosity = options["verbosity"]
        self.paths_to_remove: list[str] = []
        self.written_files: list[str] = []
        self.validate_name(name)
        top_dir = self._top_dir(name, target)
        self._extensions = tuple(handle_extensions(options["extensions"]))
        self._extra_files = [part for names in options["files"] for part in names.split(",")]
        self._excluded = self._excluded_names(options.get("exclude"))
        if not settings.configured:
            # Filters and tags may ask for some, and before there is a project there are none.
            settings.configure()
            vivace.setup()
        if self.verbosity >= 2:
            rendering = f"Rendering {app_or_project} template files with"
            self.stdout.write(f"{rendering} extensions: {', '.join(self._extensions)}")
            self.stdout.write(f"{rendering} filenames: {', '.join(self._extra_files)}")
        self._engine = Engine()
        names = Context(self._names(name, top_dir, options), autoescape=False)
        try:
            skeleton = self.handle_template(options["template"], f"{app_or_project}_template")
            self._copy(skeleton, top_dir, name, names)
        finally:
            for path in self.paths_to_remove:
                if os.path.isfile(path):
                    os.remove(path)
                else:
                    shutil.rmtree(path)
        run_formatters(self.written_files, **find_formatters(), stderr=self.stderr)

    def _top_dir(self, name: str, target: str | None) -> str:
        if target is None:
            top_dir = os.path.join(self.home(), name)
            try:
                os.makedirs(top_dir)
            except FileExistsError:
                raise CommandError(f"'{top_dir}' already exists") from None
            except OSError as error:
                raise CommandError(str(error)) from error
            return top_dir
        top_dir = os.path.abspath(os.path.expanduser(target))
        if self.app_or_project == "app":
            self.validate_name(os.path.basename(top_dir), "directory")
        if not os.path.exists(top_dir):
            raise CommandError(
                f"Destination directory '{top_dir}' does not exist, please create it first."
            )
        return top_dir

    def home(self) -> str:
        """The directory in which the new one is made, if none is named."""
        return os.getcwd()

    @staticmethod
    def _excluded_names(named: list[str] | None) -> frozenset[str] | None:
        """The directories to leave out; None for the usual ones, all hidden ones among them."""
        return frozenset([*_ALWAYS_EXCLUDED, *named]) if named else None

    def _names(self, name: str, top_dir: str, options: dict[str, Any]) -> dict[str, Any]:
        """What the skeleton's placeholders stand for."""
        kind, root = self.app_or_project, naming.root()
        docs_version = get_docs_version()
        return {
            **options,
            f"{kind}_name": name,
            f"{kind}_directory": top_dir,
            f"camel_case_{kind}_name": "".join(part for part in name.title() if part != "_"),
            "docs_version": docs_version,
            "django_version": vivace.get_version(),
            "unicode_literals": "",
            "framework": root,
            "package_title": "Vivace",
            "settings_variable": f"{root.upper()}_SETTINGS_MODULE",
            "documentation": _DOCUMENTATION,
            # COMPAT: under the alias, these two lines are all that is not Django's own.
            "alias_lines": _ALIAS_LINES if root == naming.ALIAS else "",
        }

    def _copy(self, source: str, top_dir: str, name: str, names: Context) -> None:
        base_name = f"{self.app_or_project}_name"
        for root, directories, files in os.walk(source):
            relative = os.path.relpath(root, source)
            relative = "" if relative == os.curdir else relative.replace(base_name, name)
            if relative:
                os.makedirs(os.path.join(top_dir, relative), exist_ok=True)
            directories[:] = [each for each in directories if not self._left_out(each)]
            for filename in files:
                if not filename.endswith(_NEVER_COPIED):
                    target = os.path.join(top_dir, relative, filename.replace(base_name, name))
                    self._copy_file(os.path.join(root, filename), target, names)

    def _left_out(self, directory: str) -> bool:
        if self._excluded is None:
            return directory.startswith(".") or directory == "__pycache__"
        return directory in self._excluded

    def _copy_file(self, old_path: str, new_path: str, names: Context) -> None:
        for old_suffix, new_suffix in self.rewrite_template_suffixes:
            if new_path.endswith(old_suffix):
                new_path = new_path.removesuffix(old_suffix) + new_suffix
                break
        if os.path.exists(new_path):
            kind = self.app_or_project
            raise CommandError(
                f"{new_path} already exists. Overlaying {self.a_or_an} {kind} into an existing "
                "directory won't replace conflicting files."
            )
        filename = os.path.basename(old_path)
        if new_path.endswith(self._extensions) or filename in self._extra_files:
            source = Path(old_path).read_text(encoding="utf-8")
            Path(new_path).write_text(self._render(source, old_path, names), encoding="utf-8")
        else:
            shutil.copyfile(old_path, new_path)
        self.written_files.append(new_path)
        if self.verbosity >= 2:
            self.stdout.write(f"Creating {new_path}")
        try:
            self.apply_umask(old_path, new_path)
            self.make_writeable(new_path)
        except OSError:
            self.stderr.write(
                f"Notice: Couldn't set permission bits on {new_path}. You're probably using an "
                "uncommon filesystem setup. No problem.",
                self.style.NOTICE,
            )

    def _render(self, source: str, path: str, names: Context) -> str:
        try:
            return str(Template(source, Origin(path), engine=self._engine).render(names))
        except TemplateSyntaxError as error:
            # COMPAT: who calls the command from a program expects the engine's own error.
            if self._called_from_command_line:
                raise CommandError(f"{path}: {type(error).__name__}: {error}") from error
            raise

    def handle_template(self, template: str | None, subdir: str) -> str:
        """The directory of the skeleton `template`; None is the package's own, in `subdir`."""
        if template is None:
            return os.path.join(vivace.__path__[0], "conf", subdir)
        expanded = os.path.expanduser(template.removeprefix("file://"))
        directory = os.path.normpath(expanded)
        if os.path.isdir(directory):
            return directory
        if self.is_url(template):
            return self.extract(self.download(template))
        absolute = os.path.abspath(expanded)
        if os.path.exists(absolute):
            return self.extract(absolute)
        raise CommandError(f"couldn't handle {self.app_or_project} template {template}.")

    def validate_name(self, name: str | None, name_or_dir: str = "name") -> None:
        """Raise `CommandError` unless `name` is an identifier that no module has yet."""
        kind, article = self.app_or_project, self.a_or_an
        if name is None:
            raise CommandError(f"you must provide {article} {kind} name")
        if not name.isidentifier():
            raise CommandError(
                f"'{name}' is not a valid {kind} {name_or_dir}. Please make sure the "
                f"{name_or_dir} is a valid identifier."
            )
        if _is_importable(name):
            raise CommandError(
                f"'{name}' conflicts with the name of an existing Python module and cannot be "
                f"used as {article} {kind} {name_or_dir}. Please try another {name_or_dir}."
            )

    def download(self, url: str) -> str:
        """Fetch the archive at `url` into a temporary directory; the path of the file."""
        tempdir = tempfile.mkdtemp(prefix=f"{naming.root()}_{self.app_or_project}_template_")
        self.paths_to_remove.append(tempdir)
        if self.verbosity >= 2:
            self.stdout.write(f"Downloading {url}")
        filename = url.rstrip("/").rpartition("/")[2] or "template"
        opener = build_opener()
        opener.addheaders = [("User-Agent", f"Vivace/{vivace.__version__}")]
        try:
            with opener.open(url, timeout=_TAKES_SECONDS) as response:
                content = response.read()
                content_type = response.headers.get_content_type()
                disposed = response.headers.get_filename()
        except (OSError, URLError) as error:
            raise CommandError(f"couldn't download URL {url} to {filename}: {error}") from error
        # SECURITY: only the last part of a name that the server chose.
        filename = os.path.basename((disposed or filename).replace("\\", "/")) or filename
        if not self.splitext(filename)[1] and (guess := mimetypes.guess_extension(content_type)):
            filename += guess
        path = os.path.join(tempdir, filename)
        Path(path).write_bytes(content)
        return path

    def splitext(self, the_path: str) -> tuple[str, str]:
        """``os.path.splitext``, but ``.tar.gz`` and its like are one extension."""
        base, extension = os.path.splitext(the_path)
        if base.lower().endswith(".tar"):
            return base[:-4], base[-4:] + extension
        return base, extension

    def extract(self, filename: str) -> str:
        """Unpack the archive `filename` into a temporary directory; its path."""
        prefix = f"{naming.root()}_{self.app_or_project}_template_"
        tempdir = tempfile.mkdtemp(prefix=prefix, suffix="_extract")
        self.paths_to_remove.append(tempdir)
        if self.verbosity >= 2:
            self.stdout.write(f"Extracting {filename}")
        try:
            archive.extract(filename, tempdir)
        except (archive.ArchiveException, tarfile.TarError, SuspiciousOperation, OSError) as error:
            raise CommandError(f"couldn't extract file {filename} to {tempdir}: {error}") from error
        return tempdir

    def is_url(self, template: str) -> bool:
        """Whether `template` is an address to fetch from."""
        scheme, colon, _ = template.partition(":")
        return bool(colon) and scheme.lower() in self.url_schemes

    def apply_umask(self, old_path: str, new_path: str) -> None:
        """Give `new_path` the permissions of `old_path`, less what the umask takes away."""
        umask = os.umask(0)
        os.umask(umask)
        permissions = stat.S_IMODE(os.stat(old_path).st_mode)
        os.chmod(new_path, permissions & ~umask)

    def make_writeable(self, filename: str) -> None:
        """Make sure that the owner may write `filename`: skeletons are often read-only."""
        mode = os.stat(filename).st_mode
        if not mode & stat.S_IWUSR:
            os.chmod(filename, stat.S_IMODE(mode) | stat.S_IWUSR)


def _is_importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        # ValueError: a module that is there already and says nothing about its origin.
        return True
