"""Decorators about decorators: for methods, and made from middleware."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, update_wrapper, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from vivace.utils.bridge import iscoroutinefunction, markcoroutinefunction

__all__ = [
    "async_only_middleware",
    "classonlymethod",
    "decorator_from_middleware",
    "decorator_from_middleware_with_args",
    "iscoroutinefunction",
    "make_middleware_decorator",
    "markcoroutinefunction",
    "method_decorator",
    "sync_and_async_middleware",
    "sync_only_middleware",
]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


if TYPE_CHECKING:
    # To type checkers it is a classmethod; they then know what the method takes and returns.
    classonlymethod = classmethod
else:

    class classonlymethod(classmethod):
        """A classmethod that instances do not have."""

        def __get__(self, instance: Any, cls: type | None = None) -> Any:
            if instance is not None:
                raise AttributeError(
                    "This method is available only on the class, not on instances."
                )
            return super().__get__(instance, cls)


def _take_attributes(wrapper: Callable[..., Any], decorator: Any) -> None:
    """Give `wrapper` what `decorator` would set on a function, ``csrf_exempt = True`` say."""

    def probe(*args: Any, **kwargs: Any) -> None:
        """Stand-in for the method; never called."""

    update_wrapper(wrapper, decorator(probe))


def _decorated(decorators: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    """`method` with the decorators for functions around what is left when it is bound."""
    # The first of several is the outermost, as when they are written above a function.
    chain = list(decorators)[::-1] if isinstance(decorators, Iterable) else [decorators]

    def _wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        # A partial and not the bound method, for decorators may set attributes on what they get.
        bound_method: Any = wraps(method)(partial(method.__get__(self, type(self))))
        for decorator in chain:
            bound_method = decorator(bound_method)
        return bound_method(*args, **kwargs)

    for decorator in chain:
        _take_attributes(_wrapper, decorator)
    update_wrapper(_wrapper, method)
    if iscoroutinefunction(method):
        markcoroutinefunction(_wrapper)
    return _wrapper


def method_decorator(decorator: Any, name: str = "") -> Callable[[T], T]:
    """Make a decorator for functions, or an iterable of them, one for methods or classes.

    On a class, `name` is the method to decorate: ValueError if there is none such, TypeError if it
    is not callable.
    https://docs.djangoproject.com/en/5.2/topics/class-based-views/intro/#decorating-the-class
    """

    def _dec(obj: Any) -> Any:
        if not isinstance(obj, type):
            return _decorated(decorator, obj)
        if not (name and hasattr(obj, name)):
            raise ValueError(
                "The keyword argument `name` must be the name of a method "
                f"of the decorated class: {obj}. Got '{name}' instead."
            )
        method = getattr(obj, name)
        if not callable(method):
            raise TypeError(
                f"Cannot decorate '{name}' as it isn't a callable attribute of {obj} ({method})."
            )
        setattr(obj, name, _decorated(decorator, method))
        return obj

    if not hasattr(decorator, "__iter__"):
        update_wrapper(_dec, decorator)
    shown = decorator if hasattr(decorator, "__name__") else type(decorator)
    _dec.__name__ = f"method_decorator({shown.__name__})"
    return _dec


def decorator_from_middleware_with_args(
    middleware_class: Any,
) -> Callable[..., Callable[[F], F]]:
    """A decorator for views, made from a middleware class; called first with its arguments::

    cache_page = decorator_from_middleware_with_args(CacheMiddleware)

    @cache_page(3600)
    def my_view(request): ...
    """
    return make_middleware_decorator(middleware_class)


def decorator_from_middleware(
    middleware_class: Any,
) -> Callable[[F], F]:
    """A decorator for views, made from a middleware class that takes no further arguments."""
    return make_middleware_decorator(middleware_class)()


def make_middleware_decorator(
    middleware_class: Any,
) -> Callable[..., Callable[[F], F]]:
    """The maker behind the two functions above."""

    def _make_decorator(*m_args: Any, **m_kwargs: Any) -> Any:
        def _decorator(view_func: Callable[..., Any]) -> Callable[..., Any]:
            middleware = middleware_class(view_func, *m_args, **m_kwargs)
            wrapper = _async_view if iscoroutinefunction(view_func) else _sync_view
            return wraps(view_func)(wrapper(middleware, view_func))

        return _decorator

    return _make_decorator


def _sync_view(middleware: Any, view_func: Callable[..., Any]) -> Callable[..., Any]:
    def _wrapper_view(request: Any, *args: Any, **kwargs: Any) -> Any:
        result = _before(middleware, view_func, request, args, kwargs)
        if result is not None:
            return result
        try:
            response = view_func(request, *args, **kwargs)
        except Exception as error:
            result = _on_exception(middleware, request, error)
            if result is not None:
                return result
            raise
        return _after(middleware, request, response)

    return _wrapper_view


def _async_view(middleware: Any, view_func: Callable[..., Any]) -> Callable[..., Any]:
    async def _wrapper_view(request: Any, *args: Any, **kwargs: Any) -> Any:
        result = _before(middleware, view_func, request, args, kwargs)
        if result is not None:
            return result
        try:
            response = await view_func(request, *args, **kwargs)
        except Exception as error:
            result = _on_exception(middleware, request, error)
            if result is not None:
                return result
            raise
        return _after(middleware, request, response)

    return _wrapper_view


def _before(
    middleware: Any,
    view_func: Callable[..., Any],
    request: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    result = None
    if hasattr(middleware, "process_request"):
        result = middleware.process_request(request)
    if result is None and hasattr(middleware, "process_view"):
        result = middleware.process_view(request, view_func, args, kwargs)
    return result


def _on_exception(middleware: Any, request: Any, error: Exception) -> Any:
    if hasattr(middleware, "process_exception"):
        return middleware.process_exception(request, error)
    return None


def _after(middleware: Any, request: Any, response: Any) -> Any:
    if not callable(getattr(response, "render", None)):
        if hasattr(middleware, "process_response"):
            return middleware.process_response(request, response)
        return response
    if hasattr(middleware, "process_template_response"):
        response = middleware.process_template_response(request, response)
    # The content is not there yet: process_response waits for it.
    if hasattr(middleware, "process_response"):
        response.add_post_render_callback(
            lambda rendered: middleware.process_response(request, rendered)
        )
    return response


def sync_only_middleware(func: F) -> F:
    """Mark a middleware factory as synchronous only, which is the default."""
    return _mark(func, sync_capable=True, async_capable=False)


def async_only_middleware(func: F) -> F:
    """Mark a middleware factory as asynchronous only."""
    return _mark(func, sync_capable=False, async_capable=True)


def sync_and_async_middleware(func: F) -> F:
    """Mark a middleware factory as able to work in either kind of chain."""
    return _mark(func, sync_capable=True, async_capable=True)


def _mark(func: F, *, sync_capable: bool, async_capable: bool) -> F:
    func.sync_capable = sync_capable  # type: ignore[attr-defined]
    func.async_capable = async_capable  # type: ignore[attr-defined]
    return func
