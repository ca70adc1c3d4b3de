"""The differences that are meant, each with its reason.

A rule takes the case and both answers' texts, and says whether it explains all that differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__ = ["EXCLUDING", "EXCLUDING_PER_THOUSAND", "reason_for"]

Rule = Callable[[dict[str, Any], str, list[str]], bool]

_ARGUMENTS = re.compile(
    r"(?<=TypeError: )[\w.<>]+(?=\(\) (missing|got an unexpected|got multiple|takes|argument after))"
)


_ACCIDENTS = (
    r"(TypeError|AttributeError): '\w+' object "
    r"(has no attribute '(target|lhs|contains_column_references)'|does not support item assignment)"
    "|TypeError: 'Ref' object is not iterable"
    "|IndexError: tuple index out of range"
)
_REFUSED = 'near "|row value misused|no such column|aggregate functions are not|SELECTs to the left|misuse of window|malformed JSON'
# What no message shows; only so few cases in a thousand may be explained by it.
EXCLUDING = "excluding is not misled by another join of the same table"
EXCLUDING_PER_THOUSAND = 2


def _sorted_names(answer: str) -> str:
    """An answer whose list of names is sorted, and which of two names is told is left out."""
    answer = re.sub(
        r"Field \w+\.\w+ cannot be both deferred", "Field cannot be both deferred", answer
    )
    return re.sub(
        r"(?<=given in select_related: )[^.]*",
        lambda names: ", ".join(sorted(names[0].split(", "))),
        answer,
    )


def _alike(pattern: str | re.Pattern[str], by: str) -> Rule:
    """The same, when what is like `pattern` is put in other words on both sides."""
    return lambda case, theirs, ours: all(
        re.sub(pattern, by, our) == re.sub(pattern, by, theirs) for our in ours
    )


def _answered(case: dict[str, Any], theirs: str, ours: list[str]) -> bool:
    """Whether Vivace has an answer each time, and the same."""
    return len(set(ours)) == 1 and "!! " not in ours[0]


def _steps(pattern: str) -> Rule:
    """Whether the case has such a step, and Vivace an answer."""
    return lambda case, theirs, ours: (
        re.search(pattern, " ".join(case["steps"])) is not None and _answered(case, theirs, ours)
    )


def _fails(pattern: str) -> Rule:
    """Where Django fails like that, and Vivace has an answer."""
    return lambda case, theirs, ours: (
        re.search(f"!! {pattern}", theirs) is not None and _answered(case, theirs, ours)
    )


def _both(one: Rule, other: Rule) -> Rule:
    return lambda case, theirs, ours: one(case, theirs, ours) and other(case, theirs, ours)


RULES: tuple[tuple[str, Rule], ...] = (
    (
        "named rows name the annotations that came after values_list(), too",
        _both(_steps("named=True"), _alike(r"(?<=Row)\([^)]*\)", "")),
    ),
    (
        "a number that an aggregate makes of JSON is not read as JSON",
        _fails("TypeError: the JSON object must be str, bytes or bytearray, not"),
    ),
    (
        "where Django writes what SQLite refuses, Vivace has an answer, or other words are refused",
        lambda case, theirs, ours: (
            (found := re.search(f"!! OperationalError: ({_REFUSED})", theirs)) is not None
            and (
                not any("OperationalError" in our for our in ours)
                or (
                    found[1] == "row value misused"
                    and all("!! OperationalError" in o for o in ours)
                )
            )
        ),
    ),
    (
        "a decimal that is no number is refused when it is first needed",
        lambda case, theirs, ours: (
            "NaN" in " ".join(case["steps"])
            and "“NaN” value must be a decimal number." in theirs
            and ("Prefetch(" in " ".join(case["steps"]) or all("!! " in our for our in ours))
        ),
    ),
    (
        "the position of a column counts all columns of a composite key before it",
        lambda case, theirs, ours: (
            re.search(r"values(_list)?\([^)]*'pk'", " ".join(case["steps"])) is not None
            and "Window(" in " ".join(case["steps"])
            and all("misuse of window function" in our for our in ours)
        ),
    ),
    (
        "a filter may name one window function on both sides",
        _both(_steps(r"Window\("), _fails("IndexError: list index out of range")),
    ),
    (
        "an aggregate of a union is one, or is refused",
        lambda case, theirs, ours: "'__col" in theirs and all("!! FieldError" in o for o in ours),
    ),
    (
        "what a union is made of is checked even if its order is empty",
        lambda case, theirs, ours: (
            re.search(r"(intersection|union|difference)\(", " ".join(case["steps"])) is not None
            and "[]" in theirs
            and all("!! DatabaseError: ORDER BY not allowed in" in our for our in ours)
        ),
    ),
    (
        "the names stand in the order of a set",
        lambda case, theirs, ours: all(_sorted_names(theirs) == _sorted_names(our) for our in ours),
    ),
    (
        "rows of distinct composite keys have whole keys",
        _steps(r"values\('pk'\).*distinct\("),
    ),
    (
        "where a composite key stands for one value, another mistake may be told first",
        lambda case, theirs, ours: (
            "!! FieldError: Expression contains mixed types: ForeignKey, IntegerField" in theirs
            and all("!! " in our for our in ours)
        ),
    ),
    (
        "what a union cannot be ordered by is said in one way",
        lambda case, theirs, ours: (
            "!! FieldError: Cannot resolve keyword" in theirs
            and all("!! DatabaseError: ORDER BY term does not match" in our for our in ours)
        ),
    ),
    (
        "a part of a primary key is loaded, whatever is deferred",
        _fails(r"FieldError: Field Sale\.\w+ cannot be both deferred and traversed"),
    ),
    (
        "the type of an expression is not asked for where nothing depends on it",
        _fails("FieldError: Expression contains mixed types"),
    ),
    (
        "an object that is pointed to does not learn that a pointer was taken away",
        _alike(r" \w+~None", ""),
    ),
    (
        "where Django fails by accident, Vivace has an answer or tells what is wrong",
        lambda case, theirs, ours: (
            re.search(f"!! ({_ACCIDENTS})", theirs) is not None
            and all(re.search(f"!! ({_ACCIDENTS})", our) is None for our in ours)
        ),
    ),
    (
        "the standard deviation of nothing is NULL",
        lambda case, theirs, ours: (
            "user-defined aggregate's 'finalize' method raised error" in theirs
            and re.search("StdDev|Variance", " ".join(case["steps"])) is not None
            and not any("finalize" in our for our in ours)
        ),
    ),
    (
        "what is no date is NULL to a function of dates",
        lambda case, theirs, ours: (
            "OperationalError: user-defined function raised exception" in theirs
            and not any("OperationalError" in our for our in ours)
        ),
    ),
    (
        "keys of several columns are compared, counted, grouped by and ordered by as a whole, slices too",
        _steps(
            r"Sale\.objects.*(distinct\(|Window\(|values(_list)?\(.*'pk'|annotate\(.*count\(|filter\(pk__in=)"
            r"|(values(_list)?|order_by)\(.*'(\w+__)?sales"
        ),
    ),
    (
        "the column that UNION is ordered by is not in the rows of values_list()",
        _steps(r"(union|intersection|difference)\(.*values_list\(.*order_by\("),
    ),
    (
        "Model.NotUpdated is of a later Django; it is a DatabaseError",
        _alike("!! (NotUpdated|DatabaseError): (?=Save with update|Forced update)", "!! "),
    ),
    (
        "Python tells which function was given too much or too little by the place of its definition",
        _alike(_ARGUMENTS, ""),
    ),
    (
        EXCLUDING,
        lambda case, theirs, ours: (
            re.search(r"~|exclude\(", " ".join(case["steps"])) is not None
            and "!! " not in theirs
            and _answered(case, theirs, ours)
        ),
    ),
)


def reason_for(case: dict[str, Any], theirs: str, ours: list[str]) -> str | None:
    """The reason why the answers differ, if that is meant."""
    return next((reason for reason, explains in RULES if explains(case, theirs, ours)), None)
