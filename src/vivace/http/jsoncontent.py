"""`JsonResponse`, and the encoder that serves most of them.

A module of its own: PERF: few views of most projects answer in JSON, whose encoder knows decimals,
times and UUIDs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from json import encoder as json_encoder
from typing import Any

from vivace.http.content import HttpResponse
from vivace.http.headers import header_set
from vivace.utils.json import DjangoJSONEncoder
from vivace.utils.naming import publish

__all__ = ["JsonResponse", "encode_json"]


def _fast_encoder() -> Callable[[Any, int], Iterable[str]]:
    """The C encoder that `json.dumps` makes anew for each call, made once.

    It keeps no table of the containers it is inside of, which one encoder for many threads could
    not: an endless structure ends in RecursionError, and the slow way is then asked.
    """
    make = getattr(json_encoder, "c_make_encoder", None)
    if make is None:
        return lambda data, depth: (_encode_slowly(data).decode(),)
    asked = DjangoJSONEncoder()
    string = json_encoder.encode_basestring_ascii
    encode: Callable[[Any, int], Iterable[str]] = make(
        None, asked.default, string, None, ": ", ", ", False, False, True
    )
    return encode


def _encode_slowly(data: Any) -> bytes:
    return json.dumps(data, cls=DjangoJSONEncoder).encode()


_encode = _fast_encoder()


def encode_json(data: Any) -> bytes:
    """`data` as ``json.dumps(data, cls=DjangoJSONEncoder)`` writes it, in bytes."""
    try:
        return "".join(_encode(data, 0)).encode()
    except RecursionError:
        return _encode_slowly(data)


class JsonResponse(HttpResponse):
    """A response with `data` as JSON.

    `encoder` is the class that serialises it and `json_dumps_params` further arguments for
    ``json.dumps``. Unless `safe` is false, `data` must be a dict; `TypeError` is raised otherwise.
    """

    def __init__(
        self,
        data: Any,
        encoder: type[json.JSONEncoder] = DjangoJSONEncoder,
        safe: bool = True,
        json_dumps_params: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if safe and type(data) is not dict and not isinstance(data, dict):
            raise TypeError(
                "In order to allow non-dict objects to be serialized set the safe parameter to False."
            )
        if (
            not kwargs
            and not json_dumps_params
            and encoder is DjangoJSONEncoder
            and (type(self) is JsonResponse or self._may_be_plain)
        ):
            self._plain = True
            if type(self) is JsonResponse:
                # PERF: as in `HttpResponse`.
                self.status_code = 200
            self._headers = _JSON_HEADERS
            # PERF: `encode_json`, written out.
            try:
                self._body = "".join(_encode(data, 0)).encode()
            except RecursionError:
                self._body = _encode_slowly(data)
            return
        kwargs.setdefault("content_type", "application/json")
        body_text = json.dumps(data, cls=encoder, **(json_dumps_params or {}))
        super().__init__(content=body_text, **kwargs)


_JSON_HEADERS = header_set("application/json")


publish(__name__, "http.response", "JsonResponse")
