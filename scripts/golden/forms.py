"""What Django's forms, fields and widgets answer, for ``tests/golden/forms.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/forms.py``. `observations` asks the
framework named by `root`, so that the test asks Vivace with the same words.
"""

from __future__ import annotations

import copy
import datetime
import importlib
import itertools
import json
import uuid
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "forms.json"

CHOICES = [("", "---"), ("1", "One"), ("G", [("2", "Two"), ("3", "Thr<ee")]), (None, "None")]
MOMENT = datetime.datetime(2020, 1, 2, 3, 4, 5, 678)

URLS = [
    *("[a", "http://", "//", "a:b", "mailto:x@y.z", "//e.com", "e.com:80/x", "localhost:8000"),
    *("HTTP://e.com", "x y", "e.com?q=1#f", "/path", "http:e.com", "http:/e.com", "http:///e.com"),
    *("a" * 2100, "http://" + "a" * 2100, "foo://[x", "http://[::1]/", "[::1]:80", "  e.com "),
    *("e.com/a:b", "1http://e.com", "h\tttp://e.com", "e\n.com", "http://e.com?", "://e.com", ":"),
    *("?a", "#b", "javascript:alert(1)", "é.com", "http://\u2100.com", "a?b:c", "a/b:c", "///a"),
]

VALUES = [
    *(None, "", 0, "0", 1, "1", True, "False", [], ["1"], {}, (), 1.5, "1.0", "1.5", "1e5"),
    *(datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1), datetime.time(1), "2020-01-01"),
    *("10:00", "1 00:00:00", "1,000.5", "abc", " x ", "\u0663", "1_000", "-0", "Infinity", "NaN"),
    *('{"a": 1}', '"a"', "2020-01-01T10:00:00+02:00", "01/02/2020 10:00", "Jan 1 2020", "a\x00b"),
    *("127.0.0.1", "::ffff:1.2.3.4", "a@b.co", "a" * 400 + "@b.co", "a-b_c", "é-b", "9" * 30, "x"),
    *(["1", "5"], "00000000-0000-0000-0000-000000000001", "99999999999999 00:00:00", "12:61"),
    *(["2020-01-01", "10:00"], ["2020-01-01", ""], ["", ""], ["x", "y"], "010.1.1.1", "1.1.1.1\n"),
]
CHANGES = [None, "", 0, "1", 1, True, False, "False", [], ["1"], "2020-01-01", "1 00:00:00"]


class Framework:
    """The parts of the framework `root` that are asked."""

    def __init__(self, root: str) -> None:
        def part(path: str) -> Any:
            return importlib.import_module(f"{root}.{path}")

        self.root = root
        self.forms = part("forms")
        self.utils = part("forms.utils")
        self.widgets = part("forms.widgets")
        self.timezone = part("utils.timezone")
        self.translation = part("utils.translation")
        self.files = part("core.files.uploadedfile")
        self.QueryDict = part("http").QueryDict
        self.MultiValueDict = part("utils.datastructures").MultiValueDict

    def ask(self, question: Callable[[], Any]) -> str:
        """The answer as text: a repr, or the kind and the words of an error."""
        try:
            answer = question()
        except self.forms.ValidationError as error:
            found = [(each.code, str(each.messages[0])) for each in error.error_list]
            return f"ValidationError {found}"
        except Exception as error:
            return f"{type(error).__name__} {error}"
        return answer if isinstance(answer, str) else repr(answer)


class Address:
    """What stands for a stored file."""

    url = "http://x/<a>.txt"

    def __str__(self) -> str:
        return "a<b>.txt"


