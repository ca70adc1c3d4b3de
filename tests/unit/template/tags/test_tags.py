"""Tags where no recorded answer serves: the clock, DEBUG, chance, later documentation, catalogues."""

from __future__ import annotations

import gettext
import re
import struct
import types
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from vivace.http import QueryDict
from vivace.template import Context, Engine, Template, TemplateDoesNotExist, TemplateSyntaxError
from vivace.template.defaultfilters import stringfilter
from vivace.template.library import Library
from vivace.template.smartif import IfParser
from vivace.template.tags.loops import ForNode
from vivace.test.utils import override_settings
from vivace.utils import timezone, translation

NAMES = ("cache", "i18n", "l10n", "static", "tz")
TEMPLATES = {
    "parts.html": "{% partialdef a %}<{{ x }}>{% endpartialdef %}{% partial a %}{% partial a %}",
    "inline.html": "[{% partialdef a inline %}{{ x }}{% endpartialdef a %}]{% partial a %}",
}


@pytest.fixture(params=["interpreted", "compiled"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    if request.param == "interpreted":
        monkeypatch.setattr(Template, "_compiler", None)
    return Engine(
        loaders=[("vivace.template.loaders.locmem.Loader", TEMPLATES)],
        libraries={name: f"vivace.templatetags.{name}" for name in NAMES},
    )


def render(engine: Engine, source: str, request: Any = None, **names: Any) -> str:
    context = Context(names)
    if request is not None:
        context.request = request  # type: ignore[attr-defined]
    return str(engine.from_string(source).render(context))


class TestNow:
    def test_is_in_the_current_time_zone(self, engine: Engine) -> None:
        with timezone.override("Asia/Tokyo"):
            before = timezone.localtime()
            shown = datetime.fromisoformat(render(engine, '{% now "c" %}'))
            assert before.replace(microsecond=0) <= shown <= timezone.localtime()
            assert shown.utcoffset() == before.utcoffset()

    @override_settings(USE_TZ=False)
    def test_is_naive_without_time_zones(self, engine: Engine) -> None:
        assert datetime.fromisoformat(render(engine, '{% now "c" %}')).tzinfo is None

    def test_takes_the_name_of_a_format(self, engine: Engine) -> None:
        year = str(timezone.localtime().year)
        assert year in render(engine, '{% now "DATE_FORMAT" as d %}{{ d }}')


class TestDebug:
    def test_cve_2022_22818_shows_nothing_in_production(self, engine: Engine) -> None:
        assert render(engine, "{% debug %}", secret="<s>") == ""

    def test_cve_2022_22818_escapes_everything(self, engine: Engine) -> None:
        with override_settings(DEBUG=True):
            shown = render(engine, "{% autoescape off %}{% debug %}{% endautoescape %}", a="<s>")
        assert "&lt;s&gt;" in shown
        assert "vivace.template" in shown
        assert not set("<>\"'") & set(shown)


class TestCsrfToken:
    def test_warns_in_development_if_there_is_none(self, engine: Engine) -> None:
        with (
            override_settings(DEBUG=True),
            pytest.warns(UserWarning, match=r"^A \{% csrf_token %\} was used in a template, but"),
        ):
            assert render(engine, "{% csrf_token %}") == ""


class TestLorem:
    def test_random_words(self, engine: Engine) -> None:
        assert len(render(engine, "{% lorem 40 w random %}").split()) == 40
        assert render(engine, "{% lorem 2 p random %}").count("<p>") == 2


class TestQuerystring:
    def test_takes_any_mapping(self, engine: Engine) -> None:
        source = "{% autoescape off %}{% querystring names b=None c=3 %}{% endautoescape %}"
        assert render(engine, source, names={"a": [1, 2], "b": 5, "n": None}) == "?a=1&a=2&c=3"

    def test_leaves_the_request_as_it_was(self, engine: Engine) -> None:
        query = QueryDict("a=1")
        request = types.SimpleNamespace(GET=query)
        assert render(engine, "{% querystring a=2 %}", request) == "?a=2"
        assert query.urlencode() == "a=1"


class TestPartials:
    """Documented in Django 6.0's ref/templates/language."""

    def test_a_part_is_shown_where_it_is_asked_for(self, engine: Engine) -> None:
        template = engine.get_template("parts.html")
        assert template.render(Context({"x": "&"})) == "<&amp;><&amp;>"

    def test_an_inline_part_is_shown_where_it_is_defined_too(self, engine: Engine) -> None:
        assert engine.get_template("inline.html").render(Context({"x": 1})) == "[1]1"

    def test_a_part_may_be_defined_further_down(self, engine: Engine) -> None:
        source = "{% partial a %}{% partialdef a %}x{% endpartialdef %}"
        assert render(engine, source) == "x"

    def test_a_part_sees_the_names_around_it(self, engine: Engine) -> None:
        source = "{% partialdef a %}{{ i }}{{ forloop.counter }} {% endpartialdef %}"
        loop = "{% for i in word %}{% partial a %}{% endfor %}"
        assert render(engine, source + loop, word="xy") == "x1 y2 "

    def test_a_part_renders_alone(self, engine: Engine) -> None:
        part = engine.get_template("parts.html#a")
        assert part.render(Context({"x": 1})) == "<1>"
        with pytest.raises(TemplateDoesNotExist):
            engine.get_template("parts.html#nope")

    def test_a_part_that_is_not_there(self, engine: Engine) -> None:
        message = r"^Partial 'a' is not defined in the current template\.$"
        with pytest.raises(TemplateSyntaxError, match=message):
            render(engine, "{% partial a %}")

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ("{% partialdef %}{% endpartialdef %}", "'partialdef' tag requires a name"),
            ("{% partialdef a b c %}", "'partialdef' tag takes at most 2 arguments"),
            ("{% partialdef a b %}", "must be 'inline', got 'b'"),
            ("{% partial %}", "'partial' tag requires a single argument"),
            ("{% partialdef a %}", "Unclosed tag on line 1: 'partialdef'."),
            ("{% partialdef a %}{% endpartialdef b %}", "expected 'endpartialdef'"),
            (
                "{% partialdef a %}{% endpartialdef %}{% partialdef a %}{% endpartialdef %}",
                "Partial 'a' is already defined in the",
            ),
        ],
    )
    def test_mistakes(self, engine: Engine, source: str, message: str) -> None:
        with pytest.raises(TemplateSyntaxError, match=re.escape(message)):
            engine.from_string(source)


