# ruff: noqa: F601, RUF001 - tables of odd values are read more easily when they are wide
"""Questions about responses, for ``http_cases.py``."""

from __future__ import annotations

import copy
import datetime
import decimal
import http
import io
import itertools
import json
import pickle
import random
import re
import uuid
from collections import OrderedDict, UserDict, defaultdict, namedtuple
from collections.abc import Callable, Iterator
from enum import Enum, IntEnum
from typing import Any

Question = tuple[str, Callable[[], Any]]
ABSENT = object()


class Text(str):
    pass


class Bytes(bytes):
    pass


class Number(int):
    def __repr__(self) -> str:
        return "a number"


class Real(float):
    def __repr__(self) -> str:
        return "a real"


class Table(dict):  # type: ignore[type-arg]
    pass


class Shouting(dict):  # type: ignore[type-arg]
    def items(self) -> Any:
        return [(key.upper(), value) for key, value in super().items()]


class Said:
    def __str__(self) -> str:
        return "säid"


class AsBytes:
    def __bytes__(self) -> bytes:
        return b"as bytes"

    def __str__(self) -> str:
        return "as text"


class Mute:
    def __str__(self) -> str:
        raise RuntimeError("has nothing to say")


class Chunks:
    """An iterable that says what happened to it."""

    def __init__(self, closes: str = "well") -> None:
        self.closes = closes
        self.closed = 0

    def __iter__(self) -> Iterator[Any]:
        yield "one "
        yield b"two "
        yield 3

    def close(self) -> None:
        self.closed += 1
        if self.closes != "well":
            raise OSError("cannot close")


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


Point = namedtuple("Point", "x y")


def lazy(framework: Any, text: str) -> Any:
    return framework.module("utils.functional").lazystr(text)


def contents(framework: Any) -> dict[str, Callable[[], Any]]:
    response = framework.module("http").HttpResponse
    safe = framework.module("utils.safestring").mark_safe
    return {
        "empty": lambda: b"",
        "bytes": lambda: b"abc",
        "text": lambda: "text",
        "euro": lambda: "é€",
        "latin": lambda: "é",
        "int": lambda: 123,
        "float": lambda: 1.5,
        "None": lambda: None,
        "True": lambda: True,
        "list": lambda: [b"a", "b", 3, None, "é"],
        "generator": lambda: (part for part in ("x", b"y", 1.5)),
        "memoryview": lambda: memoryview(b"view"),
        "bytearray": lambda: bytearray(b"ba"),
        "dict": lambda: {"a": 1, "b": 2},
        "nested": lambda: [["a"], [b"b"]],
        "said": Said,
        "asbytes": AsBytes,
        "mute": Mute,
        "bytesio": lambda: io.BytesIO(b"l1\nl2"),
        "stringio": lambda: io.StringIO("l1\nlé2"),
        "chunks": Chunks,
        "badly": lambda: Chunks("badly"),
        "lazy": lambda: lazy(framework, "läzy"),
        "lazies": lambda: [lazy(framework, "läzy"), lazy(framework, "b")],
        "safe": lambda: safe("<b>"),
        "substr": lambda: Text("sub"),
        "subbytes": lambda: Bytes(b"sub"),
        "date": lambda: datetime.date(2020, 1, 2),
        "decimal": lambda: decimal.Decimal("1.50"),
        "response": lambda: response("inner"),
        "surrogate": lambda: "\udc80",
        "range": lambda: range(3),
        "class": lambda: int,
    }


CONTENT_TYPES = [
    ABSENT, None, "", "text/plain", "text/plain; charset=latin-1", 'text/plain; charset="ascii"',
    "text/html; charset=utf-16", "application/json", "text/plain; charset=", "text/plain;charset=nope",
    "x\ny", "x\ry", "é/ü", "€", b"text/bytes", b"\xff", 5, "text/plain; CHARSET=utf-8; x=y",
    "text/plain; xcharset=latin-1", 'text/plain; charset="iso-8859-1"; a=b', "text/plain; charset =latin-1",
    "text/plain; charset= latin-1", "text/plain; charset='latin-1'", "text/plain charset=latin-1",
    'text/plain; charset="', "charset=latin-1", ";charset=latin-1", "a; charset=ascii; charset=utf-8",
    "text/plain;\tcharset=koi8-r", "text/plain;charset=utf-8;charset", "text/plain; charset=é",
]  # fmt: skip
CHARSETS = [ABSENT, None, "latin-1", "utf-8", "ascii", "nope", "", "utf-16", 5, "a\nb", "é"]
HEADERS: list[Any] = [
    ABSENT, None, {}, {"X-A": "1"}, {"Content-Type": "x/y"}, {"content-type": "a/b; charset=latin-1"},
    [("X", "1")], [("X", "1"), ("x", "2")], {"x": 1}, {"X": "a\nb"}, {"X\n": "a"}, {"é": "a"}, {"X": "é€"},
    {"X": "é"}, {b"X-B": b"bytes"}, {b"X\xe9": "a"}, {"X": None}, {"X": True}, {"A": "1", "a": "2"}, (), [1],
    "ab", {1: 2}, {"X": b"\xe9"}, {"X": b"a\nb"}, {"X": ""}, {"": "x"}, {"X Y": "z"}, {"X:": "z"},
    {"Content-Type": None}, {"Content-Type": ""}, {"X": 1.5}, {"X": "\udc80"}, {"X": "\0"}, {"X": Said()},
    {"CONTENT-TYPE": "text/plain", "Content-Length": 5},
]  # fmt: skip
STATUSES: list[Any] = [
    ABSENT, None, 200, "201", 404, 99, 100, 600, 599, "abc", True, 200.7, http.HTTPStatus.CREATED, [], 0, -1,
    "", 299, " 204 ", b"201", "2e2", float("nan"), 10**20, 418, 451, "２００", 425, decimal.Decimal(203),
]  # fmt: skip
REASONS: list[Any] = [ABSENT, None, "", "Fine", "é", "a\nb", 5]


