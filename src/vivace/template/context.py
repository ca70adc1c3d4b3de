"""The names a template sees: a stack of dictionaries, with room for what nodes keep while rendering.

`Context` and `RequestContext` are documented in ref/templates/api.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Self

from vivace.utils import naming
from vivace.utils.lazily import before_serving

__all__ = [
    "BaseContext",
    "Context",
    "ContextDict",
    "ContextPopException",
    "RenderContext",
    "RequestContext",
    "make_context",
]


def builtin_context_processors() -> tuple[str, ...]:
    """Dotted paths of the processors that run whatever an engine's options say."""
    return (naming.say("template.context_processors.csrf"),)


# They are named by their paths, and imported when a context is made for a request.
before_serving(lambda: import_module(f"{naming.HOME}.template.context_processors"))


class ContextPopException(Exception):
    """There is no dictionary left that `pop` may take off the stack."""


class ContextDict(dict[str, Any]):
    """One level of a context's stack; as a context manager it is taken off at the end."""

    def __init__(self, context: BaseContext, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        context.dicts.append(self)
        self.context = context

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: Any, **kwargs: Any) -> None:
        self.context.pop()


class BaseContext:
    """A stack of dictionaries read from the top: the last one pushed wins."""

    def __init__(self, dict_: Any = None) -> None:
        self._reset_dicts(dict_)

    def _reset_dicts(self, value: Any = None) -> None:
        self.dicts: list[Any] = [{"True": True, "False": False, "None": None}]
        if isinstance(value, BaseContext):
            self.dicts.extend(value.dicts[1:])
        elif value is not None:
            self.dicts.append(value)

    def __copy__(self) -> Self:
        duplicate = object.__new__(type(self))
        duplicate.__dict__.update(self.__dict__)
        duplicate.dicts = self.dicts[:]
        return duplicate

    def __repr__(self) -> str:
        return repr(self.dicts)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.dicts[::-1])

    def push(self, *args: Any, **kwargs: Any) -> ContextDict:
        """Put a new dictionary, of these values, on the stack; it is also a context manager."""
        values: list[Any] = []
        for value in args:
            if isinstance(value, BaseContext):
                values.extend(value.dicts[1:])
            else:
                values.append(value)
        return ContextDict(self, *values, **kwargs)

    def pop(self) -> Any:
        """Take the top dictionary off; raises `ContextPopException` when only the base is left."""
        if len(self.dicts) == 1:
            raise ContextPopException
        return self.dicts.pop()

    def __setitem__(self, key: str, value: Any) -> None:
        self.dicts[-1][key] = value

    def set_upward(self, key: str, value: Any) -> None:
        """Set a name where it is already known, in the nearest level, or else in the top one."""
        context = self.dicts[-1]
        for level in reversed(self.dicts):
            if key in level:
                context = level
                break
        context[key] = value

    def __getitem__(self, key: Any) -> Any:
        # PERF: two levels are mostly enough: a loop's, and what the view has given.
        dicts = self.dicts
        level = dicts[-1]
        if key in level:
            return level[key]
        try:
            level = dicts[-2]
        except IndexError:
            level = {}
        if key in level:
            return level[key]
        for level in dicts[-3::-1]:
            if key in level:
                return level[key]
        raise KeyError(key)

    def __delitem__(self, key: str) -> None:
        del self.dicts[-1][key]

    def __contains__(self, key: object) -> bool:
        return any(key in level for level in self.dicts)

    def get(self, key: Any, otherwise: Any = None) -> Any:
        """The value of a name, or `otherwise`."""
        for level in reversed(self.dicts):
            if key in level:
                return level[key]
        return otherwise

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value of a name; it is set in the top level first, if no level has it."""
        try:
            return self[key]
        except KeyError:
            self[key] = default
        return default

    def new(self, values: Any = None) -> Self:
        """A context with the same properties, but with only `values` on its stack."""
        duplicate = copy.copy(self)
        duplicate._reset_dicts(values)
        return duplicate

    def flatten(self) -> dict[str, Any]:
        """All levels in one dictionary."""
        flat: dict[str, Any] = {}
        for level in self.dicts:
            flat.update(level)
        return flat

    def __eq__(self, other: object) -> bool:
        """Whether the same names have the same values, however they are stacked."""
        if not isinstance(other, BaseContext):
            return NotImplemented
        return self.flatten() == other.flatten()


class Context(BaseContext):
    """What `Template.render` takes: names, and how values are to be shown."""

    def __init__(
        self,
        dict_: Any = None,
        autoescape: bool = True,
        use_l10n: bool | None = None,
        use_tz: bool | None = None,
    ) -> None:
        self.autoescape = autoescape
        self.use_l10n = use_l10n
        self.use_tz = use_tz
        self.template_name: str | None = "unknown"
        self.render_context = RenderContext()
        # The template that was first asked to render; a parent or an included one does not change it.
        self.template: Any = None
        # PERF: what the base does, without its calls, for nearly all contexts.
        if type(dict_) is dict:
            self.dicts = [{"True": True, "False": False, "None": None}, dict_]
        else:
            self._reset_dicts(dict_)

    @contextmanager
    def bind_template(self, template: Any) -> Generator[None, None, None]:
        """Bind the context to `template` for a ``with`` block; raises when bound already."""
        if self.template is not None:
            raise RuntimeError("Context is already bound to a template")
        self.template = template
        try:
            yield
        finally:
            self.template = None

    def __copy__(self) -> Self:
        duplicate = super().__copy__()
        duplicate.render_context = copy.copy(self.render_context)
        return duplicate

    def update(self, other_dict: Any) -> ContextDict:
        """Push `other_dict`, a mapping or a context of which the top level counts."""
        if not hasattr(other_dict, "__getitem__"):
            raise TypeError("other_dict must be a mapping (dictionary-like) object.")
        if isinstance(other_dict, BaseContext):
            other_dict = other_dict.dicts[1:].pop()
        return ContextDict(self, other_dict)


class RenderContext(BaseContext):
    """What nodes keep for the length of one rendering, as `cycle` does its state.

    Names are looked up in the top level only, so that an included template starts afresh.
    Documented in howto/custom-template-tags.
    """

    template: Any = None

    def __init__(self, dict_: Any = None) -> None:
        # PERF: there is one for each rendering.
        self.dicts = [{"True": True, "False": False, "None": None}]
        if dict_ is not None:
            self._reset_dicts(dict_)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.dicts[-1])

    def __contains__(self, key: object) -> bool:
        return key in self.dicts[-1]

    def get(self, key: Any, otherwise: Any = None) -> Any:
        """The value a node has kept under `key` in this template's rendering."""
        return self.dicts[-1].get(key, otherwise)

    def __getitem__(self, key: Any) -> Any:
        return self.dicts[-1][key]

    @contextmanager
    def push_state(
        self, template: Any, isolated_context: bool = True
    ) -> Generator[None, None, None]:
        """Make `template` the one being rendered, with a level of its own if isolated."""
        initial = self.template
        self.template = template
        if isolated_context:
            self.push()
        try:
            yield
        finally:
            self.template = initial
            if isolated_context:
                self.pop()


