"""The configured engines, their loaders, and what follows a change of settings or of files."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vivace.checks import run_checks
from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.http import HttpRequest, HttpResponse
from vivace.shortcuts import render
from vivace.template import (
    Context,
    Engine,
    Library,
    Template,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    engines,
    loader,
)
from vivace.template.autoreload import get_template_directories, template_changed
from vivace.template.backends.django import get_installed_libraries
from vivace.template.response import (
    ContentNotRenderedError,
    SimpleTemplateResponse,
    TemplateResponse,
)
from vivace.test import RequestFactory, SimpleTestCase, override_settings
from vivace.test.utils import setup_test_environment, teardown_test_environment
from vivace.views import defaults
from vivace.views.generic.base import TemplateView
from vivace.views.static import directory_index

DJANGO = "vivace.template.backends.django.DjangoTemplates"
JINJA = "vivace.template.backends.jinja2.Jinja2"
PROCESSORS = "vivace.template.context_processors"


def configured(*directories: Path, **options: Any) -> Any:
    return override_settings(
        TEMPLATES=[{"BACKEND": DJANGO, "DIRS": list(directories), "OPTIONS": options}]
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "hello.html").write_text("Hello {{ name }}!")
    return tmp_path


def test_engines_follow_the_setting(place: Path) -> None:
    with configured(place):
        assert loader.render_to_string("hello.html", {"name": "<you>"}) == "Hello &lt;you&gt;!"
        assert Engine.get_default() is engines["django"].engine
    with override_settings(TEMPLATES=[]), pytest.raises(ImproperlyConfigured):
        Engine.get_default()


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"BACKEND": DJANGO, "DIR": []}, "Unknown parameters: DIR"),
        ({"BACKEND": DJANGO, "OPTIONS": {"builtins": ["no_such"]}}, "Invalid template library"),
        ({"BACKEND": "no_such.Backend"}, "No module named 'no_such'"),
    ],
)
def test_the_entry_that_is_wrong_is_named(broken: dict[str, Any], says: str) -> None:
    with (
        override_settings(TEMPLATES=[broken]),
        pytest.raises(Exception, match=says) as caught,
    ):
        engines.all()
    assert caught.value.__notes__ == [
        f"(in the entry of TEMPLATES with the BACKEND {broken['BACKEND']!r})"
    ]


def test_debug_is_the_default_of_the_option(place: Path) -> None:
    with configured(place):
        for debug in (True, False):
            with override_settings(DEBUG=debug):
                assert engines["django"].engine.debug is debug


@pytest.mark.parametrize("name", ["../secret.html", "/etc/passwd", "x/../../secret.html"])
def test_names_do_not_lead_out_of_the_directories(place: Path, name: str) -> None:
    inner = place / "inner"
    inner.mkdir()
    (place / "secret.html").write_text("secret")
    with configured(inner), pytest.raises(TemplateDoesNotExist):
        loader.get_template(name)


def test_a_changed_file_is_picked_up(place: Path) -> None:
    with configured(place):
        assert place in get_template_directories()
        old = loader.get_template("hello.html").template
        (place / "hello.html").write_text("Good day")
        assert loader.get_template("hello.html").template is old
        assert template_changed(None, place / "hello.html") is True
        assert loader.render_to_string("hello.html") == "Good day"
        assert template_changed(None, place / "code.py") is None
        assert template_changed(None, Path(os.sep) / "elsewhere" / "a.html") is None


def test_checks_of_backends() -> None:
    doubled = {"l10n": "vivace.templatetags.tz"}
    with configured(string_if_invalid=5, libraries=doubled):
        ids = [message.id for message in run_checks(tags=["templates"])]
    assert ids == ["templates.E002", "templates.W003"]


def test_libraries_are_the_documented_ones_and_those_of_apps() -> None:
    assert sorted(get_installed_libraries()) == ["cache", "i18n", "l10n", "static", "tz"]


def test_partials_are_found_by_name() -> None:
    source = "before {% partialdef row %}<{{ x }}>{% endpartialdef %} after"
    one = Engine(loaders=[("vivace.template.loaders.locmem.Loader", {"a.html": source})])
    if "partialdef" not in one.template_builtins[0].tags:
        pytest.skip("the tag is not there")
    assert one.render_to_string("a.html#row", {"x": 1}) == "<1>"
    with pytest.raises(TemplateDoesNotExist, match="none"):
        one.get_template("a.html#none")


def test_render_uses_processors(place: Path) -> None:
    (place / "path.html").write_text("{{ request.path }} {{ a }} {{ MEDIA_URL }}")
    request = RequestFactory().get("/here")
    names = [f"{PROCESSORS}.request", f"{PROCESSORS}.media"]
    with configured(place, context_processors=names), override_settings(MEDIA_URL="/m/"):
        response = render(request, ["no.html", "path.html"], {"a": 1}, status=201)
    assert (response.status_code, response.content) == (201, b"/here 1 /m/")


def test_late_responses(place: Path) -> None:
    seen: list[bytes] = []
    with configured(place):
        response = SimpleTemplateResponse("hello.html", {"name": "a"})
        for ask in (
            lambda: response.content,
            lambda: list(response),
            lambda: pickle.dumps(response),
        ):
            with pytest.raises(ContentNotRenderedError):
                ask()
        response.add_post_render_callback(lambda r: seen.append(r.content))
        response.context_data = {"name": "b"}
        assert response.render() is response
        assert response.render() is response
        assert seen == [b"Hello b!"]
        assert pickle.loads(pickle.dumps(response)).content == b"Hello b!"
        late = TemplateResponse(HttpRequest(), "hello.html", {"name": lambda: "c"})
        kept = pickle.loads(pickle.dumps(late.render()))
        assert kept.content == b"Hello c!"
        assert not any(hasattr(kept, name) for name in TemplateResponse.rendering_attrs)
        other = HttpResponse("other")
        replaced = TemplateResponse(HttpRequest(), "hello.html")
        replaced.add_post_render_callback(lambda r: other)
        assert replaced.render() is other


def test_template_view(place: Path) -> None:
    class Hello(TemplateView):
        template_name = "hello.html"

    request = RequestFactory().get("/")
    with configured(place):
        response = Hello.as_view()(request, name="you").render()
    assert response.content == b"Hello you!"
    with pytest.raises(ImproperlyConfigured, match="template_name"):
        TemplateView.as_view()(request)


def test_error_pages(place: Path) -> None:
    for code in (400, 403, 404, 500):
        (place / f"{code}.html").write_text(f"{code} {{{{ exception }}}} {{{{ request_path }}}}")
    request = RequestFactory().get("/<b>")
    with configured(place):
        answers = [
            defaults.page_not_found(request, ValueError("why")),
            defaults.permission_denied(request, ValueError("no")),
            defaults.bad_request(request, ValueError("secret")),
            defaults.server_error(request),
        ]
    texts = [(answer.status_code, answer.content) for answer in answers]
    assert texts == [
        (404, b"404 why /%3Cb%3E"),
        (403, b"403 no "),
        (400, b"400  "),
        (500, b"500  "),
    ]


def test_an_error_page_asked_for_must_exist() -> None:
    request = RequestFactory().get("/")
    with override_settings(TEMPLATES=[]):
        assert b"not found on this server" in defaults.page_not_found(request, ValueError()).content
        with pytest.raises(TemplateDoesNotExist):
            defaults.page_not_found(request, ValueError(), template_name="own.html")


def test_a_site_may_draw_the_index_of_a_directory(place: Path) -> None:
    (place / "static").mkdir()
    page = "{{ directory }}{% for name in file_list %}[{{ name }}]{% endfor %}"
    (place / "static" / "directory_index.html").write_text(page)
    with configured(place):
        response = directory_index("x", place)
    assert response.content == b"x/[hello.html][static/]"


def test_tests_see_what_is_rendered(place: Path) -> None:
    (place / "outer.html").write_text('{% include "hello.html" %}')
    case = SimpleTestCase()
    setup_test_environment()
    try:
        with configured(place):
            with case.assertTemplateUsed("hello.html"), case.assertTemplateNotUsed("other.html"):
                assert loader.render_to_string("outer.html", {"name": "x"}) == "Hello x!"
            with pytest.raises(AssertionError), case.assertTemplateUsed("hello.html"):
                pass
    finally:
        teardown_test_environment()


def test_jinja(place: Path) -> None:
    pytest.importorskip("jinja2")
    (place / "wrong.html").write_text("a\n{% if %}")
    settings = [{"BACKEND": JINJA, "DIRS": [place], "OPTIONS": {}}]
    with override_settings(TEMPLATES=settings):
        assert loader.render_to_string("hello.html", {"name": "<"}) == "Hello &lt;!"
        with pytest.raises(TemplateDoesNotExist):
            loader.get_template("none.html")
        with pytest.raises(TemplateSyntaxError) as caught:
            loader.get_template("wrong.html")
        info: Any = caught.value
        assert info.template_debug["line"] == 2


WITHOUT_SETTINGS = """
from vivace.conf import settings
from vivace.core.exceptions import ImproperlyConfigured
from vivace.template import Context, Engine

