"""What Django's fields and relations do over a database: ``tests/golden/models_in_use.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/models_in_use.py``. Models are made
and filled on SQLite in memory; each observation has a name, and is what an expression answered or
raised. `observed` does so on the framework named by `root`.
"""

from __future__ import annotations

import copy
import datetime
import importlib
import importlib.machinery
import json
import pickle
import re
import sys
import tempfile
import types
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "models_in_use.json"
APP = "golden_in_use"


class Framework:
    """One of the two, under the name of its package, and what was seen of it."""

    def __init__(self, root: str, media: str) -> None:
        self.root, self.media = root, media
        self.seen: dict[str, Any] = {}
        self.models = self.module("db.models")
        self.connection = self.module("db").connection

    def module(self, path: str) -> Any:
        return importlib.import_module(f"{self.root}.{path}")

    def see(self, name: str, function: Callable[[], Any]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                answer = repr(function())
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
        answer = answer.replace(f"{self.root}.", "ROOT.").replace(self.media, "MEDIA")
        assert name not in self.seen, name
        self.seen[name] = re.sub(r" at 0x[0-9a-f]+", "", answer)


def prepare(root: str, media: str) -> Framework:
    for name in (APP, f"{APP}.models"):
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=name == APP)
        module.__path__ = [f"/{APP}"]
        sys.modules[name] = module
    importlib.import_module(f"{root}.conf").settings.configure(
        INSTALLED_APPS=[APP],
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": f"{root}.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD=f"{root}.db.models.BigAutoField",
        MEDIA_ROOT=media,
        MEDIA_URL="/m/",
    )
    importlib.import_module(root).setup()
    return Framework(root, media)


