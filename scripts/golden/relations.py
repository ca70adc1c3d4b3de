"""What Django says of relations between models: ``tests/golden/relations.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/relations.py``. Each case is the
source of some models, in an application of its own; `observations` executes it on the framework named
by `root`, and asks for the checks, the shape of ``_meta`` and the deconstruction of relations, or for
the error.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import json
import re
import sys
import types
import warnings
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "relations.json"
SETTINGS = {
    "USE_TZ": True,
    "INSTALLED_APPS": ["golden_relations"],
    "DATABASES": {"default": {"ENGINE": "{root}.db.backends.sqlite3", "NAME": ":memory:"}},
    "DEFAULT_AUTO_FIELD": "{root}.db.models.BigAutoField",
    "SWAPPED_MODEL": "golden_relations.Other",
    "NOT_SWAPPED_MODEL": "golden_relations.Swap",
}
APP = "golden_relations"

# What many cases begin with.
BASE = """
class Target(models.Model):
    name = models.CharField(max_length=10)
    code = models.IntegerField(unique=True)
"""
FK = "models.ForeignKey(Target, models.CASCADE{})"
CASES: dict[str, str] = {
    "plain": "f = models.ForeignKey(Target, models.CASCADE)",
    "named": "f = models.ForeignKey(Target, models.CASCADE, related_name='fs', related_query_name='q')",
    "by name": "f = models.ForeignKey('Target', models.CASCADE)",
    "by full name": "f = models.ForeignKey('golden_relations.Target', models.CASCADE)",
    "missing": "f = models.ForeignKey('Missing', models.CASCADE)",
    "missing app": "f = models.ForeignKey('nope.Missing', models.CASCADE)",
    "missing m2m": "f = models.ManyToManyField('Missing')",
    "self": "f = models.ForeignKey('self', models.CASCADE, null=True)",
    "self named": "f = models.ForeignKey('self', models.CASCADE, null=True, related_name='+')",
    "to_field": "f = models.ForeignKey(Target, models.CASCADE, to_field='code')",
    "to_field not unique": "f = models.ForeignKey(Target, models.CASCADE, to_field='name')",
    "to_field missing": "f = models.ForeignKey(Target, models.CASCADE, to_field='nope')",
    "set null": "f = models.ForeignKey(Target, models.SET_NULL)",
    "set null null": "f = models.ForeignKey(Target, models.SET_NULL, null=True)",
    "set default": "f = models.ForeignKey(Target, models.SET_DEFAULT)",
    "set default default": "f = models.ForeignKey(Target, models.SET_DEFAULT, default=3)",
    "set": "f = models.ForeignKey(Target, models.SET(3))",
    "protect": "f = models.ForeignKey(Target, models.PROTECT, db_constraint=False, db_index=False)",
    "unique": "f = models.ForeignKey(Target, models.CASCADE, unique=True)",
    "key": "f = models.ForeignKey(Target, models.CASCADE, primary_key=True)",
    "one to one": "f = models.OneToOneField(Target, models.CASCADE)",
    "one to one key": "f = models.OneToOneField(Target, models.CASCADE, primary_key=True)",
    "one to one named": "f = models.OneToOneField(Target, models.CASCADE, related_name='one', null=True)",
    "column": "f = models.ForeignKey(Target, models.CASCADE, db_column='col', verbose_name='w')",
    "limit": "f = models.ForeignKey(Target, models.CASCADE, limit_choices_to={'name': 'x'})",
    "limit call": "f = models.ForeignKey(Target, models.CASCADE, limit_choices_to=dict)",
    "limit q": "f = models.ForeignKey(Target, models.CASCADE, limit_choices_to=models.Q(name='x'))",
    "bad related name": "f = models.ForeignKey(Target, models.CASCADE, related_name='a b')",
    "bad related name 2": "f = models.ForeignKey(Target, models.CASCADE, related_name='1a')",
    "keyword related name": "f = models.ForeignKey(Target, models.CASCADE, related_name='class')",
    "underscore related name": "f = models.ForeignKey(Target, models.CASCADE, related_name='a_')",
    "double related name": "f = models.ForeignKey(Target, models.CASCADE, related_name='a__b')",
    "double query name": "f = models.ForeignKey(Target, models.CASCADE, related_query_name='a__b_')",
    "clash with field": "f = models.ForeignKey(Target, models.CASCADE, related_name='name')",
    "clash query with field": "f = models.ForeignKey(Target, models.CASCADE, related_query_name='name')",
    "clash hidden query": "f = models.ForeignKey(Target, models.CASCADE, related_name='+', related_query_name='name')",
    "two without names": "f = models.ForeignKey(Target, models.CASCADE)\ng = models.ForeignKey(Target, models.CASCADE)",
    "two hidden": "f = models.ForeignKey(Target, models.CASCADE, related_name='+')\ng = models.ForeignKey(Target, models.CASCADE, related_name='+')",
    "two one to ones": "f = models.OneToOneField(Target, models.CASCADE)\ng = models.OneToOneField(Target, models.CASCADE)",
    "two m2m": "f = models.ManyToManyField(Target)\ng = models.ManyToManyField(Target)",
    "fk and m2m": "f = models.ForeignKey(Target, models.CASCADE)\ng = models.ManyToManyField(Target)",
    "same query names": "f = models.ForeignKey(Target, models.CASCADE, related_query_name='q')\ng = models.ForeignKey(Target, models.CASCADE, related_name='q')",
    "class in name": "f = models.ForeignKey(Target, models.CASCADE, related_name='%(app_label)s_%(class)s_x', related_query_name='%(model_name)s_q')",
    "default related name": "f = models.ForeignKey(Target, models.CASCADE)\nclass Meta:\n    default_related_name = '%(class)ses'",
    "m2m": "f = models.ManyToManyField(Target)",
    "m2m self": "f = models.ManyToManyField('self')",
    "m2m self asymmetric": "f = models.ManyToManyField('self', symmetrical=False)",
    "m2m self asymmetric named": "f = models.ManyToManyField('self', symmetrical=False, related_name='back')",
    "m2m self symmetric named": "f = models.ManyToManyField('self', related_name='back')",
    "m2m by own name": "f = models.ManyToManyField('Model', symmetrical=True)",
    "m2m hidden": "f = models.ManyToManyField(Target, related_name='+')",
    "m2m table": "f = models.ManyToManyField(Target, db_table='tbl', db_constraint=False)",
    "m2m unique": "f = models.ManyToManyField(Target, unique=True)",
    "m2m ignored": "f = models.ManyToManyField(Target, null=True, validators=[print], db_comment='x')",
    "m2m null false": "f = models.ManyToManyField(Target, null=False)",
    "m2m limit": "f = models.ManyToManyField(Target, limit_choices_to={'name': 'x'})",
    "m2m to own table": "f = models.ManyToManyField(Target, db_table='golden_relations_target')",
    "m2m same tables": "f = models.ManyToManyField(Target, db_table='t', related_name='a')\ng = models.ManyToManyField(Target, db_table='t', related_name='b')",
    "m2m table and through": "f = models.ManyToManyField(Target, db_table='t', through='Link')",
    "m2m constraint and through": "f = models.ManyToManyField(Target, db_constraint=False, through='Link')",
    "m2m through fields only": "f = models.ManyToManyField(Target, through_fields=('a', 'b'))",
    "m2m missing through": "f = models.ManyToManyField(Target, through='Missing')",
    "not a model": "f = models.ForeignKey(3, models.CASCADE)",
    "not a model 2": "f = models.ForeignKey(object, models.CASCADE)",
    "not a model o2o": "f = models.OneToOneField(None, models.CASCADE)",
    "not a model m2m": "f = models.ManyToManyField(3)",
    "on_delete": "f = models.ForeignKey(Target, 3)",
    "no on_delete": "f = models.ForeignKey(Target)",
    "related_name no text": "f = models.ForeignKey(Target, models.CASCADE, related_name=3)",
    "name with dots": "f = models.ForeignKey('a.b.c', models.CASCADE)",
    "attname clash": "f = models.ForeignKey(Target, models.CASCADE)\nf_id = models.IntegerField()",
    "foreign object": "a = models.IntegerField()\nf = models.ForeignObject(Target, models.CASCADE, from_fields=['a'], to_fields=['code'])",
    "foreign object two": "a = models.IntegerField()\nb = models.CharField(max_length=10)\nf = models.ForeignObject(Target, models.CASCADE, from_fields=['a', 'b'], to_fields=['id', 'name'])",
    "foreign object not unique": "a = models.IntegerField()\nb = models.CharField(max_length=10)\nf = models.ForeignObject(Target, models.CASCADE, from_fields=['b', 'b'], to_fields=['name', 'name'])",
    "foreign object lengths": "a = models.IntegerField()\nf = models.ForeignObject(Target, models.CASCADE, from_fields=['a'], to_fields=[])",
    "foreign object missing": "a = models.IntegerField()\nf = models.ForeignObject(Target, models.CASCADE, from_fields=['a'], to_fields=['nope'])",
    "foreign object from missing": "f = models.ForeignObject(Target, models.CASCADE, from_fields=['nope'], to_fields=['id'])",
}  # fmt: skip

# Whole sets of models.
WHOLE: dict[str, str] = {
    "through": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link')
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
""",
    "through named by class": """
class Link(models.Model):
    model = models.ForeignKey('Model', models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
class Model(models.Model):
    f = models.ManyToManyField(Target, through=Link)
""",
    "through without keys": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link')
