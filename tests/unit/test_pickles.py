"""Pickles are the same on both sides of the way to Django and back (scripts/golden/pickles.py)."""

from __future__ import annotations

import base64
import functools
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from golden_cases import recorded, script
from vivace.http import HttpResponse, HttpResponseRedirect, JsonResponse
from vivace.utils.safestring import mark_safe

pickles = script("pickles")
RECORDED = recorded("pickles")
OF_HOMES = recorded("pickles_of_homes")
SCRIPT = Path(pickles.__file__)


@functools.cache
def ours(root: str) -> Any:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), root], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_all_samples_are_recorded() -> None:
    assert {name for name, _ in pickles.SAMPLES} == RECORDED.keys()


@pytest.mark.parametrize("name", RECORDED)
class TestUnderTheAlias:
    def test_names_and_holds_what_django_reads(self, name: str) -> None:
        fact, made = RECORDED[name], ours("alias")[name]
        assert made["loaded"] == fact["loaded"]
        assert fact.get("read_by_django", fact["loaded"]) == fact["loaded"]
        same = set(pickles.addresses(fact["pickle"])) == set(made["addresses"])
        assert same or "ours" in fact
        if sys.version_info[:2] == (3, 11):
            # Other versions pickle some classes of the library in another way.
            known = {pickles.digest(fact["pickle"]), fact.get("ours")}
            assert made["digest"] in known, "ask Django: pickles.py read"

    def test_what_django_wrote_is_read(self, name: str) -> None:
        assert ours("alias")[name]["reads"] == RECORDED[name]["loaded"]


@pytest.mark.parametrize("name", RECORDED)
def test_addresses_are_those_of_django_under_the_own_name_too(name: str) -> None:
    expected = [
        address.replace("django.", "vivace.", 1) if address.startswith("django.") else address
        for address in ours("alias")[name]["addresses"]
    ]
    assert ours("home")[name]["addresses"] == sorted(expected)


@pytest.mark.parametrize("name", OF_HOMES)
def test_pickles_that_named_homes_are_read(name: str) -> None:
    here = ours("home")[name]
    assert here["reads"] == here["loaded"]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
class TestProtocols:
    def test_safe_text_names_its_published_address(self, protocol: int) -> None:
        if protocol < 2:
            pytest.skip("texts that are their own str() do not pickle so, as in Django")
        data = pickle.dumps(mark_safe("<b>"), protocol)
        assert pickles.addresses(base64.b64encode(data))[-1] == "vivace.utils.safestring.SafeString"
        assert pickle.loads(data) == "<b>"

    def test_response_comes_back_whole(self, protocol: int) -> None:
        response = HttpResponse(b"x", status=201, headers={"X-A": "1"})
        response.set_cookie("a", "1")
        again = pickle.loads(pickle.dumps(response, protocol))
        assert type(again) is HttpResponse
        assert again.serialize() == response.serialize()
        assert again.status_code == 201
        assert again.cookies["a"].value == "1"


class TestResponses:
    def test_pickling_leaves_the_response_on_the_plain_road(self) -> None:
        response = HttpResponse(b"x")
        before = dict(response.__dict__)
        again = pickle.loads(pickle.dumps(response))
        assert response.__dict__ == before
        assert again._plain

    def test_what_is_unusual_stays_unusual(self) -> None:
        for spoil in (
            lambda response: response.set_cookie("a", "1"),
            lambda response: setattr(response, "reason_phrase", "Fine"),
            lambda response: setattr(response, "xframe_options_exempt", True),
            lambda response: setattr(response, "mine", 1),
        ):
            response = HttpResponse(b"x")
            spoil(response)
            assert not pickle.loads(pickle.dumps(response))._plain

    def test_headers_of_the_copy_are_its_own(self) -> None:
        response = HttpResponse(b"x")
        again = pickle.loads(pickle.dumps(response))
        again["X-A"] = "1"
        assert "X-A" not in response
        assert again["Content-Type"] == response["Content-Type"]

    def test_body_in_several_parts(self) -> None:
        response = HttpResponse(b"x")
        response.write("y")
        assert pickle.loads(pickle.dumps(response)).content == b"xy"

    def test_subclasses(self) -> None:
        moved = pickle.loads(pickle.dumps(HttpResponseRedirect("/there/")))
        assert (moved.status_code, moved.url) == (302, "/there/")
        assert pickle.loads(pickle.dumps(JsonResponse({"a": 1}))).content == b'{"a": 1}'
