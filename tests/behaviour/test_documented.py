"""What the documentation says, page by page, is answered as Django answers it."""

from __future__ import annotations

import pytest

from golden_cases import recorded, script

documented = script("documented")
RECORDED = recorded("documented")


def test_every_page_is_recorded() -> None:
    assert set(RECORDED) == set(documented.PAGES)


@pytest.mark.parametrize("page", RECORDED)
def test_page(page: str) -> None:
    blocks = documented.blocks(page)
    assert len(blocks) == len(RECORDED[page])
    found = documented.ask_apart(page, "vivace")
    wrong = [
        f"{block}\n  is      {answer}\n  was     {expected}"
        for block, expected, answer in zip(blocks, RECORDED[page], found, strict=True)
        if answer != expected
    ]
    assert not wrong, "\n\n".join(wrong[:5])
