"""Built-in filters that are written out in compiled templates, where their value is of the usual type.

Keyed by the filter's function: where a project has registered another under the name, that one is
called. Each text gives the local `value` its new value; `arg` is the expression of the argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vivace.template.defaultfilters import default, default_if_none, length, lower, upper

__all__ = ["intrinsics"]

intrinsics: dict[Callable[..., Any], str] = {
    default: """
        {value} = {value} or {arg}
    """,
    default_if_none: """
        if {value} is None:
            {value} = {arg}
    """,
}


def text_method(function: Callable[..., Any], method: str, fallback: str) -> None:
    """A filter that is a method of strings."""
    intrinsics[function] = f"""
        if type({{value}}) is str:
            {{value}} = {{value}}.{method}()
        else:
            {{value}} = {fallback}
    """


text_method(upper, "upper", "filter_upper({value})")
text_method(lower, "lower", "resafe(filter_lower({value}), {value})")
intrinsics[length] = """
    if type({value}) is list or type({value}) is str:
        {value} = len({value})
    else:
        {value} = filter_length({value})
"""
