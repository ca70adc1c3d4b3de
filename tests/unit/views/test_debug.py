from __future__ import annotations

import functools
import html.parser
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vivace.http import Http404
from vivace.pipeline.runtime import check_response
from vivace.test import RequestFactory
from vivace.test.utils import override_settings
from vivace.urls import ResolverMatch, resolve
from vivace.views import debug
from vivace.views.debug import (
    ExceptionCycleWarning,
    ExceptionReporter,
    technical_404_response,
    technical_500_response,
)
from vivace.views.generic import View

EVIL = "<script>alert('x')</script>"


class Page(html.parser.HTMLParser):
    """The elements of a page, and whether every one that was opened is closed."""

    VOID = frozenset({"meta", "input", "br", "link"})

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(autouse=True)
def under_debug() -> Iterator[None]:
    with override_settings(DEBUG=True):
        yield


def failure(function: Callable[[], Any]) -> tuple[Any, Any, Any]:
    try:
        function()
    except Exception:
        return sys.exc_info()
    raise AssertionError("nothing was raised")


def chained() -> None:
    local_value = EVIL
    try:
        raise KeyError(EVIL)
    except KeyError as error:
        raised = ValueError(f"outer {EVIL}")
        raised.add_note(f"a note {EVIL}")
        raise raised from error
    finally:
        del local_value


def evil_request(**headers: str) -> Any:
    request = RequestFactory().post(
        f"/{EVIL}/?q={EVIL}",
        {EVIL: EVIL},
        HTTP_USER_AGENT=EVIL,
        HTTP_COOKIE='c="<script>"',
        **headers,
    )
    request.user = EVIL
    return request


def test_cve_2017_12794_everything_is_escaped() -> None:
    with override_settings(EVIL_SETTING=EVIL):
        response = technical_500_response(evil_request(), *failure(chained))
    content = response.content.decode()
    page = Page(content)
    assert response.status_code == 500
    assert EVIL not in content
    # The one script is the page's own.
    assert page.tags.count("script") == 1
    assert page.open == []
    assert not any(name.startswith("on") for name, _ in page.attributes)


def test_cve_2017_12794_exception_without_traceback_is_escaped() -> None:
    error = ValueError(EVIL)
    error.__cause__ = KeyError(EVIL)
    content = technical_500_response(evil_request(), ValueError, error, None).content.decode()
    assert EVIL not in content
    assert Page(content).open == []


def test_cve_2019_3498_the_404_page_escapes_the_path() -> None:
    request = evil_request()
    for error in (Http404(EVIL), Http404({"path": EVIL, "tried": [[Pattern(EVIL)]]})):
        content = technical_404_response(request, error).content.decode()
        assert EVIL not in content
        assert Page(content).open == []


class Pattern:
    name = None

    def __init__(self, route: str, name: str | None = None) -> None:
        self.pattern = route
        self.name = name


def test_page_shows_chain_source_and_locals() -> None:
    content = ExceptionReporter(None, *failure(chained)).get_traceback_html()
    assert "was the direct cause of the following exception" in content
    marked = content.partition("<mark>")[2].partition("</mark>")[0]
    assert re.sub("<[^>]+>", "", marked) == "raise raised from error"
    assert "Local variables" in content
    assert "a note" in content


def test_text_shows_chain_source_and_request() -> None:
    text = ExceptionReporter(evil_request(), *failure(chained)).get_traceback_text()
    assert text.startswith(f"ValueError at /{EVIL}/\nouter {EVIL}\n")
    assert "Request Method: POST\n" in text
    assert "Traceback (most recent call last):\n" in text
    assert "    raise raised from error\n    ^^^^^^^^^^^^^^^^^^^^^^^\n" in text
    assert f"USER: {EVIL}\n" in text
    assert f"POST:\n{EVIL} = {EVIL!r}\n" in text
    assert "FILES: No FILES data\n" in text


