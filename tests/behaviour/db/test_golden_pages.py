"""What the documentation of models says, statement by statement, is answered as Django answers it.

Each block is asked several times: the fast road learns by doing, and must not answer otherwise.
"""

from __future__ import annotations

import re

import pytest

from golden_cases import recorded, script
from road_cases import TIMES

orm_pages = script("orm_pages")
RECORDED = recorded("orm_pages")
QUERIES = re.compile(r"^(\d+) queries: ")


def queries(answer: str) -> int:
    """How many queries an answer took."""
    found = QUERIES.match(answer)
    return int(found[1]) if found else 0


def test_every_page_is_recorded() -> None:
    assert set(RECORDED) == set(orm_pages.PAGES)


@pytest.mark.parametrize("page", RECORDED)
def test_page(page: str) -> None:
    statements = orm_pages.statements(page)
    expected = RECORDED[page]
    assert expected.keys() == statements.keys()
    found = orm_pages.ask_apart(page, "vivace", TIMES)
    wrong = [
        f"{line}: {statements[line]}\n  is      {answer}\n  was     {expected[line][0]}"
        for line, answers in found.items()
        for answer in answers
        if QUERIES.sub("", answer) != QUERIES.sub("", expected[line][0])
        or queries(answer) > queries(expected[line][0])
    ]
    assert not wrong, "\n\n".join(wrong[:5])
