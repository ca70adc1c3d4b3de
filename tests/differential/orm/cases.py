"""Cases from seeds, as plain data: the steps, and how they are run."""

from __future__ import annotations

import random
from typing import Any

from reads import Reader
from writes import Changer

__all__ = ["PROFILES", "Case", "make_case"]

Case = dict[str, Any]
PROFILES = 2


def make_case(seed: int) -> Case:
    """The case of a seed."""
    rnd = random.Random(seed)
    if rnd.random() < 0.7:
        return {"seed": seed, "writes": False, "steps": Reader(rnd).steps()}
    return {
        "seed": seed,
        "writes": True,
        # In a transaction, in savepoints of it, or with each statement on its own.
        "mode": rnd.choice(("block", "careful", "careful", "auto", "auto")),
        "signals": rnd.random() < 0.2,
        "steps": Changer(rnd).steps(),
    }
