"""The differences that are meant: where Django fails, or answers something else than it was asked."""

from __future__ import annotations

import re

# Django's answer; the reason.
ERRORS = [
    (
        r"^OperationalError: (no such column|near |ON clause)",
        "an alias of one query is taken for that of another",
    ),
    (r"^RecursionError", "a filtered relation over two relations to many"),
    (r"^ValueError: '\w+' doesn't support multi-column", "excluding by keys of several columns"),
    (
        r"^(AttributeError|TypeError): '\w+' object (has no attribute|does not support)",
        "an accident",
    ),
]
# What no pattern of the answer shows; only so few cases in a thousand may be explained by it.
EXCLUDING = "excluding is not misled by another join of the same table"
EXCLUDING_PER_THOUSAND = 5
_NAMES = re.compile(
    r"^FieldError: Invalid field name\(s\) given in select_related: (.*?)\. Choices"
)


def reason_for(case: str, theirs: str, ours: str) -> str | None:
    """Why the answers may differ; None if they may not."""
    for pattern, reason in ERRORS:
        if re.search(pattern, theirs):
            return reason
    one, other = _NAMES.match(theirs), _NAMES.match(ours)
    if one and other and sorted(one[1].split(", ")) == sorted(other[1].split(", ")):
        return "the names stand in the order of a set"
    if re.search(r"\b(Member|Post)\.|posts|members|post__|member__", case) and not _failed(ours):
        return "keys of several columns are compared as a whole"
    if ("~" in case or "exclude(" in case) and not _failed(theirs) and not _failed(ours):
        return EXCLUDING
    if "prequel" in case and "select_related" in case:
        return "an object of the same model is loaded whole"
    return None


def _failed(answer: str) -> bool:
    return re.match(r"^\w+(Error|Exception|DoesNotExist): ", answer) is not None
