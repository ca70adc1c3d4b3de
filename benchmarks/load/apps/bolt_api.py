"""The API of django-bolt's project. The view is a coroutine: so it answers more requests."""

from __future__ import annotations

from typing import Any

import django_bolt

from benchmarks.contenders.project import DATA

urlpatterns: list[Any] = []
api = django_bolt.BoltAPI()


@api.get("/json")
async def json_view() -> Any:
    return DATA