def catalogue(messages: dict[str, str]) -> bytes:
    """A message file as the GNU gettext manual defines it (10.3, The Format of GNU MO Files)."""
    header = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n"
    pairs = sorted({"": header, **messages}.items())
    ids = [key.encode() for key, _ in pairs]
    texts = [text.encode() for _, text in pairs]
    count = len(pairs)
    offset = 7 * 4 + 16 * count
    index = b""
    for strings in (ids, texts):
        for text in strings:
            index += struct.pack("<II", len(text), offset)
            offset += len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28)
    return head + index + b"".join(text + b"\0" for text in ids + texts)


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    messages = {
        "hello": "hallo",
        "menu\x04hello": "Gruß",
        "100%%": "hundert %%",
        "hi %(name)s": "tag %(name)s",
        "bye %(name)s": "tschüs %(wrong)s",
        "one %(n)s\0many %(n)s": "eins %(n)s\0viele %(n)s",
    }
    (folder / "django.mo").write_bytes(catalogue(messages))
    with (folder / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("hello") == "hallo"
    with override_settings(LOCALE_PATHS=[str(tmp_path)]), translation.override("de"):
        yield


@pytest.mark.usefixtures("german")
class TestTranslations:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ('{% translate "hello" %}', "hallo"),
            ("{% translate word %}", "hallo"),
            ('{% translate "hello" noop %}', "hello"),
            ('{% translate "hello" context "menu" %}{% translate "hello" %}', "Grußhallo"),
            ('{% translate "hello" context where as t %}{{ t }}', "Gruß"),
            ('{% translate "100%" %}', "hundert %"),
            ('{% translate "hello"|upper %}', "HALLO"),
            ('{{ _("hello") }}{{ _("hello")|upper }}', "halloHALLO"),
            ("{% blocktranslate %}hi {{ name }}{% endblocktranslate %}", "tag &lt;b&gt;"),
            ("{% blocktranslate %}bye {{ name }}{% endblocktranslate %}", "bye &lt;b&gt;"),
            (
                "{% blocktranslate count n=2 %}one {{ n }}{% plural %}many {{ n }}"
                "{% endblocktranslate %}",
                "viele 2",
            ),
            ("{% blocktranslate asvar t %}hello{% endblocktranslate %}{{ t }}", "hallo"),
            ('{% language "en" %}{% translate "hello" %}{% endlanguage %}', "hello"),
        ],
    )
    def test_messages(self, engine: Engine, source: str, expected: str) -> None:
        names = {"word": "hello", "name": "<b>", "where": "menu"}
        assert render(engine, "{% load i18n %}" + source, **names) == expected