def fields(framework: Framework) -> Iterator[tuple[str, Any]]:
    forms = framework.forms
    made = {
        "Char": forms.CharField(max_length=5, min_length=2),
        "CharUnstripped": forms.CharField(strip=False, empty_value=None, required=False),
        "Integer": forms.IntegerField(min_value=0, max_value=9, step_size=3),
        "IntegerPlain": forms.IntegerField(localize=True),
        "Float": forms.FloatField(),
        "Decimal": forms.DecimalField(max_digits=4, decimal_places=2),
        "Boolean": forms.BooleanField(),
        "NullBoolean": forms.NullBooleanField(),
        "Date": forms.DateField(),
        "Time": forms.TimeField(),
        "DateTime": forms.DateTimeField(),
        "Duration": forms.DurationField(),
        "Regex": forms.RegexField("^[a-z]+$"),
        "Email": forms.EmailField(),
        "Slug": forms.SlugField(),
        "SlugUnicode": forms.SlugField(allow_unicode=True),
        "UUID": forms.UUIDField(),
        "IP": forms.GenericIPAddressField(),
        "IPv4": forms.GenericIPAddressField(protocol="ipv4"),
        "IPUnpacked": forms.GenericIPAddressField(unpack_ipv4=True),
        "JSON": forms.JSONField(),
        "Choice": forms.ChoiceField(choices=CHOICES),
        "TypedChoice": forms.TypedChoiceField(choices=CHOICES, coerce=int, empty_value=None),
        "TypedOptional": forms.TypedChoiceField(choices=[("a", 1)], coerce=int, required=False),
        "MultipleChoice": forms.MultipleChoiceField(choices=CHOICES),
        "TypedMultiple": forms.TypedMultipleChoiceField(choices=CHOICES, coerce=int),
        "Combo": forms.ComboField(fields=[forms.CharField(max_length=8), forms.EmailField()]),
        "SplitDateTime": forms.SplitDateTimeField(),
        "SplitOptional": forms.SplitDateTimeField(required=False),
        "File": forms.FileField(),
        "FileOptional": forms.FileField(required=False, max_length=3),
        "Messages": forms.IntegerField(error_messages={"invalid": "X", "required": "Y"}),
        "Disabled": forms.CharField(disabled=True),
    }
    yield from made.items()


def field_answers(framework: Framework) -> dict[str, str]:
    seen = {}
    for name, field in fields(framework):
        for value in VALUES:
            key = f"{name} {value!r}"
            seen[f"{key} clean"] = framework.ask(lambda f=field, v=value: f.clean(v))
            if name not in ("JSON", "UUID", "DateTime", "Duration", "File", "Disabled"):
                continue
            seen[f"{key} shown"] = framework.ask(lambda f=field, v=value: f.prepare_value(v))
            seen[f"{key} bound"] = framework.ask(lambda f=field, v=value: f.bound_data(v, "I"))
        for initial, data in itertools.product(CHANGES, repeat=2):
            seen[f"{name} {initial!r} -> {data!r}"] = framework.ask(
                lambda f=field, i=initial, d=data: f.has_changed(i, d)
            )
        seen[f"{name} attrs"] = framework.ask(lambda f=field: f.widget.attrs)
        seen[f"{name} HTML"] = framework.ask(lambda f=field: copy.deepcopy(f).widget.render("n", 1))
    url = framework.forms.URLField(assume_scheme="https")
    for value in URLS:
        seen[f"URL {value[:50]!r} {len(value)}"] = framework.ask(lambda v=value: url.to_python(v))
        seen[f"URL {value[:50]!r} {len(value)} clean"] = framework.ask(lambda v=value: url.clean(v))
    return seen