def declare(framework: Framework) -> types.SimpleNamespace:
    """The models, and their tables."""
    models = framework.models

    class Base(models.Model):
        created = models.DateTimeField(auto_now_add=True)
        owner = models.ForeignKey(
            "Person", models.CASCADE, related_name="%(app_label)s_%(class)s_owned", null=True
        )

        class Meta:
            app_label = APP
            abstract = True
            ordering = ["-created"]
            indexes = [models.Index(fields=["created"], name="%(class)s_cr")]
            constraints = [
                models.CheckConstraint(
                    condition=models.Q(pk__gt=0), name="%(app_label)s_%(class)s_pos"
                )
            ]

    class Person(models.Model):
        name = models.CharField(max_length=20, unique=True)
        friends = models.ManyToManyField("self")
        follows = models.ManyToManyField("self", symmetrical=False, related_name="followers")

        class Meta:
            app_label = APP

        def __str__(self) -> str:
            return self.name

    class Item(Base):
        KINDS = [("a", "The A"), ("g", [("b", "B"), (None, "nothing")])]
        title = models.CharField(max_length=20, unique=True)
        kind = models.CharField(max_length=1, choices=KINDS, null=True)
        day = models.DateField(default=datetime.date(2020, 1, 1))
        by_name = models.ForeignKey(
            Person, models.SET_NULL, to_field="name", null=True, related_name="named"
        )
        limited = models.ForeignKey(
            Person,
            models.CASCADE,
            null=True,
            blank=True,
            related_name="+",
            limit_choices_to=models.Q(name__startswith="A"),
        )
        called = models.ForeignKey(
            Person,
            models.CASCADE,
            null=True,
            blank=True,
            related_name="+",
            limit_choices_to=lambda: {"name": "Bo"},
        )
        data = models.JSONField(default=dict)
        length = models.DurationField(default=datetime.timedelta(1))
        key = models.UUIDField(default=uuid.UUID(int=5))
        raw = models.BinaryField(default=b"abc")
        price = models.DecimalField(max_digits=5, decimal_places=2, default=1)
        number = models.IntegerField(db_default=7)
        total = models.IntegerField(db_default=models.Value(3) + models.Value(4))
        file = models.FileField(upload_to="up", default="")

        class Meta(Base.Meta):
            verbose_name = "thing"

    class Special(Item):
        extra = models.IntegerField(default=1)

        class Meta:
            app_label = APP

    class Proxy(Item):
        class Meta:
            app_label = APP
            proxy = True

    class Tagged(models.Model):
        item = models.OneToOneField(Item, models.CASCADE, primary_key=True)

        class Meta:
            app_label = APP

    class Membership(models.Model):
        person = models.ForeignKey(Person, models.CASCADE)
        group = models.ForeignKey("Group", models.CASCADE)
        inviter = models.ForeignKey(Person, models.CASCADE, related_name="invites", null=True)

        class Meta:
            app_label = APP

    class Group(models.Model):
        members = models.ManyToManyField(
            Person, through=Membership, through_fields=("group", "person"), related_name="clubs"
        )

        class Meta:
            app_label = APP

    class Ordered(models.Model):
        item = models.ForeignKey(Item, models.CASCADE)

        class Meta:
            app_label = APP
            order_with_respect_to = "item"

    class Separated(models.TextField):
        def __init__(self, separator: str = ",", *args: Any, **kwargs: Any) -> None:
            self.separator = separator
            super().__init__(*args, **kwargs)

        def deconstruct(self) -> Any:
            name, _path, args, kwargs = super().deconstruct()
            kwargs["separator"] = self.separator
            return name, "separated", args, kwargs

        def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
            return value if value is None else value.split(self.separator)

        def to_python(self, value: Any) -> Any:
            return (
                value if isinstance(value, list) or value is None else value.split(self.separator)
            )

        def get_prep_value(self, value: Any) -> Any:
            return value if value is None else self.separator.join(value)

        def value_to_string(self, obj: Any) -> Any:
            return self.get_prep_value(self.value_from_object(obj))

    class NumberedKey(models.ForeignKey):
        def get_attname(self) -> str:
            return f"{self.name}_num"

    class Custom(models.Model):
        parts = Separated(separator="|")
        owner = NumberedKey(Person, models.CASCADE, null=True)

        class Meta:
            app_label = APP

    made = types.SimpleNamespace(
        Person=Person, Item=Item, Special=Special, Proxy=Proxy, Tagged=Tagged,
        Membership=Membership, Group=Group, Ordered=Ordered, Custom=Custom,
    )  # fmt: skip
    with framework.connection.schema_editor() as editor:
        for model in vars(made).values():
            if not model._meta.proxy:
                editor.create_model(model)
    return made


def look_at_meta(framework: Framework, m: Any) -> None:
    for label, model in vars(m).items():
        meta = model._meta
        framework.see(
            f"{label}: Meta",
            lambda meta=meta: (
                meta.ordering, meta.indexes, meta.constraints, meta.db_table, meta.verbose_name,
                str(meta.verbose_name_plural), meta.pk.name, meta.parents, sorted(meta._property_names),
            ),
        )  # fmt: skip
        framework.see(
            f"{label}: fields",
            lambda meta=meta: [
                (f.name, type(f).__name__) for f in meta.get_fields(include_hidden=True)
            ],
        )
        framework.see(
            f"{label}: lists",
            lambda meta=meta: (
                [f.name for f in meta.get_fields(include_parents=False)],
                [f.name for f in meta.local_fields],
                [f.name for f in meta.local_many_to_many],
                [r.name for r in meta.related_objects],
            ),
        )


