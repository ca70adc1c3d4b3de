from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vivace.core.exceptions import SynchronousOnlyOperation
from vivace.db import IntegrityError, OperationalError, ProgrammingError
from vivace.http import HttpResponse
from vivace.template.loader import get_template
from vivace.test import Client
from vivace.test.utils import override_settings
from vivace.urls import include, path, reverse
from vivace.views.debug import ExceptionReporter
from vivace.views.report.hints import hint_for

PRICES = {"rye": 4, "spelt": 5}


def view(request: Any) -> HttpResponse:
    return HttpResponse()


class Routes:
    urlpatterns = [
        path("", view, name="window"),
        path("cellar/", include(([path("x/", view, name="barrel")], "cellar"))),
    ]


def nothing(request: Any) -> None:
    return None


def alone() -> HttpResponse:
    return HttpResponse()


def gig(request: Any) -> HttpResponse:
    return HttpResponse()


def calls(request: Any) -> HttpResponse:
    return alone(request)  # type: ignore[call-arg]


class Views:
    urlpatterns = [
        path("nothing/", nothing),
        path("alone/", alone),
        path("gig/<slug:slug>/", gig),
        path("calls/", calls),
    ]


def proposal(function: Callable[[], Any]) -> str:
    """What may help against what `function` raises, as text."""
    try:
        function()
    except Exception as error:
        return re.sub("<[^>]+>", "", hint_for(error))
    raise AssertionError("nothing was raised")


def misspelt_local() -> Any:
    counter = 1
    return conuter + counter  # type: ignore[name-defined]  # noqa: F821


class Odd:
    """Does not tell what it has."""

    def __dir__(self) -> Any:
        raise RuntimeError


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (misspelt_local, "Did you mean counter?"),
        (lambda: pritn, "Did you mean print?"),  # type: ignore[name-defined]  # noqa: F821
        (lambda: "".upppr(), "Did you mean upper?"),  # type: ignore[attr-defined]
        (lambda: None.upper(), "None was not expected here"),  # type: ignore[attr-defined]
        (lambda: PRICES["rey"], "Did you mean rye?"),
        (lambda: PRICES["nothing like them"], ""),
        (lambda: PRICES[3], ""),  # type: ignore[index]
        (lambda: Odd().upper(), ""),  # type: ignore[attr-defined]
        (lambda: __import__("no_such_thing"), "python -m pip install no_such_thing"),
        (lambda: __import__("json.decodr"), "Is there such a module in json"),
        (lambda: exec("from textwrap import dedend"), "Did you mean dedent?"),  # noqa: S102
        (lambda: 1 / 0, ""),
    ],
)
def test_names(function: Callable[[], Any], expected: str) -> None:
    found = proposal(function)
    assert found == "" if not expected else expected in found


@override_settings(ROOT_URLCONF=Routes)
def test_names_of_routes() -> None:
    assert proposal(lambda: reverse("windwo")) == "Did you mean window?"
    assert proposal(lambda: reverse("cellar:barel")) == "Did you mean cellar:barrel?"
    assert "There is such a route in a namespace: cellar:barrel." in proposal(
        lambda: reverse("barrel")
    )
    assert proposal(lambda: reverse("attic:chest")) == ""


def test_names_of_templates(tmp_path: Path) -> None:
    (tmp_path / "bakery").mkdir()
    (tmp_path / "bakery" / "window.html").write_text("")
    backend = "vivace.template.backends.django.DjangoTemplates"
    with override_settings(TEMPLATES=[{"BACKEND": backend, "DIRS": [tmp_path]}]):
        found = proposal(lambda: get_template("bakery/windov.html"))
        assert found == "Did you mean bakery/window.html?"
        assert proposal(lambda: get_template("window.html")) == "Did you mean bakery/window.html?"
        # The folder and the extension are alike; the names are not.
        assert proposal(lambda: get_template("bakery/oven.html")) == ""
        assert proposal(lambda: get_template("x.txt")) == ""


