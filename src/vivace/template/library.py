"""Libraries of tags and filters, and the decorators that make tags of plain functions.

Documented in howto/custom-template-tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from importlib import import_module
from inspect import getfullargspec, unwrap
from typing import Any, ClassVar, TypeVar, overload

from vivace.template.exceptions import TemplateSyntaxError
from vivace.template.language.template import Template
from vivace.template.language.tree import Node, NodeList
from vivace.template.language.variable import token_kwargs
from vivace.utils.html import conditional_escape

__all__ = [
    "InclusionNode",
    "InvalidTemplateLibrary",
    "Library",
    "SimpleBlockNode",
    "SimpleNode",
    "TagHelperNode",
    "import_library",
    "parse_bits",
]

F = TypeVar("F", bound=Callable[..., Any])

# Attributes of a filter's function that say how it is to be called.
_FILTER_FLAGS = ("expects_localtime", "is_safe", "needs_autoescape")


class InvalidTemplateLibrary(Exception):
    """A module that should be a library of tags cannot be imported, or has no `register`."""


class Library:
    """Tags and filters under their names; what a module of ``templatetags`` calls `register`."""

    def __init__(self) -> None:
        self.filters: dict[str, Callable[..., Any]] = {}
        self.tags: dict[str, Callable[..., Any]] = {}

    @overload
    def tag(self, name: F) -> F: ...

    @overload
    def tag(self, name: str | None = None) -> Callable[[F], F]: ...

    @overload
    def tag(self, name: str, compile_function: F) -> F: ...

    def tag(self, name: Any = None, compile_function: Any = None) -> Any:
        """Register a tag's compile function: as a decorator, with or without a name, or directly."""
        if name is None and compile_function is None:
            return self.tag_function
        if name is not None and compile_function is None:
            if callable(name):
                return self.tag_function(name)
            return lambda func: self.tag(name, func)
        if name is not None:
            self.tags[name] = compile_function
            return compile_function
        raise ValueError(f"Unsupported arguments to Library.tag: ({name!r}, {compile_function!r})")

    def tag_function(self, func: F) -> F:
        """Register a compile function under its own name."""
        self.tags[func.__name__] = func
        return func

    @overload
    def filter(self, name: F, **flags: Any) -> F: ...

    @overload
    def filter(self, name: str | None = None, **flags: Any) -> Callable[[F], F]: ...

    @overload
    def filter(self, name: str, filter_func: F, **flags: Any) -> F: ...

    def filter(self, name: Any = None, filter_func: Any = None, **flags: Any) -> Any:
        """Register a filter: as a decorator, with or without a name, or directly.

        `flags` are ``is_safe``, ``needs_autoescape`` and ``expects_localtime``.
        """
        if name is None and filter_func is None:
            return lambda func: self.filter_function(func, **flags)
        if name is not None and filter_func is None:
            if callable(name):
                return self.filter_function(name, **flags)
            return lambda func: self.filter(name, func, **flags)
        if name is not None:
            self.filters[name] = filter_func
            _set_flags(filter_func, name, flags)
            return filter_func
        raise ValueError(f"Unsupported arguments to Library.filter: ({name!r}, {filter_func!r})")

    def filter_function(self, func: F, **flags: Any) -> F:
        """Register a filter under its own name."""
        return self.filter(func.__name__, func, **flags)

    @overload
    def simple_tag(self, func: F, takes_context: Any = None, name: str | None = None) -> F: ...

    @overload
    def simple_tag(
        self, func: None = None, takes_context: Any = None, name: str | None = None
    ) -> Callable[[F], F]: ...

    def simple_tag(self, func: Any = None, takes_context: Any = None, name: Any = None) -> Any:
        """Register a function as a tag that shows its result, or keeps it with ``as name``."""

        def decorate(func: Any) -> Any:
            signature = _Signature(func, takes_context, name)

            @wraps(func)
            def compile_func(parser: Any, token: Any) -> SimpleNode:
                bits, target_var = _split_target(token)
                args, kwargs = signature.parse(parser, bits)
                return SimpleNode(func, takes_context, args, kwargs, target_var)

            self.tag(signature.name, compile_func)
            return func

        return _decorated(decorate, func, "simple_tag")

    @overload
    def simple_block_tag(
        self,
        func: F,
        takes_context: Any = None,
        name: str | None = None,
        end_name: str | None = None,
    ) -> F: ...

    @overload
    def simple_block_tag(
        self,
        func: None = None,
        takes_context: Any = None,
        name: str | None = None,
        end_name: str | None = None,
    ) -> Callable[[F], F]: ...

    def simple_block_tag(
        self,
        func: Any = None,
        takes_context: Any = None,
        name: Any = None,
        end_name: Any = None,
    ) -> Any:
        """Register a function as a tag with an end; it gets what is between as ``content``."""

        def decorate(func: Any) -> Any:
            signature = _Signature(func, takes_context, name)
            closing = f"end{signature.name}" if end_name is None else end_name

            @wraps(func)
            def compile_func(parser: Any, token: Any) -> SimpleBlockNode:
                inner = signature.without_content()
                bits, target_var = _split_target(token)
                nodelist = parser.parse((closing,))
                parser.delete_first_token()
                args, kwargs = inner.parse(parser, bits)
                return SimpleBlockNode(nodelist, func, takes_context, args, kwargs, target_var)

            self.tag(signature.name, compile_func)
            return func

        return _decorated(decorate, func, "simple_block_tag")

    def inclusion_tag(
        self, filename: Any, func: Any = None, takes_context: Any = None, name: str | None = None
    ) -> Callable[[F], F]:
        """Register a function as a tag that shows a template, with the dictionary it answers."""

        def decorate(func: Any) -> Any:
            signature = _Signature(func, takes_context, name)

            @wraps(func)
            def compile_func(parser: Any, token: Any) -> InclusionNode:
                bits = token.split_contents()[1:]
                args, kwargs = signature.parse(parser, bits)
                return InclusionNode(func, takes_context, args, kwargs, filename)

            self.tag(signature.name, compile_func)
            return func

        return decorate