def more_field_answers(framework: Framework) -> dict[str, str]:
    forms = framework.forms
    upload = framework.files.SimpleUploadedFile
    contradiction = framework.widgets.FILE_INPUT_CONTRADICTION
    regex = forms.RegexField("^a")
    regex.regex = "^b"

    class Pair(forms.MultiValueField):
        def __init__(self, **options: Any) -> None:
            super().__init__(
                (forms.CharField(max_length=3), forms.CharField(required=False)),
                require_all_fields=False,
                widget=forms.MultiWidget([forms.TextInput, forms.TextInput]),
                **options,
            )

        def compress(self, data_list: Any) -> Any:
            return data_list

    class Form(forms.Form):
        pair = Pair()

    questions: dict[str, Callable[[], Any]] = {
        "step of floats": lambda: forms.FloatField(step_size=0.5, min_value=1).widget.attrs,
        "own step": lambda: forms.FloatField(widget=forms.NumberInput({"step": 5})).widget.attrs,
        "no places": lambda: forms.DecimalField(decimal_places=0).widget.attrs,
        "many places": lambda: forms.DecimalField(decimal_places=30).widget.attrs,
        "decimal": lambda: forms.DecimalField().clean(Decimal("1.50")),
        "signaling": lambda: forms.DecimalField().clean(Decimal("sNaN")),
        "uuid": lambda: forms.UUIDField().clean(uuid.UUID(int=1)),
        "json": lambda: forms.JSONField(required=False).clean("null"),
        "json again": lambda: (lambda f: f.clean(f.clean('"a"')))(forms.JSONField()),
        "json changed": lambda: forms.JSONField().has_changed({"a": True}, '{"a": 1}'),
        "file": lambda: forms.FileField().clean(upload("a", b"")),
        "long file": lambda: forms.FileField(max_length=3).clean(upload("abcde", b"a")),
        "file and removal": lambda: forms.FileField().clean(contradiction),
        "required file": lambda: forms.FileField().clean(False),
        "present file": lambda: forms.FileField().clean(None, "x"),
        "image attrs": lambda: forms.ImageField().widget.attrs,
        "regex kept": lambda: regex.clean("b"),
        "regex changed": lambda: regex.clean("a"),
        "pair incomplete": lambda: Pair().clean(["", "x"]),
        "pair long": lambda: Pair().clean(["abcd", ""]),
        "pair short": lambda: Pair().clean(["a"]),
        "pair empty": lambda: Pair(required=False).clean([]),
        "pair no list": lambda: Pair().clean("x"),
        "pair same": lambda: Pair().has_changed(["a", "b"], ["a", "b"]),
        "pair disabled": lambda: Pair(disabled=True).clean(["a", "b"]),
        "pair HTML": lambda: str(Form()),
        "hidden length": lambda: (
            forms.CharField(max_length=2, widget=forms.HiddenInput).widget.attrs
        ),
        "choices of a function": lambda: list(forms.ChoiceField(choices=lambda: CHOICES).choices),
        "choices of a mapping": lambda: forms.ChoiceField(choices={"a": {"b": "B"}}).choices,
        "compress": lambda: forms.MultiValueField((forms.CharField(),)).compress([]),
    }
    return {name: framework.ask(question) for name, question in questions.items()}


def widget_answers(framework: Framework) -> dict[str, str]:
    forms = framework.forms
    seen = {}
    values = (None, "", "1", ["1", "2"], True, MOMENT, '<&"', 1.5)
    attributes = ({}, {"class": "x", "data-y": True, "z": False, "n": None, "id": "own"})
    for name in framework.widgets.__all__:
        if name in ("Script", "Media", "MediaDefiningClass", "Widget", "MultiWidget"):
            continue
        for attrs in attributes:
            options = {"years": [2020]} if name == "SelectDateWidget" else {}
            widget = getattr(forms, name)(attrs=attrs, **options)
            if hasattr(widget, "choices") and name != "NullBooleanSelect":
                widget.choices = CHOICES
            for value in values:
                key = f"{name} {attrs} {value!r}"
                seen[key] = framework.ask(lambda w=widget, v=value: w.render("n", v, {"id": "i"}))
            seen[f"{name} {attrs} context"] = framework.ask(
                lambda w=widget: str(w.get_context("n", "1", {"id": "i"}))
            )
            seen[f"{name} {attrs} parts"] = framework.ask(
                lambda w=widget: list(w.subwidgets("n", "1", {"id": "i"}))
            )
        empty: dict[str, Any] = {}
        query = framework.QueryDict("n=1&n=2&n_0=3&n_1=4&n-clear=on")
        seen[f"{name} facts"] = framework.ask(
            lambda w=widget, e=empty, q=query: (
                w.id_for_label("i"),
                w.value_omitted_from_data(e, e, "n"),
                w.value_from_datadict(e, e, "n"),
                w.value_from_datadict(q, e, "n"),
                w.use_required_attribute(None),
                w.use_required_attribute("x"),
                w.is_hidden,
                w.needs_multipart_form,
                w.use_fieldset,
                w.supports_microseconds,
            )
        )
    return seen


