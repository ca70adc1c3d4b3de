"""What Django's fields of models say and do: ``tests/golden/fields.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/fields.py``. Each case is an
expression that makes a field; `observations` asks the framework named by `root` for its
deconstruction, its checks, its column, and what becomes of values, so that the test asks Vivace with
the same words.
"""

from __future__ import annotations

import datetime
import decimal
import importlib
import itertools
import json
import re
import sys
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "fields.json"
SETTINGS = {
    "USE_TZ": True,
    "TIME_ZONE": "Europe/Paris",
    "INSTALLED_APPS": [],
    "DATABASES": {"default": {"ENGINE": "{root}.db.backends.sqlite3", "NAME": ":memory:"}},
    "DEFAULT_AUTO_FIELD": "{root}.db.models.BigAutoField",
}

COMMON = [
    "",
    "primary_key=True",
    "max_length=5",
    "unique=True",
    "null=True, blank=True",
    "default=None",
    "db_index=True",
    "verbose_name='the name', help_text='a help', db_column='col', db_comment='words'",
    "editable=False, serialize=False, auto_created=True, db_tablespace='space'",
    "choices=[('a', 'A'), ('g', [('b', 'B')])]",
    "choices={'a': 'A'}",
    "choices=list",
    "choices=[]",
    "unique_for_date='d', unique_for_month='d', unique_for_year='d'",
    "validators=[max], error_messages={'null': 'no'}",
    "validators=[]",
    "db_default=3",
]
CLASSES = [
    "Field",
    "AutoField",
    "BigAutoField",
    "BigIntegerField",
    "BinaryField",
    "BooleanField",
    "CharField",
    "CommaSeparatedIntegerField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DurationField",
    "EmailField",
    "FileField",
    "FilePathField",
    "FloatField",
    "GenericIPAddressField",
    "IPAddressField",
    "ImageField",
    "IntegerField",
    "JSONField",
    "NullBooleanField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SlugField",
    "SmallAutoField",
    "SmallIntegerField",
    "TextField",
    "TimeField",
    "URLField",
    "UUIDField",
]
ODD = [
    "models.CharField('words', 'nm', True, 3)",
    "models.CharField(max_length=0)",
    "models.CharField(max_length=-1)",
    "models.CharField(max_length=True)",
    "models.CharField(max_length='3')",
    "models.CharField(max_length=3, db_collation='nocase')",
    "models.TextField(db_collation='nocase')",
    "models.CharField(max_length=2, choices=[('abc', 'x')])",
    "models.CharField(max_length=2, choices=[('g', [('abcde', 'x')])])",
    "models.CharField(max_length=9, choices='abc')",
    "models.CharField(max_length=9, choices=5)",
    "models.CharField(max_length=9, choices=['a', 'b'])",
    "models.CharField(max_length=9, choices=['ab'])",
    "models.CharField(max_length=9, choices=[('a', 'b', 'c')])",
    "models.CharField(max_length=9, choices=[(1, 2, 3), (1, 2, 3)])",
    "models.CharField(max_length=9, choices=[('a', object())])",
    "models.CharField(max_length=9, choices=[('a', ['x'])])",
    "models.CharField(max_length=9, choices=[('a', [('x', 'y', 'z')])])",
    "models.CharField(max_length=9, choices=[('a', ())])",
    "models.CharField(max_length=9, choices={1})",
    "models.CharField(max_length=9, choices=lambda: [('a', 'A')])",
    "models.CharField(max_length=9, choices=lambda: 5)",
    "models.CharField(max_length=9, choices=[(lazy('a'), lazy('b'))])",
    "models.CharField(max_length=9, choices=iter([('a', 'b')]))",
    "models.IntegerField(choices=[(1, 'one'), (2, 'two')])",
    "models.IntegerField(choices=Numbers)",
    "models.CharField(max_length=9, choices=Letters)",
    "models.CharField(max_length=9, choices=Letters, default=Letters.A)",
    "models.IntegerField(db_index='yes')",
    "models.IntegerField(db_index=None)",
    "models.IntegerField(primary_key=True, null=True)",
    "models.IntegerField(validators=[3, max, 'x'])",
    "models.IntegerField(validators=[validators.MinValueValidator(3)])",
    "models.IntegerField(validators=[validators.MinValueValidator(lambda: 3)])",
    "models.IntegerField(db_default=models.F('x'))",
    "models.IntegerField(db_default=models.Value(3))",
    "models.IntegerField(db_default=Now())",
    "models.IntegerField(db_default=models.Value(3), default=3)",
    "models.AutoField(primary_key=False)",
    "models.BigAutoField(primary_key=True, db_default=3)",
    "models.DateField(auto_now=True)",
    "models.DateField(auto_now_add=True)",
    "models.DateField(auto_now=True, auto_now_add=True)",
    "models.DateField(auto_now=True, default=datetime.datetime.min.date)",
    "models.DateField(auto_now=True, editable=True, blank=False)",
    "models.DateField(default=datetime.date(2001, 2, 3))",
    "models.DateField(default='2001-02-03')",
    "models.DateTimeField(auto_now=True)",
    "models.DateTimeField(default=datetime.datetime(2001, 2, 3))",
    "models.TimeField(auto_now=True)",
    "models.TimeField(auto_now_add=True)",
    "models.TimeField(default=datetime.time(1, 2))",
    "models.DecimalField(max_digits=5, decimal_places=2)",
    "models.DecimalField(max_digits=2, decimal_places=5)",
    "models.DecimalField(max_digits='a', decimal_places='b')",
    "models.DecimalField(max_digits=-1, decimal_places=-1)",
    "models.DecimalField(max_digits=0, decimal_places=0)",
    "models.DecimalField(max_digits=5)",
    "models.DecimalField(decimal_places=5)",
    "models.FilePathField(path='/tmp', match='x', recursive=True)",
    "models.FilePathField(allow_files=False)",
    "models.FilePathField(allow_files=False, allow_folders=True)",
    "models.FilePathField(path=print, max_length=100)",
    "models.FileField(upload_to='/abs')",
    "models.FileField(upload_to=print)",
    "models.FileField(upload_to='a/%Y', max_length=100)",
    "models.FileField(primary_key=False)",
    "models.FileField(storage=storage)",
    "models.FileField(storage=3)",
    "models.ImageField(width_field='w', height_field='h')",
    "models.GenericIPAddressField(protocol='IPv4')",
    "models.GenericIPAddressField(protocol='ipv6')",
    "models.GenericIPAddressField(protocol='nope')",
    "models.GenericIPAddressField(protocol='ipv4', unpack_ipv4=True)",
    "models.GenericIPAddressField(unpack_ipv4=True)",
    "models.GenericIPAddressField(blank=True)",
    "models.SlugField(allow_unicode=True)",
    "models.SlugField(db_index=False, max_length=50)",
    "models.SlugField(max_length=10)",
    "models.URLField(max_length=200)",
    "models.EmailField(max_length=254)",
    "models.BinaryField(editable=True)",
    "models.BinaryField(editable=False)",
    "models.BinaryField(default='text')",
    "models.BinaryField(default='')",
    "models.BinaryField(default=b'bytes')",
    "models.JSONField(default={})",
    "models.JSONField(default=[1])",
    "models.JSONField(default='x')",
    "models.JSONField(default=dict)",
    "models.JSONField(encoder=Encoder, decoder=Decoder)",
    "models.JSONField(encoder=3)",
    "models.JSONField(decoder=3)",
    "models.BooleanField(choices=[(True, 'x')])",
    "models.CharField(max_length=9, db_comment='words', db_column='words words')",
    "models.CharField(nope=3)",
]
NAMES = ["a", "a_", "a__b", "pk", "_", "a__", "_a", "id", "check", "save", "A"]
VALUES = [
    "None",
    "''",
    "' '",
    "'a'",
    "'abc'",
    "'abcdef'",
    "b'abc'",
    "0",
    "1",
    "2",
    "-1",
    "1.5",
    "'1'",
    "'-1'",
    "'1.5'",
    "'1e3'",
    "True",
    "False",
    "'True'",
    "'False'",
    "'t'",
    "'f'",
    "'yes'",
    "[]",
    "{}",
    "()",
    "[1]",
    "{'a': 1}",
    "object",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "32768",
    "'9' * 30",
    "float('nan')",
    "float('inf')",
    "float('-inf')",
    "1e40",
    "decimal.Decimal('1.23')",
    "decimal.Decimal('NaN')",
    "decimal.Decimal('Infinity')",
    "decimal.Decimal('123456.789')",
    "decimal.Decimal('-0.001')",
    "'12.345'",
    "datetime.date(2001, 2, 3)",
    "datetime.datetime(2001, 2, 3, 4, 5, 6, 7)",
    "datetime.datetime(2001, 2, 3, 23, 5, tzinfo=datetime.timezone.utc)",
    "datetime.time(1, 2, 3)",
    "datetime.timedelta(1, 2, 3)",
    "'2001-02-03'",
    "'2001-02-33'",
    "'2001-2-3'",
    "'2001-02-03 04:05'",
    "'2001-02-03T04:05:06Z'",
    "'2001-02-03 04:05:06.123456+0200'",
    "'2001-02-03 25:05'",
    "'01:02'",
    "'01:02:03.5'",
    "'25:00'",
    "'3 01:02:03'",
    "'P1DT2H'",
    "'1:2'",
    "'999999999999 00:00'",
    "uuid.UUID(int=5)",
    "'00000000-0000-0000-0000-000000000005'",
    "'urn:uuid:00000000-0000-0000-0000-000000000005'",
    "5",
    "2 ** 128",
    "'{}'",
    "'1.2.3.4'",
    "'1.2.3.256'",
    "'::1'",
    "'::ffff:1.2.3.4'",
    "'2001:DB8:0:0:0:0:0:1'",
    "' ::1 '",
    "'::g'",
    "'a@b.cd'",
    "'a@b'",
    "'http://a.bc/'",
    "'ftp://a.bc'",
    "'a.bc'",
    "'a-b_c'",
    "'a b'",
    "'é'",
    "'\\x00'",
    "'YWJj'",
    "memoryview(b'abc')",
    "bytearray(b'abc')",
    "lazy('abc')",
    "lazy('1')",
    "Letters.A",
    "Numbers.ONE",
    "{1, 2}",
    "Encoder",
    "[1, {'a': datetime.date(2001, 2, 3)}]",
]
VALUED = [
    *(
        f"models.{name}({'primary_key=True' if 'Auto' in name else ''})"
        for name in CLASSES
        if name not in {"Field", "FileField", "ImageField", "FilePathField"}
    ),
    "models.CharField(max_length=3)",
    "models.CharField(max_length=5, null=True, blank=True)",
    "models.CharField(choices=Letters)",
    "models.CharField(choices=[('g', [('a', 'A')]), ('1', 'one')])",
    "models.IntegerField(choices=Numbers)",
    "models.IntegerField(null=True, blank=True)",
    "models.IntegerField(editable=False)",
    "models.IntegerField(validators=[validators.MinValueValidator(1), validators.MaxValueValidator(1)])",
    "models.IntegerField(error_messages={'invalid': 'bad %(value)s', 'null': 'none', 'max_value': 'much'})",
    "models.DecimalField(max_digits=5, decimal_places=2)",
    "models.BooleanField(null=True)",
    "models.BooleanField(choices=[(True, 'x')])",
    "models.SlugField(allow_unicode=True)",
    "models.GenericIPAddressField(protocol='ipv4')",
    "models.GenericIPAddressField(protocol='ipv6')",
    "models.GenericIPAddressField(unpack_ipv4=True)",
    "models.GenericIPAddressField(null=True)",
    "models.DateField(auto_now=True)",
    "models.JSONField(null=True)",
    "models.JSONField(encoder=Encoder)",
    "models.BinaryField(editable=True, max_length=2)",
]


class Encoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        return str(o)


class Decoder(json.JSONDecoder):
    pass


class Framework:
    """One of the two, under the name of its package."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.models = self.module("db.models")
        self.connection = self.module("db").connection
        self.names = self._names()

    def module(self, path: str) -> Any:
        return importlib.import_module(f"{self.root}.{path}")

    def _names(self) -> dict[str, Any]:
        models = self.models

        class Letters(models.TextChoices):
            A = "a", "The A"
            B = "b"

        class Numbers(models.IntegerChoices):
            ONE = 1
            TWO = 2

        return {
            "models": models, "validators": self.module("core.validators"), "datetime": datetime,
            "decimal": decimal, "uuid": uuid, "Letters": Letters, "Numbers": Numbers,
            "lazy": self.module("utils.functional").lazystr, "Encoder": Encoder, "Decoder": Decoder,
            "Now": self.module("db.models.functions").Now,
            "storage": self.module("core.files.storage").FileSystemStorage("/tmp"),
        }  # fmt: skip

    def make(self, source: str) -> Any:
        return eval(source, dict(self.names))

    def say(self, value: Any) -> Any:
        """`value` as text in which the root and addresses in memory do not show."""
        text = repr(value).replace(f"{self.root}.", "ROOT.")
        text = re.sub(r"<[\w.]+\.(\w+) object at 0x[0-9a-f]+>", r"<\1>", text)
        return re.sub(r" at 0x[0-9a-f]+", "", text)

    def outcome(self, function: Callable[[], Any]) -> Any:
        """What `function` answers or raises, and of what it warns."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer: Any = self.say(function())
            except Exception as error:
                answer = self.error(error)
        if caught:
            return [answer, [f"{w.category.__name__}: {w.message}" for w in caught]]
        return answer

    def error(self, error: Exception) -> Any:
        if type(error).__name__ == "ValidationError":
            each = [
                [re.sub(r" at 0x[0-9a-f]+", "", e.messages[0]), e.code, sorted(e.params or ())]
                for e in error.error_list
            ]
            return {"ValidationError": each}
        return {type(error).__name__: self.say(str(error))}

    def messages(self, found: Any) -> Any:
        return [
            [type(m).__name__, m.id, str(m.msg), m.hint and str(m.hint), self.say(m.obj)]
            for m in found
            # It tells of what is installed, not of the field.
            if m.id != "fields.E210"
        ]

    def model(self, name: str, fields: dict[str, Any], **meta: Any) -> Any:
        """A model of a registry of its own."""
        registry = self.module("apps.registry").Apps()
        options = type("Meta", (), {"app_label": "golden", "apps": registry, **meta})
        body = {"__module__": "golden", "__qualname__": name, "Meta": options, **fields}
        return type(self.models.Model)(name, (self.models.Model,), body)