def named(value: Any) -> str:
    return "-" if value is ABSENT else repr(value)


def cookies_of(response: Any) -> Any:
    return [morsel.OutputString() for morsel in response.cookies.values()]


def look(response: Any, *more: Any) -> list[Any]:
    """What a response is, asked by its public names."""

    def ask(question: Callable[[], Any]) -> Any:
        try:
            return question()
        except Exception as error:
            return f"! {type(error).__name__}: {error}"

    streaming = ask(lambda: response.streaming)
    return [
        type(response).__name__,
        response.status_code,
        ask(lambda: response.reason_phrase),
        ask(lambda: list(map(list, response.items()))),
        ask(lambda: cookies_of(response)),
        ask(lambda: response.charset),
        None if streaming else ask(lambda: response.content),
        None if streaming else ask(lambda: response.text),
        ask(lambda: repr(response)),
        *more,
    ]


def constructors(framework: Any, rng: random.Random) -> Iterator[Question]:
    response = framework.module("http").HttpResponse
    bodies = contents(framework)

    def question(body: str, **given: Any) -> Question:
        kwargs = {name: value for name, value in given.items() if value is not ABSENT}
        label = f"HttpResponse({body}, " + ", ".join(f"{k}={v!r}" for k, v in kwargs.items()) + ")"

        def ask() -> Any:
            return look(response(bodies[body](), **kwargs))

        return label, ask

    yield "no arguments", lambda: look(response())
    for body, charset in itertools.product(bodies, CHARSETS):
        yield question(body, charset=charset)
    for body, kind in itertools.product(("latin", "euro", "list"), CONTENT_TYPES):
        yield question(body, content_type=kind)
    for kind, charset in itertools.product(CONTENT_TYPES, CHARSETS):
        yield question("latin", content_type=kind, charset=charset)
    for headers, kind in itertools.product(HEADERS, CONTENT_TYPES[:6]):
        yield question("latin", headers=headers, content_type=kind)
    for headers, charset in itertools.product(HEADERS, CHARSETS[:5]):
        yield question("euro", headers=headers, charset=charset)
    for status, reason in itertools.product(STATUSES, REASONS):
        yield question("bytes", status=status, reason=reason)
    for _ in range(400):
        yield question(
            rng.choice(list(bodies)),
            content_type=rng.choice(CONTENT_TYPES),
            charset=rng.choice(CHARSETS),
            headers=rng.choice(HEADERS),
            status=rng.choice(STATUSES[:6]),
            reason=rng.choice(REASONS[:4]),
        )
    yield "positional", lambda: look(response(b"x", "a/b", 201, "Made", "latin-1", {"X": "1"}))
    yield "too many", lambda: response(b"x", "a/b", 201, "Made", "latin-1", {}, 7)
    yield "unknown keyword", lambda: response(colour="red")


NAMES = [
    "X-A",
    "x-a",
    "Content-Type",
    "content-type",
    "Content-Length",
    "Vary",
    "X-É",
    "X\nY",
    b"X-A",
    5,
    "",
]
VALUES: list[Any] = [
    "1",
    "two",
    3,
    "é",
    "€",
    "a\nb",
    "a\rb",
    b"by",
    b"\xff",
    None,
    True,
    1,
    1.0,
    "",
    "x" * 80,
]


