"""Lazy values and properties: what is computed when it is first needed, or each time it is needed.

Two kinds of stand-in live here. A `Promise` (made by `lazy`) calls its function at every use, so a
translated text follows the language that is active when it is shown. A `LazyObject` is set up once,
at the first use, and from then on is its object in all but identity.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Container, Iterable
from functools import lru_cache, wraps
from types import MethodType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar, overload

from vivace.utils.subscripted import Subscripted, itself

__all__ = [
    "LazyObject",
    "Promise",
    "SimpleLazyObject",
    "cached_property",
    "classproperty",
    "empty",
    "keep_lazy",
    "keep_lazy_text",
    "lazy",
    "lazystr",
    "new_method_proxy",
    "partition",
    "unpickle_lazyobject",
    "wraps",
]

T = TypeVar("T")
P = ParamSpec("P")


class cached_property(Subscripted[T]):
    """A method read like an attribute, whose first result is kept in the instance's ``__dict__``.

    Deleting the attribute makes the next read compute it again. Documented in ref/utils.
    """

    name: str | None = None

    if not TYPE_CHECKING:
        __class_getitem__ = itself

    @staticmethod
    def func(instance: Any) -> Any:
        """Stand in for the method until the descriptor has a name."""
        raise TypeError("Cannot use cached_property instance without calling __set_name__() on it.")

    def __init__(self, func: Callable[[Any], T]) -> None:
        self.real_func = func
        self.__doc__ = func.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        if self.name is None:
            self.name = name
            self.func = self.real_func  # type: ignore[assignment,method-assign]
        elif name != self.name:
            raise TypeError(
                "Cannot assign the same cached_property to two different names "
                f"({self.name!r} and {name!r})."
            )

    @overload
    def __get__(self, instance: None, cls: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, cls: type | None = None) -> T: ...

    def __get__(self, instance: object | None, cls: type | None = None) -> Self | T:
        # PERF: no __set__, so once the value is in the instance's dict this is not called any more.
        if instance is None:
            return self
        value: T = self.func(instance)
        instance.__dict__[self.name] = value  # type: ignore[index]
        return value


class classproperty:
    """A method that takes the class and is read like an attribute, from the class or an instance.

    Documented in ref/utils.
    """

    def __init__(self, method: Callable[[Any], Any] | None = None) -> None:
        self.fget = method

    def __get__(self, instance: object | None, cls: type | None = None) -> Any:
        return self.fget(cls)  # type: ignore[misc]

    def getter(self, method: Callable[[Any], Any]) -> Self:
        """Set `method` as what computes the value, and answer the property."""
        self.fget = method
        return self


class Promise:
    """What every value made by `lazy` is an instance of."""

    if TYPE_CHECKING:
        _func: Callable[..., Any]
        _args: tuple[Any, ...]
        _kw: dict[str, Any]


def _value(promise: Promise) -> Any:
    return promise._func(*promise._args, **promise._kw)


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Promise, Any], Any]:
    def method(self: Promise, other: Any) -> Any:
        if isinstance(other, Promise):
            other = _value(other)
        return compare(self._func(*self._args, **self._kw), other)

    return method


def _delegate(name: str) -> Callable[..., Any]:
    def method(self: Promise, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._func(*self._args, **self._kw), name)(*args, **kwargs)

    method.__name__ = name
    return method


class _LazyValue(Promise):
    """The methods of every promise, whatever its function returns."""

    _results: tuple[type, ...] = ()

    def __init__(
        self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self._func = func
        self._args = args
        self._kw = kwargs

    def __reduce__(self) -> tuple[Any, ...]:
        return _lazy_proxy_unpickle, (self._func, self._args, self._kw, *self._results)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Evaluating it anew gives the same, so a copy would be indistinguishable.
        memo[id(self)] = self
        return self

    def __str__(self) -> str:
        return str(self._func(*self._args, **self._kw))

    def __repr__(self) -> str:
        return repr(_value(self))

    def __hash__(self) -> int:
        return hash(_value(self))

    def __format__(self, spec: str) -> str:
        return format(_value(self), spec)

    def __add__(self, other: Any) -> Any:
        return _value(self) + other

    def __radd__(self, other: Any) -> Any:
        return other + _value(self)

    def __mul__(self, other: Any) -> Any:
        return _value(self) * other

    def __mod__(self, other: Any) -> Any:
        return _value(self) % other

    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)


@lru_cache(maxsize=512)
def _promise_class(results: tuple[type, ...]) -> type[_LazyValue]:
    """The class of promises for values of the classes `results`, with all their methods."""
    names = dict.fromkeys(
        name
        for result in results
        for base in result.__mro__
        for name in vars(base)
        if name != "__slots__" and not hasattr(_LazyValue, name)
    )
    body: dict[str, Any] = {name: _delegate(name) for name in names}
    body.update(_results=results, __module__=__name__)
    return type("__proxy__", (_LazyValue,), body)


def lazy(func: Callable[..., Any], *resultclasses: type) -> Callable[..., Any]:
    """Make `func` answer a promise that calls it whenever the result is used.

    `resultclasses` are the classes of what `func` returns; the promise has their methods.
    Documented in ref/utils (see ``keep_lazy``) and topics/i18n/translation.
    """
    promise = _promise_class(resultclasses)

    @wraps(func)
    def __wrapper__(*args: Any, **kwargs: Any) -> Any:
        return promise(func, args, kwargs)

    return __wrapper__


def _lazy_proxy_unpickle(
    func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], *resultclasses: type
) -> Any:
    return lazy(func, *resultclasses)(*args, **kwargs)


_lazy_str = lazy(str, str)


def lazystr(text: Any) -> Any:
    """A promise of ``str(text)``, made anew at each use."""
    return _lazy_str(text)


def keep_lazy(*resultclasses: type) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a function to answer a promise if one of its arguments is one, and its value if not.

    `resultclasses` as for `lazy`. Raises TypeError without any. Documented in ref/utils.
    """
    if not resultclasses:
        raise TypeError("You must pass at least one argument to keep_lazy().")

    def decorator(func: Callable[P, T]) -> Callable[P, T]:
        promise = _promise_class(resultclasses)

        @wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            # PERF: two plain loops; a generator in any() costs more than most wrapped functions.
            for arg in args:
                if isinstance(arg, Promise):
                    return promise(func, args, kwargs)  # type: ignore[return-value]
            if kwargs:
                for arg in kwargs.values():
                    if isinstance(arg, Promise):
                        return promise(func, args, kwargs)  # type: ignore[return-value]
            return func(*args, **kwargs)

        return wrapper

    return decorator


