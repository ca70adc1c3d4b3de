from __future__ import annotations

import pytest

from vivace.urls.templates import templates_of


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", [("", [])]),
        (r"^a/(?P<x>\d+)/$", [("a/%(x)s/", ["x"])]),
        (r"a+b*c?d{3}e{2,4}", [("adddee", [])]),
        (r"[a-z][^/]\d\w\s\D\W.\.", [("a^0x x!..", [])]),
        ("(a|b)", [("%(_0)s", ["_0"])]),
        ("a|b", [("", [])]),
        ("(?:a|b)c", [("", [])]),
        ("((a)b)(c)", [("%(_0)s%(_1)s", ["_0", "_1"])]),
        (
            "(a)?(b)?",
            [("", []), ("%(_1)s", ["_1"]), ("%(_0)s", ["_0"]), ("%(_0)s%(_1)s", ["_0", "_1"])],
        ),
        ("(?:(?P<x>a)/)?", [("", []), ("%(x)s/", ["x"])]),
        ("(?P<x>a)(?P=x)", [("%(x)s%(x)s", ["x"])]),
        ("(?=a)b(?!c)(?<=d)", [("b", [])]),
        ("(?P<x>[)(]+)c", [("%(x)sc", ["x"])]),
        (r"\(a\)\[", [("(a)[", [])]),
    ],
)
def test_templates(pattern: str, expected: list[tuple[str, list[str]]]) -> None:
    found = templates_of(pattern)
    assert [(str(template), list(template.params)) for template in found] == expected


@pytest.mark.parametrize("pattern", ["(?i)a", "(?#x)a", "(?>a)"])
def test_extensions_cannot_be_reversed(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"^Non-reversible reg-exp portion: '\(\?"):
        templates_of(pattern)
