"""What the documentation says, page by page, is answered as Django answers it."""

from __future__ import annotations

import pytest

from golden_cases import recorded, script

documented = script("documented")
RECORDED = recorded("documented")


def test_every_page_is_recorded() -> None:
    assert set(RECORDED) == set(documented.PAGES)


def check(page: str, root: str) -> None:
    blocks = documented.blocks(page)
    assert len(blocks) == len(RECORDED[page])
    found = documented.ask_apart(page, root)
    wrong = [
        f"{block}\n  is      {answer}\n  was     {expected}"
        for block, expected, answer in zip(blocks, RECORDED[page], found, strict=True)
        if answer != expected
    ]
    assert not wrong, "\n\n".join(wrong[:5])


@pytest.mark.parametrize("page", RECORDED)
def test_page(page: str) -> None:
    check(page, "vivace")


@pytest.mark.parametrize(
    "page", ["class_based_views", "database_cache", "forms_api", "mail", "settings_and_commands"]
)
def test_page_under_the_other_name(page: str) -> None:
    check(page, "alias")
