"""The values that generated templates are given: by name, made anew for each rendering.

Nothing here belongs to a framework; what must (safe strings, lazy texts, proxies) is taken from the
`tools` that each side passes. Everything has a `repr` without addresses, since templates show it.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import functools
import zoneinfo
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

__all__ = ["PATHS", "POOL", "SEQUENCES"]

UTC = datetime.UTC
PARIS = zoneinfo.ZoneInfo("Europe/Paris")


class Silent(Exception):
    silent_variable_failure = True


class Loud(Exception):
    pass


class Colour(enum.Enum):
    RED = "red"
    BLUE = "<blue>"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 1000


class Mood(str, enum.Enum):
    HAPPY = "happy & gay"


class Point(NamedTuple):
    x: Any
    y: Any


class Text(str):
    """A string that has more than its text."""

    note = "a <note>"


class Shouting(str):
    def __str__(self) -> str:
        return "SHOUTED <b>"


class Counted(int):
    def __str__(self) -> str:
        return f"<{int(self)} pieces>"


class Shown:
    """An object whose texts are `text`."""

    def __init__(self, text: Any) -> None:
        self.text = text

    def __str__(self) -> str:
        if isinstance(self.text, Exception):
            raise self.text
        return self.text

    def __repr__(self) -> str:
        return "Shown()"


class Html(Shown):
    def __html__(self) -> str:
        return "<html>"


class Person:
    """What usual data are: an object with attributes, properties and methods."""

    kind = "person"

    def __init__(self, name: Any, age: Any, **more: Any) -> None:
        self.name, self.age = name, age
        self.__dict__.update(more)

    def __repr__(self) -> str:
        return f"Person({self.name!s})"

    @property
    def title(self) -> str:
        return f"Mx <{self.name}>"

    def greeting(self) -> str:
        return f"Hi, I'm {self.name} & co"

    def with_argument(self, other: Any) -> str:
        return "called"

    def with_default(self, other: Any = "nothing") -> str:
        return f"default {other}"

    def delete(self) -> str:
        return "DELETED"

    delete.alters_data = True  # type: ignore[attr-defined]

    def uncalled(self) -> str:
        return "CALLED"

    uncalled.do_not_call_in_templates = True  # type: ignore[attr-defined]

    @staticmethod
    def fixed() -> int:
        return 7

    @classmethod
    def made(cls) -> str:
        return cls.kind


class Raising:
    """Properties, methods and items that raise."""

    def __repr__(self) -> str:
        return "Raising()"

    @property
    def silent(self) -> Any:
        raise Silent("silent")

    @property
    def loud(self) -> Any:
        raise Loud("loud")

    @property
    def value(self) -> Any:
        raise ValueError("value")

    @property
    def key(self) -> Any:
        raise KeyError("key")

    @property
    def attribute(self) -> Any:
        raise AttributeError("attribute")

    @property
    def typed(self) -> Any:
        raise TypeError("typed")

    def silent_call(self) -> Any:
        raise Silent("call")

    def loud_call(self) -> Any:
        raise Loud("call")

    def typed_call(self) -> Any:
        raise TypeError("inside")

    def lookup_call(self) -> Any:
        raise KeyError("inside")


class Items:
    """Answers only to items."""

    def __getitem__(self, key: Any) -> Any:
        known = {"a": "item a", 0: "zero", "0": "text zero", 1: "one", "call": lambda: "<called>"}
        if key in known:
            return known[key]
        raise KeyError(key) if isinstance(key, str) else IndexError(key)

    def __repr__(self) -> str:
        return "Items()"


class OddItems:
    """Raises what item access should not."""

    name = "attribute"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getitem__(self, key: Any) -> Any:
        raise self.error

    def __repr__(self) -> str:
        return "OddItems()"


class Odd:
    """An object where `what` (a special method's name) raises."""

    def __new__(cls, what: str, error: Exception) -> Any:
        def method(self: Any, *args: Any) -> Any:
            raise error

        space = {what: method, "__repr__": lambda self: f"Odd({what})"}
        return type("Odd", (), space)()


class Tick:
    """Tells how often it was called: whoever evaluates twice is found out."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        return self.count

    def __repr__(self) -> str:
        return "Tick()"


class Ticking:
    def __init__(self) -> None:
        self.count = 0

    def __repr__(self) -> str:
        return "Ticking()"

    @property
    def next(self) -> int:
        self.count += 1
        return self.count

    @property
    def failing(self) -> int:
        self.count += 1
        raise AttributeError(f"after {self.count}")

    def method(self) -> int:
        self.count += 10
        return self.count

    def __len__(self) -> int:
        self.count += 100
        return 2

    def __iter__(self) -> Iterator[int]:
        self.count += 1000
        return iter([self.count, self.count + 1])


class Callable_:
    """Can be called, and has attributes of its own."""

    name = "of the callable"

    def __call__(self) -> Any:
        return {"name": "of the result", "n": 3}

    def __repr__(self) -> str:
        return "Callable()"


class Uncallable:
    name = "of the class <x>"
    do_not_call_in_templates = True

    def __repr__(self) -> str:
        return "Uncallable()"

    def __call__(self) -> Any:
        return {"name": "never"}


class AltersData:
    name = "still"
    alters_data = True

    def __repr__(self) -> str:
        return "AltersData()"

    def __call__(self) -> Any:
        return "ALTERED"


class Made:
    """A class that is itself the value: calling makes an instance."""

    made = "class attribute"

    def __init__(self) -> None:
        self.made = "instance attribute"

    def __str__(self) -> str:
        return "a made one"

    __repr__ = __str__


class Dynamic:
    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in {
            "do_not_call_in_templates",
            "alters_data",
            "resolve_expression",
        }:
            raise AttributeError(name)
        return f"dynamic {name}"

    def __repr__(self) -> str:
        return "Dynamic()"


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self) -> None:
        self.left = "<slot>"

    def __repr__(self) -> str:
        return "Slotted()"


class DictWithMethods(dict[Any, Any]):
    extra = "an <extra>"

    def method(self) -> str:
        return "a method's"


def _people(tools: Any) -> list[Any]:
    return [
        Person("Ada <1>", 36, city="London", tags=["x", "<y>"], boss=None),
        Person("Ünal", 41, city="London", tags=[], boss=Person("Boss & Co", 60)),
        Person("Zoë's", 28.5, city="Paris", tags=("one",), boss=None),
    ]


def _rows(tools: Any) -> list[Any]:
    return [
        {"id": 3, "name": "Cc <c>", "group": "g1", "items": "an item", "on": True},
        {"id": 1, "name": tools.mark_safe("<b>Aa</b>"), "group": "g1", "price": 1234.5},
        {"id": 2, "name": "Bb", "group": None, "price": decimal.Decimal("9.90")},
    ]


def _generator(*values: Any) -> Iterator[Any]:
    yield from values


def _failing_generator() -> Iterator[Any]:
    yield 1
    raise Loud("generator")


Maker = Callable[[Any], Any]
_dt = datetime.datetime

POOL: dict[str, Maker] = {
    # texts
    "plain": lambda t: "hello",
    "empty": lambda t: "",
    "html": lambda t: "<b class=\"x\">&'</b>",
    "unicode": lambda t: "Ünï©ödé ☃ 日本 ß ŉ",
    "spaces": lambda t: "  a  b \n c\t ",
    "long": lambda t: "The quick brown fox's 1st jump over <the> lazy dog & the END of it",
    "lines": lambda t: "one\ntwo <2>\r\n\r\nthree & four\n\n\nfive",
    "numeric": lambda t: "42",
    "decimal_text": lambda t: " -3.14159 ",
    "links": lambda t: "see www.example.com, me@example.org or https://x.org/a_(b)?c=1&d=<e>.",
    "percent": lambda t: "100% %s %(x)s {0} \\n",
    "braces": lambda t: "{{ x }}{% y %}{# z #}",
    "control": lambda t: "\x00\x1b[1m\u2028</script>\\",
    "entities": lambda t: "&amp; &lt;p&gt; &#x27; &copy x",
    "markup": lambda t: "<p>one <a href='x'>two words</a> <br>three</p><script>x<y</script>",
    "safe": lambda t: t.mark_safe("<i>&amp; it's</i>"),
    "safe_plain": lambda t: t.mark_safe("safe words here"),
    "lazy": lambda t: t.gettext_lazy("Yes"),
    "lazy_html": lambda t: t.lazystr("<u>lazy</u>"),
    "lazy_safe": lambda t: t.lazy(lambda: t.mark_safe("<s>lazy</s>"), str)(),
    "lazy_number": lambda t: t.lazy(lambda: 1234, int)(),
    "format_lazy": lambda t: t.format_lazy("{a} & {b}", a="<1>", b=t.lazystr("2")),
    "text_subclass": lambda t: Text("sub <class>"),
    "shouting": lambda t: Shouting("quiet <i>"),
    "bytes": lambda t: b"ab<\xff",
    "mood": lambda t: Mood.HAPPY,
    "mood_class": lambda t: Mood,
    "shown": lambda t: Shown("shown <obj> & 'x'"),
    "shown_safe": lambda t: Shown(t.mark_safe("<em>")),
    "shown_raising": lambda t: Shown(Loud("str")),
    "shown_silent": lambda t: Shown(Silent("str")),
    "shown_none": lambda t: Shown(None),
    "with_html": lambda t: Html("has <html>"),
    "format_html": lambda t: t.format_html("<b>{}</b>", "<&>"),
    # numbers
    "zero": lambda t: 0,
    "one": lambda t: 1,
    "two": lambda t: 2,
    "minus": lambda t: -7,
    "million": lambda t: 1234567,
    "huge": lambda t: 10**30 + 7,
    "true": lambda t: True,
    "false": lambda t: False,
    "float": lambda t: 1234.5678,
    "half": lambda t: 0.5,
    "whole": lambda t: 34.0,
    "minus_zero": lambda t: -0.0,
    "small": lambda t: 1e-10,
    "vast": lambda t: 1e300,
    "nan": lambda t: float("nan"),
    "inf": lambda t: float("inf"),
    "dec": lambda t: decimal.Decimal("12345.6780"),
    "dec_tiny": lambda t: decimal.Decimal("0.000000012"),
    "dec_exp": lambda t: decimal.Decimal("1E+5"),
    "dec_nan": lambda t: decimal.Decimal("NaN"),
    "fraction": lambda t: fractions.Fraction(1, 3),
    "complex": lambda t: 1 + 2j,
    "counted": lambda t: Counted(5),
    "size": lambda t: Size.LARGE,
    # moments
    "date": lambda t: datetime.date(2024, 2, 29),
    "naive": lambda t: _dt(2024, 1, 2, 3, 4, 5, 678),
    "midnight": lambda t: _dt(1999, 12, 31),
    "aware": lambda t: _dt(2024, 7, 1, 22, 30, tzinfo=UTC),
    "paris": lambda t: _dt(2024, 3, 31, 1, 59, 59, tzinfo=PARIS),
    "offset": lambda t: _dt(2020, 2, 2, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=-3.5))),
    "gap": lambda t: _dt(2024, 3, 31, 2, 30),
    "time": lambda t: datetime.time(16, 5),
    "noon": lambda t: datetime.time(12, 0, 0, 5),
    "timedelta": lambda t: datetime.timedelta(days=3, hours=2, seconds=5),
    "zone": lambda t: PARIS,
    "zone_name": lambda t: "Asia/Tokyo",
    # one of a kind
    "none": lambda t: None,
    "colour": lambda t: Colour.BLUE,
    "colours": lambda t: Colour,
    "person": lambda t: _people(t)[1],
    "point": lambda t: Point("<x>", 2.5),
    "raising": lambda t: Raising(),
    "items": lambda t: Items(),
    "odd_lookup": lambda t: OddItems(LookupError("odd")),
    "odd_value": lambda t: OddItems(ValueError("odd")),
    "odd_silent": lambda t: OddItems(Silent("odd")),
    "odd_runtime": lambda t: OddItems(RuntimeError("odd")),
    "no_len": lambda t: Odd("__len__", Loud("len")),
    "no_iter": lambda t: Odd("__iter__", Loud("iter")),
    "no_eq": lambda t: Odd("__eq__", TypeError("eq")),
    "no_bool": lambda t: Odd("__bool__", Loud("bool")),
    "no_bool_type": lambda t: Odd("__bool__", TypeError("bool")),
    "no_str": lambda t: Odd("__str__", UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")),
    "no_contains": lambda t: Odd("__contains__", TypeError("contains")),
    "tick": lambda t: Tick(),
    "ticking": lambda t: Ticking(),
    "callable": lambda t: Callable_(),
    "uncallable": lambda t: Uncallable(),
    "alters_data": lambda t: AltersData(),
    "made": lambda t: Made,
    "uncallable_class": lambda t: Uncallable,
    "dynamic": lambda t: Dynamic(),
    "slotted": lambda t: Slotted(),
    "function": lambda t: lambda: "<function's>",
    "function_safe": lambda t: lambda: t.mark_safe("<safe>"),
    "function_none": lambda t: lambda: None,
    "function_list": lambda t: lambda: [1, 2, 3],
    "function_of_function": lambda t: lambda: lambda: "inner",
    "needs_argument": lambda t: lambda a: a,
    "function_silent": lambda t: Raising().silent_call,
    "function_loud": lambda t: Raising().loud_call,
    "function_typed": lambda t: Raising().typed_call,
    "partial": lambda t: functools.partial(Person("P", 1).with_argument, 1),
    "builtin": lambda t: dict,
    "builtin_len": lambda t: len,
    "proxy": lambda t: t.SimpleLazyObject(lambda: Person("Lazy <p>", 1)),
    "proxy_text": lambda t: t.SimpleLazyObject(lambda: "proxied <text>"),
    "proxy_safe": lambda t: t.SimpleLazyObject(lambda: t.mark_safe("<b>proxied</b>")),
    "proxy_list": lambda t: t.SimpleLazyObject(lambda: ["<p1>", 2]),
    "proxy_none": lambda t: t.SimpleLazyObject(lambda: None),
    "proxy_dict": lambda t: t.SimpleLazyObject(lambda: {"a": "<pa>", "name": "pn"}),
    "exception": lambda t: Loud("an <exception>"),
    "template_name": lambda t: "part.html",
    "template_names": lambda t: ["absent.html", "part.html"],
    "template_object": lambda t: t.engine.get_template("part.html"),
    "parent_name": lambda t: "base.html",
    "parent_object": lambda t: t.engine.get_template("base.html"),
    # collections
    "list": lambda t: ["a", "<b>", "c & d"],
    "numbers": lambda t: [3, 1000, -2, 4.5],
    "mixed": lambda t: ["x", 1, None, t.mark_safe("<s>"), 2.5, True, decimal.Decimal("1.50"), ["<n>"]],
    "single": lambda t: ["<only>"],
    "no_items": lambda t: [],
    "tuple": lambda t: ("t1", "<t2>"),
    "pairs": lambda t: [("k1", 1), ("<k2>", "<v2>"), ("k3", None)],
    "triples": lambda t: [[1, 2, 3], (4, 5, 6)],
    "uneven": lambda t: [(1, 2), (3,), 4],
    "points": lambda t: [Point(1, 2), Point("<p>", None)],
    "dict": lambda t: {"a": 1, "name": "<n>", "b": {"c": "deep & <d>"}, "0": "text", 1: "int", "n": 12345},
    "dict_keys": lambda t: {"items": "shadowed", "keys": [1], "values": None, "1": "one"},
    "dict_methods": lambda t: DictWithMethods(a="<1>", call=lambda: "called & done"),
    "dict_empty": lambda t: {},
    "defaultdict": lambda t: collections.defaultdict(list, {"a": [1]}),
    "ordered": lambda t: collections.OrderedDict([("z", 1), ("a", "<2>")]),
    "counter": lambda t: collections.Counter("aab"),
    "rows": _rows,
    "people": _people,
    "people_tuple": lambda t: tuple(_people(t)),
    "mixed_rows": lambda t: [*_people(t)[:1], {"name": "dict <n>", "age": 1}, None, *_people(t)[1:]],
    "many": lambda t: [{"n": n, "s": f"<{n}>"} for n in range(12)],
    "nested": lambda t: [[1, ["<a>", ["deep"]]], "b", []],
    "tree": lambda t: ["States", ["Kansas <K>", ["Lawrence", "Topeka"], "Illinois"]],
    "set": lambda t: {"<in set>"},
    "range": lambda t: range(4),
    "generator": lambda t: _generator("g1", "<g2>"),
    "generator_empty": lambda t: _generator(),
    "generator_failing": lambda t: _failing_generator(),
    "iterator": lambda t: iter([1, "<2>"]),
    "function_generator": lambda t: lambda: _generator("fg"),
    "views": lambda t: {"a": 1, "<b>": 2}.items(),
    "deque": lambda t: collections.deque(["d1", "d2"]),
    "bytes_list": lambda t: [b"x", bytearray(b"y")],
    "moments": lambda t: [datetime.date(2024, 1, 1), _dt(2024, 5, 5, 5, tzinfo=UTC), datetime.time(1)],
    "querydict": lambda t: t.QueryDict("a=1&a=2&b=<x>"),
    "multivalue": lambda t: t.MultiValueDict({"a": ["1", "2"], "e": []}),
}  # fmt: skip

# What is worth looping over, and what may be written after a value's name.
SEQUENCES = (
    "list", "numbers", "mixed", "single", "no_items", "tuple", "pairs", "triples", "uneven", "points",
    "rows", "people", "people_tuple", "mixed_rows", "many", "nested", "set", "range", "generator",
    "generator_empty", "generator_failing", "iterator", "function_generator", "views", "deque", "moments",
    "plain", "none", "zero", "dict", "ordered", "proxy_list", "function_list", "colours", "ticking",
    "no_len", "no_iter", "querydict", "items", "mood_class", "tree", "bytes_list",
)  # fmt: skip

_PERSON = (
    "name", "age", "title", "greeting", "with_argument", "with_default", "delete", "uncalled", "fixed",
    "made", "kind", "boss.name", "boss", "tags", "tags.0", "tags.1", "city", "name.upper", "absent",
    "absent.more", "title.lower", "boss.title",
)  # fmt: skip
_ROW = (
    "id",
    "name",
    "group",
    "items",
    "price",
    "on",
    "absent",
    "name.0",
    "name.upper",
    "keys",
    "items.1",
)
_RAISING = (
    "silent", "loud", "value", "key", "attribute", "typed", "silent_call", "loud_call", "typed_call",
    "lookup_call", "silent.more", "absent",
)  # fmt: skip
_DICT = (
    "a",
    "name",
    "b.c",
    "b.c.0",
    "b.absent",
    "0",
    "1",
    "items",
    "keys",
    "absent",
    "n",
    "name.title",
)

PATHS: dict[str, tuple[str, ...]] = {
    "person": _PERSON, "proxy": _PERSON, "rows": ("0.name", "1.name", "2.price", "9", "0.items"),
    "people": tuple(f"{n}.{path}" for n in (0, 1, 2, 5) for path in _PERSON[:10]),
    "people_tuple": ("0.name", "1.boss.name"), "mixed_rows": ("0.name", "1.name", "2.name"),
    "raising": _RAISING, "dict": _DICT, "proxy_dict": _DICT, "dict_keys": ("items", "keys", "1", "values"),
    "dict_methods": ("a", "call", "method", "extra", "absent", "get"), "dict_empty": ("items", "a"),
    "defaultdict": ("a", "items", "absent", "absent.0", "keys"), "ordered": ("z", "a", "items"),
    "counter": ("a", "b", "zz", "total"), "point": ("x", "y", "0", "1", "2", "count", "index"),
    "points": ("0.x", "1.x", "1.0"), "items": ("a", "0", "1", "call", "absent", "5"),
    "odd_lookup": ("name",), "odd_value": ("name", "x"), "odd_silent": ("name",), "odd_runtime": ("name",),
    "ticking": ("next", "failing", "method", "count"), "tick": ("count",),
    "callable": ("name", "n", "absent"), "uncallable": ("name", "absent"), "alters_data": ("name",),
    "made": ("made", "absent"), "uncallable_class": ("name",), "dynamic": ("any", "thing.upper", "0"),
    "slotted": ("left", "right"), "colours": ("RED", "RED.value", "BLUE.name", "absent"),
    "colour": ("value", "name", "label"), "mood": ("value", "name", "upper"), "mood_class": ("HAPPY",),
    "size": ("value", "name", "real"), "list": ("0", "1", "9", "0.upper", "count", "sort", "clear", "append"),
    "numbers": ("0", "1", "pop", "0.real"), "nested": ("0.1.0", "0.1.1.0", "5.5"), "mixed": ("3", "7.0"),
    "tuple": ("0", "1", "7", "index"), "pairs": ("0.0", "1.1", "5"), "views": ("0", "mapping"),
    "plain": ("upper", "0", "split", "absent", "join", "format", "__class__", "isdigit"),
    "safe": ("upper", "0", "lower", "strip"), "html": ("title", "split", "9", "99"), "empty": ("0", "upper"),
    "lazy": ("upper", "0"), "text_subclass": ("note", "upper"), "million": ("real", "bit_length", "absent"),
    "date": ("year", "isoformat", "weekday", "absent", "ctime"), "aware": ("hour", "date", "tzinfo.key"),
    "naive": ("minute", "date.day"), "timedelta": ("days", "total_seconds", "absent"), "time": ("hour",),
    "none": ("x", "0", "real"), "float": ("is_integer", "real", "hex"), "dec": ("real", "normalize"),
    "querydict": ("a", "b", "getlist", "urlencode", "absent", "lists"), "multivalue": ("a", "e", "absent"),
    "exception": ("args.0", "args"), "proxy_list": ("0", "1", "2"), "proxy_text": ("0", "upper"),
    "proxy_none": ("x",), "function": ("upper", "absent", "0"), "function_list": ("0", "2", "3"),
    "function_none": ("x",), "function_of_function": ("x",), "needs_argument": ("x",),
    "function_silent": ("x",), "function_loud": ("x",), "complex": ("real", "imag"), "range": ("0", "stop"),
    "generator": ("0", "send", "gi_running"), "template_object": ("name",), "many": ("3.n", "11.s"),
    "shown": ("text", "text.upper"), "deque": ("0", "popleft", "count"), "fraction": ("numerator",),
    "set": ("0", "pop", "copy"), "builtin": ("items", "fromkeys"), "exceptions": ("args",),
}  # fmt: skip