class Link(models.Model):
    pass
""",
    "through two keys to one": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link')
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE, related_name='a')
    other = models.ForeignKey(Target, models.CASCADE, related_name='b')
""",
    "through two keys from one": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link')
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE, related_name='a')
    other = models.ForeignKey(Model, models.CASCADE, related_name='b')
    target = models.ForeignKey(Target, models.CASCADE)
""",
    "through fields": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link', through_fields=('model', 'other'))
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE, related_name='a')
    other = models.ForeignKey(Target, models.CASCADE, related_name='b')
""",
    "through fields missing": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link', through_fields=('nope', 'other'))
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
    other = models.IntegerField()
""",
    "through fields wrong way": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link', through_fields=('target', 'model'))
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
""",
    "through fields too few": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link', through_fields=('model',))
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
""",
    "through fields none": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link', through_fields=(None, 'target'))
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
""",
    "through self": """
class Model(models.Model):
    f = models.ManyToManyField('self', through='Link')
class Link(models.Model):
    a = models.ForeignKey(Model, models.CASCADE, related_name='as_a')
    b = models.ForeignKey(Model, models.CASCADE, related_name='as_b')
""",
    "through self three": """
class Model(models.Model):
    f = models.ManyToManyField('self', through='Link')
class Link(models.Model):
    a = models.ForeignKey(Model, models.CASCADE, related_name='as_a')
    b = models.ForeignKey(Model, models.CASCADE, related_name='as_b')
    c = models.ForeignKey(Model, models.CASCADE, related_name='as_c')
""",
    "through self three chosen": """
class Model(models.Model):
    f = models.ManyToManyField('self', through='Link', symmetrical=False, through_fields=('b', 'c'))
class Link(models.Model):
    a = models.ForeignKey(Model, models.CASCADE, related_name='as_a')
    b = models.ForeignKey(Model, models.CASCADE, related_name='as_b')
    c = models.ForeignKey(Model, models.CASCADE, related_name='as_c')
""",
    "two through one": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link', related_name='x')
    g = models.ManyToManyField(Target, through='Link', related_name='y')
