"""Latin filler, from the text of Cicero's "De finibus bonorum et malorum" (1.10.32, 33)."""

from __future__ import annotations

import random

__all__ = ["COMMON_P", "COMMON_WORDS", "WORDS", "paragraph", "paragraphs", "sentence", "words"]

COMMON_P = (
    "Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt ut "
    "labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco "
    "laboris nisi ut aliquip ex ea commodo consequat. Duis aute irure dolor in reprehenderit in "
    "voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint occaecat "
    "cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum."
)

_PASSAGE = (
    "sed ut perspiciatis unde omnis iste natus error sit voluptatem accusantium doloremque "
    "laudantium totam rem aperiam eaque ipsa quae ab illo inventore veritatis et quasi architecto "
    "beatae vitae dicta sunt explicabo nemo enim ipsam quia voluptas aspernatur aut odit fugit "
    "consequuntur magni dolores eos qui ratione sequi nesciunt neque porro quisquam est dolorem "
    "ipsum dolor amet consectetur adipisci velit non numquam eius modi tempora incidunt labore "
    "dolore magnam aliquam quaerat ad minima veniam quis nostrum exercitationem ullam corporis "
    "suscipit laboriosam nisi aliquid ex ea commodi consequatur vel eum iure reprehenderit in "
    "voluptate esse quam nihil molestiae illum quo fugiat nulla pariatur at vero accusamus iusto "
    "odio dignissimos ducimus blanditiis praesentium voluptatum deleniti atque corrupti quos quas "
    "molestias excepturi sint obcaecati cupiditate provident similique culpa officia deserunt "
    "mollitia animi id laborum dolorum fuga harum quidem rerum facilis expedita distinctio nam "
    "libero tempore cum soluta nobis eligendi optio cumque impedit minus quod maxime placeat "
    "facere possimus omnis assumenda repellendus temporibus autem quibusdam officiis debitis "
    "necessitatibus saepe eveniet voluptates repudiandae recusandae itaque earum hic tenetur a "
    "sapiente delectus reiciendis voluptatibus maiores alias perferendis doloribus asperiores "
    "repellat"
)

WORDS = tuple(dict.fromkeys(_PASSAGE.split()))

COMMON_WORDS = tuple(COMMON_P.replace(",", "").lower().split(".")[0].split())


def sentence() -> str:
    """A random sentence of one to five parts between commas, ended by a full stop or a question mark."""
    parts = [
        " ".join(random.sample(WORDS, random.randint(3, 12))) for _ in range(random.randint(1, 5))
    ]
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}{random.choice('?.')}"


def paragraph() -> str:
    """A random paragraph of one to four sentences."""
    return " ".join(sentence() for _ in range(random.randint(1, 4)))


def paragraphs(count: int, common: bool = True) -> list[str]:
    """`count` paragraphs; if `common`, the first is the usual "Lorem ipsum" text."""
    return [COMMON_P if common and i == 0 else paragraph() for i in range(count)]


def words(count: int, common: bool = True) -> str:
    """`count` words between spaces; if `common`, the first nineteen are "lorem ipsum" and so on."""
    chosen = list(COMMON_WORDS) if common else []
    missing = count - len(chosen)
    while missing > 0:
        more = min(missing, len(WORDS))
        chosen += random.sample(WORDS, more)
        missing -= more
    return " ".join(chosen[:count])
