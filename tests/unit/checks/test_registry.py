"""Messages and the registry of checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from settings_layer import changed
from vivace import checks
from vivace.checks.registry import CheckRegistry
from vivace.core.checks import registry as door
from vivace.utils.datastructures import OrderedSet


def fine(app_configs: Any, **kwargs: Any) -> list[Any]:
    return [checks.Error("e", id="a")]


def deploy(**kwargs: Any) -> list[Any]:
    return [checks.Warning(str(kwargs["databases"]))]


class TestMessages:
    def test_text(self) -> None:
        assert str(checks.Error("m", "h", "o", "x.E1")) == "o: (x.E1) m\n\tHINT: h"
        assert str(checks.Warning("m")) == "?: m"

    def test_repr_and_equality(self) -> None:
        one = checks.Error("m", hint="h", id="x.E1")
        assert repr(one) == "<Error: level=40, msg='m', hint='h', obj=None, id='x.E1'>"
        assert one == checks.Error("m", hint="h", id="x.E1")
        assert one != checks.Critical("m", hint="h", id="x.E1")
        assert one != 5

    def test_model_is_named_by_its_label(self) -> None:
        class Model:
            class _meta:
                label = "app.Model"

        assert str(checks.Info("m", obj=Model)) == "app.Model: m"

    def test_levels(self) -> None:
        levels = [
            kind("m").level
            for kind in (
                checks.Debug,
                checks.Info,
                checks.Warning,
                checks.Error,
                checks.Critical,
            )
        ]
        assert levels == [10, 20, 30, 40, 50]
        assert checks.Error("m").is_serious()
        assert not checks.Warning("m").is_serious()
        assert checks.Warning("m").is_serious(checks.WARNING)

    def test_silenced_by_id(self) -> None:
        with changed(SILENCED_SYSTEM_CHECKS=["x.E1"]):
            assert checks.Error("m", id="x.E1").is_silenced()
            assert not checks.Error("m", id="x.E2").is_silenced()


class TestRegistry:
    def test_by_tag(self) -> None:
        registry = CheckRegistry()
        assert registry.register("one", "two")(fine) is fine
        assert registry.run_checks() == [checks.Error("e", id="a")]
        assert registry.run_checks(tags=["one"]) == registry.run_checks()
        assert registry.run_checks(tags=["three"]) == []
        assert registry.tags_available() == {"one", "two"}
        assert registry.tag_exists("two")
        assert not registry.tag_exists("three")

    def test_for_deployment(self) -> None:
        registry = CheckRegistry()
        registry.register(deploy, "tag", deploy=True)
        assert registry.run_checks() == []
        assert registry.tags_available() == set()
        assert registry.tags_available(deployment_checks=True) == {"tag"}
        found = registry.run_checks(include_deployment_checks=True, databases=["default"])
        assert found == [checks.Warning("['default']")]

    def test_what_is_for_deployment_is_imported_when_asked_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registry = CheckRegistry()
        monkeypatch.syspath_prepend(str(tmp_path))
        (tmp_path / "checks_of_deployment.py").write_text("raise LookupError('imported')")
        registry.import_later("checks_of_deployment")
        assert registry.run_checks() == []
        with pytest.raises(LookupError, match="imported"):
            registry.run_checks(include_deployment_checks=True)
        # As for an import that failed: the next one tries again.
        (tmp_path / "checks_of_deployment.py").write_text("")
        registry.deployment_checks = OrderedSet([fine])
        assert registry.run_checks(include_deployment_checks=True) == [checks.Error("e", id="a")]

    def test_without_keywords_is_refused(self) -> None:
        with pytest.raises(TypeError, match="Check functions must accept keyword arguments"):
            CheckRegistry().register(lambda app_configs: [])

    def test_without_a_list_is_refused(self) -> None:
        registry = CheckRegistry()
        registry.register(lambda **kwargs: None)
        with pytest.raises(
            TypeError, match="All functions registered with the checks registry must"
        ):
            registry.run_checks()

    def test_door_has_the_same_registry(self) -> None:
        assert door.registry is checks.registry
        assert checks.Tags.urls in checks.registry.tags_available()


def test_everything_of_the_door_is_what_checks_are_written_with() -> None:
    names: dict[str, Any] = {}
    exec("from vivace.core.checks import *", names)  # noqa: S102
    assert sorted(name for name in names if name.islower() and name[0] != "_") == [
        "register",
        "run_checks",
        "tag_exists",
    ]
