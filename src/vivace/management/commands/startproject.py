"""``startproject``: the skeleton of a project."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import vivace
from vivace.checks.security.base import SECRET_KEY_INSECURE_PREFIX
from vivace.management.templates import TemplateCommand
from vivace.management.utils import get_random_secret_key
from vivace.utils import naming

# Files of the package that must not act as what they stand for before they are rendered.
_MODERN_SUFFIXES = (
    (".py-tpl", ".py"),
    (".toml-tpl", ".toml"),
    (".md-tpl", ".md"),
    ("Containerfile-tpl", "Containerfile"),
    ("dot-containerignore-tpl", ".containerignore"),
    ("dot-gitignore-tpl", ".gitignore"),
    ("dot-env-example-tpl", ".env.example"),
    ("dot-env-tpl", ".env"),
)


class Command(TemplateCommand):
    """Create a project with a settings module, a URLconf, and WSGI and ASGI entry points.

    Its code is in ``src/``, its settings come from the environment and from ``.env``. With
    ``--classic``, with a skeleton of one's own, and under the alias it is what Django makes.
    """

    help = (
        "Creates a Django project directory structure for the given project name in the current "
        "directory or optionally in the given directory."
    )
    missing_args_message = "You must provide a project name."
    modern_suffixes: ClassVar[Any] = _MODERN_SUFFIXES

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--classic",
            action="store_true",
            help="Django's own layout: the package beside manage.py, all settings in one file.",
        )

    def handle(self, **options: Any) -> None:  # type: ignore[override]
        name = options.pop("name")
        target = options.pop("directory")
        # COMPAT: what is made under the alias must be able to do without this package again.
        classic = options.pop("classic") or naming.root() == naming.ALIAS
        options["secret_key"] = SECRET_KEY_INSECURE_PREFIX + get_random_secret_key()
        modern = not classic and options["template"] is None
        if modern:
            options["template"] = os.path.join(
                vivace.__path__[0], "conf", "modern_project_template"
            )
            options["extensions"] = [*options["extensions"], "toml", "md", "env", "Containerfile"]
            self.rewrite_template_suffixes = self.modern_suffixes
        super().handle("project", name, target, **options)
        if self.verbosity >= 1 and modern:
            self.stdout.write(self._next_steps(name, target))

    def _next_steps(self, name: str, target: str | None) -> str:
        where = name if target is None else target
        step = "" if target == "." else f"cd {where}\n    "
        return f"Made {name}. Now:\n\n    {step}python manage.py runserver"
