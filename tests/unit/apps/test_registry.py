"""The registry of applications and models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vivace.apps import AppConfig
from vivace.apps.registry import Apps
from vivace.core.exceptions import AppRegistryNotReady, ImproperlyConfigured

Package = Callable[..., str]


def model(name: str, app_label: str = "one", module: str = "one.models", **options: Any) -> Any:
    """What the registry needs to know of a model, while there are none."""

    class Meta:
        auto_created = False
        swapped: str | None = None
        swappable: str | None = None
        expired = 0

        def _expire_cache(self) -> None:
            self.expired += 1

    meta: Any = Meta()
    meta.model_name, meta.app_label = name.lower(), app_label
    meta.label_lower = f"{app_label}.{name.lower()}"
    vars(meta).update(options)
    return type(name, (), {"_meta": meta, "__module__": module})


@pytest.fixture
def one(package: Package) -> Apps:
    return Apps([package("one")])


class TestPhases:
    def test_configurations_then_models_then_ready(self, package: Package) -> None:
        body = "    @property\n    def seen(self): return LOG\n    def ready(self):\n"
        for name in ("first", "second"):
            package(
                name,
                f"LOG = []\nclass A(AppConfig):\n    name = '{name}'\n{body}"
                "        LOG.append((self.apps.models_ready, self.apps.ready))\n",
                models=f"import {name}.apps\n{name}.apps.LOG.append('models')\n",
            )
        apps = Apps(["first", "second"])
        for config in apps.get_app_configs():
            assert config.seen == ["models", (True, False)]  # type: ignore[attr-defined]
        assert apps.ready
        assert apps.ready_event.is_set()

    @pytest.mark.parametrize(
        ("method", "arguments", "message"),
        [
            ("get_app_configs", (), "Apps aren't loaded yet."),
            ("get_app_config", ("one",), "Apps aren't loaded yet."),
            ("is_installed", ("one",), "Apps aren't loaded yet."),
            ("get_containing_app_config", ("one.x",), "Apps aren't loaded yet."),
            ("get_models", (), "Models aren't loaded yet."),
            ("get_model", ("one.x",), "Models aren't loaded yet."),
        ],
    )
    def test_before_that_questions_are_refused(
        self, method: str, arguments: tuple[str, ...], message: str
    ) -> None:
        apps = Apps()
        apps.apps_ready = apps.models_ready = False
        with pytest.raises(AppRegistryNotReady) as caught:
            getattr(apps, method)(*arguments)
        assert str(caught.value) == message

    def test_loading_inside_of_loading_is_refused(self, package: Package) -> None:
        package(
            "eager",
            "class A(AppConfig):\n    name = 'eager'\n    def ready(self):\n"
            "        self.apps.populate(['eager'])\n",
        )
        with pytest.raises(RuntimeError, match=r"^populate\(\) isn't reentrant$"):
            Apps(["eager"])

    def test_loading_again_changes_nothing(self, one: Apps) -> None:
        one.populate(["no_such_package"])
        assert [config.label for config in one.get_app_configs()] == ["one"]

    def test_one_registry_starts_empty(self) -> None:
        with pytest.raises(RuntimeError, match="You must supply an installed_apps argument"):
            Apps(None)


class TestErrors:
    def test_labels_used_twice(self, package: Package) -> None:
        package("one")
        package("other.one")
        with pytest.raises(ImproperlyConfigured) as caught:
            Apps(["one", "other.one"])
        assert str(caught.value) == "Application labels aren't unique, duplicates: one"

    def test_names_used_twice(self, package: Package) -> None:
        package("one", "class A(AppConfig):\n    name = 'one'\n    label = 'other'\n")
        package("plain")

        class Second(AppConfig):
            label = "second"

        with pytest.raises(ImproperlyConfigured) as caught:
            Apps(["one", Second("one", __import__("one"))])
        assert str(caught.value) == "Application names aren't unique, duplicates: one"

    def test_entry_and_cure_are_named(self) -> None:
        with pytest.raises(ModuleNotFoundError) as caught:
            Apps(["no_such_package"])
        assert str(caught.value) == "No module named 'no_such_package'"
        (note,) = caught.value.__notes__
        assert "'no_such_package' from INSTALLED_APPS" in note
        assert "install the package" in note


class TestQuestions:
    def test_unknown_label(self, package: Package) -> None:
        package("other.one")
        apps = Apps(["other.one"])
        with pytest.raises(LookupError) as caught:
            apps.get_app_config("two")
        assert str(caught.value) == "No installed app with label 'two'."
        with pytest.raises(LookupError) as caught:
            apps.get_app_config("other.one")
        assert str(caught.value) == "No installed app with label 'other.one'. Did you mean 'one'?"

    def test_innermost_application_contains(self, package: Package) -> None:
        package("outer")
        package("outer_more")
        package("outer.inner")
        apps = Apps(["outer", "outer.inner"])
        for name, label in [
            ("outer.models", "outer"),
            ("outer", "outer"),
            ("outer.inner.models", "inner"),
            ("outer_more.models", None),
        ]:
            config = apps.get_containing_app_config(name)
            assert (config.label if config else None) == label

    def test_installed(self, one: Apps) -> None:
        assert one.is_installed("one")
        assert not one.is_installed("one.models")


class TestModels:
    def test_none_yet(self, one: Apps) -> None:
        assert list(one.get_models()) == []
        assert list(one.get_app_config("one").get_models()) == []

    def test_found_in_any_case(self, one: Apps) -> None:
        book = model("Book")
        one.register_model("one", book)
        assert one.get_model("one", "BOOK") is book
        assert one.get_model("one.Book") is book
        assert one.get_registered_model("one", "Book") is book
        assert one.get_app_config("one").get_model("book") is book
        assert one.get_models() == [book]

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            (("one", "Nope"), LookupError, "App 'one' doesn't have a 'Nope' model."),
            (("nope", "X"), LookupError, "No installed app with label 'nope'."),
            (("one",), ValueError, "not enough values to unpack"),
            (("a.b.c",), ValueError, "too many values to unpack"),
        ],
    )
    def test_not_found(
        self, one: Apps, arguments: tuple[str, ...], error: type[Exception], message: str
    ) -> None:
        with pytest.raises(error) as caught:
            one.get_model(*arguments)
        assert str(caught.value).startswith(message)

    def test_not_registered(self, one: Apps) -> None:
        with pytest.raises(LookupError, match=r"^Model 'one\.x' not registered\.$"):
            one.get_registered_model("one", "x")

    def test_auto_created_and_swapped_only_when_asked_for(self, one: Apps) -> None:
        plain = model("Plain")
        through = model("Through", auto_created=True)
        swapped = model("Swapped", swapped="x.Y")
        for each in (plain, through, swapped):
            one.register_model("one", each)
        assert one.get_models() == [plain]
        assert one.get_models(include_auto_created=True) == [plain, through]
        assert one.get_models(include_swapped=True) == [plain, swapped]

    def test_two_of_one_name_are_refused(self, one: Apps) -> None:
        one.register_model("one", model("Book"))
        with pytest.raises(RuntimeError) as caught:
            one.register_model("one", model("Book", module="elsewhere"))
        assert str(caught.value) == (
            "Conflicting 'book' models in application 'one': <class 'one.models.Book'> and "
            "<class 'elsewhere.Book'>."
        )

    def test_same_again_warns(self, one: Apps) -> None:
        one.register_model("one", model("Book"))
        with pytest.warns(RuntimeWarning, match=r"^Model 'one\.book' was already registered\."):
            one.register_model("one", model("Book"))

    def test_new_model_makes_others_forget(self, one: Apps) -> None:
        first = model("First")
        one.register_model("one", first)
        expired = first._meta.expired
        one.register_model("one", model("Second"))
        assert first._meta.expired == expired + 1

    def test_swappable_setting(self, one: Apps) -> None:
        one.register_model("one", model("User", swappable="AUTH_USER_MODEL"))
        assert one.get_swappable_settings_name("one.User") == "AUTH_USER_MODEL"
        assert one.get_swappable_settings_name("one.Other") is None

    def test_operation_waits_for_all_its_models(self, one: Apps) -> None:
        calls: list[Any] = []
        one.lazy_model_operation(lambda: calls.append("now"))
        one.lazy_model_operation(lambda *models: calls.append(models), ("one", "a"), ("one", "b"))
        assert calls == ["now"]
        second, first = model("B"), model("A")
        one.register_model("one", second)
        assert calls == ["now"]
        one.register_model("one", first)
        assert calls == ["now", (first, second)]
        one.lazy_model_operation(calls.append, ("one", "a"))
        assert calls[-1] is first
        assert not one._pending_operations


class TestOtherApplications:
    def test_available_ones(self, package: Package) -> None:
        apps = Apps([package("one"), package("two")])
        apps.set_available_apps(["two"])
        assert [config.label for config in apps.get_app_configs()] == ["two"]
        with pytest.raises(ValueError) as caught:
            apps.set_available_apps(["two", "three"])
        assert str(caught.value) == (
            "Available apps isn't a subset of installed apps, extra apps: three"
        )
        apps.unset_available_apps()
        assert [config.label for config in apps.get_app_configs()] == ["one", "two"]

    def test_installed_ones(self, one: Apps, package: Package) -> None:
        book = model("Book")
        one.register_model("one", book)
        one.set_installed_apps([package("two")])
        assert one.ready
        assert one.get_models() == []
        one.unset_installed_apps()
        assert one.get_models() == [book]

    def test_failure_is_undone_too(self, one: Apps) -> None:
        with pytest.raises(ModuleNotFoundError):
            one.set_installed_apps(["no_such_package"])
        one.unset_installed_apps()
        assert one.ready
        assert one.is_installed("one")
