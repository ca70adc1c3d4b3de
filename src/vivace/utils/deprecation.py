"""Warnings for what will be removed, and the base of middleware written as hooks."""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from vivace.utils.bridge import iscoroutinefunction, markcoroutinefunction, sync_to_async

__all__ = [
    "MiddlewareMixin",
    "RemovedAfterNextVersionWarning",
    "RemovedInDjango60Warning",
    "RemovedInDjango61Warning",
    "RemovedInNextVersionWarning",
    "RenameMethodsBase",
    "iscoroutinefunction",
    "markcoroutinefunction",
    "sync_to_async",
    "warn_about_renamed_method",
]


class RemovedInDjango60Warning(DeprecationWarning):
    """What warns with this is gone in the release after the documented one."""


class RemovedInDjango61Warning(PendingDeprecationWarning):
    """What warns with this is gone in the second release after the documented one."""


RemovedInNextVersionWarning = RemovedInDjango60Warning
RemovedAfterNextVersionWarning = RemovedInDjango61Warning


class warn_about_renamed_method:
    """Decorator that warns when a method is called by its old name."""

    def __init__(
        self,
        class_name: str,
        old_method_name: str,
        new_method_name: str,
        deprecation_warning: type[Warning],
    ) -> None:
        self.class_name = class_name
        self.old_method_name = old_method_name
        self.new_method_name = new_method_name
        self.deprecation_warning = deprecation_warning

    def __call__(self, f: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            warnings.warn(
                f"`{self.class_name}.{self.old_method_name}` is deprecated, "
                f"use `{self.new_method_name}` instead.",
                self.deprecation_warning,
                stacklevel=2,
            )
            return f(*args, **kwargs)

        return wrapper


class RenameMethodsBase(type):
    """Metaclass that keeps the old and the new name of renamed methods working, with warnings.

    A subclass lists ``(old_name, new_name, warning)`` in `renamed_methods`. A class that defines
    only the old name gets the new one too, with a warning when it is defined; one that defines
    only the new name gets the old one, with a warning when it is called.
    """

    renamed_methods: tuple[tuple[str, str, type[Warning]], ...] = ()

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        new_class = super().__new__(cls, name, bases, attrs)
        for base in new_class.__mro__:
            for renamed in cls.renamed_methods:
                cls._bridge(base, *renamed)
        return new_class

    @staticmethod
    def _bridge(base: type, old_name: str, new_name: str, warning: type[Warning]) -> None:
        old_method = base.__dict__.get(old_name)
        new_method = base.__dict__.get(new_name)
        if not new_method and old_method:
            warnings.warn(
                f"`{base.__name__}.{old_name}` method should be renamed `{new_name}`.",
                warning,
                stacklevel=3,
            )
            setattr(base, new_name, old_method)
            setattr(base, old_name, _renamed(base, old_name, new_name, warning)(old_method))
        if not old_method and new_method:
            setattr(base, old_name, _renamed(base, old_name, new_name, warning)(new_method))


def _renamed(
    base: type, old_name: str, new_name: str, warning: type[Warning]
) -> warn_about_renamed_method:
    return warn_about_renamed_method(base.__name__, old_name, new_name, warning)


class MiddlewareMixin:
    """Base of middleware whose work is in ``process_request`` and ``process_response``.

    Works in a synchronous and in an asynchronous chain, according to `get_response`; in the latter
    the two hooks run in a thread.
    https://docs.djangoproject.com/en/5.2/topics/http/middleware/#upgrading-pre-django-1-10-style-middleware
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        if get_response is None:
            raise ValueError("get_response must be provided.")
        self.get_response = get_response
        self.async_mode = iscoroutinefunction(self.get_response)
        if self.async_mode:
            # Without the mark a chain takes the instance for a synchronous callable.
            markcoroutinefunction(self)
        super().__init__()

    def __repr__(self) -> str:
        inner = getattr(self.get_response, "__qualname__", type(self.get_response).__name__)
        return f"<{type(self).__qualname__} get_response={inner}>"

    def __call__(self, request: Any) -> Any:
        if self.async_mode:
            return self.__acall__(request)
        response = None
        if hasattr(self, "process_request"):
            response = self.process_request(request)
        response = response or self.get_response(request)
        if hasattr(self, "process_response"):
            response = self.process_response(request, response)
        return response

    async def __acall__(self, request: Any) -> Any:
        response: Any = None
        if hasattr(self, "process_request"):
            response = await self._in_thread(self.process_request)(request)
        response = response or await self.get_response(request)
        if hasattr(self, "process_response"):
            response = await self._in_thread(self.process_response)(request, response)
        return response

    @staticmethod
    def _in_thread(hook: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        in_thread: Callable[..., Awaitable[Any]] = sync_to_async(hook, thread_sensitive=True)
        return in_thread