def operations(framework: Any, rng: random.Random) -> Iterator[Question]:
    """Sequences of what can be done to a response, each step with what it answered."""
    response_class = framework.module("http").HttpResponse
    bodies = contents(framework)
    steps: dict[str, Callable[[Any, Any, Any], Any]] = {
        "set": lambda r, n, v: r.__setitem__(n, v),
        "set2": lambda r, n, v: r.__setitem__(n, v),
        "delete": lambda r, n, v: r.__delitem__(n),
        "item": lambda r, n, v: r[n],
        "get": lambda r, n, v: [r.get(n), r.get(n, "other"), r.get(n, alternate=v)],
        "has": lambda r, n, v: [r.has_header(n), n in r, r.headers.get(n, 9)],
        "default": lambda r, n, v: r.setdefault(n, v),
        "items": lambda r, n, v: [list(pair) for pair in r.items()],
        "headers set": lambda r, n, v: r.headers.__setitem__(n, v),
        "headers delete": lambda r, n, v: r.headers.__delitem__(n),
        "headers item": lambda r, n, v: r.headers[n],
        "headers pop": lambda r, n, v: r.headers.pop(n),
        "headers pop default": lambda r, n, v: r.headers.pop(n, v),
        "headers default": lambda r, n, v: r.headers.setdefault(n, v),
        "headers all": lambda r, n, v: [
            dict(r.headers), len(r.headers), repr(r.headers), list(r.headers), list(r.headers.keys())
        ],
        "headers new": lambda r, n, v: setattr(r, "headers", type(r.headers)({"X-New": v})),
        "headers equal": lambda r, n, v: [r.headers == {"x-a": "1"}, r.headers == r.headers.copy()],
        "write": lambda r, n, v: r.write(v),
        "writelines": lambda r, n, v: r.writelines([v, n]),
        "tell": lambda r, n, v: r.tell(),
        "content": lambda r, n, v: setattr(r, "content", v),
        "iterate": lambda r, n, v: b"".join(r),
        "getvalue": lambda r, n, v: r.getvalue(),
        "text": lambda r, n, v: r.text,
        "serialize": lambda r, n, v: [r.serialize(), bytes(r), r.serialize_headers()],
        "charset": lambda r, n, v: setattr(r, "charset", "latin-1"),
        "charset of type": lambda r, n, v: setattr(r, "charset", None),
        "status": lambda r, n, v: setattr(r, "status_code", 404),
        "reason": lambda r, n, v: setattr(r, "reason_phrase", v),
        "cookie": lambda r, n, v: r.set_cookie("c", v),
        "cookie delete": lambda r, n, v: r.delete_cookie("c"),
        "close": lambda r, n, v: [r.close(), r.closed],
        "flush": lambda r, n, v: r.flush(),
        "kind": lambda r, n, v: [r.readable(), r.seekable(), r.writable(), r.streaming, r.closed],
        "pickle": lambda r, n, v: look(pickle.loads(pickle.dumps(r))),
        "copy": lambda r, n, v: look(copy.copy(r)),
        "deepcopy": lambda r, n, v: look(copy.deepcopy(r)),
        "attribute": lambda r, n, v: setattr(r, "anything", v),
    }  # fmt: skip

    def run(body: str, plan: list[tuple[str, Any, Any]]) -> Any:
        response = response_class(bodies[body]())
        seen: list[Any] = []
        for step, name, value in plan:
            try:
                seen.append(steps[step](response, name, value))
            except Exception as error:
                seen.append(f"! {type(error).__name__}: {error}")
        return [seen, look(response)]

    for step, (name, value) in itertools.product(
        steps, zip(NAMES, VALUES[: len(NAMES)], strict=True)
    ):
        plan = [(step, name, value)]
        yield f"{plan}", lambda plan=plan: run("text", plan)
    # The text is kept once it was asked for; it is looked at in the end.
    steps = {name: step for name, step in steps.items() if name != "text"}
    for number in range(700):
        plan = [
            (
                rng.choice(list(steps)),
                rng.choice(NAMES[:5] if rng.random() < 0.8 else NAMES),
                rng.choice(VALUES),
            )
            for _ in range(rng.randint(2, 6))
        ]
        body = ("text", "empty", "list")[number % 3]
        yield f"{body} {plan}", lambda body=body, plan=plan: run(body, plan)


EXPIRES = re.compile(r"expires=[^;]*")