def more_widget_answers(framework: Framework) -> dict[str, str]:
    forms = framework.forms
    seen: dict[str, str] = {}

    class Several(forms.ClearableFileInput):
        allow_multiple_selected = True

    class Named(forms.MultiWidget):
        def decompress(self, value: Any) -> Any:
            return [value, value]

    def file_html(**options: Any) -> Any:
        widget = forms.ClearableFileInput(attrs={"class": "k", **options.pop("attrs", {})})
        vars(widget).update(options)
        return widget.render("n", Address(), {"id": "i"})

    def date(**parts: str) -> Any:
        data = {f"d_{name}": value for name, value in parts.items()}
        widget = forms.SelectDateWidget()
        return widget.value_from_datadict(data, {}, "d"), widget.value_omitted_from_data(
            data, {}, "d"
        )

    files = framework.MultiValueDict({"f": ["first", "last"]})
    named = Named({"": forms.TextInput, "b": forms.NumberInput({"q": "1"})})
    questions: dict[str, Callable[[], Any]] = {
        "file": file_html,
        "file required": lambda: file_html(is_required=True),
        "file checked": lambda: file_html(checked=True, attrs={"disabled": True}),
        "several": lambda: Several().render("n", None),
        "several read": lambda: Several().value_from_datadict({}, files, "f"),
        "one read": lambda: forms.FileInput().value_from_datadict({}, files, "f"),
        "several refused": lambda: forms.FileInput({"multiple": True}),
        "named": lambda: named.render("n", ["1", "2"], {"id": "i"}),
        "named read": lambda: named.value_from_datadict({"n": "1", "n_b": "2"}, {}, "n"),
        "named hidden": lambda: named.render("n", "x", {"type": "hidden"}),
        "typed": lambda: forms.TextInput({"type": "zz"}).render("n", 0),
        "password": lambda: forms.PasswordInput(render_value=True).render("n", "p"),
        "test": lambda: forms.CheckboxInput(check_test=lambda v: v == "q").render("n", "q"),
        "textarea": lambda: forms.Textarea({"rows": 3}).render("n", "\n<"),
        "format": lambda: forms.DateInput(format="%d.%m.%Y").render("n", MOMENT),
        "date": lambda: date(year="2020", month="2", day="3"),
        "date wrong": lambda: date(year="2020", month="2", day="31"),
        "date empty": lambda: date(year="", month="", day=""),
        "date part": lambda: date(year="", month="1", day=""),
        "date huge": lambda: date(year="9" * 20, month="1", day="1"),
        "date absent": lambda: date(),
        "date labels": lambda: forms.SelectDateWidget(
            years=[1], months={1: "J"}, empty_label=("y", "m", "d")
        ).render("d", "2020-0-5"),
        "date labels wrong": lambda: forms.SelectDateWidget(empty_label=("a", "b")),
        "boolean group": lambda: forms.Select(choices=[("", [("1", "a")])]).render("n", None),
    }
    for name, question in questions.items():
        seen[name] = framework.ask(question)
    for text in ("2020-1-2", "0-2-0", "2020-13-40", "x", "01/02/2020", MOMENT, 5):
        seen[f"date shown {text!r}"] = framework.ask(
            lambda t=text: forms.SelectDateWidget().format_value(t)
        )
    for data, sent in itertools.product(
        ({}, {"f-clear": "on"}, {"f-clear": "false"}), ({}, {"f": 1})
    ):
        widget = forms.ClearableFileInput()
        seen[f"clear {data} {sent}"] = framework.ask(
            lambda w=widget, d=data, s=sent: (
                w.value_from_datadict(d, s, "f") in (None, False, 1),
                w.checked,
                w.value_omitted_from_data(d, s, "f"),
            )
        )
    return seen