def _set_flags(filter_func: Any, name: str, flags: dict[str, Any]) -> None:
    for flag in _FILTER_FLAGS:
        if flag in flags:
            setattr(filter_func, flag, flags[flag])
            # Decorators such as stringfilter ask the function that they wrap.
            setattr(unwrap(filter_func), flag, flags[flag])
    filter_func._filter_name = name


def _decorated(decorate: Callable[[Any], Any], func: Any, kind: str) -> Any:
    if func is None:
        return decorate
    if callable(func):
        return decorate(func)
    raise ValueError(f"Invalid arguments provided to {kind}")


def _split_target(token: Any) -> tuple[list[str], str | None]:
    """The arguments of a tag, and the name after a final ``as``."""
    bits = token.split_contents()[1:]
    if len(bits) >= 2 and bits[-2] == "as":
        return bits[:-2], bits[-1]
    return bits, None


class _Signature:
    """The parameters of a function that becomes a tag."""

    def __init__(self, func: Any, takes_context: Any, name: Any) -> None:
        spec = getfullargspec(unwrap(func))
        self.params, self.varargs, self.varkw, self.defaults = spec[:4]
        self.kwonly, self.kwonly_defaults = spec.kwonlyargs, spec.kwonlydefaults
        self.takes_context = takes_context
        self.name = name or func.__name__

    def without_content(self) -> _Signature:
        """The same without the parameter ``content``, which is not the template's to give."""
        at = 1 if self.takes_context else 0
        expected = ["context", "content"] if self.takes_context else ["content"]
        if self.params[: at + 1] != expected:
            if self.takes_context:
                raise TemplateSyntaxError(
                    f"{self.name!r} is decorated with takes_context=True so it must have a first "
                    "argument of 'context' and a second argument of 'content'"
                )
            raise TemplateSyntaxError(f"{self.name!r} must have a first argument of 'content'")
        inner: _Signature = object.__new__(_Signature)
        inner.__dict__.update(self.__dict__)
        inner.params = [*self.params[:at], *self.params[at + 1 :]]
        return inner

    def parse(self, parser: Any, bits: list[str]) -> tuple[list[Any], dict[str, Any]]:
        return parse_bits(
            parser,
            bits,
            self.params,
            self.varargs,
            self.varkw,
            self.defaults,
            self.kwonly,
            self.kwonly_defaults,
            self.takes_context,
            self.name,
        )


class TagHelperNode(Node):
    """What the tags made of functions share: resolving the arguments."""

    def __init__(self, func: Any, takes_context: Any, args: Any, kwargs: Any) -> None:
        self.func = func
        self.takes_context = takes_context
        self.args = args
        self.kwargs = kwargs

    def get_resolved_arguments(self, context: Any) -> tuple[list[Any], dict[str, Any]]:
        """The values to call the function with."""
        args = [var.resolve(context) for var in self.args]
        if self.takes_context:
            args = [context, *args]
        return args, {name: var.resolve(context) for name, var in self.kwargs.items()}


class SimpleNode(TagHelperNode):
    """The node of a `Library.simple_tag`."""

    child_nodelists: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, func: Any, takes_context: Any, args: Any, kwargs: Any, target_var: Any
    ) -> None:
        super().__init__(func, takes_context, args, kwargs)
        self.target_var = target_var

    def render(self, context: Any) -> Any:
        """The function's result, escaped; nothing, if a variable takes it."""
        args, kwargs = self.get_resolved_arguments(context)
        output = self.func(*args, **kwargs)
        if self.target_var is not None:
            context[self.target_var] = output
            return ""
        return conditional_escape(output) if context.autoescape else output