def cookies(framework: Any, rng: random.Random) -> Iterator[Question]:
    response_class = framework.module("http").HttpResponse
    day = datetime.timedelta(days=1)
    utc = datetime.UTC
    choices: dict[str, list[Any]] = {
        "key": ["c", "C-d_e", "__Secure-c", "__Host-c", "a b", "é", "", "a=b", "a;b", "$x", "path", "expires", "a\nb", 5],
        "value": ["", "v", "a b", 'q"q', "a;b,c", "é", "€", "a\nb", "a\\b", 5, None, True, b"x", "=", "a=b", lazy(framework, "lz")],
        "max_age": [ABSENT, None, 0, 10, -5, 10.9, day, datetime.timedelta(milliseconds=1500), "30", "x", "", True, 2**40],
        "expires": [
            ABSENT, None, "", "Thu, 01 Jan 1970 00:00:00 GMT", "whenever", datetime.datetime(2000, 1, 1),
            datetime.datetime(2000, 1, 1, tzinfo=utc), datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone(day / 2)),
            datetime.date(2000, 1, 1), 0, 5,
        ],
        "path": [ABSENT, "/", None, "", "/x y", "/é", "/a;b", 5, lazy(framework, "/lazy")],
        "domain": [ABSENT, None, "", "example.com", ".example.com", "é.com", lazy(framework, "d.com")],
        "secure": [ABSENT, True, False, None, "", 1],
        "httponly": [ABSENT, True, False, "x"],
        "samesite": [ABSENT, None, "", "lax", "Strict", "NONE", "odd", False, lazy(framework, "Lax")],
    }  # fmt: skip

    def ask(method: str, **given: Any) -> Any:
        response = response_class()
        kwargs = {name: value for name, value in given.items() if value is not ABSENT}
        getattr(response, method)(kwargs.pop("key", "c"), **kwargs)
        morsels = [
            [morsel.key, morsel.value, {k: str(v) for k, v in morsel.items() if v not in ("",)}]
            for morsel in response.cookies.values()
        ]
        return [cookies_of(response), morsels, response.cookies.output()]

    def question(method: str, **given: Any) -> Question:
        return f"{method} {given}", lambda: ask(method, **given)

    for name, values in choices.items():
        for value in values:
            yield question("set_cookie", **{name: value})
            yield question("set_signed_cookie", **{"value": "v", name: value})
            if name in ("key", "path", "domain", "samesite"):
                yield question("delete_cookie", **{name: value})
    for max_age, expires in itertools.product(choices["max_age"], choices["expires"]):
        yield question("set_cookie", max_age=max_age, expires=expires)
    for key, samesite, domain in itertools.product(
        choices["key"][:6], choices["samesite"], choices["domain"][:4]
    ):
        yield question("delete_cookie", key=key, samesite=samesite, domain=domain)
    for _ in range(400):
        yield question("set_cookie", **{n: rng.choice(v) for n, v in choices.items()})
    for key, salt, value in itertools.product(
        ("c", "ab", "a"), ("", "s", "bs", "é", "1:"), ("v", "é", "", "a:b", 5, "a b;")
    ):
        yield question("set_signed_cookie", key=key, salt=salt, value=value)
    for arguments in (("c", "v", 10, None, "/p", "d.com", True, True, "Lax"), ("c",), ()):
        yield f"positional {arguments}", lambda a=arguments: _positional(response_class, a)

    def twice() -> Any:
        response = response_class()
        response.set_cookie("a", "1", max_age=10, secure=True, domain="x.com", samesite="Lax")
        response.set_cookie("a", "2")
        response.set_cookie("b", "3")
        response.delete_cookie("b")
        return cookies_of(response)

    yield "twice", twice


def _positional(response_class: Any, arguments: Any) -> Any:
    response = response_class()
    response.set_cookie(*arguments)
    return cookies_of(response)


def json_data(framework: Any) -> dict[str, Callable[[], Any]]:
    def circular() -> Any:
        data: dict[str, Any] = {}
        data["self"] = data
        return data

    def circular_list() -> Any:
        data: list[Any] = []
        data.append({"x": data})
        return {"top": data}

    def deep(levels: int) -> Any:
        data: Any = "bottom"
        for _ in range(levels):
            data = {"d": data}
        return data

    promise = framework.module("utils.functional").lazy
    moment = datetime.datetime(2020, 1, 2, 3, 4, 5, 678901)
    eastern = datetime.timezone(datetime.timedelta(hours=-5))
    plain: dict[str, Any] = {
        "simple": {"a": 1, "b": [1, 2.5, None, True, False], "c": "é€🎷\u2028</script>&'\"\\\x00"},
        "floats": {"a": 1e100, "b": 1e-7, "c": 0.1, "d": -0.0, "e": 1e16, "f": 123456789.123},
        "nan": {"a": float("nan"), "b": float("inf"), "c": float("-inf")},
        "ints": {"a": 10**30, "b": -1, "c": 0},
        "keys": {1: "a", 1.5: "b", True: "c", None: "d", "x": "e", 0: "f"},
        "float keys": {float("nan"): 1, float("inf"): 2},
        "tuple key": {(1, 2): "x"},
        "bytes key": {b"x": "y"},
        "date key": {datetime.date(2020, 1, 1): "y"},
        "bytes": {"a": b"x"},
        "set": {"a": {1}},
        "frozenset": {"a": frozenset()},
        "object": {"a": Said()},
        "class": {"a": int},
        "complex": {"a": 1j},
        "datetime": {"a": moment},
        "datetime whole": {"a": moment.replace(microsecond=0)},
        "datetime utc": {"a": moment.replace(tzinfo=datetime.UTC)},
        "datetime milli": {"a": moment.replace(microsecond=5000, tzinfo=eastern)},
        "datetime micro": {"a": moment.replace(microsecond=1)},
        "date": {"a": moment.date()},
        "time": {"a": moment.time()},
        "time whole": {"a": datetime.time(1, 2)},
        "time aware": {"a": datetime.time(1, 2, tzinfo=datetime.UTC)},
        "timedelta": {"a": datetime.timedelta(days=1, seconds=2, microseconds=3)},
        "timedelta negative": {"a": -datetime.timedelta(days=1, seconds=2)},
        "decimal": {"a": decimal.Decimal("1.50"), "b": decimal.Decimal("NaN"), "c": decimal.Decimal("1E+3")},
        "uuid": {"a": uuid.UUID(int=5)},
        "enum": {"a": Colour.RED},
        "intenum": {"a": Level.HIGH, Level.HIGH: "k"},
        "substr": {"a": Text("x"), Text("k"): 1},
        "subint": {"a": Number(5), Number(6): 1},
        "subfloat": {"a": Real(5.5), Real(6.5): 1},
        "table": Table(a=1),
        "shouting": Shouting(a=1),
        "inner shouting": {"x": Shouting(a=1)},
        "ordered": OrderedDict([("b", 1), ("a", 2)]),
        "default": defaultdict(int, a=1),
        "userdict": UserDict(a=1),
        "inner userdict": {"a": UserDict(a=1)},
        "namedtuple": {"a": Point(1, 2)},
        "tuple": (1, 2),
        "list": [1, "é", None],
        "text": "é",
        "number": 5,
        "none": None,
        "bool": True,
        "empty": {},
        "empty list": [],
        "surrogate": {"a": "\ud800"},
        "memoryview": {"a": memoryview(b"x")},
        "range": {"a": range(3)},
    }  # fmt: skip
    found: dict[str, Callable[[], Any]] = {
        name: (lambda value=value: value) for name, value in plain.items()
    }
    found.update(
        {
            "circular": circular,
            "circular list": circular_list,
            "deep": lambda: deep(200),
            "too deep": lambda: {"length": len(json.dumps(str(deep)))} and deep(100_000),
            "lazy": lambda: {"a": lazy(framework, "läzy")},
            "lazy key": lambda: {lazy(framework, "k"): 1},
            "lazy number": lambda: {"a": promise(lambda: 5, int)()},
            "lazy dict": lambda: promise(lambda: {"a": 1}, dict)(),
            "lazy inner dict": lambda: {"x": promise(lambda: {"a": 1}, dict)()},
            "generator": lambda: {"a": (x for x in (1, 2))},
            "querydict": lambda: framework.module("http").QueryDict("a=1&a=2"),
            "keys view": lambda: {"a": {"b": 1}.keys()},
            "mute": lambda: {"a": Mute()},
        }
    )
    return found