def form_classes(framework: Framework) -> dict[str, Any]:
    forms = framework.forms

    class Styled(forms.Form):
        required_css_class = "req"
        a = forms.CharField(help_text="help <b>x</b>", max_length=10)
        b = forms.ChoiceField(
            choices=CHOICES, widget=forms.RadioSelect, required=False, help_text="H"
        )
        c = forms.BooleanField(required=False)
        h = forms.CharField(widget=forms.HiddenInput)

        def clean_a(self) -> Any:
            return self.cleaned_data["a"].upper()

    class Hidden(forms.Form):
        h = forms.CharField(widget=forms.HiddenInput)

        def clean(self) -> Any:
            raise forms.ValidationError(["x", "<y>"])

    class Initial(forms.Form):
        error_css_class = "err"
        a = forms.CharField(show_hidden_initial=True, initial="x")
        m = forms.MultipleChoiceField(
            choices=[(1, "a"), (2, "b")], show_hidden_initial=True, initial=[1]
        )
        d = forms.DateTimeField(initial=lambda: MOMENT, show_hidden_initial=True)
        s = forms.SplitDateTimeField(initial=MOMENT, show_hidden_initial=True)
        f = forms.FileField(required=False)
        off = forms.IntegerField(disabled=True, initial=3)
        j = forms.JSONField(initial={"a": 1})
        t = forms.TypedChoiceField(coerce=int, choices=[(1, "a")], initial=1)

    class Labels(forms.Form):
        own = forms.TextInput(attrs={"id": "own", "aria-describedby": "zz"})
        a = forms.CharField(label="A", label_suffix=" ->", widget=own, help_text="h")
        b = forms.CharField(label="ends:", widget=forms.HiddenInput)
        c = forms.CharField(label="", help_text="x")
        d = forms.DateField(
            widget=forms.SelectDateWidget(years=[2020], months={1: "J"}), help_text="y"
        )
        e = forms.CharField(label="<b>?", widget=forms.Textarea)

    class Empty(forms.Form):
        pass

    class Ordered(Labels):
        field_order = ["c", "zz", "b"]
        a = None

    return {"styled": Styled, "hidden": Hidden, "initial": Initial, "labels": Labels} | {
        "empty": Empty,
        "ordered": Ordered,
    }


DATA = (
    "a=y&initial-a=x&m=1&m=2&initial-m=1&d=2020-01-01+2:3:4&initial-d=2020-01-01+02:03:04"
    '&s_0=2020-01-01&s_1=02:03:04&off=7&j={"a":+1}&t=1&h=1&b=2&c=on&d_year=2020&d_month=1&d_day=0'
)


def form_answers(framework: Framework) -> dict[str, str]:
    seen: dict[str, str] = {}
    full = framework.QueryDict(DATA)
    ways: dict[str, tuple[Any, dict[str, Any]]] = {
        "unbound": (None, {}),
        "empty": ({}, {}),
        "full": (full, {}),
        "prefix": (full, {"prefix": "p"}),
        "initial": (full, {"initial": {"a": "y", "m": ["1", "2"]}}),
        "no ids": ({}, {"auto_id": False}),
        "ids by name": ({}, {"auto_id": True}),
        "own ids": ({}, {"auto_id": "x-%s"}),
        "suffix": (None, {"label_suffix": ""}),
        "optional": ({}, {"empty_permitted": True, "use_required_attribute": False}),
    }
    for (name, cls), (way, (data, options)) in itertools.product(
        form_classes(framework).items(), ways.items()
    ):
        form = cls(data, **options)
        questions: dict[str, Callable[[], Any]] = {
            "repr": lambda f=form: repr(f),
            "errors": lambda f=form: f.errors.as_json(),
            "errors HTML": lambda f=form: str(f.errors) + str(f.errors.as_text()),
            "data": lambda f=form: f.cleaned_data,
            "valid": lambda f=form: f.is_valid(),
            "changed": lambda f=form: f.changed_data,
            "multipart": lambda f=form: f.is_multipart(),
            "div": lambda f=form: f.as_div(),
            "p": lambda f=form: f.as_p(),
            "ul": lambda f=form: f.as_ul(),
            "table": lambda f=form: f.as_table(),
        }
        for question, ask in questions.items():
            seen[f"{name} {way} {question}"] = framework.ask(ask)
        for field in form:
            seen[f"{name} {way} .{field.name}"] = framework.ask(lambda f=field: bound_facts(f))
    return seen