def look_at_values(framework: Framework, m: Any, item: Any, special: Any) -> None:
    see, meta = framework.see, m.Item._meta
    see("defaults of the database", lambda: (item.number, item.total))
    see("display", lambda: (item.get_kind_display(), m.Item(kind="b").get_kind_display()))
    see("display of no choice", lambda: m.Item(kind="?").get_kind_display())
    see(
        "next", lambda: (item.get_next_by_day().title, special.item_ptr.get_previous_by_day().title)
    )
    see("no next", lambda: special.item_ptr.get_next_by_day())
    for field in meta.concrete_fields:
        if field.name != "created":
            see(
                f"serialized {field.name}",
                lambda field=field: (field.value_to_string(item), field.value_from_object(item)),
            )
    see(
        "filter of an object", lambda: meta.get_field("owner").get_filter_kwargs_for_object(special)
    )
    see("sorted", lambda: [field.name for field in sorted(meta.local_fields, reverse=True)])
    see(
        "pickled field",
        lambda: pickle.loads(pickle.dumps(meta.get_field("title"))) is meta.get_field("title"),
    )
    see("copied field", lambda: copy.copy(meta.get_field("title")) == meta.get_field("title"))
    see(
        "columns",
        lambda: (meta.get_field("title").cached_col, meta.get_field("title").get_col("T3")),
    )
    see(
        "converters",
        lambda: [len(f.get_db_converters(framework.connection)) for f in meta.concrete_fields],
    )
    see("types", lambda: [(f.name, f.db_type(framework.connection)) for f in meta.concrete_fields])


def look_at_relations(framework: Framework, m: Any, item: Any, special: Any) -> None:
    see, meta = framework.see, m.Item._meta
    ann, bo = m.Person.objects.order_by("name")

    def field(name: str) -> Any:
        return meta.get_field(name)

    see(
        "pointing to a name",
        lambda: (item.by_name_id, field("by_name").target_field, m.Item(by_name_id="Bo").by_name),
    )
    for name, value in (
        ("by_name", "Zed"), ("by_name", "Bo"), ("limited", ann.pk), ("limited", bo.pk), ("called", bo.pk),
        ("called", ann.pk), ("owner", 99), ("owner", "x"), ("owner", None), ("limited", None),
    ):  # fmt: skip
        see(f"clean {name} {value}", lambda name=name, value=value: field(name).clean(value, item))
    see("choices", lambda: [field(name).get_choices() for name in ("limited", "called", "owner")])
    see(
        "choices with limits",
        lambda: field("owner").get_choices(False, limit_choices_to={"name": "Bo"}),
    )
    see(
        "choices in order",
        lambda: field("owner").get_choices(ordering=("-name",), blank_choice=[("", "?")]),
    )
    see(
        "choices of the other end",
        lambda: field("owner").remote_field.get_choices(include_blank=False),
    )
    see(
        "kept",
        lambda: (field("by_name").is_cached(item), item.by_name, field("by_name").is_cached(item)),
    )
    see("not kept", lambda: field("owner").get_cached_value(special))
    see("forward filter", lambda: field("owner").get_forward_related_filter(bo))
    see("reverse filter", lambda: field("owner").get_reverse_related_filter(special))
    see(
        "values of both ends",
        lambda: (
            field("by_name").get_local_related_value(item),
            field("by_name").get_foreign_related_value(ann),
        ),
    )
    see("inherited", lambda: (special.item_ptr_id, m.Special._meta.get_field("title").model))
    deferred = m.Special.objects.only("extra").get()
    see("deferred", lambda: (sorted(deferred.get_deferred_fields()), deferred.id, deferred.title))
    see(
        "cloned",
        lambda: (
            field("by_name").clone().deconstruct(),
            m.Group._meta.get_field("members").clone().deconstruct(),
        ),
    )
    ann.friends.add(bo)
    ann.follows.add(bo)
    see(
        "friends",
        lambda: (
            list(ann.friends.all()),
            list(bo.friends.all()),
            list(bo.followers.all()),
            list(ann.followers.all()),
        ),
    )
    see(
        "value of many",
        lambda: (
            m.Person._meta.get_field("friends").value_from_object(ann),
            m.Person._meta.get_field("friends").value_from_object(m.Person()),
        ),
    )
    see(
        "form data of many",
        lambda: (
            m.Person._meta.get_field("friends").save_form_data(ann, []),
            list(bo.friends.all()),
        ),
    )
    for many in (*m.Person._meta.many_to_many, *m.Group._meta.many_to_many):
        see(
            f"between: {many}",
            lambda many=many: (
                many.m2m_db_table(), many.m2m_column_name(), many.m2m_reverse_name(), many.m2m_field_name(),
                many.m2m_reverse_field_name(), many.m2m_target_field_name(), many.path_infos, many.reverse_path_infos,
            ),
        )  # fmt: skip
    tagged, link = m.Tagged(), m.Tagged._meta.get_field("item")
    for data in (item, None, item.pk):
        see(
            f"form data {data}",
            lambda data=data: (link.save_form_data(tagged, data), tagged.item_id),
        )
    see(
        "one to one",
        lambda: (m.Tagged.objects.create(item=item).pk == item.pk, item.tagged.pk == item.pk),
    )
    see(
        "ordered",
        lambda: (
            [m.Ordered.objects.create(item=item)._order for _ in range(3)],
            list(item.get_ordered_order()),
        ),
    )
    see("invited", lambda: list(m.Person.objects.filter(clubs=1)))


