"""What a pickle of a response holds: the attributes that a response of Django has.

Caches of pages keep responses, and must be readable on either side of the way between the two. Here a
response has its headers and body in other attributes, and none for what is usual.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

from vivace.http.headers import HeaderSet

__all__ = ["restore_response", "state_of_response"]

# What is there only if it is unusual.
_USUAL = {"_charset": None, "_handler_class": None, "_reason_phrase": None, "closed": False}
_EMPTY = ("cookies", "_resource_closers")

# The attributes of a response that servers may send without a look at anything else.
_PLAIN = frozenset({"_headers", "_body", "_charset", "status_code"})


def state_of_response(response: Any) -> dict[str, Any]:
    """The state of `response` as it is pickled; the response stays as it is."""
    state = {**_USUAL, **response.__dict__}
    state.pop("_plain", None)
    headers = state.pop("_headers")
    state["headers"] = headers.own() if type(headers) is HeaderSet else headers
    state.setdefault("cookies", SimpleCookie())
    state.setdefault("_resource_closers", [])
    if "_body" in state:
        body = state.pop("_body")
        state["_container"] = body if type(body) is list else [body]
    return state


def restore_response(response: Any, state: dict[str, Any]) -> None:
    """Make a new `response` what `state_of_response` was told of.

    A state without ``headers`` is one of Vivace before it wrote Django's, and is taken as it is.
    """
    if "headers" not in state:
        response.__dict__.update(state)
        return
    own = state.copy()
    # PERF: what is usual is the class's, so that whoever asks whether there is any finds none.
    for name, usual in _USUAL.items():
        if own.get(name, own) is usual:
            del own[name]
    for name in _EMPTY:
        if not own.get(name, True):
            del own[name]
    own["_headers"] = own.pop("headers")
    own.setdefault("status_code", response.status_code)
    if "_container" in own:
        parts = own.pop("_container")
        own["_body"] = parts[0] if len(parts) == 1 else parts
    own["_plain"] = (
        getattr(response, "_may_be_plain", False)
        and type(own.get("_body")) is bytes
        and own.keys() <= _PLAIN
    )
    response.__dict__.update(own)
