"""Cases that read: a chain of a queryset's methods, and what ends it."""

from __future__ import annotations

from expressions import PK, Expressions
from subjects import MODELS, Subject
from writer import ODD_NAMES

__all__ = ["Reader"]

ASKED = {
    "Book": 9, "Author": 3, "Person": 3, "Publisher": 2, "Review": 2, "Contribution": 2, "Genre": 2, "Sale": 2,
    "ShortBook": 1, "Tag": 1, "Shop": 1, "Country": 1, "Profile": 1,
}  # fmt: skip
STEPS = {
    "filter": 7, "exclude": 3, "annotate": 4, "alias": 0.7, "order": 3.5, "distinct": 0.8, "values": 1.2, "group": 1.8,
    "values_list": 1.4, "only": 0.8, "defer": 0.8, "select_related": 1.6, "prefetch": 1.6, "reverse": 0.4, "own": 0.6,
    "combine": 0.5, "merge": 0.5, "filtered": 0.5, "again": 0.4, "none": 0.1, "extra": 0.2,
}  # fmt: skip


class Reader(Expressions):
    """Writes one case that reads."""

    rows = "instances"

    def steps(self) -> list[str]:
        """The steps of the case."""
        model = self.weighted(ASKED)
        text = self.chain(model)
        return [f"qs := {text}", *self.ends(model)]

    def start(self, model: str) -> str:
        if self.chance(0.1):
            pointing = [(m, name) for m, s in MODELS.items() for name in self.accessors(s, model)]
            if pointing:
                other, name = self.pick(pointing)
                key = {"Tag": "UUID(int=1)", "Shop": "'a'", "Sale": "('a', 1)"}.get(
                    other, self.pick((1, 3, 8, 9))
                )
                return f"{other}(pk={key}).{name}"
        if model == "Book" and self.chance(0.12):
            return "Book.printed"
        return f"{model}.objects"

    def accessors(self, subject: Subject, model: str) -> list[str]:
        return [
            subject.accessors.get(name, name)
            for name, to in subject.many.items()
            if to == model and name != "book"
        ]

    def chain(self, model: str, most: int = 4) -> str:
        text = self.start(model)
        count = self.rnd.randint(1, most)
        for name in [self.weighted(STEPS) for _ in range(count)]:
            if self.rows != "instances" and name in (
                "only",
                "defer",
                "select_related",
                "prefetch",
                "values",
                "group",
            ):
                name = "filter"
            text += getattr(self, f"add_{name}")(model)
        if self.chance(0.45):
            names = [self.ordering(model) for _ in range(self.pick((0, 1, 1)))]
            text += f".order_by({', '.join([*names, repr(self.pick(('pk', '-pk')))])})"
        if self.chance(0.18):
            text += self.pick(
                ("[:3]", "[1:4]", "[5:]", "[:0]", "[2:2]", "[0:100]", "[3:][:2]", "[:5][1:]")
            )
            if self.chance(0.15):
                text += f".{self.pick(('filter(pk=1)', 'order_by(' + repr('pk') + ')', 'distinct()', 'reverse()', 'annotate(z=Count(1))', 'all()', 'values()'))}"
        if text.endswith((".objects", ".printed")) or "." not in text:
            text += ".all()"
        return text

    def add_filter(self, model: str) -> str:
        return f".filter({self.q(model)})"

    def add_exclude(self, model: str) -> str:
        return f".exclude({self.q(model, 1)})"

    def add_none(self, model: str) -> str:
        return ".none()"

    def add_again(self, model: str) -> str:
        return self.pick((".all()", ".using('default')", ".complex_filter(Q(pk__gt=1))", ".complex_filter({})",
                          ".filter()", ".select_for_update()", ".order_by()"))  # fmt: skip

    def add_extra(self, model: str) -> str:
        return self.pick((".extra(select={'e': '1 + 1'})", ".extra(where=['1 = %s'], params=[1])",
                          ".extra(select={'e': '%s'}, select_params=['x'])", ".extra(order_by=['-id'])"))  # fmt: skip

    def add_own(self, model: str) -> str:
        if model == "Book":
            return self.pick((".cheap()", ".with_stars()"))
        return ".long()" if model == "ShortBook" and self.chance(0.1) else self.add_filter(model)

    def add_annotate(self, model: str) -> str:
        found = []
        made: dict[str, str] = {}
        for _ in range(self.pick((1, 1, 2))):
            name = (
                f"x{len(self.known) + len(made)}"
                if not self.chance(self.odd)
                else self.pick(("title", "pk", "name", "objects", "genres", "z__y"))
            )
            sort = self.rnd.random()
            if sort < 0.35:
                text, kind = self.aggregate(model)
            elif sort < 0.47:
                text, kind = self.window(model), "int"
            else:
                kind = self.weighted(
                    {
                        "int": 4,
                        "str": 4,
                        "bool": 2,
                        "dec": 1,
                        "float": 2,
                        "date": 1,
                        "dt": 1,
                        "dur": 0.7,
                        "time": 0.4,
                        "json": 1,
                    }
                )
                text = self.expression(model, kind, 2)
            found.append(f"{name}={text}")
            made[name] = kind
        self.known.update(made)
        return f".annotate({', '.join(found)})"

    def add_alias(self, model: str) -> str:
        return self.add_annotate(model).replace(".annotate(", ".alias(", 1)

    def add_order(self, model: str) -> str:
        if self.chance(0.06):
            return ".order_by()"
        names = [self.ordering(model) for _ in range(self.pick((1, 1, 2)))]
        return f".order_by({', '.join(names)})"

    def add_reverse(self, model: str) -> str:
        return ".reverse()"

    def add_distinct(self, model: str) -> str:
        return ".distinct()" if not self.chance(self.odd) else f".distinct({self.path(model)[0]!r})"

    def fields(self, model: str) -> list[str]:
        names = [self.named(model, far=0.3)[0] for _ in range(self.pick((1, 2, 3)))]
        if self.chance(0.2):
            names.append(self.relation(model)[0] or "pk")
        return list(dict.fromkeys(names))

    def add_values(self, model: str) -> str:
        self.rows = "dicts"
        if self.chance(0.12):
            return ".values()"
        named = (
            f", z={self.expression(model, self.pick(('int', 'str')), 1)}"
            if self.chance(0.2)
            else ""
        )
        return f".values({', '.join(map(repr, self.fields(model)))}{named})"

    def add_values_list(self, model: str) -> str:
        self.rows = "rows"
        fields = self.fields(model)
        sort = self.rnd.random()
        if sort < 0.35:
            return f".values_list({fields[0]!r}, flat=True)"
        if sort < 0.4:
            return f".values_list({', '.join(map(repr, fields))}, flat=True)"
        if sort < 0.55:
            return f".values_list({', '.join(map(repr, fields))}, named=True)"
        if sort < 0.6:
            return ".values_list()"
        expression = f", {self.expression(model, 'str', 1)}" if self.chance(0.2) else ""
        return f".values_list({', '.join(map(repr, fields))}{expression})"

    def add_group(self, model: str) -> str:
        self.rows = "dicts"
        before = ""
        names = list(
            dict.fromkeys(self.named(model, far=0.3)[0] for _ in range(self.pick((1, 1, 2))))
        )
        if self.chance(0.25):
            before = self.add_annotate(model)
            names = [*names[:1], list(self.known)[-1]]
        found, made = [], {}
        for _ in range(self.pick((1, 1, 2))):
            text, kind = self.aggregate(model)
            found.append(f"g{len(self.known) + len(made)}={text}")
            made[f"g{len(self.known) + len(made)}"] = kind
        self.known.update(made)
        text = f"{before}.values({', '.join(map(repr, names))}).annotate({', '.join(found)})"
        if self.chance(0.3):
            text += f".filter({self.pick(list(made))}__gt={self.pick((0, 1, 2))})"
        if self.chance(0.4):
            text += f".order_by({', '.join(map(repr, [self.pick(('', '-')) + self.pick(list(made)), *names]))})"
        return text

    def add_only(self, model: str) -> str:
        names = [self.path(model, many=False, far=0.25)[0] for _ in range(self.pick((1, 2)))]
        if self.chance(self.odd):
            names.append(self.pick(ODD_NAMES))
        text = f".only({', '.join(map(repr, dict.fromkeys(names)))})"
        behind = [name.rsplit("__", 1)[0] for name in names if "__" in name]
        return text + (f".select_related({behind[0]!r})" if behind and self.chance(0.8) else "")

    def add_defer(self, model: str) -> str:
        return (
            self.add_only(model).replace(".only(", ".defer(", 1)
            if not self.chance(0.05)
            else ".defer(None)"
        )

    def add_select_related(self, model: str) -> str:
        if self.chance(0.1):
            return self.pick((".select_related()", ".select_related(None)"))
        names = [self.relation(model, many=False, depth=3)[0] for _ in range(self.pick((1, 1, 2)))]
        if self.chance(self.odd):
            names.append(self.pick((*ODD_NAMES, "genres", "title", "author__books")))
        return f".select_related({', '.join(repr(name) for name in dict.fromkeys(names) if name)})"

    def lookup_of_prefetch(self, model: str) -> tuple[str, str, str]:
        """Accessors on the way to related objects, their model, and the last of its accessors."""
        steps: list[str] = []
        while not steps or self.chance(0.3):
            subject = MODELS[model]
            choices = {
                **subject.one,
                **{subject.accessors.get(k, k): v for k, v in subject.many.items()},
            }
            choices = {k: v for k, v in choices.items() if (model, k) != ("Tag", "book")}
            if not choices:
                break
            steps.append(self.pick(list(choices)))
            model = choices[steps[-1]]
        return "__".join(steps) or "thing", model, steps[-1] if steps else ""

    def add_prefetch(self, model: str) -> str:
        found = []
        for _ in range(self.pick((1, 1, 2))):
            name, target, last = self.lookup_of_prefetch(model)
            if self.chance(self.odd):
                name = self.pick((*ODD_NAMES, "title"))
            if self.chance(0.4) and last and last not in MODELS[model].one and "__" not in name:
                with self.apart():
                    queryset = f"{target}.objects.filter({self.q(target, 1)})"
                queryset += self.pick(
                    (
                        "",
                        f".order_by({PK[target]!r})",
                        ".order_by('-pk')[:2]",
                        f".select_related({self.relation(target, many=False)[0]!r})",
                        f".only({next(iter(MODELS[target].fields))!r})",
                    )
                )
                to = self.pick(("", "", ", to_attr='found'"))
                found.append(f"Prefetch({name!r}, queryset={queryset}{to})")
            else:
                found.append(
                    repr(name) if self.chance(0.85) else f"Prefetch({name!r}, to_attr='them')"
                )
        if self.chance(0.04):
            return ".prefetch_related(None)"
        return f".prefetch_related({', '.join(found)})"

    def add_combine(self, model: str) -> str:
        method = self.weighted({"union": 3, "intersection": 1, "difference": 1})
        with self.apart():
            other = f"{model}.objects.filter({self.q(model, 1)})"
        options = ", all=True" if method == "union" and self.chance(0.4) else ""
        if self.chance(0.3):
            with self.apart():
                third = f"{model}.objects.filter({self.q(model, 0)})"
            other += f", {third}"
        return f".{method}({other}{options})"

    def add_merge(self, model: str) -> str:
        with self.apart():
            other = (
                f"{model}.objects.{self.pick(('filter', 'filter', 'exclude'))}({self.q(model, 1)})"
            )
        return (
            f".filter(pk__in={other})" if self.chance(0.2) else f".all() {self.pick('|&^')} {other}"
        )

    def add_filtered(self, model: str) -> str:
        relation, target = self.relation(model, depth=1)
        if not relation:
            return self.add_filter(model)
        name = f"r{len(self.known)}"
        field, kind = self.path(target, far=0)
        condition = f"Q({relation}__{field}={self.value(kind)})"
        text = f".annotate({name}=FilteredRelation({relation!r}, condition={self.pick(('', '~'))}{condition}))"
        return text + self.pick((f".filter({name}__isnull={self.pick((True, False))})", f".annotate(f{name}=F('{name}__{field}'))",
                                 f".annotate(c{name}=Count('{name}'))", f".values('pk', '{name}__{field}')", f".select_related({name!r})"))  # fmt: skip

    # -- what ends a chain ----------------------------------------------------------------------

    def ends(self, model: str) -> list[str]:
        sort = self.rnd.random()
        if sort < 0.55:
            return ["list(qs)"]
        if sort < 0.68 and self.rows == "instances":
            return ["list(qs)", *(self.walk(model) for _ in range(self.pick((1, 2))))]
        found = [self.end(model) for _ in range(self.pick((1, 1, 1, 2)))]
        return found

    def walk(self, model: str) -> str:
        """Something that is done with each of the instances."""
        subject = MODELS[model]
        choices = [f"[o.{name} for o in qs]" for name in self.rnd.sample(list(subject.fields), 2)]
        choices += [
            f"[state(o.{name}) for o in qs]"
            for name in subject.one
            if (model, name) != ("Tag", "book")
        ]
        choices += [
            f"[getattr(o, {name!r}, None) for o in qs]"
            for name in subject.one
            if (model, name) != ("Tag", "book")
        ]
        accessors = [subject.accessors.get(name, name) for name in subject.many]
        choices += [f"[list(o.{name}.all()) for o in qs]" for name in accessors]
        choices += [f"[o.{name}.count() for o in qs]" for name in accessors[:3]]
        choices += [f"[o.{name}.exists() for o in qs]" for name in accessors[:2]]
        choices += [
            "[o.found for o in qs]",
            "[str(o) for o in qs]",
            "pickle.loads(pickle.dumps(list(qs)))",
            "[o.get_deferred_fields() for o in qs]",
        ]
        if model in ("Book", "ShortBook"):
            choices += ["[o.get_kind_display() for o in qs]", "[o.get_size_display() for o in qs]"]
        if model == "Review":
            choices += ["[o.get_next_in_order() for o in qs[:2]]"]
        return str(self.pick(choices))

    def end(self, model: str) -> str:
        key = {"Tag": "UUID(int=3)", "Shop": "'a'", "Sale": "('a', 1)"}.get(
            model, str(self.pick((1, 3, 8)))
        )
        name = self.path(model, many=False, far=0.1)[0]
        date = self.path(model, self.pick(("date", "dt")), far=0.2)[0]
        aggregate = self.aggregate(model)[0]
        return str(
            self.weighted(
                {
                    "qs.count()": 5,
                    "qs.exists()": 4,
                    "qs.first()": 4,
                    "qs.last()": 3,
                    "qs.get()": 1,
                    "len(qs)": 1,
                    "bool(qs)": 1,
                    f"qs.get(pk={key})": 3,
                    f"qs.get({self.q(model, 0)})": 2,
                    "qs[0]": 2,
                    "qs[3]": 1,
                    "qs[1:3]": 1,
                    "list(qs[1:3])": 2,
                    "qs[::2]": 0.6,
                    "qs[-1]": 0.3,
                    "qs['a']": 0.2,
                    "qs[5:2]": 0.3,
                    "list(qs.iterator())": 1,
                    "list(qs.iterator(chunk_size=2))": 1,
                    f"qs.aggregate({self.pick(('', 'a='))}{aggregate})": 5,
                    f"qs.aggregate(a={aggregate}, b=Count('pk'))": 2,
                    "qs.aggregate()": 0.2,
                    f"qs.aggregate(a={aggregate}, b=F('a') + 1)": 0.5,
                    f"qs.earliest({date!r})": 1,
                    f"qs.latest({name!r}, 'pk')": 1,
                    "qs.latest()": 0.7,
                    "qs.in_bulk()": 1,
                    f"qs.in_bulk([{key}, {key}])": 1,
                    f"qs.in_bulk(field_name={name!r})": 0.6,
                    f"qs.contains({model}(pk={key}))": 1,
                    f"{model}(pk={key}) in qs": 0.5,
                    "qs.contains(Book())": 0.2,
                    f"list(qs.dates({date!r}, {self.pick(('year', 'month', 'week', 'day'))!r}{self.pick(('', ', order=' + repr('DESC')))}))": 1,
                    f"list(qs.datetimes({date!r}, {self.pick(('year', 'month', 'day', 'hour', 'minute'))!r}))": 1,
                    "repr(qs)": 1,
                    "list(pickle.loads(pickle.dumps(qs)))": 1,
                    "[qs.ordered, qs.db, qs.query.is_sliced]": 0.5,
                    "list(qs.all())": 0.5,
                    "list(qs.reverse())": 1,
                    "list(qs.values_list('pk', flat=True))": 1,
                    "qs.filter(pk__in=qs).count()": 0.7,
                    "list(qs.filter(pk__gt=2)[:2])": 1,
                    f"list({model}.objects.filter(pk__in=qs).order_by('pk'))": 1,
                    "list(qs.distinct())": 0.5,
                    "list(qs.order_by('-pk')[:3])": 1,
                    f"{model}.objects.aggregate(n=Count('pk', filter=Q(pk__in=qs.values('pk'))))": 0.5,
                    "qs.none()": 0.1,
                    "list(qs & qs)": 0.2,
                    "[list(qs), qs.count(), qs.exists(), qs.first()]": 1,
                    "qs.explain() and 1": 0.1,
                    f"list(qs.union(qs).order_by({name!r}))": 0.3,
                }
            )
        )