def keep_lazy_text(func: Callable[P, T]) -> Callable[P, T]:
    """`keep_lazy` for functions that return text. Documented in ref/utils."""
    return keep_lazy(str)(func)


empty: Any = object()


def new_method_proxy(func: Callable[..., Any]) -> Callable[..., Any]:
    """A method for a `LazyObject` that sets it up if need be and calls `func` on what it wraps."""

    def inner(self: Any, *args: Any) -> Any:
        wrapped = self._wrapped
        if wrapped is empty:
            self._setup()
            wrapped = self._wrapped
        return func(wrapped, *args)

    # Read by LazyObject.__getattribute__: the wrapped object's own method comes first.
    inner._mask_wrapped = False  # type: ignore[attr-defined]
    return inner


class LazyObject:
    """An object that stands for another, which `_setup` makes when it is first needed.

    Subclasses define `_setup`, which sets ``self._wrapped``, and may override any method to change
    how the object behaves before or after that.
    """

    # Read on the class before __init__ ran, as unpickling and copying do.
    _wrapped: Any = None

    def __init__(self) -> None:
        # A subclass that overrides __init__ must also override __copy__ and __deepcopy__.
        self._wrapped = empty

    def __getattribute__(self, name: str) -> Any:
        # PERF: for what only the wrapped object has, do not raise, catch and look again.
        cls = type(self)
        if name not in (_class_names.get(cls) or _learn_names(cls)):
            attributes = _own(self, "__dict__")
            if (
                name not in attributes
                and (wrapped := attributes.get("_wrapped", empty)) is not empty
            ):
                try:
                    return getattr(wrapped, name)
                except AttributeError:
                    pass
        value = _own(self, name)
        # What only forwards must not pretend that the wrapped object has such a method.
        if type(value) is MethodType and not getattr(value, "_mask_wrapped", True):
            raise AttributeError(name)
        return value

    __getattr__ = new_method_proxy(getattr)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_wrapped":
            self.__dict__["_wrapped"] = value
            return
        if self._wrapped is empty:
            self._setup()
        setattr(self._wrapped, name, value)

    def __delattr__(self, name: str) -> None:
        if name == "_wrapped":
            raise TypeError("can't delete _wrapped.")
        if self._wrapped is empty:
            self._setup()
        delattr(self._wrapped, name)

    def _setup(self) -> None:
        """Set ``self._wrapped``; every subclass must define it."""
        raise NotImplementedError("subclasses of LazyObject must provide a _setup() method")

    def __reduce__(self) -> tuple[Any, ...]:
        # What is pickled is the object, so that the setup function need not be picklable.
        if self._wrapped is empty:
            self._setup()
        return unpickle_lazyobject, (self._wrapped,)

    def __copy__(self) -> Any:
        if self._wrapped is empty:
            return type(self)()
        return copy.copy(self._wrapped)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if self._wrapped is empty:
            # type(), because __class__ forwards.
            result = type(self)()
            memo[id(self)] = result
            return result
        return copy.deepcopy(self._wrapped, memo)

    __bytes__ = new_method_proxy(bytes)
    __str__ = new_method_proxy(str)
    __bool__ = new_method_proxy(bool)
    __dir__ = new_method_proxy(dir)

    # isinstance() shall take the stand-in for what it stands for.
    __class__ = property(new_method_proxy(operator.attrgetter("__class__")))
    __eq__ = new_method_proxy(operator.eq)
    __lt__ = new_method_proxy(operator.lt)
    __gt__ = new_method_proxy(operator.gt)
    __ne__ = new_method_proxy(operator.ne)
    __hash__ = new_method_proxy(hash)

    __getitem__ = new_method_proxy(operator.getitem)
    __setitem__ = new_method_proxy(operator.setitem)
    __delitem__ = new_method_proxy(operator.delitem)
    __iter__ = new_method_proxy(iter)
    __len__ = new_method_proxy(len)
    __contains__ = new_method_proxy(operator.contains)


