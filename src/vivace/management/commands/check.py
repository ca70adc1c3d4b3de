"""``check``: the system checks, by tag, for some apps, or for deployment."""

from __future__ import annotations

from typing import Any

from vivace import checks
from vivace.apps import apps
from vivace.checks.registry import registry
from vivace.conf import settings
from vivace.db import connections
from vivace.management.base import BaseCommand
from vivace.management.exceptions import CommandError

_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


class Command(BaseCommand):
    """Run the system checks and report; exit with 1 from ``--fail-level`` on."""

    help = "Checks the entire Django project for potential problems."
    requires_system_checks = []
    leaves_nothing = True

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("args", metavar="app_label", nargs="*")
        parser.add_argument(
            "--tag",
            "-t",
            action="append",
            dest="tags",
            help="Run only the checks with this tag; repeatable.",
        )
        parser.add_argument(
            "--list-tags",
            action="store_true",
            help="List the tags there are; with --deploy, those of deployment checks too.",
        )
        parser.add_argument(
            "--deploy", action="store_true", help="Run the checks for deployment too."
        )
        parser.add_argument(
            "--fail-level",
            default="ERROR",
            choices=_LEVELS,
            help="From which level on messages make the command fail (default: ERROR).",
        )
        parser.add_argument(
            "--database",
            action="append",
            dest="databases",
            # Help, and a shell that completes, may ask where there is no project.
            choices=tuple(connections) if settings.configured else None,
            help="Run the checks of this database too; repeatable.",
        )

    def handle(self, *app_labels: str, **options: Any) -> None:
        deploy = options["deploy"]
        if options["list_tags"]:
            self.stdout.write("\n".join(sorted(registry.tags_available(deploy))))
            return
        tags = options["tags"]
        for tag in tags or ():
            if not checks.tag_exists(tag, include_deployment_checks=deploy):
                raise CommandError(f'There is no system check with the "{tag}" tag.')
        self.check(
            app_configs=self._app_configs(app_labels),
            tags=tags,
            display_num_errors=True,
            include_deployment_checks=deploy,
            fail_level=getattr(checks, options["fail_level"]),
            databases=options["databases"],
        )

    def _app_configs(self, labels: tuple[str, ...]) -> list[Any] | None:
        try:
            return [apps.get_app_config(label) for label in labels] or None
        except LookupError as error:
            # COMPAT: who calls the command from a program expects the registry's own error.
            if self._called_from_command_line:
                raise CommandError(str(error)) from error
            raise
