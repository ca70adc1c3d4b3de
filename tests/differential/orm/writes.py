"""Cases that write: a few operations one after the other, of all kinds."""

from __future__ import annotations

from expressions import Expressions
from subjects import MODELS

__all__ = ["Changer"]

CHANGED = {
    "Book": 6, "Author": 3, "Person": 3, "Publisher": 2, "Review": 2, "Contribution": 2, "Genre": 1, "Sale": 2, "ShortBook": 1,
    "Tag": 1, "Shop": 1, "Country": 1.5, "Profile": 1.5,
}  # fmt: skip
OPERATIONS = {
    "update": 4, "delete": 3, "delete_one": 2, "create": 3, "save": 5, "get_or_create": 2, "update_or_create": 2, "bulk_create": 3,
    "bulk_update": 2, "related": 5, "relation": 2, "savepoints": 2, "deferred": 2, "copy": 1, "clean": 1.5, "refresh": 1.5,
    "children": 1.5, "order": 0.5, "generic": 1, "look": 2,
}  # fmt: skip
NOT_SET = ("id", "double", "lower")
USUAL = {
    "int": ("1", "250", "7", "0"), "str": ("'Ash'", "'new'", "'x'", "'birch'"), "float": ("1.5", "2.0"), "dec": ("Decimal('9.50')", "3"),
    "date": ("datetime.date(2020, 1, 1)",), "dt": ("datetime.datetime(2020, 1, 1, 6, tzinfo=UTC)",), "time": ("datetime.time(12)",),
    "dur": ("datetime.timedelta(hours=1)",), "uuid": ("UUID(int=77)",), "bool": ("True", "False"), "json": ("{'a': 2}", "[]", "None"),
    "bin": ("b'xy'",),
}  # fmt: skip
KEYS = {"Tag": ("UUID(int=1)", "UUID(int=5)", "UUID(int=99)"), "Shop": ("'a'", "'b'", "'zz'"),
        "Sale": ("('a', 1)", "('b', 3)", "('zz', 9)")}  # fmt: skip
FOREIGN = {
    "Publisher": {"country": "Country"}, "Person": {"mentor": "Person", "home": "Country"},
    "Author": {"mentor": "Person", "agent": "Person", "home": "Country"}, "Genre": {"parent": "Genre"},
    "Book": {"publisher": "Publisher", "author": "Author", "editor": "Person", "sequel_of": "Book"}, "Profile": {"person": "Person"},
    "Contribution": {"book": "Book", "person": "Person"}, "Review": {"book": "Book", "reviewer": "Person"},
    "Shop": {"boss": "Person"}, "Sale": {"shop": "Shop", "book": "Book"},
}  # fmt: skip
FOREIGN["ShortBook"] = FOREIGN["Book"]


