"""Names, values and conditions by chance, as source text."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator, Sequence
from typing import Any

from subjects import MODELS, POINTING

__all__ = ["Writer"]

DATES = ("datetime.date(2019, 12, 29)", "datetime.date(2020, 1, 1)", "datetime.date(2022, 3, 7)", "'2020-01-01'",
          "datetime.date.max", "datetime.datetime(2020, 1, 1, 12)")  # fmt: skip
MOMENTS = ("datetime.datetime(2020, 1, 1, 6, tzinfo=UTC)", "datetime.datetime(2020, 1, 1, 6)", "'2020-01-01'",
            "datetime.date(2020, 1, 1)", "'2020-01-01 03:04:05+02:00'", "datetime.datetime(2021, 6, 1, tzinfo=UTC)",
            "datetime.datetime.max")  # fmt: skip
VALUES: dict[str, tuple[str, ...]] = {
    "int": ("0", "1", "2", "3", "5", "100", "300", "-1", "'3'", "2.5", "True", "2**63", "-2**70", "999", "2**62",
            "Decimal('3')", "3.0"),
    "str": ("'a'", "'Ash'", "'ash'", "''", "'%'", "'_'", "'e'", "\"O'Hara\"", "'novel'", "'essay'", "3", "'100%'",
            "'Ü'", "'tab\\there'", "Kind.NOVEL", "'\\\\'", "'A'", "'text'", "'x' * 30", "'no'"),
    "float": ("0", "1.5", "7.25", "-2.5", "'1.5'", "10", "float('inf')", "Decimal('1.5')", "True"),
    "dec": ("Decimal('10')", "Decimal('12.345')", "20", "'15.61'", "0", "12.5", "Decimal('1e9')", "Decimal('NaN')"),
    "date": DATES,
    "dt": MOMENTS,
    "time": ("datetime.time(12)", "datetime.time(2, 30, 39)", "'04:59'", "datetime.datetime(2020, 1, 1, 3)"),
    "dur": ("datetime.timedelta(0)", "datetime.timedelta(hours=1)", "datetime.timedelta(days=-1)", "'1 00:00:00'"),
    "uuid": ("UUID(int=0)", "UUID(int=7)", "'00000000000000000000000000000007'", "UUID(int=3)", "3"),
    "bool": ("True", "False", "1", "0", "'True'"),
    "json": ("{'a': 1}", "[1, 2]", "'text'", "5", "None", "True", "{}", "{'d': None}", "'x'", "Value(None, JSONField())",
             "1.5", "{'a': 1, 'b': {'c': [1, 2, {'d': None}]}, 't': \"x'y\"}", "[]", "'1'"),
    "bin": ("b'\\x00'", "b''", "memoryview(b'\\x01\\x00\\xff')"),
}  # fmt: skip
WRONG = (
    "'word'",
    "object",
    "[1]",
    "{}",
    "'2020-13-45'",
    "1j",
    "None",
    "b'x'",
    "''",
    "datetime.date(2020, 1, 1)",
)

_COMPARED = ("", "", "exact", "gt", "gte", "lt", "lte", "in", "range", "isnull")
_TEXT = (
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "iexact",
    "regex",
    "iregex",
)
LOOKUPS: dict[str, tuple[str, ...]] = {
    "int": (*_COMPARED, "contains", "regex"),
    "str": (*_COMPARED, *_TEXT),
    "float": _COMPARED,
    "dec": (*_COMPARED, "startswith"),
    "date": (*_COMPARED, "year", "year__gt", "month", "month__in", "day", "week_day", "iso_week_day", "week", "iso_year",
             "quarter", "year__in", "year__range", "day__lt", "contains"),
    "dt": (*_COMPARED, "date", "date__gte", "time", "time__lt", "hour", "minute", "second__gt", "year", "year__lte",
           "iso_year", "month", "week_day", "week", "quarter", "date__year", "year__in", "date__in"),
    "time": (*_COMPARED, "hour", "minute__lte", "second"),
    "dur": _COMPARED,
    "uuid": (*_COMPARED, "contains", "istartswith", "iexact"),
    "bool": ("", "exact", "in", "isnull"),
    "json": ("", "exact", "isnull", "contains", "has_key", "has_keys", "has_any_keys", "a", "a__isnull", "b__c__0",
             "b__c__2__d", "t", "t__contains", "a__gt", "a__in", "0", "key with space", "a__icontains", "b__startswith",
             "in", "icontains", "a__range", "n__lte", "d__exact", "contained_by", "a__iexact", "t__regex"),
    "bin": ("", "exact", "isnull", "in"),
}  # fmt: skip
_OPERANDS: dict[str, tuple[str, ...]] = {
    "isnull": ("True", "False", "True", "False", "1", "None"),
    "year": ("2020", "2019", "'2020'", "2022"), "iso_year": ("2020", "2019"), "month": ("1", "12", "'3'"),
    "day": ("1", "28", "31"), "week_day": ("1", "4", "7"), "iso_week_day": ("1", "3", "7"), "week": ("1", "52", "53"),
    "quarter": ("1", "4"), "hour": ("0", "6", "23"), "minute": ("0", "30", "59"), "second": ("0", "30"),
    "date": DATES, "time": VALUES["time"], "has_key": ("'a'", "'zz'", "'key with space'", "0", "'0'"),
    "has_keys": ("['a', 'b']", "['a']", "[]", "['a', 'n']", "'a'"), "has_any_keys": ("['a', 'zz']", "['d', 0]"),
    "regex": ("'^[Aa]'", "'[0-9]+'", "'h$'", "'('", "'.*'"), "iregex": ("'^a'", "'ASH'", "'é|ü'"),
}  # fmt: skip
ODD_NAMES = ("absent", "title__absent", "author__absent__x", "pk__", "__name", "pages__pages", "name__exact__exact",
             "data__", "id__year", "author_id__name", "published__hour", "tags__absent", "objects", "book_set",
             "in_print__year", "contributions__absent", "reviews", "double__gt__lt", "self")  # fmt: skip


class Writer:
    """Writes parts of a case; what it decides depends on nothing but the seed."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        # How often something is wrong on purpose.
        self.odd = 0.0 if rnd.random() < 0.75 else 0.06
        self.budget = 14
        # Annotations that may be named, with their kinds.
        self.known: dict[str, str] = {}

    def chance(self, part: float) -> bool:
        return self.rnd.random() < part

    def pick(self, choices: Sequence[Any]) -> Any:
        return self.rnd.choice(choices)

    def weighted(self, choices: dict[Any, float]) -> Any:
        return self.rnd.choices(list(choices), list(choices.values()))[0]

    def expression(self, model: str, kind: str, depth: int = 2) -> str:
        """An expression of a kind, over the fields of `model`."""
        raise NotImplementedError

    # -- names ----------------------------------------------------------------------------------

    def relation(self, model: str, many: bool = True, depth: int = 2) -> tuple[str, str]:
        """A path of relations, and the model it leads to; empty if there is none."""
        steps: list[str] = []
        while len(steps) < depth and (not steps or self.chance(0.4)):
            subject = MODELS[model]
            choices = {**subject.one, **(subject.many if many else {})}
            if not choices:
                break
            steps.append(self.pick(list(choices)))
            model = choices[steps[-1]]
        return "__".join(steps), model

    def path(
        self, model: str, kind: str = "", many: bool = True, far: float = 0.4
    ) -> tuple[str, str]:
        """The path of a field, and its kind; of `kind`, if that can be found."""
        for _ in range(12):
            prefix, target = self.relation(model, many) if self.chance(far) else ("", model)
            fields = MODELS[target].fields
            names = [name for name, its in fields.items() if not kind or its == kind]
            if names:
                name = self.pick(names)
                return (f"{prefix}__{name}" if prefix else name), fields[name]
        name = self.pick(list(MODELS[model].fields))
        return name, MODELS[model].fields[name]

    def named(
        self, model: str, kind: str = "", many: bool = True, far: float = 0.3
    ) -> tuple[str, str]:
        """A path, or the name of an annotation."""
        if self.chance(self.odd):
            return self.pick(ODD_NAMES), kind or "int"
        known = [name for name, its in self.known.items() if not kind or its == kind]
        if known and self.chance(0.3):
            name = self.pick(known)
            return name, self.known[name]
        if not kind and self.chance(0.08):
            return "pk", "int" if model not in (
                "Tag",
                "Shop",
                "Sale",
            ) else "uuid" if model == "Tag" else "str"
        return self.path(model, kind, many, far)

    def value(self, kind: str) -> str:
        if self.chance(self.odd):
            return self.pick(WRONG)
        values = VALUES[kind]
        # The first of each kind are the usual ones.
        return self.pick(values[: max(3, len(values) * 2 // 3)] if self.chance(0.8) else values)

    def operand(self, kind: str, lookup: str) -> str:
        """What a lookup is compared with."""
        parts = lookup.split("__")
        last = parts[-1]
        of = (
            parts[-2]
            if last in ("gt", "gte", "lt", "lte", "in", "range", "exact") and len(parts) > 1
            else last
        )

        def one() -> str:
            return self.pick(_OPERANDS[of]) if of in _OPERANDS else self.value(kind)

        if last == "in":
            count = self.pick((0, 1, 2, 2, 3))
            return (
                self.pick(("[{}]", "[{}]", "({},)", "{{{}}}" if kind != "json" else "[{}]"))
                .format(", ".join(one() for _ in range(count)))
                .replace("(,)", "()")
            )
        if last == "range":
            return f"({one()}, {one()})"
        if kind == "str" and last in _TEXT and last not in ("regex", "iregex"):
            return self.pick(
                ("'a'", "'A'", "'sh'", "''", "'%'", "'_'", "'h'", "'ü'", '"\'"', "'\\\\'", "3")
            )
        if last == "isnull" and not self.chance(self.odd):
            return str(self.pick((True, False)))
        if lookup in ("", "exact") and self.chance(0.08):
            return "None"
        return one()

    # -- conditions -----------------------------------------------------------------------------

    def condition(self, model: str) -> str:
        """``lookup=value``."""
        if self.chance(0.16):
            return self.about_relation(model)
        name, kind = self.named(model, far=0.35)
        lookup = self.pick(LOOKUPS[kind][:3] if self.chance(0.25) else LOOKUPS[kind])
        if self.chance(self.odd):
            lookup = self.pick(
                ("absent", "year", "contains__x", "isnull__x", "Exact", "exact__in", "")
            )
        key = f"{name}__{lookup}" if lookup else name
        if " " in key:
            return f"**{{{key!r}: {self.operand(kind, lookup)}}}"
        if lookup in (
            "",
            "exact",
            "gt",
            "lt",
            "gte",
            "lte",
            "contains",
            "startswith",
        ) and self.chance(0.15):
            return f"{key}={self.expression(model, kind, 1)}"
        return f"{key}={self.operand(kind, lookup)}"

    def about_relation(self, model: str) -> str:
        path, target = self.relation(model)
        if not path:
            return "pk=1"
        sort = self.rnd.random()
        if sort < 0.3:
            return f"{path}__isnull={self.pick(('True', 'False'))}"
        if sort < 0.4:
            return f"{path}=None"
        if sort < 0.55 and target != "Sale":
            inner = self.inner(target)
            return f"{path}__in={inner}"
        if sort < 0.65 and target not in ("Sale", "Tag", "Shop"):
            return f"{path}={target}(pk={self.pick((1, 2, 9))})"
        if sort < 0.7 and target != "Sale":
            return f"{path}={target}.objects.order_by('pk').first()"
        if sort < 0.75 and target not in ("Sale", "Shop", "Tag"):
            return f"{path}__in=[{target}(pk=1), 2, {target}(pk=3)]"
        key = {"Sale": "('a', 1)", "Shop": "'a'", "Tag": "UUID(int=3)"}.get(
            target, self.pick(("1", "3", "8", "'2'"))
        )
        if self.chance(self.odd):
            key = self.pick(
                ("'word'", "Book()", "Person()", "[1]", "Book.objects.all()", "Genre(pk=1)")
            )
        if sort < 0.85:
            return f"{path}__pk={key}" if self.chance(0.5) else f"{path}__in=[{key}]"
        return f"{path}={key}"

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """Write of another queryset, which knows none of the annotations."""
        known, self.known = self.known, {}
        try:
            yield
        finally:
            self.known = known

    def inner(self, model: str) -> str:
        """A queryset to be in."""
        with self.apart():
            return self.inner_of(model)

    def inner_of(self, model: str) -> str:
        text = f"{model}.objects.filter({self.q(model, 1)})"
        if self.chance(0.2):
            text += f".order_by('{self.path(model, far=0)[0]}', 'pk')[:{self.pick((1, 3))}]"
        elif self.chance(0.25):
            text += f".values({self.path(model, far=0.1)[0]!r})"
        return text

    def q(self, model: str, depth: int = 2) -> str:
        """Arguments of filter(): conditions, or Q objects."""
        if depth and self.chance(0.45):
            return self.q_object(model, depth)
        count = self.pick((1, 1, 1, 2, 2, 3))
        found: dict[str, str] = {}
        for _ in range(count):
            text = self.condition(model)
            found[text.split("=")[0]] = text
        return ", ".join(found.values())

    def q_object(self, model: str, depth: int = 2) -> str:
        self.budget -= 1
        sort = self.rnd.random()
        if depth <= 0 or self.budget < 0 or sort < 0.4:
            text = f"Q({self.condition(model)})"
            if self.chance(0.15):
                text = f"Q({self.q(model, 0)})"
        elif sort < 0.46:
            text = self.exists(model)
        elif sort < 0.5:
            lookup = self.pick(("GreaterThan", "LessThan", "Exact", "GreaterThanOrEqual"))
            text = f"{lookup}({self.expression(model, 'int', 1)}, {self.pick(('1', '100', 'F(' + repr(self.path(model, 'int')[0]) + ')'))})"
        else:
            one, other = self.q_object(model, depth - 1), self.q_object(model, depth - 1)
            if "Q(" not in one[:3] and "Q(" not in other[:3]:
                other = "Q(pk__gt=2)"
            operator = self.weighted({"&": 4, "|": 5, "^": 1})
            text = f"({one} {operator} {other})"
        if text.startswith(("Greater", "Less", "Exact")):
            return text if self.chance(0.7) else f"Q({text})"
        return f"~{text}" if self.chance(0.25) else text

    def exists(self, model: str) -> str:
        other, key = self.pick(POINTING[model])
        with self.apart():
            return (
                f"Exists({other}.objects.filter({key}=OuterRef('pk')).filter({self.q(other, 0)}))"
            )
