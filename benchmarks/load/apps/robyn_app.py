"""Robyn, with its own server: ``python -m benchmarks.load.apps.robyn_app PORT [its options]``.

The view is no coroutine: so it answers more requests.
"""

from __future__ import annotations

import sys
from typing import Any

import robyn

from benchmarks.contenders.project import DATA

# The arguments that are left are Robyn's.
_port = int(sys.argv.pop(1)) if __name__ == "__main__" else 0

application = robyn.Robyn(__file__)


@application.get("/json")
def json_view() -> Any:
    return DATA


if __name__ == "__main__":
    application.start(host="127.0.0.1", port=_port)
