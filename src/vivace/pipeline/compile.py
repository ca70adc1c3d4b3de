"""Segments become Python functions: the usual way of a request, and nothing else.

What the source of a chain looks like (here for WSGI, with three built-in middleware)::

    def serve(environ, start_response):
        ... the request is made
        ... each layer's request phase, outermost first
        try:
            entry = static_get(path)
            ... the route, then the view
        except Exception as exc:
            response = failed(request, exc)
        ... each layer's response phase, innermost first
        start_response(STATUS[status], [*headers.pairs, ...])
        return [response._body]

Neighbouring layers whose response phase only sets headers become one look-up: a shared `HeaderSet`
remembers which set comes after it. Everything unusual is handed to `Walk` in ``runtime``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from vivace.codegen import Bindings, Source
from vivace.core import signals
from vivace.flow import run_async, run_sync
from vivace.http.headers import HeaderSet, as_set
from vivace.http.hosts import HOSTS
from vivace.http.request import FORWARDED
from vivace.middleware.csrf import SAFE_METHODS
from vivace.pipeline import runtime
from vivace.pipeline.errors import explained, response_for_exception
from vivace.pipeline.nodes import HeaderRule, Hook, Layer, Segment, ViewHooks
from vivace.pipeline.shells import AsgiShell, Shell, WsgiShell

__all__ = ["Routes", "write_segment"]


@dataclass(frozen=True)
class Routes:
    """How generated code finds a view.

    `static_get` answers a whole path with ``(hit, view)`` where the view takes the request alone
    and has the chain's colour; `route` answers any request with a hit, ``(leaf, args, kwargs)``,
    or raises `Resolver404`. `wrap`, if there is one, makes of each view what is called.
    """

    static_get: Callable[[str], Any]
    route: Callable[[Any], Any]
    wrap: Callable[[Any], Any] | None = None


class HeaderStep:
    """The response phase of neighbouring layers that only set headers, as one transition.

    The instance stands for the step as a key in `HeaderSet.after`, so it must live as long as they
    do: a chain that is compiled anew has new steps.
    """

    def __init__(self, rules: Sequence[HeaderRule], secure: bool) -> None:
        # The innermost layer comes first, as its response phase does.
        first: dict[str, tuple[str, str]] = {}
        for rule in reversed(rules):
            for pair in (*rule.secure, *rule.defaults) if secure else rule.defaults:
                first.setdefault(pair[0].lower(), pair)
        self.defaults = tuple(first.values())

    def advance(self, headers: HeaderSet) -> HeaderSet:
        """The set that comes after `headers`."""
        return headers.following(self, [pair for pair in self.defaults if pair[0] not in headers])


def _groups(layers: Sequence[Layer]) -> list[tuple[int, int]]:
    """The response phase, innermost first: ranges of layers, those with rules taken together."""
    groups: list[tuple[int, int]] = []
    for index in range(len(layers) - 1, -1, -1):
        layer = layers[index]
        if layer.on_response is None:
            continue
        if layer.rule is not None and groups:
            start, stop = groups[-1]
            if start == index + 1 and layers[start].rule is not None:
                groups[-1] = (index, stop)
                continue
        groups.append((index, index + 1))
    return groups


class Writer:
    """Writes the source of one segment."""

    def __init__(
        self,
        segment: Segment,
        hooks: ViewHooks,
        routes: Routes,
        is_async: bool,
        shell: Shell | None,
    ) -> None:
        self.layers = segment.layers
        self.inner = segment.inner
        self.hooks = hooks
        self.routes = routes
        self.is_async = is_async
        self.shell = shell
        self.wait = "await " if is_async else ""
        self.out = Source()
        self.names = Bindings(
            HeaderSet=HeaderSet,
            as_set=as_set,
            KNOWN=runtime.KNOWN_CLASSES,
            log=runtime.log_error,
            release=runtime.release,
        )
        self.names.update(LENGTH_PAIRS=runtime.LENGTH_PAIRS, set_length=runtime.set_length)
        self._bind_walk()

    def _bind_walk(self) -> None:
        walk = runtime.Walk(self.layers, self.hooks)
        for name in ("ask", "respond", "error", "failed", "viewed"):
            self.names[name] = _driven(getattr(walk, name), self.is_async)
        if not self.is_async:
            # PERF: written code calls it where the exception is being handled; nothing has to wait.
            self.names["error"] = response_for_exception

    def write(self) -> tuple[str, Bindings]:
        """The source of the segment's function, and the names that it uses."""
        start = "async def" if self.is_async else "def"
        if self.shell is None:
            with self.out.block(f"{start} handle(request):"):
                self._write_body()
        else:
            self.names.update(finished=signals.request_finished, **self.shell.names)
            with self.out.block(f"{start} serve({self.shell.parameters}):"):
                self.shell.write(self.out, self._write_body)
        return str(self.out), self.names

    def _write_body(self) -> None:
        self._write_request_phase()
        if self.inner is None:
            self._write_route_and_view()
        else:
            self._write_inner()
        self._write_response_phase()

    def _return(self, expression: str) -> str:
        if self.shell is None:
            return f"return {expression}"
        return f"return {self.shell.finish(expression)}"

    # --- request phase

    def _write_request_phase(self) -> None:
        for index, layer in enumerate(self.layers):
            if layer.on_request is None:
                continue
            self.out.line(f"# {layer.name}")
            if layer.host_only and not FORWARDED.value[0]:
                self._write_host_check(index)
            elif layer.cookie_only:
                self._write_cookie_check(index)
            else:
                self._write_request_hook(index, layer.on_request)

    def _write_host_check(self, index: int) -> None:
        """Write that the hook is only asked about a host that was not accepted before."""
        self.names["HOSTS"] = HOSTS.value
        if self.shell is not None and self._is_fresh(index):
            host_is_new = self.shell.host_is_new
        else:
            # What a middleware made of the request, and that of another colour, is for the hook.
            host_is_new = f"{self._not_usual()} or {self._usual_shell.host_is_new_within}"
        with self.out.block(f"if {host_is_new}:"):
            self._write_ask(index)

    def _write_cookie_check(self, index: int) -> None:
        """Write that the hook is only asked about a request that brings cookies."""
        if self.shell is not None and self._is_fresh(index):
            has_cookies = self.shell.has_cookies
        else:
            # A middleware may have set some.
            has_cookies = f"{self._not_usual()} or {self._usual_shell.has_cookies_within}"
        with self.out.block(f"if {has_cookies}:"):
            self._write_ask(index)

    def _is_fresh(self, index: int) -> bool:
        """Whether the layer gets a request as the shell made it."""
        return not any(layer.may_rewrite for layer in self.layers[:index])

    @property
    def _usual_shell(self) -> type[AsgiShell | WsgiShell]:
        return AsgiShell if self.is_async else WsgiShell

    def _not_usual(self) -> str:
        """An expression that is true for a request that no shell of the chain's colour made."""
        self.names["usual_class"] = self._usual_shell.request_class
        return "type(request) is not usual_class"

    def _write_ask(self, index: int) -> None:
        self.out.line(f"answer = {self.wait}ask(request, {index})")
        with self.out.block("if answer is not None:"):
            self.out.line(self._return("answer"))

    def _write_request_hook(self, index: int, hook: Hook) -> None:
        call = self._call(hook, f"on_request_{index}", "request")
        with self.out.block("try:"):
            self.out.line(f"answer = {call}")
        with self.out.block("except Exception as exc:"):
            self.out.line(f"answer = {self.wait}error(request, exc)")
            respond = f"{self.wait}respond(request, answer, 0, {index})"
            self.out.line(self._return(respond))
        with self.out.block("if answer:"):
            respond = f"{self.wait}respond(request, answer, 0, {index + 1})"
            self.out.line(self._return(respond))

    def _call(self, hook: Hook, name: str, arguments: str) -> str:
        self.names[name] = hook.function
        if not self.is_async:
            return f"{name}({arguments})"
        if hook.awaits:
            return f"await {name}({arguments})"
        if hook.blocking:
            self.names["in_thread"] = runtime.in_thread
            return f"await in_thread({name}, {arguments})"
        return f"{name}({arguments})"

    # --- route and view

    def _write_route_and_view(self) -> None:
        self.names.update(
            static_get=self.routes.static_get,
            route=self.routes.route,
            run_async_view=runtime.run_async_view,
            in_thread=runtime.in_thread,
        )
        out = self.out
        with out.block("try:"):
            if self._only_guards():
                self._write_plain_view(guard=self.hooks.view)
            elif self.hooks.view:
                self._write_hooked_view()
            else:
                self._write_plain_view()
        with out.block("except Exception as exc:"):
            out.line(f"response = {self.wait}error(request, exc)")

    def _only_guards(self) -> bool:
        """Whether there are view hooks, and a safe request needs none of them to be called."""
        hooks = self.hooks.view
        return bool(hooks) and all(hook.safe is not None for hook in hooks)

    def _write_plain_view(self, guard: Sequence[Hook] = ()) -> None:
        out = self.out
        # A foreign request hook may have rewritten the path.
        rewritten = any(layer.may_rewrite for layer in self.layers)
        path = "request.path_info" if self.shell is None or rewritten else "path"
        out.line(f"entry = static_get({path})")
        # Nothing could give a request of the shell's own a URLconf before it came here.
        fresh = self.shell is not None and not rewritten
        usual = "entry is not None" if fresh else "entry is not None and request._plain"
        with out.block(f"if {usual} and {self._is_safe()}:" if guard else f"if {usual}:"):
            out.line("request._hit, view = entry")
            for mark in dict.fromkeys(hook.safe for hook in guard if hook.safe):
                with out.block(f"if not getattr(view, {mark.exempt!r}, False):"):
                    out.line(f"request.{mark.done} = True")
            self._write_view(f"{self.wait}view(request)")
        with out.block("else:"):
            if guard:
                self._write_hooks_and_view()
            else:
                out.line("request._hit = leaf, args, kwargs = route(request)")
                out.line("view = leaf.callback")
                self._write_view_of_any_colour()
        self._write_view_check()

    def _write_hooked_view(self) -> None:
        self._write_hooks_and_view()
        self._write_view_check()

    def _write_hooks_and_view(self) -> None:
        out = self.out
        out.line("request._hit = leaf, args, kwargs = route(request)")
        out.line("view = leaf.callback")
        for index, hook in enumerate(self.hooks.view):
            if index == 0:
                self._write_view_hook(hook, index)
            else:
                with out.block("if not response:"):
                    self._write_view_hook(hook, index)
        with out.block("if not response:"):
            self._write_view_of_any_colour()

    def _write_view_hook(self, hook: Hook, index: int) -> None:
        call = self._call(hook, f"view_hook_{index}", "request, view, args, kwargs")
        if hook.safe is None:
            self.out.line(f"response = {call}")
            return
        self.out.line("response = None")
        with self.out.block(f"if not getattr(view, {hook.safe.exempt!r}, False):"):
            with self.out.block(f"if {self._is_safe()}:"):
                self.out.line(f"request.{hook.safe.done} = True")
            otherwise = "else:"
            if self.is_async and hook.blocking:
                otherwise = f"elif not {self.names.bind(hook.safe.at_once, 'at_once')}(request):"
            with self.out.block(otherwise):
                self.out.line(f"response = {call}")

    def _is_safe(self) -> str:
        self.names["SAFE_METHODS"] = SAFE_METHODS
        return "request.method in SAFE_METHODS"

    def _write_view_of_any_colour(self) -> None:
        out = self.out
        if self.routes.wrap is not None:
            self.names["wrap"] = self.routes.wrap
            out.line("view = wrap(view)")
        with out.block("if leaf.is_async:"):
            if self.is_async:
                self._write_view("await view(request, *args, **kwargs)")
            else:
                self._write_view("run_async_view(view, request, args, kwargs)")
        with out.block("else:"):
            if self.is_async:
                self._write_view("await in_thread(view, request, *args, **kwargs)")
            else:
                self._write_view("view(request, *args, **kwargs)")

    def _write_view(self, call: str) -> None:
        if not self.hooks.exception:
            self.out.line(f"response = {call}")
            return
        with self.out.block("try:"):
            self.out.line(f"response = {call}")
        with self.out.block("except Exception as exc:"):
            self.out.line(f"response = {self.wait}failed(request, exc)")

    def _write_view_check(self) -> None:
        with self.out.block("if type(response) not in KNOWN:"):
            self.out.line(f"response = {self.wait}viewed(request, response, view)")

    # --- inner middleware

    def _write_inner(self) -> None:
        inner: Any = self.inner
        # PERF: the bound method, for a call through the class's slot takes twice as long.
        if inner is not None and isinstance(type(inner).__call__, FunctionType):
            inner = inner.__call__
        self.names.update(inner=inner, check=runtime.check_middleware, whose=self.inner)
        with self.out.block("try:"):
            self.out.line(f"response = {self.wait}inner(request)")
            with self.out.block("if response is None:"):
                self.out.line("check(response, whose)")
        with self.out.block("except Exception as exc:"):
            self.out.line(f"response = {self.wait}error(request, exc)")

    # --- response phase

    def _write_response_phase(self) -> None:
        groups = _groups(self.layers)
        last = groups[-1] if groups else None
        fuse_last = (
            self.shell is not None and last is not None and self.layers[last[0]].rule is not None
        )
        for group in groups[:-1] if fuse_last else groups:
            self._write_group(*group)
        if self.shell is None:
            self.out.line("return response")
        else:
            self._write_emission(self.shell, last if fuse_last else None)

    def _write_group(self, start: int, stop: int) -> None:
        layers = self.layers[start:stop]
        self.out.line("# " + ", ".join(layer.name for layer in reversed(layers)))
        if layers[0].rule is None:
            hook = layers[0].on_response
            assert hook is not None
            call = self._call(hook, f"on_response_{start}", "request, response")
            with self.out.block("try:"):
                self.out.line(f"response = {call}")
            with self.out.block("except Exception as exc:"):
                self.out.line(f"response = {self.wait}error(request, exc)")
            return
        self._write_step([layer.rule for layer in layers if layer.rule is not None], start, stop)

    def _write_headers(self) -> None:
        """Write how the local `headers` becomes the set of the response's, None if it has no such."""
        self.names["explained"] = explained
        # PERF: a response pays nothing for what is none; nobody looks before.
        with self.out.block("try:"):
            self.out.line("headers = response._headers")
        with self.out.block("except AttributeError as exc:"):
            self.out.line(
                f"response = {self.wait}error(request, explained(exc, request, response))"
            )
            self.out.line("headers = response._headers")
        with self.out.block("if type(headers) is not HeaderSet:"):
            self.out.line("headers = as_set(headers)")

    def _write_step(
        self,
        rules: Sequence[HeaderRule],
        start: int,
        stop: int,
        emit: Callable[[], None] | None = None,
    ) -> None:
        """Write how `rules` change the headers; `emit` writes how a plain response is then sent."""
        out = self.out
        self._write_headers()
        asks = [self.names.bind(rule.asks, "asks") for rule in rules if rule.asks is not None]
        unusual = " or ".join(f"{ask}(request)" for ask in asks)
        due = " or ".join(f"({self._meta_has(rule.unless)})" for rule in rules if rule.unless)
        # A response that is not plain can still take part, unless a mark on it speaks of headers.
        takes_part = (
            "headers is not None and (response._plain or "
            '(type(response) in KNOWN and "xframe_options_exempt" not in response.__dict__))'
        )
        if asks:
            takes_part += f" and (response.status_code != 404 or not ({unusual}))"
        if due:
            takes_part += f" and not ({due})"
        with out.block(f"if {takes_part}:"):
            self._write_advance(rules)
        with out.block("else:"):
            out.line("headers = None")
        with out.block("if headers is not None:"):
            if emit is not None:
                emit()
            out.line("response._headers = headers")
            if any(rule.length for rule in rules):
                out.lines(
                    """
                    if not headers.has_length:
                        body = response._body if response._plain else None
                        if type(body) is bytes:
                            headers = headers.after.get(LENGTH_PAIRS.get(len(body)))
                            if headers is not None:
                                response._headers = headers
                            else:
                                set_length(response)
                        elif not response.streaming:
                            set_length(response)
                    """
                )
        with out.block("else:"):
            out.line(f"response = {self.wait}respond(request, response, {start}, {stop})")

    def _meta_has(self, name: str) -> str:
        """An expression that is true if somebody put something true there under `name`."""
        if not self.is_async:
            return f"request.META.get({name!r})"
        # PERF: under ASGI it is made when it is asked for; what was never made holds nothing.
        there = f'"META" in request.__dict__ and request.META.get({name!r})'
        return there if self.shell is not None else f"{self._not_usual()} or ({there})"

    def _write_advance(self, rules: Sequence[HeaderRule]) -> None:
        """Write how the local `headers` becomes the set after the step, or None."""
        steps = {secure: HeaderStep(rules, secure) for secure in (False, True)}
        if not steps[True].defaults:
            self.out.line("pass")
            return
        step = self.names.bind(steps[False], "step")
        if any(rule.secure for rule in rules):
            secure = self.names.bind(steps[True], "secure_step")
            self.out.line(f"step_now = {secure} if request.is_secure() else {step}")
            step = "step_now"
        self.out.line(f"headers = headers.after.get({step}) or {step}.advance(headers)")

    def _write_emission(self, shell: Shell, group: tuple[int, int] | None) -> None:
        out = self.out
        layers = self.layers[group[0] : group[1]] if group else ()
        rules = [layer.rule for layer in layers if layer.rule is not None]
        if layers:
            out.line("# " + ", ".join(layer.name for layer in reversed(layers)) + ", the shell")

        def emit() -> None:
            with out.block("if response._plain and not finished.receivers:"):
                out.line("body = response._body")
                out.line("status = response.status_code")
                with out.block("if type(body) is bytes and headers is not None:"):
                    with out.block("if not request._plain:"):
                        out.line("release(request)")
                    shell.write_emission(out, sets_length=any(rule.length for rule in rules))

        if group:
            self._write_step(rules, *group, emit)
        else:
            self._write_headers()
            emit()
        out.line(self._return("response"))


def _driven(operation: Callable[..., Any], is_async: bool) -> Callable[..., Any]:
    if is_async:

        async def drive_async(*args: Any) -> Any:
            return await run_async(operation(*args))

        return drive_async

    def drive(*args: Any) -> Any:
        return run_sync(operation(*args))

    return drive


def write_segment(
    segment: Segment,
    hooks: ViewHooks,
    routes: Routes,
    *,
    is_async: bool,
    shell: Shell | None = None,
) -> tuple[str, Bindings]:
    """The source of the function for `segment`, and the names that the source uses.

    Without a shell the function is ``handle(request)``; it returns a response and never raises an
    `Exception`. With one it is ``serve``, with the parameters of the shell's protocol.
    """
    return Writer(segment, hooks, routes, is_async, shell).write()