def test_implicit_chain_says_so() -> None:
    def during() -> None:
        try:
            raise KeyError("first")
        except KeyError:
            raise ValueError("second")

    text = ExceptionReporter(None, *failure(during)).get_traceback_text()
    assert "During handling of the above exception ('first'), another exception occurred:" in text


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
    ],
)
def test_plain_text_for_clients_without_html(accept: str, content_type: str) -> None:
    request = RequestFactory().get("/", HTTP_ACCEPT=accept)
    response = technical_500_response(request, *failure(chained), status_code=503)
    assert response.headers["Content-Type"] == content_type
    assert response.status_code == 503


def test_pages_switch_off_content_security_policies() -> None:
    request = RequestFactory().get("/")
    for response in (
        technical_500_response(request, *failure(chained)),
        technical_404_response(request, Http404("why")),
    ):
        assert response._csp_config == {}
        assert response._csp_ro_config == {}


def test_without_a_request() -> None:
    reporter = ExceptionReporter(None, *failure(chained))
    assert "Request data not supplied" in reporter.get_traceback_html()
    assert reporter.get_traceback_text().startswith("ValueError\nouter")
    assert "\n\nRequest data not supplied\n\n" in reporter.get_traceback_text()


def test_without_an_exception() -> None:
    reporter = ExceptionReporter(RequestFactory().get("/x/"), None, None, None)
    assert "Report" in reporter.get_traceback_html()
    assert "No exception message supplied" in reporter.get_traceback_html()
    assert reporter.get_traceback_data()["frames"] == []


def test_a_message_instead_of_an_exception() -> None:
    reporter = ExceptionReporter(RequestFactory().get("/x/"), None, "a message", None)
    assert "a message" in reporter.get_traceback_html()
    assert reporter.get_traceback_data()["exception_value"] == "a message"


def test_mails_hold_no_script_and_no_settings_hint() -> None:
    content = ExceptionReporter(
        RequestFactory().get("/"), *failure(chained), is_email=True
    ).get_traceback_html()
    assert "<script" not in content
    assert "<button" not in content
    assert "DEBUG = True" not in content


def test_a_value_that_cannot_be_shown_does_not_break_the_page() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no repr")

    def fail() -> None:
        broken = Broken()
        raise ValueError(id(broken))

    content = ExceptionReporter(None, *failure(fail)).get_traceback_html()
    assert "Error in formatting: RuntimeError: no repr" in content


def test_long_values_are_trimmed() -> None:
    def fail() -> None:
        long = "x" * 100_000
        raise ValueError(len(long))

    content = ExceptionReporter(None, *failure(fail)).get_traceback_html()
    assert "trimmed" in content
    assert "x" * 5000 not in content


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no message")


def test_an_exception_without_a_message_to_be_had() -> None:
    def fail() -> None:
        try:
            raise Unspeakable
        except Unspeakable as error:
            error.add_note("a note")
            raise Unspeakable from error

    reporter = ExceptionReporter(None, *failure(fail))
    assert reporter.get_traceback_data()["exception_value"] == "<exception str() failed>"
    told = "The above exception (&lt;exception str() failed&gt;) was the direct cause"
    assert told in reporter.get_traceback_html()
    assert "(<exception str() failed>) was the direct cause" in reporter.get_traceback_text()


class Particular(Exception):
    """Can only be compared to its like."""

    def __eq__(self, other: Any) -> bool:
        return bool(self.args == other.args)

    __hash__ = Exception.__hash__


def test_an_exception_that_is_particular_about_what_it_is_compared_to() -> None:
    def fail() -> None:
        try:
            raise Particular(1)
        except Particular as error:
            error.__notes__ = 7  # type: ignore[assignment]
            raise

    reporter = ExceptionReporter(None, *failure(fail))
    assert reporter.get_traceback_data()["exception_notes"] == "\n7"
    assert "Particular" in reporter.get_traceback_html()


