"""The registry of system checks. Defined by ref/checks and topics/checks of the documentation."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, TypeVar, overload

from vivace.checks.messages import CheckMessage
from vivace.utils.datastructures import OrderedSet
from vivace.utils.inspect import func_accepts_kwargs
from vivace.utils.lasting import uncollected

C = TypeVar("C", bound=Callable[..., Any])


class Tags:
    """The tags of the checks that come with Vivace."""

    admin = "admin"
    async_support = "async_support"
    caches = "caches"
    commands = "commands"
    compatibility = "compatibility"
    database = "database"
    files = "files"
    gis = "gis"
    models = "models"
    security = "security"
    signals = "signals"
    sites = "sites"
    staticfiles = "staticfiles"
    templates = "templates"
    translation = "translation"
    urls = "urls"


class CheckRegistry:
    """Checks by tag, those for deployment apart."""

    def __init__(self) -> None:
        # In the order of their registration, so that messages come in the same order each time.
        self.registered_checks: OrderedSet[Any] = OrderedSet()
        self._deployment_checks: OrderedSet[Any] = OrderedSet()
        self._later: list[str] = []

    @property
    def deployment_checks(self) -> OrderedSet[Any]:
        """The checks for deployment."""
        # Not taken from the list before: another thread would not wait for it.
        for module in list(self._later):
            import_module(module)
        self._later.clear()
        return self._deployment_checks

    @deployment_checks.setter
    def deployment_checks(self, checks: OrderedSet[Any]) -> None:
        self._deployment_checks = checks

    def import_later(self, *modules: str) -> None:
        """Import `modules`, whose checks are all for deployment, when those are asked for."""
        # PERF: a project is checked for deployment seldom, and otherwise whenever a command starts.
        self._later += modules

    @overload
    def register(self, check: C, *tags: str, **kwargs: Any) -> C: ...

    @overload
    def register(self, check: str | None = None, *tags: str, **kwargs: Any) -> Callable[[C], C]: ...

    def register(self, check: Any = None, *tags: str, **kwargs: Any) -> Any:
        """Register `check`, or decorate one: ``@register``, ``@register("tag", deploy=True)``.

        A check takes ``app_configs`` and keywords and returns a list of messages. Raises
        `TypeError` for one that takes no keywords.
        """

        def inner(check: Any) -> Any:
            if not func_accepts_kwargs(check):
                raise TypeError("Check functions must accept keyword arguments (**kwargs).")
            check.tags = tags
            checks = self._deployment_checks if kwargs.get("deploy") else self.registered_checks
            checks.add(check)
            return check

        if callable(check):
            return inner(check)
        if check:
            tags += (check,)
        return inner

    def run_checks(
        self,
        app_configs: Any = None,
        tags: Iterable[str] | None = None,
        include_deployment_checks: bool = False,
        databases: Iterable[str] | None = None,
    ) -> list[CheckMessage]:
        """Run the checks, or those with one of `tags`, and return all messages.

        `app_configs` limits the checks to some applications and `databases` names the databases
        that may be asked. Raises `TypeError` for a check that does not return a list.
        """
        checks = self.get_checks(include_deployment_checks)
        if tags is not None:
            wanted = set(tags)
            checks = [check for check in checks if not wanted.isdisjoint(check.tags)]
        messages: list[CheckMessage] = []
        # They import the URLconf, and with it all views.
        with uncollected():
            for check in checks:
                found = check(app_configs=app_configs, databases=databases)
                if not isinstance(found, Iterable):
                    raise TypeError(
                        f"The function {check!r} did not return a list. All functions registered "
                        "with the checks registry must return a list."
                    )
                messages.extend(found)
        return messages

    def tag_exists(self, tag: str, include_deployment_checks: bool = False) -> bool:
        """Whether a check has the tag `tag`."""
        return tag in self.tags_available(include_deployment_checks)

    def tags_available(self, deployment_checks: bool = False) -> set[str]:
        """All tags, with those of checks for deployment if `deployment_checks`."""
        return {tag for check in self.get_checks(deployment_checks) for tag in check.tags}

    def get_checks(self, include_deployment_checks: bool = False) -> list[Any]:
        """The checks, in the order in which they were registered."""
        checks = list(self.registered_checks)
        if include_deployment_checks:
            checks.extend(self.deployment_checks)
        return checks


registry = CheckRegistry()
register = registry.register
run_checks = registry.run_checks
tag_exists = registry.tag_exists
