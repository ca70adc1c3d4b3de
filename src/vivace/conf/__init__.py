"""The settings of the running project: ``from vivace.conf import settings``.

Nothing is read before the first setting is asked for. Then the module named by the environment
variable ``VIVACE_SETTINGS_MODULE`` (else ``DJANGO_SETTINGS_MODULE``) is laid over
`vivace.conf.global_settings`, unless `settings.configure` was called before.

Defined by topics/settings of the documentation. A value asked for on the request's path is not read
here but kept in a cell of `vivace.conf.frozen`; every change made here clears the cells concerned.
"""

import importlib
import os
import time
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vivace.conf import frozen, global_settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import LazyObject, empty
from vivace.utils.naming import ALIAS, root

__all__ = [
    "DEFAULT_STORAGE_ALIAS",
    "ENVIRONMENT_VARIABLE",
    "FORMS_URLFIELD_ASSUME_HTTPS_DEPRECATED_MSG",
    "STATICFILES_STORAGE_ALIAS",
    "ImproperlyConfigured",
    "LazyObject",
    "LazySettings",
    "RemovedInDjango60Warning",
    "Settings",
    "SettingsReference",
    "UserSettingsHolder",
    "empty",
    "global_settings",
    "settings",
]

HOME_VARIABLE = "VIVACE_SETTINGS_MODULE"
ALIAS_VARIABLE = "DJANGO_SETTINGS_MODULE"
DEFAULT_STORAGE_ALIAS = "default"
STATICFILES_STORAGE_ALIAS = "staticfiles"
FORMS_URLFIELD_ASSUME_HTTPS_DEPRECATED_MSG = (
    "The FORMS_URLFIELD_ASSUME_HTTPS transitional setting is deprecated."
)

_ZONES = Path("/usr/share/zoneinfo")
_LISTS = frozenset(
    {
        "ALLOWED_HOSTS",
        "INSTALLED_APPS",
        "TEMPLATE_DIRS",
        "LOCALE_PATHS",
        "SECRET_KEY_FALLBACKS",
    }
)

if TYPE_CHECKING:
    ENVIRONMENT_VARIABLE: str


def __getattr__(name: str) -> Any:
    # COMPAT: code that sets os.environ[ENVIRONMENT_VARIABLE] must set the one of the root it uses.
    if name == "ENVIRONMENT_VARIABLE":
        return ALIAS_VARIABLE if root() == ALIAS else HOME_VARIABLE
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _settings_module() -> str | None:
    return os.environ.get(HOME_VARIABLE) or os.environ.get(ALIAS_VARIABLE)


class SettingsReference(str):
    """A string that is the value of a setting, and remembers the name of that setting."""

    setting_name: str

    def __new__(self, value: object, setting_name: str) -> "SettingsReference":
        return str.__new__(self, value)

    def __init__(self, value: object, setting_name: str) -> None:
        self.setting_name = setting_name


class LazySettings(LazyObject):
    """The settings, read when the first one is asked for.

    PERF: a setting that was read once is a plain entry of the instance's ``__dict__``.
    """

    # PERF: LazyObject may intercept every attribute; here only missing ones need a look.
    __getattribute__ = object.__getattribute__

    def _setup(self, name: str | None = None) -> None:
        module = _settings_module()
        if not module:
            wanted = f"setting {name}" if name else "settings"
            variable = __getattr__("ENVIRONMENT_VARIABLE")
            raise ImproperlyConfigured(
                f"Requested {wanted}, but settings are not configured. You must either define the "
                f"environment variable {variable} or call settings.configure() before accessing "
                "settings."
            )
        self._wrapped = Settings(module)

    def __repr__(self) -> str:
        if self._wrapped is empty:
            return "<LazySettings [Unevaluated]>"
        return f'<LazySettings "{self._wrapped.SETTINGS_MODULE}">'

    def __getattr__(self, name: str) -> Any:
        wrapped = self._wrapped
        if wrapped is empty:
            self._setup(name)
            wrapped = self._wrapped
        value = getattr(wrapped, name)
        if name in ("MEDIA_URL", "STATIC_URL") and value is not None:
            value = self._add_script_prefix(value)
        elif name == "SECRET_KEY" and not value:
            raise ImproperlyConfigured("The SECRET_KEY setting must not be empty.")
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        held = self.__dict__
        if name == "_wrapped":
            before = held.get("_wrapped", empty)
            held.clear()
            held["_wrapped"] = value
            frozen.settings_changed(_difference(before, value))
            return
        held.pop(name, None)
        if self._wrapped is empty:
            self._setup()
        setattr(self._wrapped, name, value)
        frozen.settings_changed((name,))

    def __delattr__(self, name: str) -> None:
        if name == "_wrapped":
            raise TypeError("can't delete _wrapped.")
        if self._wrapped is empty:
            self._setup()
        delattr(self._wrapped, name)
        self.__dict__.pop(name, None)
        frozen.settings_changed((name,))

    def configure(self, default_settings: Any = global_settings, **options: Any) -> None:
        """Take `options` as the settings, over `default_settings`, instead of reading a module.

        Raises `RuntimeError` when the settings are there already and `TypeError` for a name that
        is not upper case.
        """
        if self._wrapped is not empty:
            raise RuntimeError("Settings already configured.")
        holder = UserSettingsHolder(default_settings)
        for name, value in options.items():
            if not name.isupper():
                raise TypeError(f"Setting {name!r} must be uppercase.")
            setattr(holder, name, value)
        self._wrapped = holder

    @staticmethod
    def _add_script_prefix(value: str) -> str:
        # An absolute URL or path stays; only a relative path depends on where the site is mounted.
        if value.startswith(("http://", "https://", "/")):
            return value
        # Asked for by name: URLs are a layer above settings.
        urls = importlib.import_module("vivace.urls.prefix")
        return f"{urls.get_script_prefix()}{value}"

    @property
    def configured(self) -> bool:
        """Whether the settings have been read or configured."""
        return self._wrapped is not empty