def sources() -> Iterator[str]:
    for name, options in itertools.product(CLASSES, COMMON):
        yield f"models.{name}({options})"
    yield from ODD


def describe(framework: Framework, source: str) -> dict[str, Any]:
    """The facts of one field: made alone, and within a model."""
    facts: dict[str, Any] = {}
    try:
        facts["deconstruct"] = framework.say(framework.make(source).deconstruct())
    except Exception as error:
        return {"raises": framework.error(error)}
    field = framework.make(source)
    try:
        # An automatic field that is no primary key needs another beside it, to be told so.
        other = {"key": framework.models.IntegerField(primary_key=True)}
        framework.model("M", {"field": field, **({} if field.primary_key else other)})
    except Exception as error:
        return {**facts, "model": framework.error(error)}
    connection = framework.connection
    for name in ("get_internal_type", "has_default", "has_db_default"):
        facts[name] = framework.outcome(getattr(field, name))
    for name in ("db_parameters", "rel_db_type", "cast_db_type", "db_type_suffix"):
        facts[name] = framework.outcome(lambda name=name: getattr(field, name)(connection))
    facts["check"] = framework.outcome(
        lambda: framework.messages(field.check(databases={"default"}))
    )
    facts["check without database"] = framework.outcome(lambda: framework.messages(field.check()))
    facts["default"] = framework.outcome(field.get_default)
    facts["description"] = framework.outcome(lambda: str(field.description) % vars(field))
    facts["attributes"] = framework.outcome(
        lambda: (field.unique, field.db_returning, field.attname, field.column, str(field.verbose_name),
                 field.concrete, repr(field), str(field), field.empty_strings_allowed,
                 type(field.descriptor_class).__name__, field.flatchoices if field.choices else None)
    )  # fmt: skip
    facts["clone"] = framework.outcome(lambda: field.clone().deconstruct())
    return facts


