"""The differences that are meant, each with its reason.

A rule takes the case and both answers, and says whether it explains all that differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__ = ["reason_for"]

Rule = Callable[[dict[str, Any], list[str], list[str]], bool]


def _tuple_in_message(case: dict[str, Any], theirs: list[str], ours: list[str]) -> bool:
    if re.search(r"{% timezone |\|language_", str(case["templates"])) is None:
        return False
    return theirs[0] == "!! TypeError" and set(ours) in ({"!! ValueError"}, {"!! KeyError"})


RULES: tuple[tuple[str, Rule], ...] = (
    (
        "an address in memory, taken apart into its characters, is another one in each process",
        lambda case, theirs, ours: (
            (apart := re.compile("(&#x27;|')0\\1, \\1x\\1(, \\1[0-9a-f]\\1)+")).search(theirs[0])
            is not None
            and all(apart.sub("", our) == apart.sub("", theirs[0]) for our in ours)
        ),
    ),
    (
        "partials are of a later Django",
        lambda case, theirs, ours: "'partialdef'" in theirs[0],
    ),
    (
        "a filter of {% filter %}, or a tag where nothing is escaped, that does not answer text fails "
        "where texts are joined, which is later when nodes are linked: another error may come first",
        lambda case, theirs, ours: (
            theirs[0] == "!! TypeError"
            and re.search("{% filter |autoescape off", str(case["templates"])) is not None
            and all(our.startswith("!!") for our in ours)
        ),
    ),
    (
        "a message for developers shows the names that an include with only hides from its template",
        lambda case, theirs, ours: (
            " only %}" in str(case["templates"])
            and theirs[0].startswith("!! VariableDoesNotExist: ")
            and all(our.split(" in ")[0] == theirs[0].split(" in ")[0] for our in ours)
        ),
    ),
    (
        "a loop of several names leaves a frame on the context if something in it fails, in Django, "
        "and a message for developers shows it",
        lambda case, theirs, ours: (
            re.search(r"{% for [\w ]+,", str(case["templates"])) is not None
            and theirs[0].startswith("!! VariableDoesNotExist: ")
            and all(our.split(" in ")[0] == theirs[0].split(" in ")[0] for our in ours)
        ),
    ),
    (
        "a tuple is no time zone and no language; Django fails over the message that says so",
        _tuple_in_message,
    ),
)


def reason_for(case: dict[str, Any], theirs: list[str], ours: list[str]) -> str | None:
    """The reason why the answers differ, if that is meant."""
    if all(our == theirs[0] for our in ours):
        return None
    return next((reason for reason, explains in RULES if explains(case, theirs, ours)), None)