class Changer(Expressions):
    """Writes one case that writes."""

    def steps(self) -> list[str]:
        """The steps of the case."""
        found: list[str] = []
        for number in range(self.pick((1, 1, 2, 3))):
            self.budget = 6
            model = self.weighted(CHANGED)
            found += getattr(self, f"do_{self.weighted(OPERATIONS)}")(model, f"v{number}")
        return found

    # -- parts ----------------------------------------------------------------------------------

    def key(self, model: str) -> str:
        if model in KEYS:
            return str(self.pick(KEYS[model]))
        top = MODELS[model].rows + 2
        return str(self.rnd.randint(8, 13) if model == "Author" else self.rnd.randint(1, top))

    def given(self, kind: str) -> str:
        return str(self.value(kind) if self.chance(0.25) else self.pick(USUAL[kind]))

    def instance(self, model: str) -> str:
        if model == "Country" and self.chance(0.5):
            return f"Country.objects.get(code={self.pick(('no', 'cl', 'ml'))!r})"
        if model == "Sale" or self.chance(0.4):
            return f"{model}.objects.get(pk={self.key(model)})"
        return f"{model}(pk={self.key(model)})"

    def assignments(self, model: str, most: int = 3) -> dict[str, str]:
        """Values for some fields."""
        found: dict[str, str] = {}
        fields = [name for name in MODELS[model].fields if name not in NOT_SET]
        for name in self.rnd.sample(fields, min(len(fields), self.rnd.randint(1, most))):
            found[name] = self.given(MODELS[model].fields[name])
        for name, to in FOREIGN.get(model, {}).items():
            if self.chance(0.2):
                if self.chance(0.3) and to != "Country":
                    found[f"{name}_id"] = self.key(to)
                else:
                    found[name] = "None" if self.chance(0.2) else self.instance(to)
        if self.chance(self.odd * 2):
            found[self.pick(("absent", "pk", "genres", "double", "id"))] = "1"
        return found

    def whole(self, model: str) -> dict[str, str]:
        """Values for a new row."""
        found = self.assignments(model)
        if self.chance(0.9):
            for name, to in FOREIGN.get(model, {}).items():
                if (model, name) in REQUIRED and name not in found and f"{name}_id" not in found:
                    found[name] = self.instance(to)
            if model in ("Tag", "Country"):
                found.setdefault(
                    {"Tag": "slug", "Country": "code"}[model], repr(self.pick(("ab", "no", "q1")))
                )
            if model == "Shop":
                found.setdefault("key", repr(self.pick(("n", "a", "m"))))
            if model == "Sale":
                found.pop("shop_id", None) if "shop" in found else None
                found.setdefault("number", self.pick(("1", "50")))
        if self.chance(0.12) and model not in ("Sale", "Shop", "Profile"):
            found["id" if model != "Author" else "pk"] = self.key(model)
        return found

    def text(self, values: dict[str, str]) -> str:
        return ", ".join(f"{name}={value}" for name, value in values.items())

    def some(self, model: str) -> str:
        """A queryset."""
        text = f"{model}.objects.{self.pick(('filter', 'filter', 'filter', 'exclude'))}({self.q(model, 1)})"
        if self.chance(0.1):
            text += self.pick(
                (
                    ".order_by('pk')",
                    ".order_by('pk')[:2]",
                    ".distinct()",
                    ".values('pk')",
                    ".annotate(n=Count('pk'))",
                )
            )
        return text

    # -- operations -----------------------------------------------------------------------------

    def do_update(self, model: str, name: str) -> list[str]:
        values = self.assignments(model, 2)
        for field, kind in MODELS[model].fields.items():
            if field not in NOT_SET and self.chance(
                0.15 if len(MODELS[model].fields) < 9 else 0.06
            ):
                values[field] = self.expression(model, kind, 1)
        return [f"{self.some(model)}.update({self.text(values)})"]

    def do_delete(self, model: str, name: str) -> list[str]:
        return [f"{self.some(model)}.delete()"]

    def do_delete_one(self, model: str, name: str) -> list[str]:
        return [
            f"{name} := {model}.objects.get(pk={self.key(model)})",
            f"{name}.delete({self.pick(('', '', 'keep_parents=True'))})",
            f"state({name})",
        ]

    def do_create(self, model: str, name: str) -> list[str]:
        return [
            f"{name} := {model}.objects.create({self.text(self.whole(model))})",
            f"state({name})",
        ]

    def do_save(self, model: str, name: str) -> list[str]:
        options = self.pick(
            (
                "",
                "",
                "",
                "",
                "force_insert=True",
                "force_update=True",
                "update_fields={}",
                "update_fields=[]",
                "using='default'",
            )
        )
        if self.chance(0.45):
            steps = [f"{name} := {model}({self.text(self.whole(model))})"]
        else:
            manager = "printed" if model == "Book" and self.chance(0.2) else "objects"
            steps = [f"{name} := {model}.{manager}.get(pk={self.key(model)})"]
        values = self.assignments(model)
        if self.chance(0.25):
            field, kind = self.pick(
                [(f, k) for f, k in MODELS[model].fields.items() if f not in NOT_SET]
            )
            values[field] = self.expression(model, kind, 1)
        steps += [f"exec {name}.{field} = {value}" for field, value in values.items()]
        names = [field.removesuffix("_id") for field in values][: self.pick((1, 2))]
        if self.chance(self.odd):
            names.append(self.pick(("absent", "id", "double", "genres")))
        steps += [f"{name}.save({options.format(names)})", f"state({name})"]
        if self.chance(0.3):
            steps += [f"{name}.refresh_from_db()", f"state({name})"]
        if self.chance(0.15):
            steps += [f"{name}.save()", f"state({name})"]
        return steps

    def do_deferred(self, model: str, name: str) -> list[str]:
        fields = [field for field in MODELS[model].fields if field not in NOT_SET]
        method = self.pick(("only", "defer"))
        steps = [
            f"{name} := {model}.objects.{method}({', '.join(map(repr, self.rnd.sample(fields, min(2, len(fields)))))}).get(pk={self.key(model)})"
        ]
        steps += [
            f"exec {name}.{field} = {value}" for field, value in self.assignments(model, 2).items()
        ]
        if self.chance(0.4):
            steps.append(f"{name}.{self.pick(fields)}")
        return [*steps, f"{name}.save()", f"state({name})"]

    def do_refresh(self, model: str, name: str) -> list[str]:
        fields = self.rnd.sample(list(MODELS[model].fields), min(2, len(MODELS[model].fields)))
        related = list(FOREIGN.get(model, {}))
        options = self.pick(("", f"fields={fields}", f"fields={fields[:1] + related[:1]}", "fields=['absent']", "fields=[]",
                             f"from_queryset={model}.objects.filter(pk__gt=2)", f"from_queryset={model}.objects.only({fields[0]!r})"))  # fmt: skip
        steps = [f"{name} := {model}.objects.get(pk={self.key(model)})"]
        if related:
            steps.append(f"state({name}.{self.pick(related)})")
        change = self.text(self.assignments(model, 2))
        return [
            *steps,
            f"{model}.objects.filter(pk={name}.pk).update({change})",
            f"{name}.refresh_from_db({options})",
            f"state({name})",
        ]

    def do_copy(self, model: str, name: str) -> list[str]:
        steps = [f"{name} := {model}.objects.get(pk={self.key(model)})", f"exec {name}.pk = None"]
        if self.chance(0.6):
            steps.append(f"exec {name}._state.adding = True")
        if model == "Author":
            steps.append(f"exec {name}.id = None")
        steps += [
            f"exec {name}.{field} = {value}" for field, value in self.assignments(model, 2).items()
        ]
        return [*steps, f"{name}.save()", f"state({name})"]

    def do_get_or_create(self, model: str, name: str) -> list[str]:
        values = self.whole(model)
        names = list(values)
        search = {field: values[field] for field in names[:2]}
        rest = {field: values[field] for field in names[2:]}
        if self.chance(0.2):
            search = {f"{names[0]}__{self.pick(('iexact', 'gt', 'in'))}": values[names[0]]}
        defaults = "{" + ", ".join(f"{field!r}: {value}" for field, value in rest.items()) + "}"
        return [
            f"{model}.objects.get_or_create({self.text(search)}{', ' if search else ''}defaults={defaults})"
        ]

    def do_update_or_create(self, model: str, name: str) -> list[str]:
        text = self.do_get_or_create(model, name)[0].replace("get_or_create", "update_or_create", 1)
        if self.chance(0.25):
            new = (
                "{"
                + ", ".join(f"{field!r}: {value}" for field, value in self.whole(model).items())
                + "}"
            )
            text = f"{text[:-1]}, create_defaults={new})"
        elif self.chance(0.5):
            text = f"{model}.objects.update_or_create(pk={self.key(model)}, defaults=dict({self.text(self.assignments(model, 2))}))"
        return [text]

    def do_bulk_create(self, model: str, name: str) -> list[str]:
        names = list(self.whole(model))
        rows = []
        for _ in range(self.pick((1, 2, 3, 0))):
            values = (
                self.whole(model)
                if self.chance(0.3)
                else {field: self.whole_value(model, field) for field in names}
            )
            rows.append(f"{model}({self.text(values)})")
        fields = [
            field.removesuffix("_id")
            for field in names
            if field in MODELS[model].fields or field in FOREIGN.get(model, {})
        ][:2]
        unique = {"Country": ["code"], "Book": ["title", "author"], "Person": ["email"], "Contribution": ["book", "person", "role"],
                  "Tag": ["slug"], "Shop": ["key"], "Sale": ["pk"]}.get(model, ["pk"])  # fmt: skip
        options = self.pick((
            "", "", ", batch_size=2", ", ignore_conflicts=True", f", update_conflicts=True, update_fields={fields}, unique_fields={unique}",
            ", update_conflicts=True", ", batch_size=-1", f", update_conflicts=True, update_fields={fields}, unique_fields=['name']",
            ", ignore_conflicts=True, update_conflicts=True",
        ))  # fmt: skip
        return [
            f"{name} := [{', '.join(rows)}]",
            f"{model}.objects.bulk_create({name}{options})",
            f"state({name})",
        ]

    def whole_value(self, model: str, field: str) -> str:
        kind = MODELS[model].fields.get(field)
        if kind:
            return self.given(kind)
        to = FOREIGN.get(model, {}).get(field.removesuffix("_id"))
        if to:
            return self.key(to) if field.endswith("_id") else self.instance(to)
        return self.key(model)

    def do_bulk_update(self, model: str, name: str) -> list[str]:
        values = self.assignments(model, 2)
        steps = [f"{name} := list({model}.objects.order_by('pk')[:{self.pick((1, 3, 0))}])"]
        for number in range(2):
            for field in values:
                kind = MODELS[model].fields.get(field)
                value = (
                    self.whole_value(model, field)
                    if not kind or self.chance(0.7)
                    else self.expression(model, kind, 1)
                )
                steps.append(f"exec if len({name}) > {number}: {name}[{number}].{field} = {value}")
        fields = [field.removesuffix("_id") if field != "shop_id" else field for field in values]
        if self.chance(self.odd * 2):
            fields = self.pick(([], ["pk"], ["id"], ["genres"], ["absent"], ["double"]))
        return [
            *steps,
            f"{model}.objects.bulk_update({name}, {fields}{self.pick(('', '', ', batch_size=1', ', batch_size=0'))})",
            f"state({name})",
        ]

    def do_related(self, model: str, name: str) -> list[str]:
        owner, accessor, target = self.pick(RELATED)
        objects = [
            self.instance(target) if self.chance(0.6) else self.key(target)
            for _ in range(self.pick((0, 1, 2, 2)))
        ]
        if self.chance(self.odd * 2):
            objects.append(self.pick(("None", "Country()", "'word'", "Tag()", "Genre()")))
        some = ", ".join(objects)
        through = (
            self.pick(("", "", ", through_defaults={'role': 'art'}"))
            if accessor in ("contributors", "contributed")
            else ""
        )
        call = self.weighted({
            f"add({some}{through if some else ''})": 4, f"remove({some})": 3, f"set([{some}]{through})": 3, f"set([{some}], clear=True)": 1, "clear()": 2,
            f"create({self.text(self.whole(target))})": 2, f"get_or_create({self.text(self.assignments(target, 1))})": 1, f"add({some + ', ' if some else ''}bulk=False)": 1,
            f"update_or_create({self.text(self.assignments(target, 1))}, defaults=dict({self.text(self.assignments(target, 1))}))": 1,
            "count()": 1, f"update({self.text(self.assignments(target, 1))})": 1, "all().delete()": 1, f"filter({self.q(target, 0)}).delete()": 0.5,
        })  # fmt: skip
        steps = [
            f"{name} := {owner}{self.pick(('.objects.get', '.objects.get', ''))}(pk={self.key(owner)})"
        ]
        if self.chance(0.25):
            steps = [
                f"{name} := {owner}.objects.prefetch_related({accessor!r}).get(pk={self.key(owner)})"
            ]
        return [*steps, f"{name}.{accessor}.{call}", f"list({name}.{accessor}.all())"]

    def do_relation(self, model: str, name: str) -> list[str]:
        """Setting relations to one, from either side."""
        owner = self.pick(list(FOREIGN))
        field = self.pick(list(FOREIGN[owner]))
        to = FOREIGN[owner][field]
        steps = [f"{name} := {owner}.objects.get(pk={self.key(owner)})"]
        if self.chance(0.3):
            owner, field, to = self.pick(
                (
                    ("Person", "profile", "Profile"),
                    ("Book", "sequel", "Book"),
                    ("Person", "runs", "Shop"),
                )
            )
            steps = [f"{name} := {owner}.objects.get(pk={self.key(owner)})"]
        value = self.weighted(
            {self.instance(to): 4, "None": 2, f"{to}()": 0.7, "5": 0.4, "Genre(pk=1)": 0.4}
        )
        steps += [f"exec {name}.{field} = {value}", f"state({name})"]
        if self.chance(0.5):
            steps.append(f"exec {name}.{field}_id = {self.key(to)}")
        return [*steps, f"{name}.save()", f"state({name}.{field})", f"state({name})"]

    def do_savepoints(self, model: str, name: str) -> list[str]:
        one, two, three = (self.change(model) for _ in range(3))
        return [
            str(
                self.pick(
                    (
                        f"exec with transaction.atomic():\n    {one}\n    {two}",
                        f"exec with transaction.atomic():\n    {one}\n    try:\n        with transaction.atomic():\n            {two}\n            1 / 0\n    except ZeroDivisionError:\n        pass\n    {three}",
                        f"exec with transaction.atomic():\n    {one}\n    raise ValueError('x')",
                        f"exec with transaction.atomic():\n    s = transaction.savepoint()\n    {one}\n    transaction.savepoint_rollback(s)\n    {two}",
                        f"exec with transaction.atomic():\n    s = transaction.savepoint()\n    {one}\n    transaction.savepoint_commit(s)\n    {two}\n    transaction.set_rollback({self.pick((True, False))})",
                        f"exec with transaction.atomic(savepoint=False):\n    {one}\n    with transaction.atomic(savepoint=False):\n        {two}",
                        f"exec with transaction.atomic():\n    try:\n        with transaction.atomic(savepoint=False):\n            {one}\n            raise ValueError\n    except ValueError:\n        pass\n    {two}",
                        f"exec with transaction.atomic(durable=True):\n    {one}",
                        f"exec with transaction.atomic():\n    transaction.on_commit(lambda: {two})\n    {one}",
                        f"exec transaction.on_commit(lambda: {one})",
                        f"exec try:\n    with transaction.atomic():\n        {one}\n        Country.objects.create(code='no')\nexcept IntegrityError:\n    pass\n{two}",
                        f"exec try:\n    Country.objects.create(code='no')\nexcept IntegrityError:\n    pass\n{two}",
                        f"exec {one}\nconnection.check_constraints()",
                    )
                )
            )
        ]

    def change(self, model: str) -> str:
        """One expression that changes something."""
        self.budget = 3
        sort = self.pick(
            ("update", "update", "delete", "create", "get_or_create", "update_or_create")
        )
        return str(getattr(self, f"do_{sort}")(model, "made")[0].removeprefix("made := "))

    def do_clean(self, model: str, name: str) -> list[str]:
        steps = [f"{name} := {model}({self.text(self.whole(model))})"]
        if self.chance(0.4):
            steps = [f"{name} := {model}.objects.get(pk={self.key(model)})"]
            steps += [
                f"exec {name}.{field} = {value}" for field, value in self.assignments(model).items()
            ]
        method = self.pick(
            (
                "full_clean()",
                "full_clean()",
                "clean_fields()",
                "validate_unique()",
                "validate_constraints()",
                "full_clean(exclude=['title'])",
            )
        )
        return [*steps, f"{name}.{method}", f"state({name})"]

    def do_children(self, model: str, name: str) -> list[str]:
        key = self.rnd.randint(1, 13)
        return list(self.pick((
            [f"{name} := Person.objects.get(pk={key})", f"state({name}.author)", f"{name}.author.delete(keep_parents={self.pick((True, False))})"],
            [f"{name} := Author(person_ptr_id={key}, pen_name='P')", f"{name}.save_base(raw=True)", f"state({name})"],
            [f"{name} := Author(person_ptr=Person.objects.get(pk={key}), pen_name='P')", f"{name}.save()", f"state({name})"],
            [f"{name} := Author.objects.get(pk={key})", f"exec {name}.name = 'N'", f"{name}.save(update_fields=['name'])", f"state({name})"],
            [f"{name} := Author.objects.get(pk={key})", f"exec {name}.pen_name = 'N'", f"{name}.save(update_fields=['pen_name'])"],
            [f"Author.objects.filter({self.q('Author', 0)}).update(name='N', pen_name='M')"],
            [f"Author.objects.update(score=F('score') + 1, royalty={self.expression('Author', 'dec', 1)})"],
            [f"Person.objects.filter(pk={key}).delete()"], [f"Author.objects.filter(pk={key}).delete()"],
            [f"ShortBook.objects.filter({self.q('ShortBook', 0)}).delete()"],
            [f"{name} := ShortBook.objects.create(title='S', author_id=8)", f"state({name})", "state(Book.objects.get(title='S'))"],
            ["Author.objects.bulk_create([Author(name='x'), Author(name='y')])"],
            [f"{name} := Person.objects.get(pk={key})", f"{name}.delete()"],
        )))  # fmt: skip

    def do_order(self, model: str, name: str) -> list[str]:
        key = self.rnd.randint(1, 24)
        return [f"{name} := Book.objects.get(pk={key})", f"list({name}.get_review_order())",
                f"{name}.set_review_order(list({name}.get_review_order())[::-1])", f"list({name}.reviews.all())",
                f"{name}.reviews.create(stars=1, text='n')", f"[o.get_previous_in_order() for o in list({name}.reviews.all())[1:]]"]  # fmt: skip

    def do_generic(self, model: str, name: str) -> list[str]:
        key = self.rnd.randint(1, 10)
        return [f"{name} := Book.objects.get(pk={key})", str(self.pick((
            f"{name}.tags.add(Tag.objects.get(slug='tag-{key % 8}'))", f"{name}.tags.create(slug='fresh')", f"{name}.tags.clear()",
            f"{name}.tags.set(Tag.objects.filter(number__gt=2))", f"{name}.tags.remove(*{name}.tags.all())", f"{name}.delete()",
            f"state(Tag.objects.create(slug='s', thing={name}))", "[state(t.thing) for t in Tag.objects.order_by('slug')]",
            "[state(t.thing) for t in Tag.objects.order_by('slug').prefetch_related('thing')]",
            "list(Book.objects.prefetch_related('tags').order_by('pk'))", f"{name}.tags.get_or_create(slug='tag-1')",
        ))), f"list({name}.tags.order_by('slug'))"]  # fmt: skip

    def do_look(self, model: str, name: str) -> list[str]:
        """Read what operations before may have changed."""
        return [f"list({model}.objects.order_by('pk')[:{self.pick((2, 40))}])"]


REQUIRED = {("Book", "author"), ("ShortBook", "author"), ("Profile", "person"), ("Contribution", "book"), ("Contribution", "person"),
            ("Review", "book"), ("Sale", "shop")}  # fmt: skip
RELATED = (
    ("Book", "genres", "Genre"), ("Book", "contributors", "Person"), ("Person", "friends", "Person"), ("Person", "follows", "Person"),
    ("Person", "followers", "Person"), ("Genre", "books", "Book"), ("Publisher", "books", "Book"), ("Author", "books", "Book"),
    ("Person", "pupils", "Person"), ("Person", "edited", "Book"), ("Book", "reviews", "Review"), ("Shop", "stock", "Book"),
    ("Shop", "sales", "Sale"), ("Country", "publishers", "Publisher"), ("Genre", "children", "Genre"), ("Book", "tags", "Tag"),
    ("Person", "contributed", "Book"), ("Author", "friends", "Person"), ("Book", "shops", "Shop"), ("Book", "contributions", "Contribution"),
)  # fmt: skip
