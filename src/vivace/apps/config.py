"""`AppConfig`: what an application says of itself, and how it is found from INSTALLED_APPS.

Defined by ref/applications of the documentation.
"""

import os
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.utils.functional import cached_property
from vivace.utils.module_loading import import_string

if TYPE_CHECKING:
    from vivace.apps.registry import Apps

__all__ = [
    "APPS_MODULE_NAME",
    "MODELS_MODULE_NAME",
    "AppConfig",
    "ImproperlyConfigured",
    "cached_property",
    "import_string",
]

APPS_MODULE_NAME = "apps"
MODELS_MODULE_NAME = "models"


class AppConfig:
    """The configuration of one application.

    A subclass gives ``name``, the application's full dotted path, and may give ``label``,
    ``verbose_name``, ``path``, ``default`` and ``default_auto_field``.
    """

    name: str
    label: str
    verbose_name: Any
    path: str
    models: dict[str, Any] | None

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        self.name = app_name
        self.module = app_module
        # Set by the registry that takes this configuration.
        self.apps: Apps | None = None
        if not hasattr(self, "label"):
            self.label = app_name.rpartition(".")[2]
        if not self.label.isidentifier():
            raise ImproperlyConfigured(
                f"The app label '{self.label}' is not a valid Python identifier."
            )
        if not hasattr(self, "verbose_name"):
            self.verbose_name = self.label.title()
        if not hasattr(self, "path"):
            self.path = self._path_from_module(app_module)
        # Both are set by import_models().
        self.models_module: ModuleType | None = None
        self.models = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.label}>"

    @cached_property
    def default_auto_field(self) -> str:
        """The class of primary keys that models of this application do not declare."""
        field: str = settings.DEFAULT_AUTO_FIELD
        return field

    @property
    def _is_default_auto_field_overridden(self) -> bool:
        mine: object = type(self).default_auto_field
        return mine is not AppConfig.default_auto_field

    def _path_from_module(self, module: ModuleType | None) -> str:
        # A package without __init__.py may lie in several directories, and may repeat one.
        paths = list(getattr(module, "__path__", []))
        if len(paths) != 1:
            file = getattr(module, "__file__", None)
            paths = [os.path.dirname(file)] if file is not None else list(set(paths))
        where = (
            "you must configure this app with an AppConfig subclass with a 'path' class attribute."
        )
        if len(paths) > 1:
            raise ImproperlyConfigured(
                f"The app module {module!r} has multiple filesystem locations ({paths!r}); {where}"
            )
        if not paths:
            raise ImproperlyConfigured(
                f"The app module {module!r} has no filesystem location, {where}"
            )
        return str(paths[0])

    @classmethod
    def create(cls, entry: str) -> "AppConfig":
        """Make the configuration that `entry` of INSTALLED_APPS names.

        `entry` is an application's dotted path, or that of an `AppConfig` subclass. Raises
        `ImportError` for what cannot be imported, `ImproperlyConfigured` for what is no usable
        configuration, `RuntimeError` for an application with several defaults.
        """
        config_class = _config_of_module(entry)
        if config_class is AppConfig:
            name = entry
        else:
            if config_class is None:
                config_class = _config_by_path(entry)
            if not issubclass(config_class, AppConfig):
                raise ImproperlyConfigured(f"'{entry}' isn't a subclass of AppConfig.")
            try:
                name = config_class.name
            except AttributeError:
                raise ImproperlyConfigured(f"'{entry}' must supply a name attribute.")
        try:
            module = import_module(name)
        except ImportError:
            raise ImproperlyConfigured(
                f"Cannot import '{name}'. Check that "
                f"'{config_class.__module__}.{config_class.__qualname__}.name' is correct."
            )
        return config_class(name, module)

    def _registry(self) -> "Apps":
        assert self.apps is not None, "This configuration is in no registry yet."
        return self.apps

    def get_model(self, model_name: str, require_ready: bool = True) -> Any:
        """The model called `model_name`, in any case of letters; `LookupError` if there is none.

        `require_ready` False asks for no more than this application's models to be imported.
        """
        if require_ready:
            self._registry().check_models_ready()
        else:
            self._registry().check_apps_ready()
        try:
            return (self.models or {})[model_name.lower()]
        except KeyError:
            raise LookupError(f"App '{self.label}' doesn't have a '{model_name}' model.")

    def get_models(
        self, include_auto_created: bool = False, include_swapped: bool = False
    ) -> Iterator[Any]:
        """The models, without those made for many-to-many relations and those swapped out."""
        self._registry().check_models_ready()
        for model in (self.models or {}).values():
            if model._meta.auto_created and not include_auto_created:
                continue
            if model._meta.swapped and not include_swapped:
                continue
            yield model

    def import_models(self) -> None:
        """Import the application's ``models`` module, if it has one."""
        self.models = self._registry().all_models[self.label]
        if self.module is not None:
            self.models_module = _submodule(self.module, f"{self.name}.{MODELS_MODULE_NAME}")

    def ready(self) -> None:
        """Called once the registry is full; subclasses connect signals and the like here."""


def _configs_in(module: ModuleType) -> list[tuple[str, type[AppConfig]]]:
    return [
        (name, candidate)
        for name, candidate in sorted(vars(module).items())
        if isinstance(candidate, type)
        and issubclass(candidate, AppConfig)
        and candidate is not AppConfig
    ]


def _submodule(package: ModuleType, path: str) -> ModuleType | None:
    """The module `path` of `package`, imported; None if there is none."""
    if not hasattr(package, "__path__"):
        return None
    try:
        # PERF: to look first whether it is there would look twice.
        return import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        return None


def _config_of_module(entry: str) -> type[AppConfig] | None:
    """The class for the application `entry`, or None if `entry` is no module."""
    try:
        module = import_module(entry)
    except Exception:
        # If it is not the path of a class either, the same error comes again and is raised then.
        return None
    path = f"{entry}.{APPS_MODULE_NAME}"
    submodule = _submodule(module, path)
    if submodule is None:
        return AppConfig
    configs = _configs_in(submodule)
    if len(configs) == 1 and getattr(configs[0][1], "default", True):
        return configs[0][1]
    defaults = [(name, one) for name, one in configs if getattr(one, "default", False)]
    if len(defaults) > 1:
        names = ", ".join(repr(name) for name, _ in defaults)
        raise RuntimeError(f"{path!r} declares more than one default AppConfig: {names}.")
    return defaults[0][1] if defaults else AppConfig


def _config_by_path(entry: str) -> type[AppConfig]:
    path, _, name = entry.rpartition(".")
    if path and name[0].isupper():
        module = import_module(path)
        if not hasattr(module, name):
            message = f"Module '{path}' does not contain a '{name}' class."
            choices = [repr(choice) for choice, _ in _configs_in(module)]
            if choices:
                message += f" Choices are: {', '.join(choices)}."
            raise ImportError(message)
        found: type[AppConfig] = import_string(entry)
        return found
    # Not the path of a class: say what is wrong with the module.
    import_module(entry)
    raise ImportError(f"'{entry}' is neither an application nor an AppConfig subclass.")
