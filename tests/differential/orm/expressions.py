"""Expressions by chance, as source text: functions of every kind, aggregates, windows, orderings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from subjects import MODELS, POINTING
from writer import DATES, MOMENTS, VALUES, Writer

__all__ = ["PK", "Expressions"]

PK = {
    model: {"Shop": "key", "Profile": "person", "Author": "pk", "Sale": "number"}.get(model, "id")
    for model in MODELS
}
FIELDS = {
    "int": "IntegerField()", "str": "CharField()", "float": "FloatField()", "date": "DateField()",
    "dec": "DecimalField(max_digits=9, decimal_places=3)", "dt": "DateTimeField()", "time": "TimeField()",
    "dur": "DurationField()", "uuid": "UUIDField()", "bool": "BooleanField()", "json": "JSONField()", "bin": "BinaryField()",
}  # fmt: skip


class Expressions(Writer):
    """Writes expressions over the fields of a model."""

    # -- expressions ----------------------------------------------------------------------------

    def expression(self, model: str, kind: str, depth: int = 2) -> str:
        """An expression of a kind, over the fields of `model`."""
        self.budget -= 1
        if self.chance(self.odd):
            kind = self.pick(list(VALUES))
        if depth <= 0 or self.budget < 0 or self.chance(0.25):
            if self.chance(0.75):
                return f"F({self.named(model, kind)[0]!r})"
            return self.literal(kind)
        sort = self.rnd.random()
        if sort < 0.08:
            return self.case(model, kind, depth)
        if sort < 0.14:
            return f"Coalesce({self.expression(model, kind, depth - 1)}, {self.expression(model, kind, depth - 1)})"
        if sort < 0.18:
            return f"NullIf({self.expression(model, kind, depth - 1)}, {self.literal(kind)})"
        if sort < 0.27:
            return self.subquery(model, kind)
        if sort < 0.3 and kind not in ("json", "bool", "bin"):
            return f"{self.pick(('Greatest', 'Least'))}({self.expression(model, kind, depth - 1)}, {self.literal(kind)})"
        make: Callable[..., str] = getattr(self, f"make_{kind}", self.make_other)
        return make(model, depth - 1, kind)

    def literal(self, kind: str) -> str:
        value = {
            "int": self.pick(("0", "1", "7", "-3")), "str": self.pick(("'x'", "'%s'", "''", "'Ash'")),
            "float": self.pick(("1.5", "0.0")), "dec": "Decimal('2.50')", "date": DATES[1], "dt": MOMENTS[0],
            "time": VALUES["time"][0], "dur": self.pick(VALUES["dur"][:3]), "uuid": "UUID(int=7)",
            "bool": self.pick(("True", "False")), "json": self.pick(("{'a': 1}", "[1]")), "bin": "b'x'",
        }[kind]  # fmt: skip
        fields = {"json": ", JSONField()", "bool": ", BooleanField()", "bin": ", BinaryField()"}
        if self.chance(0.1):
            return f"Value(None{fields.get(kind, f', {FIELDS[kind]}')})"
        return f"Value({value}{fields.get(kind, '') if kind == 'json' or self.chance(0.2) else ''})"

    def case(self, model: str, kind: str, depth: int) -> str:
        whens = [
            f"When({self.q(model, 1)}, then={self.expression(model, kind, depth - 1)})"
            for _ in range(self.pick((1, 1, 2)))
        ]
        default = f", default={self.expression(model, kind, depth - 1)}" if self.chance(0.7) else ""
        field = f", output_field={FIELDS[kind]}" if self.chance(0.3) else ""
        return f"Case({', '.join(whens)}{default}{field})"

    def subquery(self, model: str, kind: str) -> str:
        with self.apart():
            return self.subquery_of(model, kind)

    def subquery_of(self, model: str, kind: str) -> str:
        other, key = self.pick(POINTING[model])
        inner = f"{other}.objects.filter({key}=OuterRef('pk'))"
        if self.chance(0.4):
            inner += f".filter({self.q(other, 0)})"
        path = self.path(other, kind, far=0.15)[0]
        if kind == "int" and self.chance(0.4):
            grouped = f".order_by().values({key!r}).annotate(n=Count('pk')).values('n')"
            return f"Subquery({inner}{grouped})"
        return f"Subquery({inner}.order_by('-pk').values({path!r})[:1])"

    def make_int(self, model: str, depth: int, kind: str) -> str:
        e = self.expression
        sort = self.pick(("arithmetic", "arithmetic", "length", "extract", "abs", "mod", "cast", "index", "bits", "sign",
                          "ord", "iso"))  # fmt: skip
        if sort == "arithmetic":
            return f"({e(model, 'int', depth)} {self.pick('+-*%/')} {e(model, 'int', depth) if self.chance(0.5) else self.pick((1, 2, 10))})"
        if sort == "length":
            return f"Length({e(model, 'str', depth)})"
        if sort == "extract":
            part = self.pick(
                ("Year", "Month", "Day", "Week", "WeekDay", "Quarter", "IsoYear", "IsoWeekDay")
            )
            return f"Extract{part}({e(model, self.pick(('date', 'dt')), depth)})"
        if sort == "iso":
            part = self.pick(("Hour", "Minute", "Second"))
            return f"Extract{part}({e(model, self.pick(('time', 'dt')), depth)})"
        if sort == "cast":
            return f"Cast({e(model, self.pick(('str', 'float', 'bool')), depth)}, IntegerField())"
        if sort == "index":
            return f"StrIndex({e(model, 'str', depth)}, Value({self.pick(('a', 's', '%'))!r}))"
        if sort == "bits":
            return f"F({self.path(model, 'int')[0]!r}).{self.pick(('bitand', 'bitor', 'bitleftshift', 'bitrightshift', 'bitxor'))}({self.pick((1, 2, 6))})"
        if sort == "mod":
            return f"Mod({e(model, 'int', depth)}, {self.pick((2, 3))})"
        return f"{ {'abs': 'Abs', 'sign': 'Sign', 'ord': 'Ord'}[sort] }({e(model, 'str' if sort == 'ord' else 'int', depth)})"

    def make_str(self, model: str, depth: int, kind: str) -> str:
        e = self.expression
        inner = e(model, "str", depth)
        return str(
            self.pick(
                (
                    f"Upper({inner})",
                    f"Lower({inner})",
                    f"Trim({inner})",
                    f"LTrim({inner})",
                    f"RTrim({inner})",
                    f"Left({inner}, {self.pick((1, 3, 0))})",
                    f"Right({inner}, 2)",
                    f"Substr({inner}, {self.pick((1, 2, 0))}, 3)",
                    f"Substr({inner}, 2)",
                    f"Concat({inner}, Value('-'), {e(model, 'str', depth)})",
                    f"Reverse({inner})",
                    f"Replace({inner}, Value('a'), Value({self.pick(('X', ''))!r}))",
                    f"Repeat({inner}, {self.pick((0, 2))})",
                    f"LPad({inner}, 8, Value('.'))",
                    f"RPad({inner}, {self.pick((3, 8))}, Value('%'))",
                    f"MD5({inner})",
                    f"SHA1({inner})",
                    f"Chr({e(model, 'int', 0)} % 90 + 32)",
                    f"Cast({e(model, 'int', depth)}, CharField())",
                    f"Concat({inner}, {e(model, 'int', 0)}, output_field=CharField())",
                    f"Collate({inner}, 'nocase')",
                    f"Cast({e(model, 'dt', 0)}, CharField())",
                    f"KT({self.json_path(model)!r})",
                    f"SHA256({inner})",
                    f"Func({inner}, function='UPPER', output_field=CharField())",
                    f"Func({inner}, function='LENGTH')",
                )
            )
        )

    def json_path(self, model: str) -> str:
        path, kind = self.path(model, "json")
        return (
            f"{path}__{self.pick(('a', 't', 'b__c__0', '0', 'n', 'b'))}" if kind == "json" else path
        )

    def make_float(self, model: str, depth: int, kind: str) -> str:
        inner = self.expression(model, self.pick(("float", "float", "int", "dec")), depth)
        function = self.pick(("Round", "Sqrt", "Exp", "Ln", "Sin", "Cos", "Tan", "ATan", "Ceil", "Floor", "Abs", "Degrees",
                              "Radians", "Cot", "ACos", "ASin", "Sign"))  # fmt: skip
        return str(
            self.pick(
                (
                    f"{function}({inner})",
                    f"{function}({inner})",
                    f"Round({inner}, {self.pick((1, 0, -1))})",
                    f"Power({inner}, {self.pick((2, 0.5))})",
                    f"Log({self.pick((2, 10))}, {inner})",
                    f"ATan2({inner}, 2)",
                    f"({self.expression(model, 'float', depth)} {self.pick('+-*/')} {self.pick((2, 0.5))})",
                    f"Cast({inner}, FloatField())",
                    f"ExpressionWrapper({inner} * 1.5, output_field=FloatField())",
                    "Pi()",
                    f"({self.expression(model, 'float', depth)} + {self.expression(model, 'int', depth)})",
                )
            )
        )

    def make_dec(self, model: str, depth: int, kind: str) -> str:
        inner = self.expression(model, "dec", depth)
        return str(
            self.pick(
                (
                    f"({inner} {self.pick('+-*/')} {self.pick((2, 10))})",
                    f"({inner} {self.pick('+-*')} {self.expression(model, 'dec', depth)})",
                    f"Round({inner}, 1)",
                    f"Cast({self.expression(model, 'int', depth)}, DecimalField(max_digits=8, decimal_places=2))",
                    f"ExpressionWrapper({inner} * F({self.path(model, 'int')[0]!r}), output_field=DecimalField(max_digits=12, decimal_places=3))",
                    f"({inner} * Decimal('1.1'))",
                    f"Abs({inner})",
                )
            )
        )

    def make_date(self, model: str, depth: int, kind: str) -> str:
        inner = self.expression(model, self.pick(("date", "date", "dt")), depth)
        part = self.pick(("Year", "Month", "Week", "Quarter"))
        return str(
            self.pick(
                (
                    f"Trunc{part}({inner})",
                    f"TruncDate({self.expression(model, 'dt', depth)})",
                    f"Trunc({inner}, {part.lower()!r}, output_field=DateField())",
                    f"Cast({inner}, DateField())",
                    f"({self.expression(model, 'date', depth)} + datetime.timedelta(days={self.pick((1, -400))}))",
                )
            )
        )

    def make_dt(self, model: str, depth: int, kind: str) -> str:
        inner = self.expression(model, "dt", depth)
        part = self.pick(("year", "month", "week", "day", "hour", "minute", "second", "quarter"))
        zone = self.pick(("", "", ", tzinfo=datetime.timezone(datetime.timedelta(hours=2))"))
        return str(
            self.pick(
                (
                    f"Trunc({inner}, {part!r}{zone})",
                    f"Trunc{part.title()}({inner})",
                    f"({inner} {self.pick('+-')} datetime.timedelta(hours={self.pick((1, 30))}))",
                    f"({inner} + {self.expression(model, 'dur', depth)})",
                    f"Trunc({self.expression(model, 'date' if self.odd else 'dt', depth)}, 'month', output_field=DateTimeField())",
                )
            )
        )

    def make_time(self, model: str, depth: int, kind: str) -> str:
        if self.chance(0.5):
            return f"TruncTime({self.expression(model, 'dt', depth)})"
        return f"Trunc({self.expression(model, 'time', depth)}, {self.pick(('hour', 'minute', 'second'))!r})"

    def make_dur(self, model: str, depth: int, kind: str) -> str:
        e = self.expression
        return str(
            self.pick(
                (
                    f"({e(model, 'dt', depth)} - {e(model, 'dt', depth)})",
                    f"({e(model, 'date', depth)} - {e(model, 'date', depth)})",
                    f"({e(model, 'dur', depth)} {self.pick('+-')} {e(model, 'dur', depth)})",
                    f"({e(model, 'dur', depth)} * 2)",
                    f"({e(model, 'time', depth)} - {e(model, 'time', depth)})",
                    f"ExpressionWrapper({e(model, 'dt', 0)} - {e(model, 'dt', 0)}, output_field=DurationField())",
                )
            )
        )

    def make_bool(self, model: str, depth: int, kind: str) -> str:
        return str(
            self.pick(
                (
                    f"ExpressionWrapper({self.q_object(model, 1)}, output_field=BooleanField())",
                    self.exists(model),
                    self.q_object(model, 1),
                    f"GreaterThan({self.expression(model, 'int', depth)}, 2)",
                    f"IsNull({self.expression(model, 'str', depth)}, {self.pick((True, False))})",
                    f"NegatedExpression(F({self.path(model, 'bool')[0]!r}))"
                    if self.chance(0.3)
                    else f"~{self.exists(model)}",
                    f"Case(When({self.q_object(model, 1)}, then=True), default=False)",
                )
            )
        )

    def make_json(self, model: str, depth: int, kind: str) -> str:
        return str(
            self.pick(
                (
                    f"F({self.json_path(model)!r})",
                    f"JSONObject(a={self.expression(model, self.pick(('int', 'str', 'json')), depth)}, b=Value(1))",
                    f"Cast({self.expression(model, 'json', 0)}, JSONField())",
                    f"JSONArray({self.expression(model, 'int', depth)}, {self.expression(model, 'str', depth)})",
                )
            )
        )

    def make_other(self, model: str, depth: int, kind: str) -> str:
        return (
            f"ExpressionWrapper({self.expression(model, kind, depth)}, output_field={FIELDS[kind]})"
        )

    # -- aggregates and windows -----------------------------------------------------------------

    def aggregate(self, model: str, kinds: Sequence[str] = ()) -> tuple[str, str]:
        """An aggregate, and the kind of what it gives."""
        name = self.weighted(
            {"Count": 5, "Sum": 3, "Avg": 2, "Max": 2, "Min": 2, "StdDev": 0.4, "Variance": 0.4}
        )
        options = ""
        if name == "Count":
            if self.chance(0.3):
                what = repr(self.pick(("*", "pk", self.relation(model)[0] or "pk")))
            else:
                what = repr(self.path(model, far=0.7)[0])
            kind = "int"
            options += ", distinct=True" if what != "'*'" and self.chance(0.35) else ""
        else:
            of = {
                "Max": ("int", "str", "date", "dt", "dec", "float"),
                "Sum": ("int", "dec", "float", "dur"),
            }
            kind = self.pick(
                of.get(
                    name,
                    of["Max"]
                    if name == "Min"
                    else ("int", "float", "dec", "dur")[: 4 if name == "Avg" else 2],
                )
            )
            if self.chance(0.25):
                what = self.expression(model, kind, 1)
            else:
                path, found = self.named(model, kind, far=0.6)
                what, kind = repr(path), found
            options += ", distinct=True" if name in ("Sum", "Avg") and self.chance(0.15) else ""
            options += (
                f", default={self.literal(kind) if self.chance(0.3) else self.pick(('0', '7'))}"
                if self.chance(0.15)
                else ""
            )
            if name in ("Avg", "StdDev", "Variance") and kind == "int":
                kind = "float"
        if self.chance(0.15):
            options += f", filter={self.q_object(model, 1)}"
        return f"{name}({what}{options})", kind

    def window(self, model: str) -> str:
        sort = self.pick(
            (
                "RowNumber()",
                "Rank()",
                "DenseRank()",
                "PercentRank()",
                "CumeDist()",
                "Ntile(3)",
                "lag",
                "first",
                "sum",
            )
        )
        column = self.path(model, self.pick(("int", "str", "dec", "date")), many=False, far=0.15)[0]
        if sort == "lag":
            sort = f"{self.pick(('Lag', 'Lead'))}({column!r}{self.pick(('', ', offset=2', ', default=Value(None)'))})"
        elif sort == "first":
            sort = self.pick(
                (f"FirstValue({column!r})", f"LastValue({column!r})", f"NthValue({column!r}, 2)")
            )
        elif sort == "sum":
            sort = f"{self.pick(('Count', 'Max', 'Min'))}({column!r})"
        options = ""
        if self.chance(0.6):
            options += f", partition_by={self.pick(('[F({!r})]', '{!r}')).format(self.path(model, many=False, far=0.2)[0])}"
        order = self.path(model, many=False, far=0.1)[0]
        options += f", order_by={self.pick(('[{0!r}, {1!r}]', 'F({0!r}).desc()', '[F({0!r}).asc(nulls_last=True), {1!r}]')).format(order, PK[model])}"
        if self.chance(0.2):
            options += f", frame={self.pick(('RowRange(start=-1, end=0)', 'ValueRange(start=None, end=0)', 'RowRange(start=None, end=None)', 'RowRange(start=1, end=2)'))}"
        return f"Window({sort}{options})"

    def ordering(self, model: str) -> str:
        """One term of order_by()."""
        sort = self.rnd.random()
        name = self.named(model, far=0.35)[0]
        if sort < 0.6:
            return repr(self.pick(("", "-")) + name)
        if sort < 0.7:
            return repr(self.pick(("", "-")) + (self.relation(model)[0] or "pk"))
        if sort < 0.85:
            return f"F({name!r}).{self.pick(('asc', 'desc'))}({self.pick(('', '', 'nulls_last=True', 'nulls_first=True'))})"
        expression = self.expression(model, self.pick(("int", "str", "date")), 1)
        return (
            f"{expression}.{self.pick(('asc()', 'desc()'))}"
            if expression[-1] == ")" and self.chance(0.5)
            else expression
        )