engine = Engine(dirs=["."])
for _ in range(12):
    assert engine.render_to_string("page.html", {"x": "<"}) == "<b>&lt;</b> &lt;"
try:
    engine.from_string("{{ x }}").render(Context({"x": 5}))
except ImproperlyConfigured:
    settings.configure(USE_I18N=False, USE_THOUSAND_SEPARATOR=True)
texts = [engine.from_string("{{ x }}").render(Context({"x": 5})) for _ in range(12)]
assert set(texts) == {"5"}
"""


def test_an_engine_needs_no_settings_to_show_text(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<b>{{ x }}</b> {% include "part.html" %}')
    (tmp_path / "part.html").write_text("{{ x }}")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_SETTINGS],
        cwd=tmp_path,
        env={**os.environ, "VIVACE_SETTINGS_MODULE": "", "VIVACE_TEMPLATE_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_default_engine_stays_while_debug_is_assigned(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(TEMPLATES=[{"BACKEND": DJANGO}]):
        engine = Engine.get_default()
        library = Library()
        library.simple_tag(lambda: "mine", name="from_a_program")
        engine.template_builtins.insert(0, library)
        # Test runners do so; what a program gave its engine is not lost by it.
        for debug in (False, True, False):
            monkeypatch.setattr(settings, "DEBUG", debug)
            assert Engine.get_default() is engine
            assert Template("{% from_a_program %}").render(Context()) == "mine"
        with override_settings(DEBUG=True):
            assert Engine.get_default().debug
        assert not Engine.get_default().debug
