"""``diffsettings``: where the project's settings differ from the defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.conf import Settings, global_settings, settings
from vivace.management.base import BaseCommand

Values = dict[str, str]


def _is_no_setting(name: str) -> bool:
    return name.startswith("_") or not name.isupper()


def module_to_dict(module: Any, omittable: Callable[[str], bool] = _is_no_setting) -> Values:
    """The representation of each of the module's values, but for names that are `omittable`."""
    return {name: repr(getattr(module, name)) for name in dir(module) if not omittable(name)}


class Command(BaseCommand):
    """Show the settings of the project that differ from the defaults, or from another module."""

    help = "Displays differences between the current settings.py and Django's default settings."
    requires_system_checks = []
    leaves_nothing = True

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help='Show every setting; in "hash" mode "###" marks those with the default value.',
        )
        parser.add_argument(
            "--default",
            metavar="MODULE",
            help="The settings module to compare with, instead of the framework's defaults.",
        )
        parser.add_argument(
            "--output",
            default="hash",
            choices=("hash", "unified"),
            help="How to show a difference: 'hash' marks settings without a default with ###, "
            "'unified' puts the default under a minus sign and the value under a plus sign.",
        )

    def handle(self, **options: Any) -> str:
        if not settings.configured:
            settings._setup()
        user_settings = module_to_dict(settings._wrapped)
        default = options["default"]
        default_settings = module_to_dict(Settings(default) if default else global_settings)
        output = {"hash": self.output_hash, "unified": self.output_unified}[options["output"]]
        return "\n".join(output(user_settings, default_settings, **options))

    def output_hash(
        self, user_settings: Values, default_settings: Values, **options: Any
    ) -> list[str]:
        """One line for each setting that differs."""
        lines = []
        for name in sorted(user_settings):
            value = user_settings[name]
            if name not in default_settings:
                lines.append(f"{name} = {value}  ###")
            elif value != default_settings[name]:
                lines.append(f"{name} = {value}")
            elif options["all"]:
                lines.append(f"### {name} = {value}")
        return lines

    def output_unified(
        self, user_settings: Values, default_settings: Values, **options: Any
    ) -> list[str]:
        """For each setting that differs, the default and the value below each other."""
        lines = []
        for name in sorted(user_settings):
            value = user_settings[name]
            if name not in default_settings:
                lines.append(self.style.SUCCESS(f"+ {name} = {value}"))
            elif value != default_settings[name]:
                lines.append(self.style.ERROR(f"- {name} = {default_settings[name]}"))
                lines.append(self.style.SUCCESS(f"+ {name} = {value}"))
            elif options["all"]:
                lines.append(f"  {name} = {value}")
        return lines