class Lenient(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        return f"<{type(o).__name__}>"


def jsons(framework: Any, rng: random.Random) -> Iterator[Question]:
    response_class = framework.module("http").JsonResponse
    django_encoder = framework.module("core.serializers.json").DjangoJSONEncoder
    data = json_data(framework)

    class OwnEncoder(django_encoder):  # type: ignore[misc]
        def default(self, o: Any) -> Any:
            if isinstance(o, (set, frozenset)):
                return sorted(o)
            return super().default(o)

    params: list[Any] = [
        ABSENT, None, {}, {"indent": 2}, {"sort_keys": True}, {"ensure_ascii": False}, {"separators": (",", ":")},
        {"allow_nan": False}, {"skipkeys": True}, {"check_circular": False}, {"default": str}, {"nonsense": 1},
        {"indent": "\t", "sort_keys": True}, {"cls": Lenient},
    ]  # fmt: skip
    encoders = {
        "-": ABSENT,
        "json": json.JSONEncoder,
        "lenient": Lenient,
        "own": OwnEncoder,
        "django": django_encoder,
        "None": None,
    }

    def ask(name: str, **given: Any) -> Any:
        kwargs = {key: value for key, value in given.items() if value is not ABSENT}
        try:
            return look(response_class(data[name](), **kwargs))[:7]
        except RecursionError:
            return "! RecursionError"

    def question(name: str, **given: Any) -> Question:
        given = {key: value for key, value in given.items() if value is not ABSENT}
        return f"JsonResponse({name}, {given})", lambda: ask(name, **given)

    for name in data:
        yield question(name)
        yield question(name, safe=False)
        if name == "too deep":
            continue
        for encoder in encoders.values():
            yield question(name, safe=False, encoder=encoder)
        for each in params[1:]:
            if name in ("circular", "circular list") and each and "check_circular" in each:
                continue
            yield question(name, safe=False, json_dumps_params=each)
    others: list[dict[str, Any]] = [
        {"content_type": "text/x"}, {"content_type": None}, {"status": 201}, {"status": "x"}, {"reason": "Hm"},
        {"charset": "latin-1"}, {"charset": "utf-16"}, {"headers": {"X": "1"}}, {"headers": {"Content-Type": "a/b"}},
        {"headers": {"X": "1"}, "content_type": "a/b"}, {"content": "x"}, {"colour": 1},
    ]  # fmt: skip
    for name, kwargs in itertools.product(("simple", "list", "set"), others):
        yield question(name, **kwargs)
        yield question(name, safe=False, json_dumps_params={"ensure_ascii": False}, **kwargs)
    yield "positional", lambda: look(response_class([1], Lenient, False, {"indent": 1}))
    yield "no data", lambda: response_class()


TARGETS = [
    "", "/", "/a/b", "a/b", "?q=1", "#f", "/a?b=c#d", "//evil.example/x", "///x", "http://example.com/", "HTTPS://Example.COM/é",
    "ftp://x/", "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:x", "\tjavascript:x", "data:text/html,x",
    "vbscript:x", "mailto:a@b", "tel:123", "x-app://y", "file:///etc", "http:", "http:///", "http:x", "https:/x", "/é/ü?ä=ö", "/€", "/a b",
    "/%zz", "/%C3%A9", "/a\\b", "\\\\evil", "/a\r\nX: 1", "/a\x00b", "/\x7f", "http://[::1]/", "http://[::1", "http://[x]/", "http://a]b/", "http://ex\u2100mple/",
    "http://a\u2044b/", "http://user:pw@host:80/x", "http://host:99999/", "http://host:abc/", "//[", "/[", "[", "/a:b", "a:b", "1:2", "a.b:c", "localhost:8000/x",
    ":x", ":", "://", "http//x", "/" + "a" * 2047, "/" + "a" * 2048, "/" + "a" * 2046, "/" + "a" * 4096, "/" + "é" * 1024, "/" + "é" * 3000, "http://x/" + "a" * 2039,
    "http://x/" + "a" * 2040, "javascript:" + "a" * 2040, "http://é.example/", "http://xn--9ca.example/", "/a%20b%", "/<script>", "/'\"", "/{}|^`", "/~!*()", "/a;b=c,d", "/\udc80", "\u3000/x",
    "/x\u2028y", "./a", "../a", "?", "/a//b", "/a/../b", "\x01javascript:x", "http://[fe80::1%25en0]/", "urn:isbn:1", "\n/x",
]  # fmt: skip


def redirects(framework: Any, rng: random.Random) -> Iterator[Question]:
    web = framework.module("http")
    kinds = [web.HttpResponseRedirect, web.HttpResponsePermanentRedirect]
    safe = framework.module("utils.safestring").mark_safe
    others: dict[str, Any] = {
        "bytes": b"/x", "None": None, "int": 5, "lazy": lazy(framework, "/lé"), "substr": Text("/é"),
        "safe": safe("/s"), "said": Said(), "lazy evil": lazy(framework, "javascript:x"),
        "bytes evil": b"javascript:x", "list": ["/x"], "bytes iri": "/é".encode(),
    }  # fmt: skip
    targets = {repr(target)[:60]: target for target in TARGETS} | others

    def ask(kind: Any, target: Any, *args: Any, **kwargs: Any) -> Any:
        response = kind(target, *args, **kwargs)
        url = response["Location"]
        seen = look(response)[:7]
        seen[3] = len(str(seen[3])) if len(url) > 200 else seen[3]
        return [seen, url[:80], len(url), response.url == url, repr(response)[:150]]

    for label, target in targets.items():
        for kind in kinds:
            yield f"{kind.__name__} {label}", lambda kind=kind, target=target: ask(kind, target)
            yield (
                f"{kind.__name__} {label} preserve",
                lambda kind=kind, target=target: ask(kind, target, preserve_request=True),
            )
    for kind in kinds:
        yield "positional", lambda kind=kind: ask(kind, "/x", True, b"body", "a/b", 200)
        yield "status", lambda kind=kind: ask(kind, "/x", status=303)
        yield "status preserved", lambda kind=kind: ask(kind, "/x", status=303, preserve_request=1)
        yield "headers", lambda kind=kind: ask(kind, "/x", headers={"Location": "/y", "X": "1"})
        yield "content", lambda kind=kind: ask(kind, "/x", content="gone")
        yield "none", lambda kind=kind: kind()
        yield "bad header", lambda kind=kind: kind("/x", headers={"X": "\n"})

    class Own(kinds[0]):  # type: ignore[misc, valid-type]
        allowed_schemes = ["myapp"]
        status_code = 303

    for target in ("myapp://x", "http://x/", "/x"):
        yield f"own {target}", lambda target=target: ask(Own, target)
    base = framework.module("http.response").HttpResponseRedirectBase
    yield "base", lambda: ask(base, "/x")


def kinds(framework: Any, rng: random.Random) -> Iterator[Question]:
    """The subclasses by status, and the streaming ones."""
    web = framework.module("http")
    simple = ["BadRequest", "NotFound", "Forbidden", "Gone", "ServerError", "NotModified", ""]
    arguments: list[tuple[Any, dict[str, Any]]] = [
        ((), {}), (("é",), {}), ((b"x",), {}), ((), {"status": 299}), ((), {"content_type": "a/b"}), (([],), {}), ((None,), {}),
        ((), {"headers": {"Content-Type": "x/y", "X": "1"}}), ((), {"reason": "R"}), ((), {"charset": "latin-1"}), (("",), {}),
        ((), {"headers": {"X": "1"}}), ((b"x", "a/b", 201), {}), ((), {"x": 1}),
    ]  # fmt: skip
    for name, (args, kwargs) in itertools.product(simple, arguments):
        cls = getattr(web, f"HttpResponse{name}")
        yield f"{name} {args} {kwargs}", lambda c=cls, a=args, k=kwargs: look(c(*a, **k))
        yield (
            f"{name} {args} {kwargs} pickled",
            lambda c=cls, a=args, k=kwargs: look(pickle.loads(pickle.dumps(c(*a, **k)))),
        )
    for permitted in (
        [],
        ["GET"],
        ["GET", "POST"],
        ("a",),
        "AB",
        None,
        5,
        ["é"],
        ["a\nb"],
        [5],
        (x for x in "gh"),
    ):
        yield (
            f"not allowed {permitted!r}"[:40],
            lambda p=permitted: look(web.HttpResponseNotAllowed(p)),
        )
    yield (
        "not allowed more",
        lambda: look(
            web.HttpResponseNotAllowed(["GET"], "body", headers={"Content-Type": "a/b"}, status=499)
        ),
    )
    yield (
        "not allowed repr",
        lambda: repr(web.HttpResponseNotAllowed(["GET"], headers={"X": "1"}, content_type="")),
    )

    def not_modified(value: Any) -> Any:
        response = web.HttpResponseNotModified()
        response.content = value
        return look(response)

    for value in (b"", "", None, b"x", "x", [], 0, [b""]):
        yield f"304 {value!r}", lambda value=value: not_modified(value)

    def write_304() -> Any:
        response = web.HttpResponseNotModified()
        response.write(b"x")
        return look(response)

    yield "304 write", write_304

    class Own(web.HttpResponse):  # type: ignore[misc, name-defined]
        status_code = 222
        reason_phrase = "Own words"

    yield "own class", lambda: look(Own("x"))
    yield "own class, reason", lambda: look(Own("x", reason="other"))

    def stream(parts: Any, question: Callable[[Any], Any], **kwargs: Any) -> Any:
        response = web.StreamingHttpResponse(parts() if callable(parts) else parts, **kwargs)
        return [question(response), look(response)]

    questions: dict[str, Callable[[Any], Any]] = {
        "iter": lambda r: list(r),
        "twice": lambda r: [list(r), list(r)],
        "getvalue": lambda r: [r.getvalue(), r.getvalue()],
        "streaming_content": lambda r: list(r.streaming_content),
        "content": lambda r: r.content,
        "text": lambda r: r.text,
        "write": lambda r: r.write("x"),
        "writelines": lambda r: r.writelines(["x"]),
        "tell": lambda r: r.tell(),
        "flags": lambda r: [r.streaming, r.is_async, r.readable(), r.writable(), r.seekable(), r.closed, r.flush()],
        "set": lambda r: [setattr(r, "streaming_content", ["new"]), list(r)],
        "bytes": lambda r: bytes(r),
        "serialize": lambda r: r.serialize(),
        "close": lambda r: [r.close(), r.closed, len(list(r))],
        "pickle": lambda r: pickle.dumps(r)[:0],
        "len": lambda r: len(r),
        "headers": lambda r: r.headers.setdefault("X", "1"),
    }  # fmt: skip
    sources: dict[str, Any] = {
        "list": ["a", b"b", 3, "é"], "text": "abc", "bytes": b"abc", "generator": lambda: (x for x in "xy"), "dict": {"a": 1},
        "empty": (), "None": None, "int": 5, "chunks": Chunks, "bytesio": lambda: io.BytesIO(b"l1\nl2"), "lists": [["a"], None],
        "memoryview": [memoryview(b"mv")],
    }  # fmt: skip
    for (source, parts), (name, question) in itertools.product(sources.items(), questions.items()):
        yield f"stream {source} {name}", lambda p=parts, q=question: stream(p, q)
    for kwargs in (
        {"charset": "latin-1"},
        {"content_type": "a/b"},
        {"status": 206},
        {"headers": {"X": "1"}},
    ):
        yield f"stream {kwargs}", lambda k=kwargs: stream(["é"], lambda r: list(r), **k)

    def closing(*closes: str) -> Any:
        parts = [Chunks(each) for each in closes]
        response = web.StreamingHttpResponse(parts[0])
        for part in parts[1:]:
            response.streaming_content = part
        response.close()
        response.close()
        return [part.closed for part in parts]

    yield "stream closes", lambda: closing("well")
    yield "stream closes badly", lambda: closing("badly", "well")
    yield "stream closes both", lambda: closing("well", "well")

    def file(name: str, content: bytes, **kwargs: Any) -> Any:
        source = io.BytesIO(content)
        if name:
            source.name = name  # type: ignore[attr-defined]
        response = web.FileResponse(source, **kwargs)
        first = look(response)
        body = b"".join(response)
        response.close()
        return [first, body, source.closed, response.filename, response.as_attachment]

    names = ["", "a.txt", "a.json", "/d/é.txt", 'q"q.txt', "a\\b.txt", "x.tar.gz", "x.gz", "x.bz2", "x.br", "x.Z", "noext", "a\nb.txt", "é€.png", "x.html", "a b.csv", "x.xz", "."]  # fmt: skip
    for name, attachment in itertools.product(names, (False, True)):
        yield (
            f"file {name} {attachment}",
            lambda n=name, a=attachment: file(n, b"abc", as_attachment=a),
        )
        yield (
            f"file named {name} {attachment}",
            lambda n=name, a=attachment: file("src.txt", b"abc", as_attachment=a, filename=n),
        )
    for kwargs in (
        {"content_type": "a/b"}, {"content_type": None}, {"headers": {"Content-Type": "a/b"}}, {"status": 206}, {"headers": {"Content-Length": "99"}},
        {"headers": {"Content-Disposition": "mine"}, "as_attachment": True}, {"content_type": ""}, {"charset": "latin-1"},
    ):  # fmt: skip
        yield f"file {kwargs}", lambda k=kwargs: file("a.txt", b"abc", **k)
    for source in ([b"a"], b"abc", "text", io.StringIO("text")):
        yield f"file of {type(source).__name__}", lambda s=source: look(web.FileResponse(s))


def header_mappings(framework: Any, rng: random.Random) -> Iterator[Question]:
    response_headers = framework.module("http.response").ResponseHeaders
    request_headers = framework.module("http.request").HttpHeaders
    for data in HEADERS[2:]:
        yield f"ResponseHeaders({data!r})", lambda d=data: [
            dict(response_headers(d)), repr(response_headers(d)), len(response_headers(d))
        ]  # fmt: skip

    def use(step: Callable[[Any], Any]) -> Any:
        headers = response_headers({"Content-Type": "a/b", "X-Y": "1"})
        outcome = step(headers)
        return [outcome, [list(pair) for pair in headers.items()]]

    steps: dict[str, Callable[[Any], Any]] = {
        "get": lambda h: [h["x-y"], h["X-Y"], h.get("nope"), h.get("nope", 5), h.get("CONTENT-type")],
        "missing": lambda h: h["nope"],
        "delete": lambda h: h.__delitem__("x-y"),
        "delete missing": lambda h: h.__delitem__("nope"),
        "pop": lambda h: h.pop("x-y"),
        "pop missing": lambda h: h.pop("nope"),
        "pop default": lambda h: h.pop("nope", 5),
        "setdefault": lambda h: [h.setdefault("x-y", 2), h.setdefault("Z", 3)],
        "case": lambda h: h.__setitem__("x-Y", "2"),
        "in": lambda h: ["x-y" in h, "X-Z" in h, "Content-Type" in h],
        "in odd": lambda h: 5 in h,
        "get odd": lambda h: h[5],
        "equal": lambda h: [h == {"content-type": "a/b", "x-y": "1"}, h == {"content-type": "a/b"}, h == 5],
        "copy": lambda h: [h.copy() == h, h.copy() is h, type(h.copy()).__name__],
        "iterate": lambda h: [list(h), list(h.keys()), list(h.values()), len(h)],
        "repr": repr,
        "update": lambda h: h.update({"A": "1"}),
        "clear": lambda h: h.clear(),
        "popitem": lambda h: h.popitem(),
        "convert": lambda h: h._convert_to_charset("é", "latin-1"),
        "convert mime": lambda h: h._convert_to_charset("€", "latin-1", mime_encode=True),
        "convert fails": lambda h: h._convert_to_charset("€", "latin-1"),
        "convert ascii": lambda h: h._convert_to_charset("é", "ascii"),
        "bool": lambda h: [bool(h), bool(response_headers({}))],
        "pickle": lambda h: dict(pickle.loads(pickle.dumps(h))),
        "deepcopy": lambda h: dict(copy.deepcopy(h)),
    }  # fmt: skip
    for name, step in steps.items():
        yield f"headers {name}", lambda s=step: use(s)
    for value in (
        *VALUES,
        "€" * 60,
        "a" * 300 + "é€",
        "=?utf-8?q?x?=",
        "é" * 200,
        "日本語" * 40,
        "a é€ b",
        "\t€",
    ):
        yield f"value {value!r}", lambda v=value: use(lambda h: h.__setitem__("N", v))
    environ = {
        "HTTP_HOST": "x", "HTTP_X_A": "1", "CONTENT_TYPE": "a/b", "CONTENT_LENGTH": "", "REMOTE_ADDR": "y", "HTTP_": "z",
        "HTTP_CONTENT_TYPE": "shadow", "http_lower": "l", "HTTP_É": "e", "PATH_INFO": "/", "HTTP_A__B": "2", "HTTPS": "on",
    }  # fmt: skip

    def request(step: Callable[[Any], Any]) -> Any:
        return step(request_headers(environ))

    reading: dict[str, Callable[[Any], Any]] = {
        "all": lambda h: [list(pair) for pair in h.items()],
        "get": lambda h: [h["host"], h["X-A"], h["x_a"], h.get("x-a"), h.get("x_a"), h.get("nope", 5)],
        "missing": lambda h: h["nope"],
        "in": lambda h: ["x_a" in h, "x-a" in h],
        "repr": repr,
        "set": lambda h: h.__setitem__("a", "b"),
        "delete": lambda h: h.__delitem__("host"),
        "len": len,
        "copy": lambda h: type(h.copy()).__name__,
        "odd": lambda h: h[5],
    }  # fmt: skip
    for name, step in reading.items():
        yield f"request headers {name}", lambda s=step: request(s)
    for name in (
        "HTTP_X",
        "X",
        "CONTENT_TYPE",
        "HTTP_CONTENT_LENGTH",
        "content-type",
        "x-y",
        "Content-Length",
        "X_Y",
        "",
    ):
        yield f"name {name}", lambda n=name: [
            request_headers.parse_header_name(n), request_headers.to_wsgi_name(n), request_headers.to_asgi_name(n),
            request_headers.to_wsgi_names({n: 1}), request_headers.to_asgi_names({n: 1}),
        ]  # fmt: skip


SECTIONS = {
    "constructors": constructors,
    "operations": operations,
    "cookies": cookies,
    "json": jsons,
    "redirects": redirects,
    "kinds": kinds,
    "headers": header_mappings,
}
