"""Write tests/golden/testtools.json: what Django's test tools answer.

Run it in an environment with Django 5.2. It calls only the public interface and records arguments
and outcomes; the tests repeat the calls.
"""

import json
import sys
from io import BytesIO
from itertools import product
from pathlib import Path

import django
from django.conf import settings

TARGET = Path(__file__).resolve().parents[2] / "tests" / "golden" / "testtools.json"

settings.configure(SECRET_KEY="golden", ALLOWED_HOSTS=["testserver"], DATABASES={}, USE_TZ=True)
django.setup()

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse  # noqa: E402
from django.test import AsyncRequestFactory, RequestFactory, SimpleTestCase  # noqa: E402
from django.test.client import encode_multipart  # noqa: E402
from django.test.html import parse_html  # noqa: E402
from django.test.utils import compare_xml  # noqa: E402


def raw(text):
    """Bytes as JSON can hold them."""
    return {"$bytes": text.decode("latin-1")} if isinstance(text, bytes) else text


def cooked(value):
    """What a recorded argument stands for."""
    if isinstance(value, dict):
        if "$bytes" in value:
            return value["$bytes"].encode("latin-1")
        if "$file" in value:
            file = BytesIO(value["$file"].encode("latin-1"))
            for name, content in value.get("attributes", {}).items():
                setattr(file, name, content)
            return file
        if "$response" in value:
            return HttpResponse(value["$response"], **value["options"])
        if "$stream" in value:
            return StreamingHttpResponse([part.encode() for part in value["$stream"]])
        if "$redirect" in value:
            return HttpResponseRedirect(value["$redirect"])
        return {key: cooked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cooked(item) for item in value]
    return value


def outcome(function, *args, **kwargs):
    try:
        return {"value": raw(function(*args, **kwargs))}
    except Exception as error:
        return {"error": [type(error).__name__, str(error)]}


HTML = [
    "",
    "a",
    " a  b ",
    "<p>a</p>",
    "<p> a </p>",
    "<P>a</P>",
    "<p>a<b>c</b></p>",
    "<p>a <b>c</b> </p>",
    "<p>a</p><p>b</p>",
    '<p class="b a">x</p>',
    '<p class="a  b">x</p>',
    "<input checked>",
    '<input checked="checked">',
    '<input checked="">',
    '<input checked="yes">',
    "<input type=text name=a>",
    '<input name="a" type="text"/>',
    "<br>",
    "<br/>",
    "<p>",
    "<p></p>",
    "<a href>",
    '<a href="">',
    "<ul><li>a<li>b</ul>",
    "<ul><li>a</li><li>b</li></ul>",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "<script>a < b</script>",
    "<!-- c -->a",
    "</p>",
    "<p></b></p>",
    "<br></br>",
    "<i></i><b></b>",
    "<p><i></i>x<b></b></p>",
    "<i></i><i></i><b></b>",
    "<p>x<i></i></p><p>x<i></i></p>",
    "x<i></i>",
    '<p style="a: b;  c: d">\n</p>',
]


def html_cases():
    for text in HTML:
        yield {"html": text, "parsed": outcome(lambda text=text: str(parse_html(text)))}


def html_pairs():
    for needle, haystack in product(HTML, HTML):
        try:
            first, second = parse_html(needle), parse_html(haystack)
        except Exception:
            continue
        yield [needle, haystack, first == second, second.count(first), first in second]


XML = [
    "<a/>",
    "<a></a>",
    "<a> x </a>",
    "<a>x</a>",
    '<a b="1" c="2"/>',
    '<a c="2" b="1"></a>',
    "<!-- c --><a/>",
    "<a><b/><c/></a>",
    "<a><c/><b/></a>",
    "<a>x<b/>y</a>",
    "<a>xy<b/></a>",
    '<?xml version="1.0"?><a/>',
    "a",
    "b",
    "<a",
    "<a/><b/>",
    "<a>a  b</a>",
    "<a>a b</a>",
]

