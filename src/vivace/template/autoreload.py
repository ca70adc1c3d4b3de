"""Templates that change while the development server runs are picked up without a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vivace.dispatch import receiver
from vivace.template.backends.django import DjangoTemplates
from vivace.template.utils import engines
from vivace.utils._os import to_path
from vivace.utils.autoreload import autoreload_started, file_changed, is_django_path

__all__ = [
    "get_template_directories",
    "reset_loaders",
    "template_changed",
    "watch_for_template_changes",
]


def get_template_directories() -> set[Path]:
    """The directories of all engines and loaders, but not the framework's own."""
    directories: set[Path] = set()
    here = Path.cwd()
    for backend in engines.all():
        if not isinstance(backend, DjangoTemplates):
            continue
        directories.update(here / to_path(directory) for directory in backend.engine.dirs)
        for loader in backend.engine.template_loaders:
            if hasattr(loader, "get_dirs"):
                directories.update(
                    here / to_path(directory)
                    for directory in loader.get_dirs()
                    if directory and not is_django_path(directory)
                )
    return directories


def reset_loaders() -> None:
    """Make all loaders forget the templates they keep."""
    for backend in engines.all():
        if isinstance(backend, DjangoTemplates):
            for loader in backend.engine.template_loaders:
                loader.reset()


@receiver(autoreload_started, dispatch_uid="template_loaders_watch_changes")
def watch_for_template_changes(sender: Any, **kwargs: Any) -> None:
    """Have the template directories watched."""
    for directory in get_template_directories():
        sender.watch_dir(directory, "**/*")


@receiver(file_changed, dispatch_uid="template_loaders_file_changed")
def template_changed(sender: Any, file_path: Path, **kwargs: Any) -> bool | None:
    """Forget the templates when a file among them changed; True means: no restart is needed."""
    if file_path.suffix == ".py":
        return None
    for directory in get_template_directories():
        if directory in file_path.parents:
            reset_loaders()
            return True
    return None