def bound_facts(field: Any) -> Any:
    return (
        *(str(field), field.value(), field.data, field.initial, field.html_name),
        *(field.html_initial_name, field.html_initial_id, field.auto_id, field.id_for_label),
        *(field.is_hidden, field.widget_type, field.use_fieldset, field.aria_describedby),
        *(field.label, field.help_text, len(field), [part.tag() for part in field]),
        *(str(field.as_hidden()), str(field.as_text()), str(field.as_textarea({"q": 1}))),
        *(str(field.as_field_group()), str(field.label_tag("X", {"class": "k"}))),
        *(str(field.legend_tag(label_suffix="~")), sorted(field.css_classes("z").split())),
        *(list(field.errors), field.build_widget_attrs({"y": 1})),
    )


def api_answers(framework: Framework) -> dict[str, str]:
    classes = form_classes(framework)
    form = classes["initial"]({"a": "z"})
    form.is_valid()
    ordered = classes["ordered"]()
    questions: dict[str, Callable[[], Any]] = {
        "no such field": lambda: form["zz"],
        "error of no field": lambda: form.add_error("zz", "m"),
        "errors of fields for one": lambda: form.add_error("a", {"j": "m"}),
        "both": lambda: classes["empty"](empty_permitted=True, use_required_attribute=True),
        "has error": lambda: (form.has_error("m"), form.has_error("m", "x"), form.has_error("a")),
        "add": lambda: form.add_error("a", "bad"),
        "add to form": lambda: form.add_error(None, {"m": ["k"], "__all__": "z"}),
        "errors": lambda: form.errors.as_json(),
        "of form": lambda: str(form.non_field_errors()),
        "data": lambda: form.cleaned_data,
        "order": lambda: list(ordered.fields),
        "reorder": lambda: (ordered.order_fields(["e", "c"]), list(ordered.fields)),
        "parts": lambda: ([f.name for f in form.visible_fields()], len(form.hidden_fields())),
        "index": lambda: form["a"]["x"],
        "truth": lambda: bool(form["m"]),
        "part": lambda: form["m"][1].choice_label,
        "template": lambda: form.render("django/forms/p.html") == form.as_p(),
    }
    return {name: framework.ask(question) for name, question in questions.items()}


def media_answers(framework: Framework) -> dict[str, str]:
    forms = framework.forms
    script = forms.Script

    class Input(forms.TextInput):
        class Media:
            js = ["w.js", script("m.js", type="module", defer=True)]
            css = {"all": ["a.css"], "print": ["/p.css"]}

    class Base(forms.Form):
        a = forms.CharField(widget=Input)
        b = forms.CharField(widget=Input)

        class Media:
            js = ["base.js", "http://x/y.js"]

    class Extended(Base):
        class Media:
            extend = ["css"]
            js = ["e.js"]

    class Alone(Base):
        class Media:
            extend = False
            js = ["alone.js"]

    def merge(*lists: Any) -> Any:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return forms.Media.merge(*lists), [str(each.message) for each in caught]

    media = Base().media
    questions: dict[str, Callable[[], Any]] = {
        "base": lambda: str(media),
        "extended": lambda: str(Extended().media),
        "alone": lambda: str(Alone().media),
        "widget": lambda: str(Input().media),
        "repr": lambda: repr(media),
        "scripts": lambda: str(media["js"]),
        "unknown": lambda: media["x"],
        "sum": lambda: str(media + forms.Media(js=["z.js", "w.js"])),
        "script": lambda: (script("a") == script("a"), script("a") == "a", repr(script("a", x=1))),
        "attributes": lambda: str(script("a", **{"b": "<", "async": True, "no": False})),
        "merge": lambda: merge(["a", "b"], ["c", "b"], ["a", "d"]),
        "merge repeated": lambda: merge(["a", "a", "b"], [], ["b"]),
        "conflict": lambda: merge([1, 2], [2, 1], [3]),
        "flat": lambda: framework.utils.flatatt({"b": None, "c": True, "a": "<", "d": False}),
    }
    return {name: framework.ask(question) for name, question in questions.items()}