class SimpleBlockNode(SimpleNode):
    """The node of a `Library.simple_block_tag`."""

    def __init__(self, nodelist: NodeList, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nodelist = nodelist

    def get_resolved_arguments(self, context: Any) -> tuple[list[Any], dict[str, Any]]:
        """The values to call the function with, what is between the tags among them."""
        args, kwargs = super().get_resolved_arguments(context)
        at = 1 if self.takes_context else 0
        args.insert(at, self.nodelist.render(context))
        return args, kwargs


class InclusionNode(TagHelperNode):
    """The node of a `Library.inclusion_tag`."""

    def __init__(
        self, func: Any, takes_context: Any, args: Any, kwargs: Any, filename: Any
    ) -> None:
        super().__init__(func, takes_context, args, kwargs)
        self.filename = filename

    def _template(self, context: Any) -> Any:
        # Kept for the length of one rendering: a loop asks for it again and again.
        kept = context.render_context
        template = kept.get(self)
        if template is None:
            filename = self.filename
            if isinstance(filename, Template):
                template = filename
            elif isinstance(getattr(filename, "template", None), Template):
                template = filename.template
            elif not isinstance(filename, str) and isinstance(filename, Iterable):
                template = context.template.engine.select_template(filename)
            else:
                template = context.template.engine.get_template(filename)
            kept[self] = template
        return template

    def render(self, context: Any) -> Any:
        """The template's text, for a new context with the dictionary that the function answers."""
        args, kwargs = self.get_resolved_arguments(context)
        values = self.func(*args, **kwargs)
        template = self._template(context)
        inner = context.new(values)
        # Forms in the template need it, and there is no harm in having it.
        csrf_token = context.get("csrf_token")
        if csrf_token is not None:
            inner["csrf_token"] = csrf_token
        return template.render(inner)


def parse_bits(
    parser: Any,
    bits: Iterable[str],
    params: Sequence[str],
    varargs: str | None,
    varkw: str | None,
    defaults: Sequence[Any] | None,
    kwonly: Sequence[str],
    kwonly_defaults: dict[str, Any] | None,
    takes_context: Any,
    name: str,
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a tag as expressions, checked against a function's parameters.

    Raises `TemplateSyntaxError`, naming the tag `name`, for arguments the function does not take.
    """
    if takes_context:
        if not params or params[0] != "context":
            raise TemplateSyntaxError(
                f"{name!r} is decorated with takes_context=True so it must have a first argument "
                "of 'context'"
            )
        params = params[1:]
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    unhandled = list(params)
    unhandled_kwonly = [
        param for param in kwonly if not kwonly_defaults or param not in kwonly_defaults
    ]
    for bit in bits:
        named = token_kwargs([bit], parser)
        if named:
            param, value = named.popitem()
            if param not in params and param not in kwonly and varkw is None:
                raise TemplateSyntaxError(
                    f"{name!r} received unexpected keyword argument {param!r}"
                )
            if param in kwargs:
                raise TemplateSyntaxError(
                    f"{name!r} received multiple values for keyword argument {param!r}"
                )
            kwargs[param] = value
            for names in (unhandled, unhandled_kwonly):
                if param in names:
                    names.remove(param)
        elif kwargs:
            raise TemplateSyntaxError(
                f"{name!r} received some positional argument(s) after some keyword argument(s)"
            )
        else:
            args.append(parser.compile_filter(bit))
            if unhandled:
                unhandled.pop(0)
            elif varargs is None:
                raise TemplateSyntaxError(f"{name!r} received too many positional arguments")
    if defaults:
        # COMPAT: as many names are forgiven as there are defaults, whichever were given.
        unhandled = unhandled[: -len(defaults)]
    missing = ", ".join(f"'{param}'" for param in [*unhandled, *unhandled_kwonly])
    if missing:
        raise TemplateSyntaxError(
            f"{name!r} did not receive value(s) for the argument(s): {missing}"
        )
    return args, kwargs


def import_library(name: str) -> Library:
    """The `register` of a module; raises `InvalidTemplateLibrary`."""
    try:
        module = import_module(name)
    except ImportError as error:
        raise InvalidTemplateLibrary(
            f"Invalid template library specified. ImportError raised when trying to load '{name}': "
            f"{error}"
        )
    try:
        library: Library = module.register
    except AttributeError:
        raise InvalidTemplateLibrary(f"Module  {name} does not have a variable named 'register'")
    return library