MULTIPART = [
    {},
    {"a": 1, "b": [1, "é"], "c": ""},
    {"a": None},
    {"a": [None]},
    {"a": {"$bytes": "xy"}},
    {"a": True, "b": 1.5, "c": {"k": 1}},
    {'a"b': 'x"y\r\n'},
    {"f": {"$file": "q"}},
    {"f": {"$file": "q", "attributes": {"name": "/a/b.png"}}},
    {"f": {"$file": "q", "attributes": {"name": "/a/b.zzz", "content_type": "x/y"}}},
    {"f": {"$file": "q", "attributes": {"name": None}}},
    {"f": {"$file": "q", "attributes": {"name": 3}}},
    {"f": [{"$file": "q"}, {"$file": "\xff\x00", "attributes": {"name": "é.txt"}}], "z": "1"},
    {"f": {"$file": "q", "attributes": {"name": "a.tar.gz", "content_type": None}}},
]

JSON_TYPE = {"content_type": "application/json"}
REQUESTS = [
    ("get", ["/a/"], {}),
    ("get", ["/a/?x=1"], {}),
    ("get", ["/a/?x=1", {"y": [1, 2]}], {}),
    ("get", ["/a/", {"y": "é &"}], {}),
    ("get", ["/a/"], {"query_params": {"y": [1, 2]}}),
    ("get", ["/a/", {"a": 1}], {"query_params": {"b": 2}}),
    ("get", ["/a/", {"a": None}], {}),
    ("get", ["/é/ b?q=é"], {}),
    ("get", ["/%C3%A9/%ff/%2F"], {}),
    ("get", ["http://example.com:81/x?y#z"], {}),
    ("get", ["//h/x"], {}),
    ("get", [""], {}),
    ("get", ["/a;b?c"], {}),
    ("get", ["/a/"], {"secure": True}),
    ("get", ["/a/"], {"headers": {"X-Foo": "1", "content-type": "t/x", "Accept": "x"}}),
    ("get", ["/a/"], {"HTTP_X_FOO": "2", "REMOTE_ADDR": "9.9.9.9"}),
    ("head", ["/a/", {"x": 1}], {}),
    ("post", ["/a/"], {}),
    ("post", ["/a/", {"y": [1, 2]}], {}),
    ("post", ["/a/?x=1", {"y": 1}], {"query_params": {"z": 2}}),
    ("post", ["/a/", {"y": [1, 2]}], JSON_TYPE),
    ("post", ["/a/", [1, 2]], JSON_TYPE),
    ("post", ["/a/", "[1]"], JSON_TYPE),
    ("post", ["/a/", {"y": "é"}], {"content_type": "application/vnd.api+json"}),
    ("post", ["/a/", "y=1"], {"content_type": "application/x-www-form-urlencoded"}),
    ("post", ["/a/", "é"], {"content_type": "text/plain; charset=latin-1"}),
    ("post", ["/a/", {"$bytes": "\xff"}], {"content_type": "text/plain"}),
    ("post", ["/a/", "x"], {}),
    ("post", ["/a/", {"a": None}], {}),
    ("put", ["/a/", {"a": 1}], JSON_TYPE),
    ("put", ["/a/", {"a": 1}], {}),
    ("put", ["/a/", "é"], {}),
    ("patch", ["/a/", {"a": 1}], JSON_TYPE),
    ("delete", ["/a/", {"a": 1}], JSON_TYPE),
    ("delete", ["/a/"], {}),
    ("options", ["/a/", {"a": 1}], JSON_TYPE),
    ("trace", ["/a/"], {"query_params": {"a": 1}}),
    ("generic", ["FOO", "/a/", "é"], {"content_type": "text/plain; charset=latin-1"}),
    ("generic", ["GET", "/a/?b=%20 é"], {}),
    ("generic", ["GET", "/a/?b=1"], {"QUERY_STRING": "z=2"}),
]
DEFAULTS = [
    {},
    {"headers": {"X-A": "1"}, "HTTP_B": "2"},
    {"query_params": {"q": 1}},
]


def wsgi_environ(request):
    return {
        key: value
        for key, value in request.META.items()
        if key not in ("wsgi.input", "wsgi.errors")
    }