class Unshowable:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def test_settings_and_headers_that_cannot_be_shown() -> None:
    request = RequestFactory().get("/", odd=Unshowable())
    with override_settings(ODD=Unshowable()):
        reporter = ExceptionReporter(request, *failure(chained))
        page, text = reporter.get_traceback_html(), reporter.get_traceback_text()
    assert page.count("Error in formatting: RuntimeError: no repr") >= 2
    assert "\nODD = Error in formatting: RuntimeError: no repr\n" in text


def test_of_endless_recursion_the_page_has_both_ends() -> None:
    def deeper(depth: int) -> int:
        return deeper(depth + 1)

    reporter = ExceptionReporter(None, *failure(lambda: deeper(0)))
    page = reporter.get_traceback_html()
    assert len(reporter.get_traceback_data()["frames"]) > 500
    assert re.search(r"<p class=.lead.>\d+ frames are left out here", page)
    assert page.count('<details class="frame') <= 102
    assert len(page) < 1_000_000


def test_of_a_line_without_end_the_beginning_is_shown(tmp_path: Path) -> None:
    module = tmp_path / "data.py"
    module.write_text(f"DATA = '{'x' * 100_000}'\n1 / 0\n")
    code = compile(module.read_text(), str(module), "exec")
    reporter = ExceptionReporter(None, *failure(lambda: exec(code, {})))  # noqa: S102
    page = reporter.get_traceback_html()
    assert "1 / 0" in re.sub("<[^>]+>", "", page)
    assert "x" * 900 in page
    assert "x" * 5000 not in page


def test_exception_groups_show_what_they_hold() -> None:
    def fail() -> None:
        members: list[Exception] = [
            TypeError("no place"),
            ExceptionGroup("inner", [OSError("deep")]),
        ]
        try:
            {}["the key"]
        except KeyError as error:
            members.append(error)
        members += [ValueError(str(number)) for number in range(100)]
        raise ExceptionGroup("outer", members)

    reporter = ExceptionReporter(None, *failure(fail))
    page, text = reporter.get_traceback_html(), reporter.get_traceback_text()
    assert Page(page).open == []
    for report in (re.sub("<[^>]+>", "", page), text):
        assert "1 of 103: TypeError: no place" in report
        assert "2 of 103: ExceptionGroup: inner (1 sub-exception)" in report
        assert "1 of 1: OSError: deep" in report
        assert "3 of 103: KeyError: " in report
        assert report.count('{}["the key"]') > 0 or report.count("{}[&quot;the key&quot;]") > 0
        assert "And 83 more." in report
        assert "50 of 103" not in report


def test_a_group_that_holds_itself_many_times_is_not_shown_without_end() -> None:
    group = ExceptionGroup("0", [ValueError("end")])
    for number in range(1, 50):
        group = ExceptionGroup(str(number), [group, group])
    reporter = ExceptionReporter(None, type(group), group, None)
    assert len(reporter.get_traceback_text()) < 100_000
    assert len(reporter.get_traceback_html()) < 1_000_000


def test_a_mistake_in_the_language_is_shown_where_it_is(tmp_path: Path) -> None:
    module = tmp_path / "wrong.py"
    module.write_text("fine = 1\n\n\nwrong = = 2\nmore = 3\n")

    def fail() -> None:
        compile(module.read_text(), str(module), "exec")

    reporter = ExceptionReporter(None, *failure(fail))
    page = re.sub("<[^>]+>", "", reporter.get_traceback_html())
    assert f"{module}, line 4" in page
    assert "4 wrong = = 2" in page
    assert "5 more = 3" in page
    text = reporter.get_traceback_text()
    assert f'  File "{module}", line 4\n    wrong = = 2\n            ^\n' in text


