from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from vivace.http import QueryDict
from vivace.test import RequestFactory
from vivace.test.utils import override_settings
from vivace.utils.functional import SimpleLazyObject
from vivace.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from vivace.views.report.filter import SafeExceptionReporterFilter

HIDDEN = "********************"


@pytest.fixture
def keeper() -> SafeExceptionReporterFilter:
    return SafeExceptionReporterFilter()


def locals_at_failure(keeper: Any, function: Any, *args: Any) -> dict[str, dict[str, Any]]:
    """What a report would show of the locals of each frame, by the function's name."""
    try:
        function(*args)
    except RuntimeError:
        tb = sys.exc_info()[2]
    shown = {}
    while tb is not None:
        variables = keeper.get_traceback_frame_variables(None, tb.tb_frame)
        shown[tb.tb_frame.f_code.co_name] = dict(variables)
        tb = tb.tb_next
    return shown


def inner(password: str) -> None:
    unrelated = 1
    raise RuntimeError(unrelated)


@sensitive_variables("card", "password")
def named(card: str) -> None:
    visible = "seen"
    inner(card + visible)


@sensitive_variables()
def everything(card: str) -> None:
    inner(card)


@sensitive_variables("card")
async def awaited(card: str) -> None:
    visible = "seen"
    inner(card + visible)


def test_named_variables_are_hidden_in_what_is_called_too(keeper: Any) -> None:
    shown = locals_at_failure(keeper, named, "1234")
    assert shown["named"] == {"card": HIDDEN, "visible": "seen"}
    assert shown["inner"] == {"password": HIDDEN, "unrelated": 1}


def test_arguments_in_the_wrapper_are_hidden(keeper: Any) -> None:
    shown = locals_at_failure(keeper, named, "1234")
    assert set(shown["sensitive_variables_wrapper"].values()) == {HIDDEN}


def test_no_names_hide_all(keeper: Any) -> None:
    shown = locals_at_failure(keeper, everything, "1234")
    assert shown["everything"] == {"card": HIDDEN}
    assert set(shown["inner"].values()) == {HIDDEN}


def test_coroutines(keeper: Any) -> None:
    shown = locals_at_failure(keeper, lambda: asyncio.run(awaited("1234")))
    assert shown["awaited"] == {"card": HIDDEN, "visible": "seen"}


def test_debug_shows_what_the_decorators_hide(keeper: Any) -> None:
    with override_settings(DEBUG=True):
        shown = locals_at_failure(keeper, named, "1234")
    assert shown["named"]["card"] == "1234"
    assert set(shown["sensitive_variables_wrapper"].values()) == {HIDDEN}


def test_post_parameters(keeper: Any) -> None:
    request = RequestFactory().post("/", {"card": "1234", "name": "Ella"})
    sensitive_post_parameters("card", "absent")(lambda request: None)(request)
    assert dict(keeper.get_post_parameters(request).items()) == {"card": HIDDEN, "name": "Ella"}
    with override_settings(DEBUG=True):
        assert keeper.get_post_parameters(request)["card"] == "1234"


def test_all_post_parameters_are_hidden_wherever_the_form_data_appear(keeper: Any) -> None:
    request = RequestFactory().post("/", {"card": "1234", "name": "Ella"})
    sensitive_post_parameters()(lambda request: None)(request)
    for data in (
        keeper.get_post_parameters(request),
        keeper.cleanse_special_types(request, QueryDict("card=1234")),
    ):
        assert set(data.values()) == {HIDDEN}


def test_a_lazy_value_that_fails_does_not_break_the_report(keeper: Any) -> None:
    broken = SimpleLazyObject(lambda: 1 / 0)
    said = keeper.cleanse_special_types(None, broken)
    assert said.startswith(
        "ZeroDivisionError('division by zero') while evaluating <SimpleLazyObject: <function "
    )


class ClassOfNobody:
    @property
    def __class__(self) -> Any:
        raise ValueError("no class")

    def __repr__(self) -> str:
        raise KeyError("no repr")


def test_a_value_without_class_and_repr_is_named_by_its_type(keeper: Any) -> None:
    said = keeper.cleanse_special_types(None, ClassOfNobody())
    assert said == f"ValueError('no class') while evaluating {ClassOfNobody!r}"


def test_settings_are_cleansed_at_any_depth(keeper: Any) -> None:
    services = {"default": {"PASSWORD": "p", "OPTIONS": [{"passfile": "x", "a": 1}]}}
    with override_settings(SERVICES=services, CALLBACK=len):
        safe = keeper.get_safe_settings()
    assert safe["SERVICES"] == {
        "default": {"PASSWORD": HIDDEN, "OPTIONS": [{"passfile": HIDDEN, "a": 1}]}
    }
    assert safe["SECRET_KEY"] == HIDDEN
    assert repr(safe["CALLBACK"]) == "<built-in function len>"
    assert not callable(safe["CALLBACK"])


def test_the_session_cookie_is_a_secret(keeper: Any) -> None:
    request = RequestFactory().get("/", HTTP_COOKIE="mysession=abc; theme=dark")
    with override_settings(SESSION_COOKIE_NAME="mysession"):
        assert keeper.get_safe_cookies(request) == {"mysession": HIDDEN, "theme": "dark"}