class RequestContext(Context):
    """A context that context processors add to, from the request, once a template is rendered."""

    def __init__(
        self,
        request: Any,
        dict_: Any = None,
        processors: Iterable[Callable[..., Any]] | None = None,
        use_l10n: bool | None = None,
        use_tz: bool | None = None,
        autoescape: bool = True,
    ) -> None:
        super().__init__(dict_, use_l10n=use_l10n, use_tz=use_tz, autoescape=autoescape)
        self.request = request
        self._processors = () if processors is None else tuple(processors)
        self._processors_index = len(self.dicts)
        # A level that the processors' values go to, and one above it for what nodes set.
        # PERF: plain ones. A ContextDict refers to its context, and both would wait for the garbage
        # collector, with all that the view has given.
        self.dicts += ({}, {})

    @contextmanager
    def bind_template(self, template: Any) -> Generator[None, None, None]:
        """Bind to `template`, and have the processors' values in place until the block ends."""
        if self.template is not None:
            raise RuntimeError("Context is already bound to a template")
        self.template = template
        updates: dict[str, Any] = {}
        for processor in template.engine.template_context_processors + self._processors:
            values = processor(self.request)
            try:
                updates.update(values)
            except TypeError as error:
                raise TypeError(
                    f"Context processor {processor.__qualname__} didn't return a dictionary."
                ) from error
        self.dicts[self._processors_index] = updates
        try:
            yield
        finally:
            self.template = None
            self.dicts[self._processors_index] = {}

    def new(self, values: Any = None) -> Self:
        """A context of the same request, but with only `values`: the processors do not run again."""
        duplicate = super().new(values)
        # The level it names is gone, and a copy that had it would write over another one.
        duplicate.__dict__.pop("_processors_index", None)
        return duplicate


def make_context(context: Any, request: Any = None, **kwargs: Any) -> Context:
    """A `Context`, or with a request a `RequestContext`, of a plain dictionary.

    Raises `TypeError` for anything but a dictionary or None.
    """
    if context is not None and not isinstance(context, dict):
        raise TypeError(f"context must be a dict rather than {type(context).__name__}.")
    if request is None:
        return Context(context, **kwargs)
    # The values given stand above those of the processors: hence a level of their own.
    bound = RequestContext(request, **kwargs)
    if context:
        bound.dicts.append({**context})
    return bound