def look_at_custom_fields(framework: Framework, m: Any) -> None:
    see = framework.see
    ann = m.Person.objects.get(name="Ann")
    custom = m.Custom.objects.create(parts=["a", "b"], owner=ann)
    see(
        "custom value",
        lambda: (m.Custom.objects.get().parts, m.Custom.objects.filter(parts=["a", "b"]).count()),
    )
    see("custom row", lambda: m.Custom.objects.values_list("parts", flat=True)[0])
    see("custom deconstruction", lambda: m.Custom._meta.get_field("parts").deconstruct())
    see("custom text", lambda: m.Custom._meta.get_field("parts").value_to_string(custom))
    see(
        "custom attribute",
        lambda: (
            custom.owner_num == ann.pk,
            m.Custom.objects.get(owner_num=ann.pk).owner,
            m.Custom._meta.get_field("owner").column,
        ),
    )


def look_at_files(framework: Framework, item: Any) -> None:
    see = framework.see
    content = framework.module("core.files.base").ContentFile
    see("no file", lambda: (bool(item.file), item.file, item.file == "", item.file.name))
    see("path of no file", lambda: item.file.path)
    see(
        "saved file",
        lambda: (
            item.file.save("a b.txt", content(b"hello")),
            item.file,
            item.file.size,
            item.file.url,
            item.file.path,
        ),
    )
    see(
        "read file",
        lambda: (
            item.file.closed,
            item.file.read(),
            item.file.closed,
            item.file.close(),
            item.file.closed,
        ),
    )
    item.file = content(b"new", name="n.txt")
    see(
        "assigned file",
        lambda: (
            item.file._committed,
            item.file.size,
            item.save(),
            item.file.name,
            item.file._committed,
        ),
    )
    item.file = content(b"nameless")
    see("nameless file", lambda: item.save())
    item.file = "up/n.txt"
    see("stored file", lambda: (item.save(), type(item).objects.get(pk=item.pk).file))
    see(
        "deleted file",
        lambda: (item.file.delete(), item.file, type(item).objects.get(pk=item.pk).file),
    )


def observed(root: str) -> dict[str, Any]:
    """All observations, by name: for a process of its own."""
    with tempfile.TemporaryDirectory() as media:
        framework = prepare(root, media)
        m = declare(framework)
        ann, bo = (m.Person.objects.create(name=name) for name in ("Ann", "Bo"))
        unsaved = m.Item(title="t", by_name=ann)
        framework.see("before it is saved", lambda: type(unsaved.number).__name__)
        unsaved.save()
        special = m.Special.objects.create(title="s", owner=bo, day=datetime.date(2020, 1, 2))
        item = m.Item.objects.get(title="t")
        look_at_meta(framework, m)
        look_at_values(framework, m, item, special)
        look_at_relations(framework, m, item, m.Special.objects.get())
        look_at_custom_fields(framework, m)
        look_at_files(framework, item)
        return framework.seen


def main() -> None:
    # With the name of a package: print what it answers, for the tests to compare.
    root = sys.argv[1] if len(sys.argv) > 1 else "django"
    text = json.dumps(observed(root), ensure_ascii=False, indent=0)
    if len(sys.argv) > 1:
        sys.stdout.write(text)
    else:
        OUTPUT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