def test_a_timezone_ends_with_its_tag_even_after_an_error(engine: Engine) -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match=r"^no$"):
        render(
            engine, "{% load tz %}{% timezone 'Asia/Tokyo' %}{{ fail }}{% endtimezone %}", fail=fail
        )
    assert timezone.get_current_timezone_name() != "Asia/Tokyo"


def test_a_datetime_of_a_filter_is_not_converted_again(engine: Engine) -> None:
    moment = datetime(2024, 7, 1, 12, tzinfo=UTC)
    source = '{% load tz %}{{ moment|timezone:"Asia/Tokyo" }}'
    with timezone.override("America/New_York"):
        assert render(engine, source, moment=moment) == "July 1, 2024, 9 p.m."


def test_a_decorator_around_stringfilter_is_not_left_out(engine: Engine) -> None:
    library = Library()

    def twice(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapper(value: Any) -> Any:
            return function(value) * 2

        return wrapper

    @library.filter
    @twice
    @stringfilter
    def shout(value: str) -> str:
        return value + "!"

    engine.template_builtins.append(library)
    assert render(engine, "{{ word|shout }}{{ number|shout }}", word="a", number=1) == "a!a!1!1!"


def test_nodes_say_what_they_are(engine: Engine) -> None:
    template = engine.from_string("{% for x, y in z|lower reversed %}a{% empty %}b{% endfor %}")
    (node,) = template.nodelist.get_nodes_by_type(ForNode)
    assert repr(node) == "<ForNode: for x, y in z|lower, tail_len: 1 reversed>"
    assert (node.loopvars, node.is_reversed) == (["x", "y"], True)
    assert [len(part) for part in (node.nodelist_loop, node.nodelist_empty)] == [1, 1]


def test_conditions_are_parsed_of_values_that_are_no_words_too() -> None:
    assert IfParser([1, "in", [1, 2]]).parse().eval({}) is True


@pytest.mark.parametrize("name", ["../secret", "./../secret", "/etc/passwd", "../../secret"])
def test_cve_2013_4315_no_tag_reads_files_outside_the_directories(
    tmp_path: Path, name: str
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret").write_text("secret")
    (inner / "page").write_text("{% include name %}")
    (inner / "fixed").write_text(f"{{% include {name!r} %}}")
    engine = Engine(dirs=[str(inner)])
    for page in ("page", "fixed"):
        with pytest.raises((TemplateDoesNotExist, TemplateSyntaxError)):
            engine.get_template(page).render(Context({"name": name}))
    with pytest.raises(TemplateSyntaxError, match="Invalid block tag on line 1: 'ssi'"):
        engine.from_string(f"{{% ssi {name} %}}")
