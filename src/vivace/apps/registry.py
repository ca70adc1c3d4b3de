"""`apps`, the registry of installed applications and of all models.

It is filled in three phases, each of which needs the one before for all applications: first the
configurations, then the models, then ``ready()``. Defined by ref/applications of the documentation.
"""

import sys
import threading
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from vivace.apps.config import AppConfig
from vivace.conf import settings
from vivace.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from vivace.utils.naming import to_home

__all__ = [
    "AppConfig",
    "AppRegistryNotReady",
    "Apps",
    "ImproperlyConfigured",
    "apps",
]

ModelKey = tuple[str, str]


class Apps:
    """A registry of applications.

    `installed_apps` lists entries as INSTALLED_APPS does and fills the registry at once; None is
    for the one global registry, which `populate` fills.
    """

    def __init__(self, installed_apps: Iterable[Any] | None = ()) -> None:
        # Only the global registry may start empty: others would have nobody to fill them.
        if installed_apps is None and hasattr(sys.modules[__name__], "apps"):
            raise RuntimeError("You must supply an installed_apps argument.")

        # Models register as their classes are made, before anybody asks whether all is ready.
        self.all_models: dict[str, dict[str, Any]] = defaultdict(dict)
        self.app_configs: dict[str, AppConfig] = {}
        self.stored_app_configs: list[dict[str, AppConfig]] = []
        self.apps_ready = self.models_ready = self.ready = False
        # The autoreloader waits for this.
        self.ready_event = threading.Event()
        self._lock = threading.RLock()
        self.loading = False
        self._pending_operations: dict[ModelKey, list[Callable[[Any], None]]] = defaultdict(list)
        self._models: dict[tuple[bool, bool], list[Any]] = {}
        self._known: dict[bool, frozenset[Any]] = {}
        self._swappables: dict[str, str | None] = {}
        self._by_module: tuple[list[AppConfig], dict[str, AppConfig]] = ([], {})

        if installed_apps is not None:
            self.populate(installed_apps)

    def populate(self, installed_apps: Iterable[Any] | None = None) -> None:
        """Load the applications that `installed_apps` names, and their models; once only.

        Threads may call this at the same time, but an application must not while it is loaded:
        that raises `RuntimeError`. `ImproperlyConfigured` tells of labels or names used twice.
        """
        if self.ready:
            return
        with self._lock:
            if self.ready:
                return
            # The lock is reentrant, so whoever gets here while it is taken is this very thread.
            if self.loading:
                raise RuntimeError("populate() isn't reentrant")
            self.loading = True

            for entry in installed_apps or ():
                self._add(entry)
            self._check_names()
            self.apps_ready = True

            for app_config in self.app_configs.values():
                app_config.import_models()
            self.clear_cache()
            self.models_ready = True

            for app_config in self.get_app_configs():
                app_config.ready()
            self.ready = True
            self.ready_event.set()

    def _add(self, entry: Any) -> None:
        app_config = entry if isinstance(entry, AppConfig) else _create(entry)
        if app_config.label in self.app_configs:
            raise ImproperlyConfigured(
                f"Application labels aren't unique, duplicates: {app_config.label}"
            )
        self.app_configs[app_config.label] = app_config
        app_config.apps = self

    def _check_names(self) -> None:
        counts = Counter(app_config.name for app_config in self.app_configs.values())
        duplicates = [name for name, count in counts.most_common() if count > 1]
        if duplicates:
            raise ImproperlyConfigured(
                f"Application names aren't unique, duplicates: {', '.join(duplicates)}"
            )

    def check_apps_ready(self) -> None:
        """Raise `AppRegistryNotReady` unless all configurations are there."""
        if not self.apps_ready:
            # Asking for a setting tells of missing settings first, the likelier mistake.
            _ = settings.INSTALLED_APPS
            raise AppRegistryNotReady("Apps aren't loaded yet.")

    def check_models_ready(self) -> None:
        """Raise `AppRegistryNotReady` unless all models are there."""
        if not self.models_ready:
            raise AppRegistryNotReady("Models aren't loaded yet.")

    def get_app_configs(self) -> Iterable[AppConfig]:
        """All configurations, in the order of INSTALLED_APPS."""
        self.check_apps_ready()
        return self.app_configs.values()

    def get_app_config(self, app_label: str) -> AppConfig:
        """The configuration labelled `app_label`; `LookupError` if there is none."""
        self.check_apps_ready()
        try:
            return self.app_configs[app_label]
        except KeyError:
            message = f"No installed app with label '{app_label}'."
            for app_config in self.get_app_configs():
                if app_config.name == app_label:
                    message += f" Did you mean '{app_config.label}'?"
                    break
            raise LookupError(message)

    def get_models(
        self, include_auto_created: bool = False, include_swapped: bool = False
    ) -> list[Any]:
        """All models, without those made for many-to-many relations and those swapped out."""
        self.check_models_ready()
        key = (include_auto_created, include_swapped)
        if key not in self._models:
            self._models[key] = [
                model
                for app_config in self.app_configs.values()
                for model in app_config.get_models(include_auto_created, include_swapped)
            ]
        return self._models[key]

    def knows(self, model: Any, include_auto_created: bool = False) -> bool:
        """Whether `model` is one of `get_models`. PERF: asked for each relation of each model."""
        known = self._known.get(include_auto_created)
        if known is None:
            known = frozenset(self.get_models(include_auto_created))
            self._known[include_auto_created] = known
        return model in known

    def get_model(
        self, app_label: str, model_name: str | None = None, require_ready: bool = True
    ) -> Any:
        """The model `model_name` of the application `app_label`, or ``"app_label.model_name"``.

        Raises `LookupError` if there is none, `ValueError` for one argument without a single dot.
        """
        if require_ready:
            self.check_models_ready()
        else:
            self.check_apps_ready()
        if model_name is None:
            app_label, model_name = app_label.split(".")
        app_config = self.get_app_config(app_label)
        if not require_ready and app_config.models is None:
            app_config.import_models()
        return app_config.get_model(model_name, require_ready=require_ready)

    def register_model(self, app_label: str, model: Any) -> None:
        """Take `model` into the registry; the class of models calls this for each new model."""
        # Models of applications that are not installed register too: nothing else would tell of
        # two models with one name.
        name = model._meta.model_name
        models = self.all_models[app_label]
        if name in models:
            other = models[name]
            if model.__name__ != other.__name__ or model.__module__ != other.__module__:
                raise RuntimeError(
                    f"Conflicting '{name}' models in application '{app_label}': "
                    f"{other} and {model}."
                )
            warnings.warn(
                f"Model '{app_label}.{name}' was already registered. Reloading models is not "
                "advised as it can lead to inconsistencies, most notably with related models.",
                RuntimeWarning,
                stacklevel=2,
            )
        models[name] = model
        self.do_pending_operations(model)
        self.clear_cache()

    def is_installed(self, app_name: str) -> bool:
        """Whether an application with the full dotted path `app_name` is installed."""
        self.check_apps_ready()
        wanted = to_home(app_name)
        return any(to_home(app_config.name) == wanted for app_config in self.app_configs.values())

    def get_containing_app_config(self, object_name: str) -> AppConfig | None:
        """The configuration of the application that holds the dotted path `object_name`."""
        self.check_apps_ready()
        # COMPAT: a class of a built-in application names its home, the configuration the root
        # that is active; both mean one module.
        by_name = self._configs_by_module()
        wanted = to_home(object_name)
        while wanted:
            if wanted in by_name:
                return by_name[wanted]
            wanted = wanted.rpartition(".")[0]
        return None

    def _configs_by_module(self) -> dict[str, AppConfig]:
        # PERF: asked for each model. The configurations may have been replaced, or others added.
        known, by_name = self._by_module
        configs = list(self.app_configs.values())
        if known != configs:
            by_name = {to_home(config.name): config for config in configs}
            self._by_module = configs, by_name
        return by_name

    def get_registered_model(self, app_label: str, model_name: str) -> Any:
        """`get_model` for use while models are still being imported."""
        model = self.all_models[app_label].get(model_name.lower())
        if model is None:
            raise LookupError(f"Model '{app_label}.{model_name}' not registered.")
        return model

    def get_swappable_settings_name(self, to_string: str) -> str | None:
        """The name of the setting by which the model ``"app_label.model"`` may be swapped."""
        to_string = to_string.lower()
        if to_string not in self._swappables:
            self._swappables[to_string] = self._swappable(to_string)
        return self._swappables[to_string]

    def _swappable(self, to_string: str) -> str | None:
        for model in self.get_models(include_swapped=True):
            meta = model._meta
            swapped = meta.swapped
            if (swapped and swapped.lower() == to_string) or (
                meta.swappable and meta.label_lower == to_string
            ):
                name: str = meta.swappable
                return name
        return None

    def set_available_apps(self, available: Iterable[str]) -> None:
        """Hide all applications but `available`, until `unset_available_apps`."""
        wanted = set(available)
        installed = {app_config.name for app_config in self.get_app_configs()}
        if not wanted.issubset(installed):
            raise ValueError(
                "Available apps isn't a subset of installed apps, extra apps: "
                f"{', '.join(wanted - installed)}"
            )
        self.stored_app_configs.append(self.app_configs)
        self.app_configs = {
            label: app_config
            for label, app_config in self.app_configs.items()
            if app_config.name in wanted
        }
        self.clear_cache()

    def unset_available_apps(self) -> None:
        """Undo the last `set_available_apps`."""
        self.app_configs = self.stored_app_configs.pop()
        self.clear_cache()

    def set_installed_apps(self, installed: Iterable[Any]) -> None:
        """Load the applications `installed` instead of the present ones.

        `unset_installed_apps` must follow, even when this raises. Models stay registered.
        """
        if not self.ready:
            raise AppRegistryNotReady("App registry isn't ready yet.")
        self.stored_app_configs.append(self.app_configs)
        self.app_configs = {}
        self.apps_ready = self.models_ready = self.loading = self.ready = False
        self.clear_cache()
        self.populate(installed)

    def unset_installed_apps(self) -> None:
        """Undo the last `set_installed_apps`."""
        self.app_configs = self.stored_app_configs.pop()
        self.apps_ready = self.models_ready = self.ready = True
        self.clear_cache()

    def clear_cache(self) -> None:
        """Forget what was computed from the set of models."""
        self._swappables.clear()
        self._models.clear()
        self._known.clear()
        if self.ready:
            # Models keep what they know of their relations, which may lead to any other model.
            for model in self.get_models(include_auto_created=True):
                model._meta._expire_cache()

    def lazy_model_operation(self, function: Callable[..., None], *model_keys: ModelKey) -> None:
        """Call `function` with the models of `model_keys` as soon as all of them are registered.

        A key is ``(app_label, model_name)``, the name in lower case.
        """
        if not model_keys:
            function()
            return
        first, *others = model_keys

        def with_first(model: Any) -> None:
            self.lazy_model_operation(partial(function, model), *others)

        # The checks of models tell of operations that wait in vain, by the function's name.
        with_first.func = function  # type: ignore[attr-defined]
        app_label, model_name = first
        model = self.all_models[app_label].get(model_name)
        if model is None:
            self._pending_operations[first].append(with_first)
        else:
            with_first(model)

    def do_pending_operations(self, model: Any) -> None:
        """Call the operations that have waited for `model`."""
        key = model._meta.app_label, model._meta.model_name
        for function in self._pending_operations.pop(key, []):
            function(model)


def _create(entry: Any) -> AppConfig:
    try:
        return AppConfig.create(entry)
    except Exception as exc:
        # COMPAT: a note leaves the message as it is.
        exc.add_note(
            f"This happened while loading {entry!r} from INSTALLED_APPS. An entry is the dotted "
            "path of a package, or of its AppConfig subclass: correct it, install the package it "
            "names, or take it out."
        )
        raise


apps = Apps(installed_apps=None)