def asgi_scope(request):
    known = {"asgi", "type", "http_version", "client", "server", "scheme", "method", "path"}
    scope = {key: request.scope[key] for key in sorted(known)}
    scope["query_string"] = request.scope["query_string"]
    scope["headers"] = [
        [name.decode(), value.decode("latin-1")]
        for name, value in request.scope["headers"]
        # Django sends the default query once more, as a header.
        if name != b"query-string"
    ]
    return scope


def request_cases():
    for factory, describe in ((RequestFactory, wsgi_environ), (AsyncRequestFactory, asgi_scope)):
        for defaults, (method, args, kwargs) in product(DEFAULTS, REQUESTS):
            if factory is AsyncRequestFactory and "REMOTE_ADDR" in kwargs:
                kwargs = {"X_FOO": "2"}

            def call(
                factory=factory,
                defaults=defaults,
                method=method,
                args=args,
                kwargs=kwargs,
                describe=describe,
            ):
                made = getattr(factory(**cooked(defaults)), method)(*cooked(args), **cooked(kwargs))
                return {
                    "environ": describe(made),
                    "body": raw(made.body),
                    "path": made.path,
                    "full": made.get_full_path(),
                }

            yield {
                "factory": factory.__name__,
                "defaults": defaults,
                "method": method,
                "args": args,
                "kwargs": kwargs,
                "outcome": outcome(call),
            }