def error_answers(framework: Framework) -> dict[str, str]:
    forms, utils = framework.forms, framework.utils
    coded = forms.ValidationError("b %(x)s", code="c", params={"x": "<"})
    errors = utils.ErrorList(["a", coded], error_class="zz", field_id="ff")
    by_field = utils.ErrorDict({"f": errors, "g": utils.ErrorList(["<"])})
    gap = datetime.datetime(2020, 3, 8, 2, 30)

    def in_new_york(value: Any) -> Any:
        with framework.timezone.override("America/New_York"):
            return utils.from_current_timezone(value)

    questions: dict[str, Callable[[], Any]] = {
        "html": lambda: str(errors),
        "text": lambda: errors.as_text(),
        "json": lambda: errors.as_json(),
        "escaped": lambda: errors.as_json(escape_html=True),
        "data": lambda: errors.get_json_data(),
        "list": lambda: (list(errors), errors[0], errors[1], len(errors), "b <" in errors),
        "equal": lambda: (errors == ["a", "b <"], bool(errors), errors.index("a"), repr(errors)),
        "copy": lambda: (errors.copy().error_class, errors.copy().field_id, errors + ["k"]),
        "none": lambda: (str(utils.ErrorList()), str(utils.ErrorDict())),
        "dict": lambda: str(by_field),
        "dict text": lambda: by_field.as_text(),
        "dict json": lambda: by_field.as_json(escape_html=True),
        "gap": lambda: in_new_york(gap),
        "fold": lambda: in_new_york(datetime.datetime(2020, 11, 1, 1, 30)),
        "fine": lambda: in_new_york(datetime.datetime(2020, 11, 1, 3, 30)),
        "pretty": lambda: (utils.pretty_name("first_name"), utils.pretty_name("")),
    }
    return {name: framework.ask(question) for name, question in questions.items()}


def language_answers(framework: Framework) -> dict[str, str]:
    forms = framework.forms
    namespace = SimpleNamespace(
        decimal=forms.DecimalField(localize=True, initial=Decimal("1234.5")),
        date=forms.DateField(localize=True, initial=MOMENT.date()),
        select=forms.DateField(widget=forms.SelectDateWidget(years=[2020], months={1: "J"})),
    )
    form_class = type("Localized", (forms.Form,), vars(namespace))
    seen = {}
    for language in ("de", "fr", "en-gb"):
        with framework.translation.override(language):
            form = form_class({"decimal": "1.234,5", "date": "03.02.2020"})
            seen[language] = framework.ask(
                lambda f=form: [str(form_class()[name]) for name in ("decimal", "date")]
            )
            seen[f"{language} data"] = framework.ask(
                lambda f=form: (sorted(f.errors), sorted(f.cleaned_data.items()))
            )
            seen[f"{language} order"] = framework.ask(lambda: form_class()["select"].id_for_label)
    return seen


def observations(root: str) -> dict[str, dict[str, str]]:
    """All answers, by group and question."""
    framework = Framework(root)
    groups = {
        "fields": field_answers,
        "more fields": more_field_answers,
        "widgets": widget_answers,
        "more widgets": more_widget_answers,
        "forms": form_answers,
        "api": api_answers,
        "media": media_answers,
        "errors": error_answers,
        "languages": language_answers,
    }
    with framework.timezone.override("UTC"), framework.translation.override("en"):
        return {name: answers(framework) for name, answers in groups.items()}


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(USE_TZ=True)
    django.setup()
    answers = observations("django")
    OUTPUT.write_text(json.dumps(answers, indent=0, ensure_ascii=True) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