class _Everything:
    """Contains every name: of classes that say themselves what they forward."""

    def __contains__(self, name: object) -> bool:
        return True


_own = object.__getattribute__
_class_names: dict[type, Container[object]] = {}


def _learn_names(cls: type[LazyObject]) -> Container[object]:
    names: Container[object] = _Everything()
    if cls.__getattr__ is LazyObject.__getattr__:
        names = frozenset(dir(cls))
    _class_names[cls] = names
    return names


def unpickle_lazyobject(wrapped: T) -> T:
    """Answer `wrapped`: what a pickled `LazyObject` becomes."""
    return wrapped


class SimpleLazyObject(LazyObject):
    """A `LazyObject` for whatever the function `func` returns.

    For objects of any class of one's own; `lazy` serves better where the class is known.
    """

    def __init__(self, func: Callable[[], Any]) -> None:
        self.__dict__["_setupfunc"] = func
        super().__init__()

    def _setup(self) -> None:
        self._wrapped = self._setupfunc()

    def __repr__(self) -> str:
        shown = self._setupfunc if self._wrapped is empty else self._wrapped
        return f"<{type(self).__name__}: {shown!r}>"

    def __copy__(self) -> Any:
        if self._wrapped is empty:
            return SimpleLazyObject(self._setupfunc)
        return copy.copy(self._wrapped)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if self._wrapped is empty:
            result = SimpleLazyObject(self._setupfunc)
            memo[id(self)] = result
            return result
        return copy.deepcopy(self._wrapped, memo)

    __add__ = new_method_proxy(operator.add)

    @new_method_proxy
    def __radd__(self, other: Any) -> Any:
        # `self` is what is wrapped.
        return other + self


def partition(predicate: Callable[[T], Any], values: Iterable[T]) -> tuple[list[T], list[T]]:
    """Split `values` into those for which `predicate` is false and those for which it is true."""
    results: tuple[list[T], list[T]] = ([], [])
    for item in values:
        results[1 if predicate(item) else 0].append(item)
    return results
