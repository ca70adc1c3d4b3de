"""The report of the system checks, as text for a person."""

from __future__ import annotations

from collections.abc import Iterable

from vivace.checks import CRITICAL, ERROR, INFO, WARNING, CheckMessage
from vivace.management.color import Style

_HEADING = "System check identified some issues:\n"
_GROUPS = (
    ("CRITICALS", CRITICAL, None),
    ("ERRORS", ERROR, CRITICAL),
    ("WARNINGS", WARNING, ERROR),
    ("INFOS", INFO, WARNING),
    ("DEBUGS", None, INFO),
)


class Report:
    """The messages of one run of the checks; `counted` adds how many there were."""

    def __init__(self, messages: Iterable[CheckMessage], style: Style, counted: bool) -> None:
        self._all = list(messages)
        self._style = style
        self._counted = counted
        self.shown = [message for message in self._all if not message.is_silenced()]

    def fails_at(self, level: int) -> bool:
        """Whether a message that is not silenced is at least as serious as `level`."""
        return any(message.is_serious(level) for message in self.shown)

    def as_text(self) -> str:
        """The report for a run that goes on."""
        return (_HEADING if self.shown else "") + self._body() + self._footer()

    def as_error(self) -> str:
        """The report for a run that ends here."""
        heading = self._style.ERROR(f"SystemCheckError: {_HEADING}")
        return heading + self._body() + self._footer()

    def _body(self) -> str:
        parts = []
        for title, lowest, above in _GROUPS:
            group = [
                message
                for message in self.shown
                if (lowest is None or message.level >= lowest)
                and (above is None or message.level < above)
            ]
            if group:
                lines = "\n".join(self._styled(message) for message in sorted(group, key=str))
                parts.append(f"\n{title}:\n{lines}\n")
        return "".join(parts)

    def _styled(self, message: CheckMessage) -> str:
        style = self._style.ERROR if message.is_serious() else self._style.WARNING
        return style(str(message))

    def _footer(self) -> str:
        if not self._counted:
            return ""
        count = len(self.shown)
        issues = {0: "no issues", 1: "1 issue"}.get(count, f"{count} issues")
        silenced = len(self._all) - count
        gap = "\n" if self.shown else ""
        return f"{gap}System check identified {issues} ({silenced} silenced)."
