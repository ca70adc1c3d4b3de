"""Flask."""

from __future__ import annotations

from typing import Any

import flask

from benchmarks.contenders.project import DATA

application = flask.Flask("benchmarks")


@application.get("/json")
def json_view() -> Any:
    return flask.jsonify(DATA)