def _difference(before: Any, after: Any) -> set[str] | None:
    """The names that may differ between two wrapped settings; None when that may be any."""
    # PERF: an override lays a holder over the settings, and later takes it off again. Then the
    # names in the holder are all that changed, and no other cell has to be built again.
    for upper, lower in ((after, before), (before, after)):
        if isinstance(upper, UserSettingsHolder) and upper.default_settings is lower:
            return {name for name in upper.__dict__ if name.isupper()} | upper._deleted
    return None


class Settings:
    """The settings of one module, over the global defaults."""

    SETTINGS_MODULE: str

    def __init__(self, settings_module: str) -> None:
        for name in dir(global_settings):
            if name.isupper():
                setattr(self, name, getattr(global_settings, name))
        self.SETTINGS_MODULE = settings_module
        module = _load(settings_module)
        self._explicit_settings: set[str] = set()
        for name in dir(module):
            if name.isupper():
                value = getattr(module, name)
                if name in _LISTS and not isinstance(value, list | tuple):
                    raise ImproperlyConfigured(f"The {name} setting must be a list or a tuple.")
                setattr(self, name, value)
                self._explicit_settings.add(name)
        if self.is_overridden("FORMS_URLFIELD_ASSUME_HTTPS"):
            _warn_of_transitional_setting()
        self._set_time_zone(getattr(self, "TIME_ZONE", None))

    @staticmethod
    def _set_time_zone(name: str | None) -> None:
        if not name or not hasattr(time, "tzset"):
            return
        if _ZONES.exists() and not _ZONES.joinpath(*name.split("/")).exists():
            raise ValueError(f"Incorrect timezone setting: {name}")
        os.environ["TZ"] = name
        time.tzset()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def is_overridden(self, setting: str) -> bool:
        """Whether the module itself gives a value for `setting`."""
        return setting in self._explicit_settings

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self.SETTINGS_MODULE}">'


def _load(settings_module: str) -> ModuleType:
    try:
        return importlib.import_module(settings_module)
    except ModuleNotFoundError as exc:
        if exc.name and (settings_module + ".").startswith(exc.name + "."):
            # COMPAT: a note leaves the message as it is.
            exc.add_note(
                f"The settings module is {settings_module!r}, as the environment variable "
                f"{HOME_VARIABLE} or {ALIAS_VARIABLE} says. Correct the variable, or start in the "
                "directory that holds the project, or put that directory on PYTHONPATH."
            )
        raise


def _warn_of_transitional_setting() -> None:
    warnings.warn(
        FORMS_URLFIELD_ASSUME_HTTPS_DEPRECATED_MSG, RemovedInDjango60Warning, stacklevel=3
    )


class UserSettingsHolder:
    """Settings given by hand, over `default_settings` (a module, or other settings)."""

    # There is no module to name, but code that asks gets an answer.
    SETTINGS_MODULE = None

    _deleted: set[str]
    default_settings: Any

    def __init__(self, default_settings: Any) -> None:
        self.__dict__["_deleted"] = set()
        self.default_settings = default_settings

    def __getattr__(self, name: str) -> Any:
        if not name.isupper() or name in self._deleted:
            raise AttributeError(name=name, obj=self)
        return getattr(self.default_settings, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._deleted.discard(name)
        if name == "FORMS_URLFIELD_ASSUME_HTTPS":
            _warn_of_transitional_setting()
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._deleted.add(name)
        if name in self.__dict__:
            super().__delattr__(name)

    def __dir__(self) -> list[str]:
        names = {*self.__dict__, *dir(self.default_settings)}
        return sorted(names - self._deleted)

    def is_overridden(self, setting: str) -> bool:
        """Whether `setting` was given, deleted, or overridden in what lies below."""
        if setting in self._deleted or setting in self.__dict__:
            return True
        below = getattr(self.default_settings, "is_overridden", None)
        return below is not None and bool(below(setting))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


settings = LazySettings()