def test_a_mistake_in_text_that_is_no_file() -> None:
    reporter = ExceptionReporter(None, *failure(lambda: compile("a = = 1", "<string>", "exec")))
    assert "a = = 1" in re.sub("<[^>]+>", "", reporter.get_traceback_html())


def decorated(view: Any) -> Any:
    return functools.wraps(view)(lambda request: view(request))


@decorated
@decorated
def answers_nothing(request: Any) -> None:
    """The framework complains of it."""


class AnswersNothing(View):
    def get(self, request: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("view", "line"),
    [
        (answers_nothing, "def answers_nothing(request: Any) -&gt; None:"),
        (AnswersNothing.as_view(), "class AnswersNothing(View):"),
        (functools.partial(answers_nothing), None),
        (len, None),
        (View.as_view(), None),
    ],
)
def test_of_what_the_framework_complains(view: Any, line: str | None) -> None:
    request = RequestFactory().get("/")
    request.resolver_match = ResolverMatch(view, (), {})
    page = ExceptionReporter(request, *failure(lambda: resolve("/none/"))).get_traceback_html()
    # Nothing but frames of the framework.
    own = ExceptionReporter(request, *complaint()).get_traceback_html()
    assert "<h2>Where to look first</h2>" in page
    shown = re.sub("<[^>]+>", "", own)
    assert ("Where to look first" in shown) == (line is not None)
    if line is not None:
        assert line in shown


def complaint() -> tuple[Any, Any, Any]:
    """An exception without a frame of the site's own."""
    kind, error, tb = failure(lambda: check_response(None, answers_nothing))
    while not tb.tb_frame.f_code.co_filename.endswith("runtime.py"):
        tb = tb.tb_next
    return kind, error, tb


def test_frames_of_the_framework_are_folded() -> None:
    page = ExceptionReporter(None, *failure(lambda: resolve("/none/"))).get_traceback_html()
    assert re.search(r'<details class="machinery"><summary>\d+ frames? of Vivace', page)
    assert "<h2>Where to look first</h2>" in page


def test_unicode_errors_show_the_place() -> None:
    reporter = ExceptionReporter(None, *failure(lambda: b"abc\xffdefghijk".decode()))
    assert reporter.get_traceback_data()["unicode_hint"] == "abc\ufffddefgh"
    assert "could not be encoded" in reporter.get_traceback_html()


def test_a_user_that_cannot_be_loaded() -> None:
    class Request:
        pass

    request = RequestFactory().get("/")
    data = ExceptionReporter(request, *failure(chained)).get_traceback_data()
    assert data["user_str"] == "[unable to retrieve the current user]"


def test_host_that_is_not_allowed_is_still_shown() -> None:
    request = RequestFactory().get("/", HTTP_HOST="evil.example")
    data = ExceptionReporter(request, *failure(chained)).get_traceback_data()
    assert data["request_insecure_uri"] == "http://evil.example/"


def test_reporter_and_filter_can_be_the_requests_own() -> None:
    class Own(ExceptionReporter):
        def get_traceback_html(self) -> str:
            return "own page"

    class Keeper(debug.SafeExceptionReporterFilter):
        cleansed_substitute = "hidden"

    request = RequestFactory().get("/")
    request.exception_reporter_class = Own
    request.exception_reporter_filter = Keeper()
    assert technical_500_response(request, *failure(chained)).content == b"own page"
    data = ExceptionReporter(request, *failure(chained)).get_traceback_data()
    assert data["settings"]["SECRET_KEY"] == "hidden"


class SettingsFilter(debug.SafeExceptionReporterFilter):
    pass


def test_default_filter_follows_the_setting() -> None:
    default = debug.get_default_exception_reporter_filter()
    assert debug.get_default_exception_reporter_filter() is default
    assert type(default) is debug.SafeExceptionReporterFilter
    sys.modules["settings_filter"] = sys.modules[__name__]
    with override_settings(DEFAULT_EXCEPTION_REPORTER_FILTER="settings_filter.SettingsFilter"):
        assert type(debug.get_default_exception_reporter_filter()) is SettingsFilter
    del sys.modules["settings_filter"]
    assert type(debug.get_default_exception_reporter_filter()) is debug.SafeExceptionReporterFilter


