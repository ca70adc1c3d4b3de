"""`LazySettings`, `Settings` and `UserSettingsHolder`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vivace.conf import (
    ENVIRONMENT_VARIABLE,
    LazySettings,
    Settings,
    SettingsReference,
    UserSettingsHolder,
    frozen,
    global_settings,
)
from vivace.core.exceptions import ImproperlyConfigured
from vivace.utils.deprecation import RemovedInDjango60Warning

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write a settings module with the given source and return its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    zone = os.environ.get("TZ")
    count = 0

    def write(source: str) -> str:
        nonlocal count
        count += 1
        name = f"written_settings_{tmp_path.name}_{count}".replace("-", "_")
        (tmp_path / f"{name}.py").write_text("TIME_ZONE = None\n" + source)
        return name

    yield write
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


@pytest.fixture
def lazy(monkeypatch: pytest.MonkeyPatch) -> LazySettings:
    for name in ("VIVACE_SETTINGS_MODULE", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    return LazySettings()


class TestUnconfigured:
    def test_reading_a_setting_names_it_and_the_cure(self, lazy: LazySettings) -> None:
        with pytest.raises(ImproperlyConfigured) as caught:
            _ = lazy.DEBUG
        assert str(caught.value) == (
            "Requested setting DEBUG, but settings are not configured. You must either define the "
            "environment variable VIVACE_SETTINGS_MODULE or call settings.configure() before "
            "accessing settings."
        )

    def test_setting_one_fails_too(self, lazy: LazySettings) -> None:
        with pytest.raises(ImproperlyConfigured, match=r"^Requested settings, but"):
            lazy.DEBUG = True

    def test_is_said_without_reading_them(self, lazy: LazySettings) -> None:
        assert lazy.configured is False
        assert repr(lazy) == "<LazySettings [Unevaluated]>"

    def test_environment_variable_is_that_of_the_root(self) -> None:
        assert ENVIRONMENT_VARIABLE == "VIVACE_SETTINGS_MODULE"


class TestModule:
    def test_values_lie_over_the_defaults(
        self, lazy: LazySettings, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = write("SECRET_KEY = 'x'\nFOO = 5\nlower = 1\n")
        monkeypatch.setenv("VIVACE_SETTINGS_MODULE", name)
        assert lazy.FOO == 5
        assert lazy.APPEND_SLASH is True
        assert name == lazy.SETTINGS_MODULE
        assert repr(lazy) == f'<LazySettings "{name}">'
        assert lazy.is_overridden("FOO")
        assert not lazy.is_overridden("DEBUG")
        with pytest.raises(AttributeError, match="'Settings' object has no attribute 'lower'"):
            _ = lazy.lower

    def test_own_variable_comes_before_djangos(
        self, lazy: LazySettings, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", write("FOO = 'theirs'\n"))
        assert lazy.FOO == "theirs"
        monkeypatch.setenv("VIVACE_SETTINGS_MODULE", write("FOO = 'ours'\n"))
        assert LazySettings().FOO == "ours"

    def test_missing_module_keeps_its_message_and_tells_the_cure(
        self, lazy: LazySettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VIVACE_SETTINGS_MODULE", "no_such_project.settings")
        with pytest.raises(ModuleNotFoundError) as caught:
            _ = lazy.DEBUG
        assert str(caught.value) == "No module named 'no_such_project'"
        assert "VIVACE_SETTINGS_MODULE" in caught.value.__notes__[0]

    def test_import_error_inside_the_module_gets_no_such_advice(self, write: Write) -> None:
        with pytest.raises(ModuleNotFoundError) as caught:
            Settings(write("import no_such_library\n"))
        assert not hasattr(caught.value, "__notes__")

    @pytest.mark.parametrize(
        "name", ["ALLOWED_HOSTS", "INSTALLED_APPS", "LOCALE_PATHS", "SECRET_KEY_FALLBACKS"]
    )
    def test_a_string_for_a_list_is_refused(self, write: Write, name: str) -> None:
        with pytest.raises(ImproperlyConfigured) as caught:
            Settings(write(f"{name} = 'oops'\n"))
        assert str(caught.value) == f"The {name} setting must be a list or a tuple."

    def test_time_zone_becomes_that_of_the_process(self, write: Write) -> None:
        Settings(write("TIME_ZONE = 'Asia/Tokyo'\n"))
        assert os.environ["TZ"] == "Asia/Tokyo"
        assert time.timezone == -9 * 3600

    def test_unknown_time_zone_is_refused(self, write: Write) -> None:
        with pytest.raises(ValueError, match=r"^Incorrect timezone setting: Nowhere/Town$"):
            Settings(write("TIME_ZONE = 'Nowhere/Town'\n"))

    def test_transitional_setting_warns(self, write: Write) -> None:
        name = write("FORMS_URLFIELD_ASSUME_HTTPS = True\n")
        with pytest.warns(RemovedInDjango60Warning, match="transitional setting is deprecated"):
            Settings(name)


class TestConfigure:
    def test_options_lie_over_the_defaults(self, lazy: LazySettings) -> None:
        lazy.configure(FOO=1)
        assert lazy.configured
        assert lazy.FOO == 1
        assert lazy.DEBUG is False
        assert lazy.SETTINGS_MODULE is None
        assert repr(lazy) == '<LazySettings "None">'
        assert lazy.is_overridden("FOO")
        assert not lazy.is_overridden("DEBUG")

    def test_other_defaults_replace_the_global_ones(self, lazy: LazySettings) -> None:
        class Defaults:
            DEBUG = 7

        lazy.configure(Defaults)
        assert lazy.DEBUG == 7
        with pytest.raises(AttributeError, match="type object 'Defaults' has no attribute"):
            _ = lazy.TIME_ZONE

    def test_twice_is_refused(self, lazy: LazySettings) -> None:
        lazy.configure()
        with pytest.raises(RuntimeError, match=r"^Settings already configured\.$"):
            lazy.configure()

    def test_lower_case_is_refused(self, lazy: LazySettings) -> None:
        with pytest.raises(TypeError, match=r"^Setting 'debug' must be uppercase\.$"):
            lazy.configure(debug=True)
        assert not lazy.configured

    def test_empty_secret_key_is_refused_when_read(self, lazy: LazySettings) -> None:
        lazy.configure()
        with pytest.raises(ImproperlyConfigured) as caught:
            _ = lazy.SECRET_KEY
        assert str(caught.value) == "The SECRET_KEY setting must not be empty."

    def test_deleted_setting_is_gone_until_set_again(self, lazy: LazySettings) -> None:
        lazy.configure(FOO=1)
        del lazy.DEBUG
        with pytest.raises(AttributeError):
            _ = lazy.DEBUG
        assert lazy.is_overridden("DEBUG")
        assert "DEBUG" not in dir(lazy)
        lazy.DEBUG = True
        assert lazy.DEBUG is True

    @pytest.mark.parametrize("url", ["http://x/", "https://x/", "/m/", "//x/"])
    def test_absolute_media_url_stays(self, lazy: LazySettings, url: str) -> None:
        lazy.configure(MEDIA_URL=url)
        assert url == lazy.MEDIA_URL

    def test_static_url_may_be_none(self, lazy: LazySettings) -> None:
        lazy.configure()
        assert lazy.STATIC_URL is None


class TestCells:
    """Changes reach the values that were computed from settings."""

    @pytest.fixture
    def cell(self, lazy: LazySettings) -> Iterator[frozen.Frozen[Any]]:
        lazy.configure(FOO=1, BAR=1)
        cell = frozen.Frozen("test", lambda: lazy.FOO, reads=("FOO",))
        yield cell
        frozen._cells.remove(cell)

    def test_setting_and_deleting(self, lazy: LazySettings, cell: frozen.Frozen[Any]) -> None:
        assert cell.value == 1
        lazy.FOO = 2
        assert cell.value == 2
        lazy.BAR = 2
        assert cell.built
        del lazy.FOO
        assert not cell.built

    def test_layer_on_top_clears_what_it_names(
        self, lazy: LazySettings, cell: frozen.Frozen[Any]
    ) -> None:
        assert cell.value == 1
        below = lazy._wrapped
        other, ours = UserSettingsHolder(below), UserSettingsHolder(below)
        other.BAR = 5
        ours.FOO = 5
        lazy._wrapped = other
        assert cell.built
        lazy._wrapped = below
        assert cell.built
        lazy._wrapped = ours
        assert cell.value == 5
        lazy._wrapped = below
        assert cell.value == 1


def test_read_setting_is_kept_as_a_plain_attribute(lazy: LazySettings) -> None:
    lazy.configure(FOO=1)
    assert lazy.FOO == 1
    assert lazy.__dict__["FOO"] == 1
    lazy._wrapped = UserSettingsHolder(global_settings)
    assert "FOO" not in lazy.__dict__


def test_reference_is_its_value_and_knows_its_setting() -> None:
    reference = SettingsReference("auth.User", "AUTH_USER_MODEL")
    assert reference == "auth.User"
    assert reference.setting_name == "AUTH_USER_MODEL"
