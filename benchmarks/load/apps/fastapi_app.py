"""FastAPI."""

from __future__ import annotations

from typing import Any

import fastapi

from benchmarks.contenders.project import DATA

application = fastapi.FastAPI()


@application.get("/json")
async def json_view() -> Any:
    return DATA
