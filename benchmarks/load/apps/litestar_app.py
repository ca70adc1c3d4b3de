"""Litestar."""

from __future__ import annotations

from typing import Any

import litestar

from benchmarks.contenders.project import DATA


@litestar.get("/json")
async def json_view() -> dict[str, Any]:
    return DATA


application = litestar.Litestar([json_view], openapi_config=None)
