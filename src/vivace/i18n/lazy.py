"""Lazy translations that depend on a number which may not be known yet."""

from collections.abc import Callable
from typing import Any

from vivace.utils.functional import lazy
from vivace.utils.naming import publish


class _Numbered:
    """What texts that wait for their number have in common; mixed into the class of the text."""

    _func: Callable[..., Any]
    _number: str | None
    _kwargs: dict[str, Any]

    def __bool__(self) -> bool:
        return bool(self._kwargs["singular"])

    def _number_in(self, values: Any) -> Any:
        try:
            return values[self._number]
        except KeyError:
            raise KeyError(
                f"Your dictionary lacks key '{self._number}'. Please provide it, because it is "
                "required to determine whether string is singular or plural."
            )

    def _translate(self, number: Any) -> Any:
        return self._func(**self._kwargs, number=number)

    def format(self, *args: Any, **kwargs: Any) -> Any:
        number = self._number_in(kwargs) if kwargs and self._number else args[0]
        return self._translate(number).format(*args, **kwargs)

    def __mod__(self, rhs: Any) -> Any:
        # The name tells where in a dictionary the number is; without one, the number itself comes.
        number = self._number_in(rhs) if isinstance(rhs, dict) and self._number else rhs
        translated = self._translate(number)
        try:
            return translated % rhs
        except TypeError:
            # The text for this number may not show it ("a day").
            return translated


_classes: dict[type, type] = {}


def _numbered(resultclass: type) -> type:
    if resultclass not in _classes:
        _classes[resultclass] = type("NumberAwareString", (_Numbered, resultclass), {})
    return _classes[resultclass]


def lazy_number(
    func: Callable[..., Any], resultclass: type, number: Any = None, **kwargs: Any
) -> Any:
    """A lazy call of `func` whose ``number`` is `number`, or is found when the text is formatted.

    `number` may be an integer; the name of the key under which the number will be; or None if the
    number will be the only thing formatted.
    """
    if isinstance(number, int):
        return lazy(func, resultclass)(**kwargs, number=number)
    text = _numbered(resultclass)()
    text._func, text._number, text._kwargs = func, number, kwargs
    promise = lazy(_itself, type(text))(text)
    # The class of the text is made here and has no address; what is pickled is this call.
    arguments = (func, resultclass, number, kwargs)
    promise.__reduce__ = lambda: (_lazy_number_unpickle, arguments)
    return promise


def _itself(text: Any) -> Any:
    return text


def _lazy_number_unpickle(
    func: Callable[..., Any], resultclass: type, number: Any, kwargs: dict[str, Any]
) -> Any:
    return lazy_number(func, resultclass, number=number, **kwargs)


publish(__name__, "utils.translation", "_lazy_number_unpickle lazy_number")
