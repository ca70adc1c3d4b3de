"""ValidationError in its three forms, and the family of suspicious operations."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from vivace.core import exceptions
from vivace.core.exceptions import NON_FIELD_ERRORS, ValidationError
from vivace.utils.functional import lazystr


def test_single_message_is_interpolated_when_shown() -> None:
    error = ValidationError("hello %(x)s", code="c", params={"x": 1})
    assert error.messages == ["hello 1"]
    assert list(error) == ["hello 1"]
    assert str(error) == "['hello 1']"
    assert repr(error) == "ValidationError(['hello 1'])"
    assert error.args == ("hello %(x)s", "c", {"x": 1})
    assert error.error_list == [error]


def test_without_params_percent_signs_stay() -> None:
    assert ValidationError("100%", params={}).messages == ["100%"]
    with pytest.raises(ValueError, match="incomplete format"):
        assert ValidationError("100%", params={"a": 1}).messages


def test_lists_are_flattened() -> None:
    error = ValidationError(["a", ValidationError("b"), ["c", ["d"]], ValidationError({"f": "e"})])
    assert error.messages == ["a", "b", "c", "d", "e"]
    assert not hasattr(error, "message")


def test_dict_of_errors() -> None:
    error = ValidationError({"f": ["x", ValidationError("y", code="q")], "g": "z"})
    assert error.message_dict == {"f": ["x", "y"], "g": ["z"]}
    assert dict(error) == error.message_dict
    assert error.messages == ["x", "y", "z"]
    assert repr(error) == "ValidationError({'f': ['x', 'y'], 'g': ['z']})"
    assert error.error_dict["f"][1].code == "q"


@pytest.mark.parametrize("inner", ["m", ["a", "b"], {"f": ["a"]}])
def test_wrapped_error_is_taken_over(inner: Any) -> None:
    original = ValidationError(inner, code="c", params={})
    wrapped = ValidationError(original, code="ignored")
    assert wrapped == original
    assert vars(wrapped).keys() == vars(original).keys()


@pytest.mark.parametrize("message", ["m", ["a"]])
def test_message_dict_needs_a_dict(message: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'error_dict'"):
        assert ValidationError(message).message_dict


def test_dict_in_a_dict_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'error_list'"):
        ValidationError({"a": ValidationError({"b": "c"})})


def test_update_error_dict() -> None:
    errors: dict[str, list[ValidationError]] = {"a": [ValidationError("old")]}
    assert ValidationError({"a": "new", "b": "x"}).update_error_dict(errors) is errors
    ValidationError(["l"]).update_error_dict(errors)
    shown = {field: ValidationError(found).messages for field, found in errors.items()}
    assert shown == {"a": ["old", "new"], "b": ["x"], NON_FIELD_ERRORS: ["l"]}


def test_equality_goes_by_content() -> None:
    assert ValidationError("a") == ValidationError("a")
    assert ValidationError("a") != ValidationError("a", code="x")
    assert ValidationError("a") != ValidationError(["a"])
    assert ValidationError("a") != "a"
    assert ValidationError(["x", "y"]) == ValidationError(["y", "x"])
    assert ValidationError({"a": ["x", "y"]}) != ValidationError({"a": ["y", "x"]})
    assert ValidationError("a", params={"x": [1]}) == ValidationError("a", params={"x": [1]})
    assert len({ValidationError(["x", "y"]), ValidationError(["y", "x"])}) == 1


def test_lazy_messages_and_pickles() -> None:
    assert ValidationError(lazystr("x")).messages == ["x"]
    error = ValidationError("%(a)s", code="c", params={"a": 1})
    assert pickle.loads(pickle.dumps(error)) == error


@pytest.mark.parametrize(
    "name",
    [
        "SuspiciousMultipartForm",
        "SuspiciousFileOperation",
        "DisallowedHost",
        "DisallowedRedirect",
        "TooManyFieldsSent",
        "TooManyFilesSent",
        "RequestDataTooBig",
    ],
)
def test_suspicious_family(name: str) -> None:
    assert getattr(exceptions, name).__bases__ == (exceptions.SuspiciousOperation,)


def test_missing_object_is_silent_in_templates() -> None:
    assert exceptions.ObjectDoesNotExist.silent_variable_failure is True
