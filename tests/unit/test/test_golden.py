"""The test tools answer what Django's answered (scripts/golden/testtools.py)."""

from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from vivace.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from vivace.test import AsyncRequestFactory, RequestFactory, SimpleTestCase
from vivace.test.client import encode_multipart
from vivace.test.html import parse_html
from vivace.test.utils import compare_xml

GOLDEN = json.loads(
    (Path(__file__).resolve().parents[2] / "golden" / "testtools.json").read_text("utf-8")
)
FACTORIES = {"RequestFactory": RequestFactory, "AsyncRequestFactory": AsyncRequestFactory}


def raw(value: Any) -> Any:
    return {"$bytes": value.decode("latin-1")} if isinstance(value, bytes) else value


def cooked(value: Any) -> Any:
    if isinstance(value, list):
        return [cooked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$bytes" in value:
        return value["$bytes"].encode("latin-1")
    if "$file" in value:
        file = BytesIO(value["$file"].encode("latin-1"))
        for name, content in value.get("attributes", {}).items():
            setattr(file, name, content)
        return file
    if "$response" in value:
        return HttpResponse(value["$response"], **value["options"])
    if "$stream" in value:
        return StreamingHttpResponse([part.encode() for part in value["$stream"]])
    if "$redirect" in value:
        return HttpResponseRedirect(value["$redirect"])
    return {key: cooked(item) for key, item in value.items()}


def outcome(function: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return {"value": raw(function(*args, **kwargs))}
    except Exception as error:
        return {"error": [type(error).__name__, str(error)]}


def jsonable(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("case", GOLDEN["html"], ids=lambda case: case["html"] or "empty")
def test_parsed_html(case: Any) -> None:
    assert outcome(lambda: str(parse_html(case["html"]))) == case["parsed"]


def test_html_equality_and_counting() -> None:
    for needle, haystack, equal, count, inside in GOLDEN["html_pairs"]:
        first, second = parse_html(needle), parse_html(haystack)
        assert (first == second) is equal, (needle, haystack)
        assert second.count(first) == count, (needle, haystack)
        assert (first in second) is inside, (needle, haystack)


def test_xml_equality() -> None:
    for want, got, expected in GOLDEN["xml"]:
        assert outcome(compare_xml, want, got) == expected, (want, got)


@pytest.mark.parametrize(("data", "expected"), GOLDEN["multipart"])
def test_multipart(data: Any, expected: Any) -> None:
    assert outcome(lambda: encode_multipart("BoUnDaRy", cooked(data))) == expected


@pytest.mark.parametrize("factory", sorted(FACTORIES))
def test_requests(factory: str) -> None:
    def describe(case: Any) -> Any:
        made = FACTORIES[factory](**cooked(case["defaults"]))
        request = getattr(made, case["method"])(*cooked(case["args"]), **cooked(case["kwargs"]))
        if factory == "RequestFactory":
            left_out = ("wsgi.input", "wsgi.errors")
            environ = {key: value for key, value in request.META.items() if key not in left_out}
        else:
            keys = [
                "asgi",
                "type",
                "http_version",
                "client",
                "server",
                "scheme",
                "method",
                "path",
                "query_string",
            ]
            environ = {key: request.scope[key] for key in keys}
            environ["headers"] = [
                [name.decode(), value.decode("latin-1")] for name, value in request.scope["headers"]
            ]
        return {
            "environ": environ,
            "body": raw(request.body),
            "path": request.path,
            "full": request.get_full_path(),
        }

    cases = [case for case in GOLDEN["requests"] if case["factory"] == factory]
    assert len(cases) > 100
    for case in cases:
        found = jsonable(outcome(describe, case))
        assert found == case["outcome"], (case["defaults"], case["method"], case["args"])


@pytest.mark.parametrize(
    "case", GOLDEN["assertions"], ids=lambda case: f"{case['name']}-{case['args']}"[:60]
)
@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="unittest words its part of the messages anew"
)
def test_assertion_messages(case: Any) -> None:
    method = getattr(SimpleTestCase(), case["name"])
    assert outcome(method, *cooked(case["args"]), **case["kwargs"]) == case["outcome"]
