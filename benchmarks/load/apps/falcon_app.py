"""Falcon."""

from __future__ import annotations

from typing import Any

import falcon

from benchmarks.contenders.project import DATA


class Json:
    def on_get(self, req: Any, resp: Any) -> None:
        resp.media = DATA


application = falcon.App()
application.add_route("/json", Json())
