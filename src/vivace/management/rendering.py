"""The placeholders of project and app templates, filled in without the template engine.

Known are ``{{ name }}`` (an unknown name gives nothing), the filters ``upper``, ``lower``,
``title``, ``capfirst`` and ``safe``, comments in both forms, and ``verbatim``. Any other tag is an
error: a skeleton that needs it needs an engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from vivace.management.exceptions import CommandError

_TOKEN = re.compile(
    r"{%\s*verbatim(?P<mark>\s[^%]*)?%}(?P<verbatim>.*?){%\s*endverbatim(?P=mark)?\s*%}"
    r"|{%\s*comment\b[^%]*%}.*?{%\s*endcomment\s*%}"
    r"|{\#[^\n]*?\#}"
    r"|{{\s*(?P<name>[A-Za-z_]\w*)(?P<filters>(?:\s*\|\s*\w+)*)\s*}}"
    r"|{%(?P<tag>[^\n]*?)%}",
    re.DOTALL,
)
_FILTERS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "capfirst": lambda text: text[:1].upper() + text[1:],
    "safe": str,
}


def render(source: str, names: Mapping[str, object], origin: str) -> str:
    """`source` with its placeholders filled from `names`; errors call it `origin`."""

    def replace(match: re.Match[str]) -> str:
        if match["verbatim"] is not None:
            return match["verbatim"]
        if match["name"]:
            return _value(match, names, origin)
        if match["tag"] is not None:
            raise CommandError(
                f"{origin} uses the template tag '{{%{match['tag']}%}}', which project and app "
                "templates do not have; wrap it in {% verbatim %} if it belongs to the result."
            )
        return ""

    return _TOKEN.sub(replace, source)


def _value(match: re.Match[str], names: Mapping[str, object], origin: str) -> str:
    text = str(names.get(match["name"], ""))
    for name in match["filters"].replace("|", " ").split():
        if name not in _FILTERS:
            raise CommandError(
                f"{origin} uses the filter '{name}'; project and app templates have only "
                f"{', '.join(_FILTERS)}."
            )
        text = _FILTERS[name](text)
    return text