class Link(models.Model):
    model = models.ForeignKey(Model, models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
""",
    "through a child": """
class Model(models.Model):
    f = models.ManyToManyField(Target, through='Link')
class Link(Target):
    model = models.ForeignKey(Model, models.CASCADE, related_name='ls')
    target = models.ForeignKey(Target, models.CASCADE, related_name='ts')
""",
    "inherited": """
class Parent(models.Model):
    n = models.IntegerField()
    f = models.ForeignKey(Target, models.CASCADE)
class Model(Parent):
    m = models.ManyToManyField(Target)
class Grand(Model):
    o = models.OneToOneField(Target, models.CASCADE, related_name='grand')
""",
    "inherited clash": """
class Parent(models.Model):
    pass
class Model(Parent):
    f = models.ForeignKey(Parent, models.CASCADE)
    g = models.OneToOneField(Parent, models.CASCADE, related_name='model')
""",
    "own link": """
class Model(Target):
    link = models.OneToOneField(Target, models.CASCADE, parent_link=True, related_name='child')
""",
    "own link no parent_link": """
class Model(Target):
    link = models.OneToOneField(Target, models.CASCADE)
""",
    "link is a foreign key": """
class Model(Target):
    link = models.ForeignKey(Target, models.CASCADE, parent_link=True, related_name='x')
""",
    "two parents": """
class Other(models.Model):
    other_id = models.AutoField(primary_key=True)
    o = models.IntegerField()
class Model(Target, Other):
    n = models.IntegerField()
""",
    "abstract": """
class Parent(models.Model):
    f = models.ForeignKey(Target, models.CASCADE, related_name='%(class)s_set')
    m = models.ManyToManyField('self')
    s = models.ManyToManyField(Target, related_name='+')
    class Meta:
        abstract = True
class Model(Parent):
    pass
class Second(Parent):
    f = None
""",
    "abstract same name": """
class Parent(models.Model):
    f = models.ForeignKey(Target, models.CASCADE, related_name='fs')
    class Meta:
        abstract = True
class Model(Parent):
    pass
class Second(Parent):
    pass
""",
    "to abstract": """
class Parent(models.Model):
    class Meta:
        abstract = True
class Model(models.Model):
    f = models.ForeignKey(Parent, models.CASCADE)
    m = models.ManyToManyField(Parent)
""",
    "proxy": """
class Model(Target):
    class Meta:
        proxy = True
class Second(models.Model):
    f = models.ForeignKey(Model, models.CASCADE)
    g = models.ManyToManyField(Model)
""",
    "swapped": """
class Swap(models.Model):
    class Meta:
        swappable = 'SWAPPED_MODEL'
class Other(models.Model):
    pass
class Model(models.Model):
    f = models.ForeignKey(Swap, models.CASCADE)
    m = models.ManyToManyField(Swap)
    g = models.ForeignKey(settings.SWAPPED_MODEL, models.CASCADE)
    h = models.ForeignKey(Other, models.CASCADE, related_name='h', swappable=False)
""",
    "not swapped": """
class Swap(models.Model):
    class Meta:
        swappable = 'NOT_SWAPPED_MODEL'
class Model(models.Model):
    f = models.ForeignKey(settings.NOT_SWAPPED_MODEL, models.CASCADE)
    m = models.ManyToManyField(Swap)
""",
    "unique set": """
class Pair(models.Model):
    a = models.IntegerField()
    b = models.IntegerField()
    c = models.IntegerField()
    class Meta:
        unique_together = [('a', 'b')]
class Model(models.Model):
    x = models.IntegerField()
    y = models.IntegerField()
    f = models.ForeignObject(Pair, models.CASCADE, from_fields=['x', 'y'], to_fields=['a', 'b'])
    g = models.ForeignObject(Pair, models.CASCADE, from_fields=['x', 'y'], to_fields=['a', 'c'], related_name='g')
    h = models.ForeignKey(Pair, models.CASCADE, to_field='a', related_name='h')
""",
    "unique constraint": """
class Pair(models.Model):
    a = models.IntegerField()
    b = models.IntegerField()
    c = models.IntegerField()
    class Meta:
        constraints = [
            models.UniqueConstraint(fields=['a'], name='%(app_label)s_%(class)s_a'),
            models.UniqueConstraint(fields=['b'], name='uniq_b', condition=models.Q(a=1)),
            models.UniqueConstraint(models.F('c'), name='uniq_c'),
        ]
class Model(models.Model):
    f = models.ForeignKey(Pair, models.CASCADE, to_field='a', related_name='f')
    g = models.ForeignKey(Pair, models.CASCADE, to_field='b', related_name='g')
    h = models.ForeignKey(Pair, models.CASCADE, to_field='c', related_name='h')
""",
    "composite": """
class Key(models.Model):
    pk = models.CompositePrimaryKey('a', 'b')
    a = models.IntegerField()
    b = models.IntegerField()
class Model(models.Model):
    f = models.ForeignKey(Key, models.CASCADE)
    o = models.OneToOneField(Key, models.CASCADE, related_name='o')
    x = models.IntegerField()
    y = models.IntegerField()
    g = models.ForeignObject(Key, models.CASCADE, from_fields=['x', 'y'], to_fields=['a', 'b'], related_name='g')
    h = models.ForeignObject(Key, models.CASCADE, from_fields=['x'], to_fields=['pk'], related_name='h')
""",
    "composite m2m": """
class Key(models.Model):
    pk = models.CompositePrimaryKey('a', 'b')
    a = models.IntegerField()
    b = models.IntegerField()
    m = models.ManyToManyField(Target)
class Model(models.Model):
    m = models.ManyToManyField(Key)
""",
    "composite through": """
class Link(models.Model):
    pk = models.CompositePrimaryKey('model_id', 'target_id')
    model = models.ForeignKey('Model', models.CASCADE)
    target = models.ForeignKey(Target, models.CASCADE)
class Model(models.Model):
    m = models.ManyToManyField(Target, through=Link)
""",
    "composite parts": """
class Model(models.Model):
    pk = models.CompositePrimaryKey('a', 'f', 'g_id')
    a = models.IntegerField()
    f = models.ForeignKey(Target, models.CASCADE)
    g = models.ForeignKey(Target, models.CASCADE, related_name='g')
""",
    "order with respect to": """
class Model(models.Model):
    f = models.ForeignKey(Target, models.CASCADE)
    class Meta:
        order_with_respect_to = 'f'
""",
    "order with respect to nothing": """
class Model(models.Model):
    class Meta:
        order_with_respect_to = 'nope'
""",
    "names": """
class CamelCaseModel2DName(models.Model):
    class Meta:
        verbose_name = 'the name'
        permissions = [('a', 'b')]
        default_permissions = ()
        db_table_comment = 'x'
        get_latest_by = 'id'
        ordering = ['-id']
        required_db_vendor = 'sqlite'
class HTTPThing(models.Model):
    class Meta:
        db_table = 'a table'
        verbose_name_plural = 'things'
        managed = False
        indexes = [models.Index(fields=['id'], name='%(class)s_idx')]
        base_manager_name = 'objects'
        default_manager_name = 'objects'
""",
    "wrong meta": """
class Model(models.Model):
    class Meta:
        nope = 3
        also_nope = 4
""",
    "wrong base manager": """
class Model(models.Model):
    class Meta:
        base_manager_name = 'nope'
""",
    "wrong default manager": """
class Model(models.Model):
    class Meta:
        default_manager_name = 'nope'
""",
    "managers": """
class First(models.Manager):
    pass
class Parent(models.Model):
    one = First()
    two = models.Manager()
    class Meta:
        abstract = True
class Model(Parent):
    three = First()
    class Meta:
        base_manager_name = 'two'
class Child(Model):
    four = models.Manager()
class Quiet(Model):
    class Meta:
        default_manager_name = 'two'
class Louder(Quiet):
    pass
""",
    "together": """
class Model(models.Model):
    a = models.IntegerField()
    b = models.IntegerField()
    class Meta:
        unique_together = ('a', 'b')
class Second(models.Model):
    a = models.IntegerField()
    class Meta:
        unique_together = 'a'
""",
    "hidden": """
class Model(models.Model):
    f = models.ForeignKey(Target, models.CASCADE, related_name='+')
    g = models.ForeignKey(Target, models.CASCADE, related_name='vis')
    h = models.ManyToManyField(Target, related_name='+')
    i = models.ManyToManyField(Target, related_name='also')
    j = models.OneToOneField(Target, models.CASCADE)
""",
}  # fmt: skip


class Framework:
    """One of the two, under the name of its package."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.models = self.module("db.models")
        self.apps = self.module("apps").apps
        self.settings = self.module("conf").settings
        self.connection = self.module("db").connection

    def module(self, path: str) -> Any:
        return importlib.import_module(f"{self.root}.{path}")

    def say(self, value: Any) -> str:
        """`value` as text in which the root and addresses in memory do not show."""
        text = repr(value).replace(f"{self.root}.", "ROOT.")
        text = re.sub(r"<[\w.]+\.(\w+) object at 0x[0-9a-f]+>", r"<\1>", text)
        return re.sub(r" at 0x[0-9a-f]+", "", text)

    def case(self, source: str) -> dict[str, Any]:
        """The facts of the models in `source`."""
        registered = self.apps.all_models[APP]
        registered.clear()
        self.apps._pending_operations.clear()
        self.apps.clear_cache()
        names = {"models": self.models, "settings": self.settings, "__name__": f"{APP}.models"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(BASE + source, names)  # noqa: S102
                return {
                    name: self.seen(model) if name == "target" else self.describe(model)
                    for name, model in list(registered.items())
                }
            except Exception as error:
                return {"raises": [type(error).__name__, self.say(str(error))]}

    def outcome(self, function: Any) -> Any:
        try:
            return self.say(function())
        except Exception as error:
            return [type(error).__name__, self.say(str(error))]

    def seen(self, model: Any) -> dict[str, Any]:
        """What a model that is pointed to knows of it."""
        meta = model._meta
        return {
            "check": self.messages(model),
            "reverse names": self.outcome(lambda: list(meta.fields_map)),
            "all": self.outcome(lambda: meta.get_fields(include_hidden=True)),
            "related_objects": self.outcome(lambda: meta.related_objects),
            "related_fkey_lookups": self.outcome(lambda: meta.related_fkey_lookups),
            "attributes": self.attributes(model),
        }

    def messages(self, model: Any) -> list[Any]:
        return [
            [m.id, str(m.msg), m.hint and str(m.hint), self.say(m.obj)]
            for m in model.check(databases={"default"})
            if m.id not in {"models.W042", "models.W045", "models.W046"}
        ]

    def attributes(self, model: Any) -> list[str]:
        return sorted(
            f"{name}: {type(value).__name__}"
            for name, value in vars(model).items()
            if not name.startswith("_")
            and type(value).__name__.endswith(("Descriptor", "Attribute"))
        )

    def describe(self, model: Any) -> dict[str, Any]:
        meta = model._meta
        facts: dict[str, Any] = {"check": self.messages(model)}
        for name in (
            "label", "label_lower", "db_table", "verbose_name", "verbose_name_plural", "ordering", "unique_together",
            "pk", "fields", "concrete_fields", "local_concrete_fields", "many_to_many", "related_objects",
            "private_fields", "parents", "all_parents", "managed", "proxy", "swapped", "auto_created", "indexes",
            "constraints", "permissions", "default_permissions", "pk_fields", "is_composite_pk", "default_manager",
            "base_manager", "managers_map", "db_returning_fields", "total_unique_constraints", "original_attrs",
            "_reverse_one_to_one_field_names", "related_fkey_lookups", "auto_field", "order_with_respect_to",
            "get_latest_by",
        ):  # fmt: skip
            value = lambda name=name: getattr(meta, name)  # noqa: E731
            if name.startswith("verbose"):
                value = lambda name=name: str(getattr(meta, name))  # noqa: E731
            if name == "_reverse_one_to_one_field_names":
                value = lambda name=name: sorted(getattr(meta, name))  # noqa: E731
            facts[name] = self.outcome(value)
        facts["names"] = self.outcome(lambda: list(meta._forward_fields_map))
        facts["reverse names"] = self.outcome(lambda: list(meta.fields_map))
        facts["all"] = self.outcome(lambda: meta.get_fields(include_hidden=True))
        facts["seen"] = self.outcome(lambda: meta.get_fields())
        facts["own"] = self.outcome(lambda: meta.get_fields(include_parents=False))
        facts["relations"] = {
            field.name: self.relation(field)
            for field in (*meta.local_fields, *meta.local_many_to_many)
            if field.is_relation
        }
        facts["attributes"] = self.attributes(model)
        return facts

    def relation(self, field: Any) -> dict[str, Any]:
        facts = {"deconstruct": self.outcome(field.deconstruct), "str": str(field)}
        for name in (
            "attname", "column", "verbose_name", "unique", "related_model", "target_field", "path_infos",
            "reverse_path_infos", "foreign_related_fields", "local_related_fields", "swappable_setting", "cache_name",
            "many_to_many", "many_to_one", "one_to_many", "one_to_one", "opts",
        ):  # fmt: skip
            facts[name] = self.outcome(lambda name=name: getattr(field, name))
        for name in (
            "m2m_db_table", "m2m_column_name", "m2m_reverse_name", "m2m_field_name", "m2m_reverse_field_name",
            "m2m_target_field_name", "m2m_reverse_target_field_name", "related_query_name", "get_joining_fields",
            "get_reverse_joining_fields", "get_limit_choices_to",
        ):  # fmt: skip
            if hasattr(field, name):
                answer = self.outcome(getattr(field, name))
                # What there is not, each framework says in its own way.
                known = isinstance(answer, str) and answer != "None"
                facts[name] = answer if known or not name.startswith("m2m") else None
        facts["db_type"] = self.outcome(lambda: field.db_type(self.connection))
        facts["db_parameters"] = self.outcome(lambda: field.db_parameters(self.connection))
        facts["choices"] = self.outcome(lambda: field.clone().deconstruct())
        rel = field.remote_field
        for name in (
            "name", "accessor_name", "related_name", "related_query_name", "field_name", "hidden", "multiple",
            "symmetrical", "limit_choices_to", "parent_link", "model", "related_model", "many_to_many", "many_to_one",
            "one_to_many", "one_to_one", "identity", "through", "through_fields",
            "db_constraint", "target_field", "cache_name", "remote_field",
        ):  # fmt: skip
            if name not in {"through", "through_fields", "db_constraint"} or hasattr(rel, name):
                facts[f"rel.{name}"] = self.outcome(lambda name=name: getattr(rel, name))
        facts["rel"] = self.outcome(lambda: rel)
        facts["rel.get_related_field"] = self.outcome(lambda: rel.get_related_field())
        return facts


def observations(root: str) -> dict[str, Any]:
    framework = Framework(root)
    answers = {}
    for name, body in CASES.items():
        lines = "".join(f"    {line}\n" for line in body.split("\n"))
        answers[name] = framework.case(f"class Model(models.Model):\n{lines}")
    for name, source in WHOLE.items():
        answers[f"whole: {name}"] = framework.case(source)
    return answers


def observed(root: str) -> dict[str, Any]:
    """`observations`, after setting the framework up with an application that has no file."""
    for name in (APP, f"{APP}.models"):
        module = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=name == APP)
        module.__path__ = [f"/{APP}"]
        sys.modules[name] = module
    settings = importlib.import_module(f"{root}.conf").settings
    settings.configure(**json.loads(json.dumps(SETTINGS).replace("{root}", root)))
    importlib.import_module(root).setup()
    return observations(root)


def main() -> None:
    # With the name of a package: print what it answers, for the tests to compare.
    root = sys.argv[1] if len(sys.argv) > 1 else "django"
    text = json.dumps(observed(root), ensure_ascii=False, indent=0, separators=(",", ":"))
    if len(sys.argv) > 1:
        sys.stdout.write(text)
    else:
        OUTPUT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