PAGE = {"$response": "<p>hello</p> hello é", "options": {}}
MISSING = {"$response": "gone", "options": {"status": 404}}
BROKEN = {"$response": "</p>", "options": {}}
LATIN = {"$response": "é", "options": {"charset": "latin-1"}}
STREAM = {"$stream": ["ab", "c"]}
AWAY = {"$redirect": "/a/?x=1&y=2"}
STAY = {"fetch_redirect_response": False}
ASSERTIONS = [
    ("assertHTMLEqual", ["<p>a</p>", "<p>b</p>"], {}),
    ("assertHTMLEqual", ["<p>a</p>", "<p>b</p>", "note"], {}),
    ("assertHTMLEqual", ["<p></b>", "<p>"], {}),
    ("assertHTMLEqual", ["<p>", "</p>", "note"], {}),
    ("assertHTMLEqual", ["<p>a", " <P> a </P>"], {}),
    ("assertHTMLNotEqual", ["<p>", "<p></p>"], {}),
    ("assertHTMLNotEqual", ["<p>", "<p></p>", "note"], {}),
    ("assertHTMLNotEqual", ["<p>", "<b>"], {}),
    ("assertInHTML", ["<b>x</b>", "<p><b>y</b></p>"], {}),
    ("assertInHTML", ["<b>x</b>", "<p><b>x</b><b>x</b></p>", 1], {}),
    ("assertInHTML", ["<b>x</b>", "<p><b>x</b><b>x</b></p>", 1, "note"], {}),
    ("assertInHTML", ["<b>x</b>", "<p><b>x</b><b>x</b></p>", 2], {}),
    ("assertInHTML", ["<b>x</b>", "<p><b>x</b></p>", 0], {}),
    ("assertInHTML", ["</b>", "x"], {}),
    ("assertInHTML", ["x", "</b>"], {}),
    ("assertNotInHTML", ["<b>x</b>", "<p><b>x</b></p>", "note"], {}),
    ("assertNotInHTML", ["<b>z</b>", "<p><b>x</b></p>"], {}),
    ("assertJSONEqual", ['{"a": 1}', {"a": 1}], {}),
    ("assertJSONEqual", ['{"a": 1}', {"a": 2}], {}),
    ("assertJSONEqual", ["{a", {"a": 2}], {}),
    ("assertJSONEqual", ["1", "{b"], {}),
    ("assertJSONEqual", ["1", 2, "note"], {}),
    ("assertJSONEqual", [{"$bytes": '{"a": [1]}'}, '{"a": [1]}'], {}),
    ("assertJSONNotEqual", ["1", 1], {}),
    ("assertJSONNotEqual", ["1", 1, "note"], {}),
    ("assertJSONNotEqual", ["{", 1], {}),
    ("assertXMLEqual", ["<a/>", "<b/>"], {}),
    ("assertXMLEqual", ["<a>\n<b/>\n</a>", "<a>\n<c/>\n</a>", "note"], {}),
    ("assertXMLEqual", ["<a", "<b/>"], {}),
    ("assertXMLNotEqual", ["<a/>", "<a></a>"], {}),
    ("assertXMLNotEqual", ["<a", "<a/>", "note"], {}),
    ("assertURLEqual", ["/a?x=1&y=2", "/a?y=2&x=1"], {}),
    ("assertURLEqual", ["/a?x=1&x=2", "/a?x=2&x=1"], {}),
    ("assertURLEqual", ["/a?x=", "/a"], {}),
    ("assertURLEqual", ["http://h/a#f", "http://h/a"], {}),
    ("assertURLEqual", ["//h/a", "http://h/a"], {}),
    ("assertURLEqual", ["/a;p?b", "/a?b", "note"], {}),
    ("assertContains", [PAGE, "hello"], {}),
    ("assertContains", [PAGE, "hello", 1], {}),
    ("assertContains", [PAGE, "hello", 2], {}),
    ("assertContains", [PAGE, "zz"], {"msg_prefix": "note"}),
    ("assertContains", [PAGE, "é"], {}),
    ("assertContains", [PAGE, {"$bytes": "zz"}], {}),
    ("assertContains", [PAGE, 12], {}),
    ("assertContains", [PAGE, "<p> hello </p>"], {"html": True}),
    ("assertContains", [PAGE, "<p>x</p>"], {"html": True}),
    ("assertContains", [PAGE, "<p>hello</p>", 3], {"html": True}),
    ("assertContains", [PAGE, "</p>"], {"html": True}),
    ("assertContains", [BROKEN, "x"], {"html": True}),
    ("assertContains", [MISSING, "gone"], {}),
    ("assertContains", [MISSING, "gone"], {"status_code": 404}),
    ("assertContains", [LATIN, "é"], {}),
    ("assertContains", [STREAM, "abc"], {}),
    ("assertContains", [STREAM, "abd"], {}),
    ("assertNotContains", [PAGE, "hello"], {}),
    ("assertNotContains", [PAGE, {"$bytes": "hello"}], {"msg_prefix": "note"}),
    ("assertNotContains", [PAGE, "zz"], {"status_code": 400}),
    ("assertNotContains", [PAGE, "<p>hello</p>"], {"html": True}),
    ("assertRedirects", [PAGE, "/x/"], {}),
    ("assertRedirects", [AWAY, "/x/"], STAY),
    ("assertRedirects", [AWAY, "/x/"], {**STAY, "msg_prefix": "note"}),
    ("assertRedirects", [AWAY, "/a/?y=2&x=1"], STAY),
    ("assertRedirects", [AWAY, "/a/?x=1&y=2", 301], STAY),
    ("assertTemplateUsed", [PAGE, "x.html"], {}),
    ("assertTemplateNotUsed", [PAGE, "x.html"], {}),
    ("assertTemplateUsed", [], {}),
    ("assertTemplateNotUsed", [], {}),
]


def assertion_cases():
    case = SimpleTestCase()
    for name, args, kwargs in ASSERTIONS:
        yield {
            "name": name,
            "args": args,
            "kwargs": kwargs,
            "outcome": outcome(getattr(case, name), *cooked(args), **kwargs),
        }


def main():
    golden = {
        "django": django.get_version(),
        "python": sys.version.split()[0],
        "html": list(html_cases()),
        "html_pairs": list(html_pairs()),
        "xml": [[a, b, outcome(compare_xml, a, b)] for a, b in product(XML, XML)],
        "multipart": [
            [data, outcome(lambda data=data: encode_multipart("BoUnDaRy", cooked(data)))]
            for data in MULTIPART
        ],
        "requests": list(request_cases()),
        "assertions": list(assertion_cases()),
    }
    TARGET.write_text(
        json.dumps(golden, separators=(",", ":"), ensure_ascii=True) + "\n", encoding="utf-8"
    )


main()