def fails(error: Exception) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("no such table: main.none_such"), "python manage.py migrate"),
        (OperationalError("no such table: django_content_type"), "The table of ContentType"),
        (
            ProgrammingError('relation "none_such" does not exist\nLINE 1: ...'),
            "python manage.py migrate",
        ),
        (ProgrammingError(1146, "Table 'db.none_such' doesn't exist"), "python manage.py migrate"),
        (OperationalError("no such column: a.b"), "Is the table older than the model?"),
        (IntegrityError("NOT NULL constraint failed: gigs_gig.day"), "day has no value"),
        (IntegrityError('null value in column "day" of relation'), "day has no value"),
        (IntegrityError(1048, "Column 'day' cannot be null"), "day has no value"),
        (IntegrityError("UNIQUE constraint failed: gigs_gig.day"), ""),
        (OperationalError("database is locked"), ""),
    ],
)
def test_tables(error: Exception, expected: str) -> None:
    if "content_type" in str(error):
        pytest.importorskip("vivace.contrib.contenttypes")
        with override_settings(INSTALLED_APPS=["vivace.contrib.contenttypes"]):
            found = proposal(fails(error))
    else:
        found = proposal(fails(error))
    assert found == "" if not expected else expected in found


def test_what_is_asked_of_models() -> None:
    pytest.importorskip("vivace.contrib.contenttypes")
    with override_settings(INSTALLED_APPS=["vivace.contrib.contenttypes"]):
        model: Any = importlib.import_module("vivace.contrib.contenttypes.models").ContentType
        assert proposal(lambda: model.objects.filter(app_labl="x")) == "Did you mean app_label?"
        assert proposal(lambda: model(app_labl="x")) == "Did you mean app_label?"
        assert "get_object_or_404(ContentType, …)" in proposal(fails(model.DoesNotExist()))


async def count() -> int:
    return 1


def without_await(use: Callable[[Any], Any]) -> Callable[[], Any]:
    def run() -> None:
        coroutine = count()
        try:
            use(coroutine)
        finally:
            coroutine.close()

    return run


@pytest.mark.parametrize(
    "use",
    [
        lambda coroutine: coroutine + 1,
        lambda coroutine: coroutine[0],
        lambda coroutine: list(coroutine),
        lambda coroutine: len(coroutine),
        lambda coroutine: coroutine.name,
    ],
)
def test_a_forgotten_await(use: Callable[[Any], Any]) -> None:
    assert "write await before the call" in proposal(without_await(use))


def test_colours() -> None:
    found = proposal(fails(SynchronousOnlyOperation("You cannot call this ...")))
    assert "await Model.objects.aget(…)" in found

    async def awaits() -> None:
        await 1  # type: ignore[misc]

    found = proposal(lambda: asyncio.run(awaits()))
    assert found.startswith("Only what is asynchronous is awaited: take await away")


@override_settings(ROOT_URLCONF=Views, DEBUG=True, ALLOWED_HOSTS=["*"])
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/nothing/", "Does every way through it end in return and a response?"),
        ("/alone/", "takes out of the path: def alone(request)."),
        ("/gig/brass/", "takes out of the path: def gig(request, slug)."),
        # It is not the view that is called wrongly.
        ("/calls/", None),
    ],
)
def test_views(address: str, expected: str | None) -> None:
    client = Client(raise_request_exception=False)
    page = client.get(address, headers={"accept": "text/html"}).content.decode()
    text = re.sub("<[^>]+>", "", page)
    assert ("What may help" in text) == (expected is not None)
    assert expected is None or expected in text


def test_a_proposal_is_escaped_and_no_mail_holds_one() -> None:
    prices = {"<script>alert(1)</script>": 1}
    try:
        prices["<script>alert(2)</script>"]
    except KeyError as error:
        report = (None, type(error), error, error.__traceback__)
        page = ExceptionReporter(*report).get_traceback_html()
        mail = ExceptionReporter(*report, is_email=True).get_traceback_html()
    assert "What may help</b> Did you mean <code>&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    # It names what variables hold that may be hidden.
    assert "<b>What may help</b>" not in mail
