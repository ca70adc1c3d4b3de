"""Querysets made by chance, as source text, over the models of scripts/golden/planner.py.

`cases` gives the same texts for the same seed: chains of filters, excludes, annotations, groupings,
orders, slices and combinations, with conditions over relations of every kind, and what ends them: the
rows, a count, an aggregate, an update.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

# Each model's fields, with their kinds, and where its relations lead.
MODELS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "Tag": (
        {"id": "int", "name": "str"},
        {"parent": "Tag", "children": "Tag", "authors": "Author", "book": "Book"},
    ),
    "Author": (
        {"id": "int", "name": "str", "age": "int"},
        {
            "boss": "Author",
            "staff": "Author",
            "friends": "Author",
            "tags": "Tag",
            "book": "Book",
            "edited": "Book",
            "profile": "Profile",
        },
    ),
    "Publisher": ({"id": "int", "name": "str", "code": "str"}, {"book": "Book"}),
    "Book": (
        {
            "id": "int",
            "title": "str",
            "pages": "int",
            "price": "int",
            "published": "date",
            "at": "datetime",
        },
        {
            "author": "Author",
            "editor": "Author",
            "publisher": "Publisher",
            "tags": "Tag",
            "novel": "Novel",
            "review": "Review",
        },
    ),
    "Novel": (
        {"id": "int", "title": "str", "pages": "int", "genre": "str"},
        {
            "author": "Author",
            "editor": "Author",
            "tags": "Tag",
            "sequel": "Novel",
            "prequel": "Novel",
            "saga": "Saga",
            "review": "Review",
            "book_ptr": "Book",
        },
    ),
    "Saga": (
        {"id": "int", "title": "str", "genre": "str", "volumes": "int"},
        {"author": "Author", "tags": "Tag", "sequel": "Novel", "novel_ptr": "Novel"},
    ),
    "BookProxy": (
        {"id": "int", "title": "str", "pages": "int", "price": "int"},
        {"author": "Author", "editor": "Author", "novel": "Novel", "review": "Review"},
    ),
    "Profile": ({"bio": "str"}, {"author": "Author"}),
    "Review": ({"id": "int", "stars": "int"}, {"book": "Book", "by": "Profile"}),
    "Tenant": ({"id": "int", "name": "str"}, {"members": "Member", "post": "Post"}),
    "Member": ({"num": "int", "email": "str"}, {"tenant": "Tenant", "posts": "Post"}),
    "Post": ({"no": "int", "num": "int"}, {"tenant": "Tenant", "member": "Member"}),
}
# Those that are asked about most often, and all others.
ASKED = [*["Author", "Book", "Novel"] * 3, *sorted(MODELS)]
COMPOSITE = {"Member", "Post"}
# Models with a relation to the given one, for correlated subqueries.
BACK = {
    "Author": [
        ("Book", "author"),
        ("Book", "editor"),
        ("Author", "boss"),
        ("Book", "author__boss"),
    ],
    "Book": [("Review", "book"), ("Novel", "book_ptr"), ("Tag", "book")],
    "Tag": [("Book", "tags"), ("Author", "tags")],
    "Publisher": [("Book", "publisher__id")],
    "Tenant": [("Member", "tenant"), ("Post", "tenant")],
}
LOOKUPS = {
    "str": ["", "exact", "in", "contains", "gt", "isnull", "startswith", "iexact", "range"],
    "int": ["", "exact", "in", "gt", "lt", "gte", "lte", "isnull", "range"],
    "date": ["", "gt", "year", "year__gte", "month", "isnull", "in"],
    "datetime": ["", "gt", "date", "hour", "isnull", "year__in"],
}
VALUES = {
    "str": ["a", "b", "c", "x", "p1", "zz", ""],
    "int": [0, 1, 2, 3, 4, 40],
}
DATES = {"date": "datetime.date(2020,1,2)", "datetime": "datetime.datetime(2020,1,2,3,4,5)"}
# By the end of a lookup, what it is compared with.
OPERANDS = {
    "isnull": ["True", "False"],
    "year": ["2020", "2021"],
    "year__gte": ["2021"],
    "year__in": ["[2020,2021]"],
    "month": ["3"],
    "hour": ["3"],
    "date": [DATES["date"]],
}


def cases(seed: int, count: int) -> Iterator[str]:
    """`count` cases."""
    chance = Random(seed)
    for _ in range(count):
        yield Maker(chance).case()


@dataclass
class Chain:
    """A queryset so far."""

    model: str
    text: str
    annotations: list[str] = field(default_factory=list)
    has_values: bool = False

    def whole(self) -> str:
        return f"{self.text}.all()" if self.text.endswith("objects") else self.text


class Maker:
    """Makes one case after the other, each decision by `chance`."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def likely(self, probability: float) -> bool:
        return self.chance.random() < probability

    def pick(self, choices: list[str] | tuple[str, ...]) -> str:
        return self.chance.choice(choices)

    # -- names ----------------------------------------------------------------------------------

    def relation(self, model: str, depth: int = 2) -> tuple[str, str]:
        """A chain of relations, and the model it leads to."""
        parts: list[str] = []
        while len(parts) < depth and (not parts or self.likely(0.55)):
            relations = MODELS[model][1]
            parts.append(self.pick(sorted(relations)))
            model = relations[parts[-1]]
        return "__".join(parts), model

    def path(self, model: str, depth: int = 3) -> tuple[str, str]:
        """A field, perhaps behind relations, and its kind."""
        prefix = ""
        if self.likely(0.55):
            way, model = self.relation(model, depth - 1)
            prefix = f"{way}__"
        fields = MODELS[model][0]
        name = self.pick(sorted(fields))
        return prefix + name, fields[name]

    def value(self, kind: str) -> str:
        return DATES[kind] if kind in DATES else repr(self.chance.choice(VALUES[kind]))

    def operand(self, kind: str, lookup: str) -> str:
        """What a lookup is compared with."""
        if lookup in OPERANDS:
            return self.pick(OPERANDS[lookup])
        one, other = self.value(kind), self.value(kind)
        if lookup == "in":
            return self.pick([f"[{one},{other}]", "[]", f"[{one}]", f"({one},None)"])
        if lookup == "range":
            return f"({one},{other})"
        return "None" if lookup in ("", "exact") and self.likely(0.1) else one

    # -- conditions -----------------------------------------------------------------------------

    def condition(self, model: str, annotations: list[str]) -> str:
        """``lookup=value``."""
        if self.likely(0.12):
            return self.relation_condition(model)
        if annotations and self.likely(0.1):
            suffix = self.pick(["", "__gt", "__lt"])
            return f"{self.pick(annotations)}{suffix}={self.chance.randint(0, 3)}"
        path, kind = self.path(model)
        lookup = self.pick(LOOKUPS[kind])
        suffix = f"__{lookup}" if lookup else ""
        if lookup in ("", "gt", "lt", "exact") and self.likely(0.12):
            return f"{path}{suffix}=F({self.path(model, 2)[0]!r})"
        return f"{path}{suffix}={self.operand(kind, lookup)}"

    def relation_condition(self, model: str) -> str:
        path, target = self.relation(model)
        if target in COMPOSITE or self.likely(0.5):
            return self.pick([f"{path}=None", f"{path}__isnull=True", f"{path}__isnull=False"])
        inner = f"{target}.objects.filter({self.condition(target, [])})"
        return self.pick(
            [f"{path}__in={inner}", f"{path}__in={inner}[:2]", f"{path}__in=[1,2]", f"{path}=2"]
        )

    def q(self, model: str, annotations: list[str] | None = None, depth: int = 2) -> str:
        """A Q object."""
        names = annotations or []
        if depth == 0 or self.likely(0.45):
            if self.likely(0.07):
                return self.exists(model)
            found = {}
            for _ in range(2 if self.likely(0.25) else 1):
                lookup, _, value = self.condition(model, names).partition("=")
                found[lookup] = value
            text = f"Q({', '.join(f'{lookup}={value}' for lookup, value in found.items())})"
        else:
            operator = self.pick(["&", "|", "|", "&", "^"])
            one, other = self.q(model, names, depth - 1), self.q(model, names, depth - 1)
            text = f"({one} {operator} {other})"
        return f"~{text}" if self.likely(0.25) else text

    def exists(self, model: str) -> str:
        if model not in BACK:
            return "Q(tenant=1)" if model in COMPOSITE else "Q(pk=1)"
        other, name = self.chance.choice(BACK[model])
        inner = f'{other}.objects.filter({name}=OuterRef("pk")).filter({self.q(other, [], 1)})'
        return f"{self.pick(['', '~'])}Exists({inner})"

    # -- expressions ----------------------------------------------------------------------------

    def aggregate(self, model: str) -> str:
        function = self.pick(["Count", "Count", "Max", "Min", "Sum", "Avg"])
        path, kind = self.path(model, 2)
        while function in ("Sum", "Avg") and kind != "int":
            path, kind = self.path(model, 2)
        more = ", distinct=True" if function == "Count" and self.likely(0.4) else ""
        more += f", filter={self.q(model, [], 1)}" if self.likely(0.15) else ""
        more += ", default=0" if function == "Sum" and self.likely(0.3) else ""
        return f"{function}({path!r}{more})"

    def window(self, model: str) -> str:
        functions = ["RowNumber()", "Rank()", 'Count("pk")', 'Lag("pk")']
        function = "RowNumber()" if model in COMPOSITE else self.pick(functions)
        partition, order = self.path(model, 2)[0], self.path(model, 1)[0]
        last = self.path(model, 1)[0] if model in COMPOSITE else "pk"
        return f"Window({function}, partition_by={partition!r}, order_by=[{order!r}, {last!r}])"

    def expression(self, model: str) -> str:
        kind = self.chance.random()
        if kind < 0.4:
            return self.aggregate(model)
        if kind < 0.55:
            return f"F({self.path(model, 2)[0]!r})"
        if kind < 0.65:
            return f"Case(When({self.q(model, [], 1)}, then=Value(1)), default=Value(0))"
        if kind < 0.75 and model in BACK:
            other, name = self.chance.choice(BACK[model])
            column = self.pick(sorted(MODELS[other][0]))
            inner = f'{other}.objects.filter({name}=OuterRef("pk")).order_by("pk")'
            return f"Subquery({inner}.values({column!r})[:1])"
        if kind < 0.82 and model in BACK:
            return self.exists(model)
        if kind < 0.9:
            return f"Coalesce(F({self.path(model, 2)[0]!r}), Value(None))"
        return self.pick(["Value(1)", 'Value("x")'])

    # -- chains ---------------------------------------------------------------------------------

    def chain(self, model: str) -> Chain:
        chain = Chain(model, f"{model}.objects")
        for _ in range(self.chance.randint(1, 4)):
            getattr(self, f"add_{self.pick(STEPS)}")(chain)
        return chain

    def add_filter(self, chain: Chain) -> None:
        chain.text += f".filter({self.q(chain.model, chain.annotations)})"

    def add_exclude(self, chain: Chain) -> None:
        chain.text += f".exclude({self.q(chain.model, chain.annotations, 1)})"

    def add_annotation(self, chain: Chain) -> None:
        if chain.has_values:
            return
        name = f"a{len(chain.annotations)}"
        method = "alias" if self.likely(0.15) else "annotate"
        made = self.window(chain.model) if self.likely(0.15) else self.expression(chain.model)
        chain.text += f".{method}({name}={made})"
        chain.annotations.append(name)

    def add_filtered_relation(self, chain: Chain) -> None:
        if chain.has_values:
            return
        relation, model = self.relation(chain.model)
        fields = MODELS[model][0]
        column = self.pick(sorted(fields))
        lookup = self.pick(LOOKUPS[fields[column]][1:])
        condition = f"Q({relation}__{column}__{lookup}={self.operand(fields[column], lookup)})"
        name = f"r{len(chain.text)}"
        made = f"FilteredRelation({relation!r}, condition={self.pick(['', '~'])}{condition})"
        end = [
            f".filter({name}__isnull=True)",
            f".filter({name}__isnull=False)",
            f".filter({name}__{column}__isnull=False)",
            f".annotate({name}n=Count('{name}__{column}'))",
            f".order_by('{name}__{column}')",
        ]
        chain.text += f".alias({name}={made}){self.pick(end)}"

    def add_order(self, chain: Chain) -> None:
        terms = []
        for _ in range(self.chance.randint(1, 3)):
            name = self.path(chain.model, 3)[0]
            if chain.annotations and self.likely(0.2):
                name = self.pick(chain.annotations)
            elif self.likely(0.15):
                name = self.relation(chain.model)[0]
            elif self.likely(0.1):
                terms.append(f"F({name!r}).desc(nulls_last=True)")
                continue
            terms.append(repr(self.pick(["", "", "-"]) + name))
        chain.text += f".order_by({', '.join(terms)})"

    def add_distinct(self, chain: Chain) -> None:
        chain.text += ".distinct()"

    def add_reverse(self, chain: Chain) -> None:
        chain.text += ".reverse()"

    def add_values(self, chain: Chain) -> None:
        if chain.has_values:
            return
        names = [self.path(chain.model, 2)[0] for _ in range(self.chance.randint(1, 3))]
        if chain.annotations and self.likely(0.5):
            names.append(self.pick(chain.annotations))
        chain.text += f".values({', '.join(map(repr, dict.fromkeys(names)))})"
        chain.has_values = True
        if self.likely(0.6):
            chain.text += f".annotate(v={self.aggregate(chain.model)})"

    def add_combination(self, chain: Chain) -> None:
        if chain.has_values:
            return
        other = f"{chain.model}.objects.filter({self.q(chain.model, [], 1)})"
        chain.text = f"({chain.whole()} {self.pick(['&', '|'])} {other})"

    def add_loading(self, chain: Chain) -> None:
        if chain.has_values:
            return
        if self.likely(0.5):
            chain.text += f".select_related({self.relation(chain.model)[0]!r})"
        else:
            names = {self.path(chain.model, 2)[0]: None for _ in range(2)}
            chain.text += f".{self.pick(['only', 'defer'])}({', '.join(map(repr, names))})"

    def case(self) -> str:
        """One case."""
        chain = self.chain(self.pick(ASKED))
        if self.likely(0.1):
            chain.text = f"{chain.whole()}[{self.chance.randint(0, 2)}:{self.chance.randint(2, 5)}]"
        end = self.chance.random()
        if end < 0.65:
            return f"rows({chain.whole()})"
        if end < 0.73:
            return f"{chain.text}.count()"
        if end < 0.79:
            return f"{chain.text}.exists()"
        if end < 0.93:
            more = f", y={self.aggregate(chain.model)}" if self.likely(0.4) else ""
            return f"{chain.text}.aggregate(x={self.aggregate(chain.model)}{more})"
        if end < 0.97:
            operator = self.pick(["union", "intersection", "difference"])
            return f"rows({chain.whole()}.{operator}({self.chain(chain.model).whole()}))"
        return f"upd({chain.model}.objects.filter({self.q(chain.model, [], 1)}))"


STEPS = [
    *["filter"] * 7,
    *["exclude"] * 3,
    *["annotation"] * 4,
    *["order"] * 3,
    "filtered_relation",
    "distinct",
    "values",
    "reverse",
    "combination",
    "loading",
]