def test_no_routes_welcome() -> None:
    response = technical_404_response(RequestFactory().get("/"), Http404({"path": "", "tried": []}))
    assert response.status_code == 200
    assert "The install worked successfully! Congratulations!" in response.content.decode()


def not_found(path: str, *routes: str) -> str:
    tried = [[Pattern(route)] for route in routes]
    request = RequestFactory().get("/" + path)
    response = technical_404_response(request, Http404({"path": path, "tried": tried}))
    assert response.status_code == 404
    return response.content.decode()


def test_404_lists_all_routes_and_guesses() -> None:
    page = not_found("concrets/7/", "about/", "concerts/<int:pk>/", "^x/$")
    assert page.count("<li") == 3
    assert 'Did you mean <a href="/concerts/7/">' in page
    shown = re.sub("<[^>]+>", "", page)
    assert shown.index("concerts/&lt;int:pk&gt;/") < shown.index("about/")
    assert "^x/$" in shown
    assert (
        "The current path, concrets/7/, didn\N{RIGHT SINGLE QUOTATION MARK}t match any of these"
        in shown
    )


def test_404_without_a_near_route_keeps_the_order() -> None:
    page = not_found("zzz", "about/", "concerts/")
    assert "Did you mean" not in page
    assert page.index("about/") < page.index("concerts/")


def test_404_never_links_to_another_site() -> None:
    page = not_found("/evil.example/x", "/evil.example/y", "<path:rest>/x")
    assert 'href="//' not in page


def of_frame(function: Callable[[], Any], name: str) -> dict[str, Any]:
    """What a report has of the frame of the function with that name."""
    frames = ExceptionReporter(None, *failure(function)).get_traceback_data()["frames"]
    return next(frame for frame in frames if frame.get("function") == name)


def divides() -> float:
    return 1 + (2 / 0)


def test_carets_come_as_lines_for_below_the_source() -> None:
    frame = of_frame(divides, "divides")
    at = frame["context_line"].index("2 / 0")
    number = f"{frame['lineno']}. "
    assert frame["colno"] == "\n" + " " * (len(number) + at) + "^" * 5
    assert frame["tb_area_colno"] == "\n" + " " * at + "^" * 5


def test_source_around_the_line() -> None:
    frame = of_frame(divides, "divides")
    assert len(frame["pre_context"]) == 7
    assert len(frame["post_context"]) == 6


def test_a_ring_of_causes_is_told_once() -> None:
    error = ValueError("ring")
    error.__cause__ = error

    def ring() -> None:
        raise error

    with pytest.warns(ExceptionCycleWarning) as told:
        data = ExceptionReporter(None, *failure(ring)).get_traceback_data()
    assert len(told) == 1
    assert {frame["exc_cause"] for frame in data["frames"]} == {error}


def test_no_cookies() -> None:
    request = RequestFactory().get("/")
    reporter = ExceptionReporter(request, *failure(divides))
    assert "No cookie data" in reporter.get_traceback_html()
    assert "COOKIES: No cookie data\n" in reporter.get_traceback_text()


class WithFramesOfItsOwn(ExceptionReporter):
    """A reporter that makes its frames itself, of what templates of Django's show."""

    def get_traceback_frames(self) -> Any:
        ours = ("exception", "columns", "colno", "tb_area_colno")
        for frame in super().get_traceback_frames():
            yield {name: value for name, value in frame.items() if name not in ours}


def test_frames_of_a_subclass() -> None:
    reporter = WithFramesOfItsOwn(None, *failure(chained))
    assert ", in chained\n" in reporter.get_traceback_text()
    assert "local_value" in reporter.get_traceback_html()
