"""Choices of fields in one shape: lists of pairs, or iterators that make them when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import EnumMeta
from itertools import islice, tee, zip_longest
from typing import Any

from vivace.utils.functional import Promise

__all__ = [
    "BaseChoiceIterator",
    "BlankChoiceIterator",
    "CallableChoiceIterator",
    "flatten_choices",
    "normalize_choices",
]


class BaseChoiceIterator:
    """What makes choices lazily, each time it is iterated; it compares and indexes like a list."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Iterable):
            missing = object()
            return all(a == b for a, b in zip_longest(self, other, fillvalue=missing))
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice) or index < 0:
            # Only a list knows its end.
            return list(self)[index]
        try:
            return next(islice(self, index, index + 1))
        except StopIteration:
            raise IndexError("index out of range") from None

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError("BaseChoiceIterator subclasses must implement __iter__().")


class BlankChoiceIterator(BaseChoiceIterator):
    """`choices` after `blank_choice`, unless they have a blank one of their own."""

    def __init__(self, choices: Iterable[Any], blank_choice: list[tuple[Any, Any]]) -> None:
        self.choices = choices
        self.blank_choice = blank_choice

    def __iter__(self) -> Iterator[Any]:
        choices, flat = tee(self.choices)
        if not any(value in ("", None) for value, _ in flatten_choices(flat)):
            yield from self.blank_choice
        yield from choices


class CallableChoiceIterator(BaseChoiceIterator):
    """The choices that `func` answers, asked anew at each iteration."""

    def __init__(self, func: Callable[[], Any]) -> None:
        self.func = func

    def __iter__(self) -> Iterator[Any]:
        yield from normalize_choices(self.func())


def flatten_choices(choices: Iterable[Any] | None) -> Iterator[Any]:
    """The pairs of value and label, those inside of groups too."""
    for value_or_group, label_or_nested in choices or ():
        if isinstance(label_or_nested, (list, tuple)):
            yield from label_or_nested
        else:
            yield value_or_group, label_or_nested


def normalize_choices(value: Any, *, depth: int = 0) -> Any:
    """`value` as a list of pairs, groups of choices as pairs of a label and such a list.

    Mappings and iterators are read, callables become iterators that call them when asked. What is no
    choices (text, numbers, members that are no pairs) is answered as it is, for the checks to report.
    """
    # Groups hold choices, and choices hold no more groups.
    if depth >= 2 or isinstance(value, (BaseChoiceIterator, Promise, bytes, str)):
        return value
    if isinstance(value, EnumMeta):
        value = getattr(value, "choices", value)
    pairs: Any = value
    if isinstance(value, Mapping):
        pairs = value.items()
    elif isinstance(value, Iterator):
        pass
    elif isinstance(value, Iterable):
        # Text of two letters is no pair.
        if any(isinstance(member, (Promise, bytes, str)) for member in value):
            return value
    elif not callable(value):
        return value
    elif depth == 0:
        return CallableChoiceIterator(value)
    else:
        return normalize_choices(value(), depth=depth)
    try:
        return [(key, normalize_choices(label, depth=depth + 1)) for key, label in pairs]
    except (TypeError, ValueError):
        return value
