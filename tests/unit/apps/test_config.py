"""`AppConfig` and how an entry of INSTALLED_APPS becomes one."""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path

import pytest

from settings_layer import changed
from vivace.apps import AppConfig
from vivace.core.exceptions import ImproperlyConfigured

Package = Callable[..., str]


class TestCreate:
    def test_package_without_configuration(self, package: Package, tmp_path: Path) -> None:
        config = AppConfig.create(package("plain"))
        assert type(config) is AppConfig
        assert (config.name, config.label, config.verbose_name) == ("plain", "plain", "Plain")
        assert config.path == str(tmp_path / "plain")
        assert config.module.__name__ == "plain"  # type: ignore[union-attr]
        assert config.models_module is None
        assert repr(config) == "<AppConfig: plain>"

    def test_only_configuration_is_taken(self, package: Package) -> None:
        package(
            "one", "class OneConfig(AppConfig):\n    name = 'one'\n    verbose_name = 'The One'\n"
        )
        config = AppConfig.create("one")
        assert repr(config) == "<OneConfig: one>"
        assert config.verbose_name == "The One"
        assert type(AppConfig.create("one.apps.OneConfig")) is type(config)

    def test_only_configuration_may_refuse(self, package: Package) -> None:
        package("shy", "class A(AppConfig):\n    name = 'shy'\n    default = False\n")
        assert type(AppConfig.create("shy")) is AppConfig

    def test_of_many_the_default_is_taken(self, package: Package) -> None:
        package(
            "many",
            "class A(AppConfig):\n    name = 'many'\n"
            "class B(AppConfig):\n    name = 'many'\n    default = True\n",
        )
        assert type(AppConfig.create("many")).__name__ == "B"

    def test_many_without_default(self, package: Package) -> None:
        package(
            "undecided",
            "class A(AppConfig):\n    name = 'undecided'\nclass B(AppConfig):\n    name = 'x'\n",
        )
        assert type(AppConfig.create("undecided")) is AppConfig

    def test_many_defaults_are_refused(self, package: Package) -> None:
        body = "    name = 'greedy'\n    default = True\n"
        package("greedy", f"class A(AppConfig):\n{body}class B(AppConfig):\n{body}")
        with pytest.raises(RuntimeError) as caught:
            AppConfig.create("greedy")
        assert str(caught.value) == (
            "'greedy.apps' declares more than one default AppConfig: 'A', 'B'."
        )

    def test_name_is_needed(self, package: Package) -> None:
        package("nameless", "class A(AppConfig):\n    pass\n")
        for entry in ("nameless", "nameless.apps.A"):
            with pytest.raises(ImproperlyConfigured) as caught:
                AppConfig.create(entry)
            assert str(caught.value) == f"'{entry}' must supply a name attribute."

    def test_name_must_be_importable(self, package: Package) -> None:
        package("misnamed", "class A(AppConfig):\n    name = 'no_such_package'\n")
        with pytest.raises(ImproperlyConfigured) as caught:
            AppConfig.create("misnamed")
        assert str(caught.value) == (
            "Cannot import 'no_such_package'. Check that 'misnamed.apps.A.name' is correct."
        )

    def test_label_must_be_an_identifier(self, package: Package) -> None:
        package("labelled", "class A(AppConfig):\n    name = 'labelled'\n    label = 'bad-label'\n")
        with pytest.raises(ImproperlyConfigured) as caught:
            AppConfig.create("labelled")
        assert str(caught.value) == "The app label 'bad-label' is not a valid Python identifier."

    def test_misspelled_class_gets_choices(self, package: Package) -> None:
        package("choosy", "class A(AppConfig):\n    name = 'choosy'\nclass Other: pass\n")
        with pytest.raises(ImportError) as caught:
            AppConfig.create("choosy.apps.B")
        assert str(caught.value) == (
            "Module 'choosy.apps' does not contain a 'B' class. Choices are: 'A'."
        )
        with pytest.raises(ImportError) as caught:
            AppConfig.create("choosy.B")
        assert str(caught.value) == "Module 'choosy' does not contain a 'B' class."
        with pytest.raises(ImproperlyConfigured) as refused:
            AppConfig.create("choosy.apps.Other")
        assert str(refused.value) == "'choosy.apps.Other' isn't a subclass of AppConfig."

    @pytest.mark.parametrize(
        ("entry", "missing"),
        [
            ("no_such_package", "no_such_package"),
            ("no_such_package.at.all", "no_such_package"),
            ("No_such.Config", "No_such"),
            ("vivace.no_such_room", "vivace.no_such_room"),
        ],
    )
    def test_missing_module_is_named(self, entry: str, missing: str) -> None:
        with pytest.raises(ModuleNotFoundError) as caught:
            AppConfig.create(entry)
        assert caught.value.name == missing
        assert str(caught.value) == f"No module named '{missing}'"

    def test_error_inside_of_the_apps_module_is_passed_on(self, package: Package) -> None:
        package("broken", apps="import no_such_library\n")
        with pytest.raises(ModuleNotFoundError, match="no_such_library"):
            AppConfig.create("broken")


class TestPath:
    """Where an application lies on the disk, for templates, static files and translations."""

    class Given(AppConfig):
        name = "given"
        path = "/given"

    def test_class_may_say(self) -> None:
        assert self.Given("given", types.ModuleType("given")).path == "/given"

    def test_file_decides_among_several(self) -> None:
        module = types.ModuleType("several")
        module.__path__ = ["/x", "/y"]
        module.__file__ = "/a/b/c.py"
        assert AppConfig("several", module).path == "/a/b"

    def test_repeated_directory_is_one(self) -> None:
        module = types.ModuleType("repeated")
        module.__path__ = ["/x", "/x"]
        assert AppConfig("repeated", module).path == "/x"

    def test_several_are_refused(self) -> None:
        module = types.ModuleType("several")
        module.__path__ = ["/x", "/y"]
        with pytest.raises(ImproperlyConfigured, match="has multiple filesystem locations"):
            AppConfig("several", module)

    def test_none_is_refused(self) -> None:
        with pytest.raises(ImproperlyConfigured) as caught:
            AppConfig("nowhere", types.ModuleType("nowhere"))
        assert str(caught.value) == (
            "The app module <module 'nowhere'> has no filesystem location, you must configure this "
            "app with an AppConfig subclass with a 'path' class attribute."
        )


def test_default_auto_field_is_the_setting_unless_overridden(package: Package) -> None:
    package(
        "keyed",
        "class A(AppConfig):\n    name = 'keyed'\n    default_auto_field = 'x.Field'\n",
    )
    package("unkeyed")
    with changed(DEFAULT_AUTO_FIELD="y.Field"):
        keyed, unkeyed = AppConfig.create("keyed"), AppConfig.create("unkeyed")
        assert (keyed.default_auto_field, keyed._is_default_auto_field_overridden) == (
            "x.Field",
            True,
        )
        assert (unkeyed.default_auto_field, unkeyed._is_default_auto_field_overridden) == (
            "y.Field",
            False,
        )
