"""Dicts with several values per key, sets that keep their order, lists that refuse change."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from vivace.utils.subscripted import Subscripted, itself

__all__ = [
    "CaseInsensitiveMapping",
    "DictWrapper",
    "ImmutableList",
    "MultiValueDict",
    "MultiValueDictKeyError",
    "OrderedSet",
]

T = TypeVar("T")
_Dict = dict
_store = dict.__setitem__
_fetch = dict.__getitem__


class OrderedSet(Subscripted[T]):
    """A set that keeps the order in which its items were added."""

    if not TYPE_CHECKING:
        __class_getitem__ = itself

    def __init__(self, iterable: Iterable[T] | None = None) -> None:
        self.dict: _Dict[T, None] = _Dict.fromkeys(iterable or ())

    def add(self, item: T) -> None:
        """Add `item` at the end if it is not there."""
        self.dict[item] = None

    def remove(self, item: T) -> None:
        """Take `item` out; raises KeyError if it is not there."""
        del self.dict[item]

    def discard(self, item: T) -> None:
        """Take `item` out if it is there."""
        self.dict.pop(item, None)

    def __iter__(self) -> Iterator[T]:
        return iter(self.dict)

    def __reversed__(self) -> Iterator[T]:
        return reversed(self.dict)

    def __contains__(self, item: object) -> bool:
        return item in self.dict

    def __bool__(self) -> bool:
        return bool(self.dict)

    def __len__(self) -> int:
        return len(self.dict)

    def __repr__(self) -> str:
        data = repr(list(self.dict)) if self.dict else ""
        return f"{self.__class__.__qualname__}({data})"


class MultiValueDictKeyError(KeyError):
    """A key that a MultiValueDict lacks was asked for."""


class MultiValueDict(_Dict[Any, Any]):
    """A dict that holds a list of values per key, and whose ``[key]`` is the last of them.

    ``[key]`` of an empty list is an empty list; `get` then answers its default. Documented in
    ref/request-response (QueryDict).
    """

    def __init__(self, key_to_list_mapping: Any = ()) -> None:
        super().__init__(key_to_list_mapping)

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {super().__repr__()}>"

    def __getitem__(self, key: Any) -> Any:
        try:
            values = _fetch(self, key)
        except KeyError:
            raise MultiValueDictKeyError(key)
        try:
            return values[-1]
        except IndexError:
            return []

    def __setitem__(self, key: Any, value: Any) -> None:
        _store(self, key, [value])

    def __copy__(self) -> Self:
        return self.__class__([(key, values[:]) for key, values in self.lists()])

    def __deepcopy__(self, memo: _Dict[int, Any]) -> Self:
        result = self.__class__()
        memo[id(self)] = result
        for key, values in _Dict.items(self):
            _store(result, copy.deepcopy(key, memo), copy.deepcopy(values, memo))
        return result

    def __getstate__(self) -> _Dict[str, Any]:
        return {**self.__dict__, "_data": {key: self._getlist(key) for key in self}}

    def __setstate__(self, obj_dict: _Dict[str, Any]) -> None:
        data = obj_dict.pop("_data", {})
        for key, values in data.items():
            self.setlist(key, values)
        self.__dict__.update(obj_dict)

    def get(self, key: Any, default: Any = None) -> Any:
        """The last value of `key`, or `default` if there is none."""
        if key not in self:
            return default
        value = self[key]
        if value == []:
            return default
        return value

    def _getlist(self, key: Any, default: Any = None, force_list: bool = False) -> Any:
        # With `force_list` the list is a copy; pickling wants the real one.
        try:
            values = _fetch(self, key)
        except KeyError:
            return [] if default is None else default
        if force_list:
            return list(values) if values is not None else None
        return values

    def getlist(self, key: Any, default: Any = None) -> Any:
        """A list of the values of `key`; `default`, or an empty list, if the key is not there."""
        if key in self:
            return self._getlist(key, default, force_list=True)
        return self._getlist(key, default)

    def setlist(self, key: Any, list_: Any) -> None:
        """Make `list_` the values of `key`."""
        _store(self, key, list_)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The last value of `key`, after setting it to `default` if the key was not there."""
        if key not in self:
            self[key] = default
            # COMPAT: read again, as a subclass's __setitem__ may have stored another value.
        return self[key]

    def setlistdefault(self, key: Any, default_list: Any = None) -> Any:
        """The list of values of `key` itself, made `default_list` if the key was not there."""
        if key not in self:
            self.setlist(key, [] if default_list is None else default_list)
        return self._getlist(key)

    def appendlist(self, key: Any, value: Any) -> None:
        """Add `value` to the values of `key`."""
        self.setlistdefault(key).append(value)

    def items(self) -> Iterator[tuple[Any, Any]]:  # type: ignore[override]
        """Each key with its last value."""
        for key in self:
            yield key, self[key]

    def lists(self) -> Iterator[tuple[Any, Any]]:
        """Each key with the list of its values."""
        return iter(super().items())

    def values(self) -> Iterator[Any]:  # type: ignore[override]
        """The last value of each key."""
        for key in self:
            yield self[key]

    def copy(self) -> Self:
        """A copy with lists of its own, which hold the same values."""
        return copy.copy(self)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Add the values of a mapping, of pairs, or of keywords to those that are there."""
        if len(args) > 1:
            raise TypeError(f"update expected at most 1 argument, got {len(args)}")
        if args:
            arg = args[0]
            if isinstance(arg, MultiValueDict):
                for key, values in arg.lists():
                    self.setlistdefault(key).extend(values)
            else:
                for key, value in arg.items() if isinstance(arg, Mapping) else arg:
                    self.setlistdefault(key).append(value)
        for key, value in kwargs.items():
            self.setlistdefault(key).append(value)

    def dict(self) -> _Dict[Any, Any]:
        """A plain dict of each key with its last value."""
        return {key: self[key] for key in self}


class ImmutableList(tuple[T, ...]):
    """A tuple that answers a list's changing methods with an AttributeError saying `warning`."""

    warning: Any

    def __new__(
        cls, *args: Any, warning: Any = "ImmutableList object is immutable.", **kwargs: Any
    ) -> Self:
        self = tuple.__new__(cls, *args, **kwargs)
        self.warning = warning
        return self

    def complain(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse the change."""
        raise AttributeError(self.warning)

    __delitem__ = complain
    __delslice__ = complain
    __iadd__ = complain
    __imul__ = complain
    __setitem__ = complain
    __setslice__ = complain
    append = complain
    extend = complain
    insert = complain
    pop = complain
    remove = complain
    sort = complain
    reverse = complain


class DictWrapper(_Dict[str, Any]):
    """A dict whose keys may carry `prefix`, which passes the value through `func`.

    It serves as the right side of ``%`` where some of the values must be quoted.
    """

    def __init__(self, data: Any, func: Callable[[Any], Any], prefix: str) -> None:
        super().__init__(data)
        self.func = func
        self.prefix = prefix

    def __getitem__(self, key: str) -> Any:
        if key.startswith(self.prefix):
            return self.func(super().__getitem__(key.removeprefix(self.prefix)))
        return super().__getitem__(key)


class CaseInsensitiveMapping(Mapping[str, T]):
    """An immutable mapping whose keys are found in any case and shown in the case they were given.

    `data` is a mapping or an iterable of pairs. Raises ValueError for pairs that are none and,
    among pairs, for keys that are not text.
    """

    _store: _Dict[str, tuple[str, T]]

    def __init__(self, data: Any) -> None:
        self._store = {key.lower(): (key, value) for key, value in self._unpack_items(data)}

    def __getitem__(self, key: str) -> T:
        return self._store[key.lower()][1]

    def __len__(self) -> int:
        return len(self._store)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and {
            key.lower(): value for key, value in self.items()
        } == {key.lower(): value for key, value in other.items()}

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[str]:
        return (original for original, _ in self._store.values())

    def __repr__(self) -> str:
        return repr(dict(self._store.values()))

    def copy(self) -> Self:
        """The mapping itself, as it never changes."""
        return self

    @staticmethod
    def _unpack_items(data: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(data, Mapping):
            yield from data.items()
            return
        for i, elem in enumerate(data):
            if len(elem) != 2:
                raise ValueError(
                    f"dictionary update sequence element #{i} has length {len(elem)}; "
                    "2 is required."
                )
            if not isinstance(elem[0], str):
                raise ValueError(f"Element key {elem[0]!r} invalid, only strings are allowed")
            yield elem