def values(framework: Framework, source: str) -> dict[str, Any]:
    """What becomes of each value: cleaned by a person's hand, and stored."""
    field = framework.make(source)
    framework.model("M", {"field": field})
    connection = framework.connection
    answers = {}
    for text in VALUES:
        value = framework.make(text)
        answers[text] = shortened(
            [
                framework.outcome(lambda value=value: field.to_python(value)),
                framework.outcome(lambda value=value: field.clean(value, None)),
                framework.outcome(lambda value=value: field.get_prep_value(value)),
                framework.outcome(lambda value=value: field.get_db_prep_value(value, connection)),
                framework.outcome(lambda value=value: field.get_db_prep_save(value, connection)),
            ]
        )
    return answers


def shortened(answers: list[Any]) -> list[Any]:
    """`answers`, with "=" for each that is the same as the one before."""
    before = [None, *answers]
    return ["=" if mine == last else mine for last, mine in zip(before, answers, strict=False)]


def names(framework: Framework, name: str) -> Any:
    """What is said of a field's name."""
    field = framework.models.IntegerField()
    try:
        framework.model("M", {name: field})
    except Exception as error:
        return framework.error(error)
    return framework.messages(field.check())


def observations(root: str) -> dict[str, Any]:
    framework = Framework(root)
    return {
        "fields": {source: describe(framework, source) for source in sources()},
        "values": {source: values(framework, source) for source in VALUED},
        "names": {name: names(framework, name) for name in NAMES},
    }


def observed(root: str) -> dict[str, Any]:
    """`observations`, after setting the framework up: for a process of its own."""
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
