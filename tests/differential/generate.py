"""The requests: drawn from families, each about one subject, by a seeded generator.

Bytes are written as Latin-1 text, so that requests are JSON.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

Case = dict[str, Any]

WORDS = ("a", "news", "blue-in-green", "Ünïcode", "0", "42", "007", "-1", "2024", "0000", "end",
         "special", "with space", "a.b", "x_y", "%", "é", "first", "very-" * 20)  # fmt: skip
ODD = ("%", "%zz", "%C3%A9", "%E9", "%00", "%0A", "%0d%0aX:1", "%2F", "%2f%2e%2e", "+", "%2B", "..",
       ".", "//", "%F0%9F%8E%B7", "%ED%A0%80", ";", "=", "&", "'", '"', "<", "~", "%7F", "\\")  # fmt: skip
UUIDS = ("5ad7aa07-5d1c-4bbd-8d3e-6c8f2f1c9f0a", "5AD7AA07-5D1C-4BBD-8D3E-6C8F2F1C9F0A", "not-one")
HOSTS = ("testserver", "testserver:8000", "TESTSERVER", "example.com", "www.example.com",
         "deep.www.example.com", "example.com.", "example.com:443", "evil.org", "user@example.com",
         "example.com:80:90", "example.com:port", "[::1]", "[::1]:8000", "127.0.0.1", "::1", "",
         "exa mple.com", "example.com/path", "évil.com", "localhost", "sub.localhost", "-", "a,b",
         "example.com:", "[::1", "testserver@evil.org", ".example.com", "www.testserver")  # fmt: skip
ROUTES = ("/", "/echo/", "/aecho/", "/int/1/", "/form/", "/json/", "/class/", "/aclass/", "/gone/",
          "/no-slash", "/slash-off/", "/stream/", "/astream/", "/file/", "/static/site.css",
          "/methods/get/", "/methods/post/", "/methods/safe/", "/methods/some/", "/rendered/",
          "/conditional/", "/cached/never/", "/raise/", "/nowhere", "/nowhere/", "/gzip/")  # fmt: skip
METHODS = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "get",
    "PROPFIND",
    "X-Y",
)
FORM = "application/x-www-form-urlencoded"


class Drawer:
    """Draws one request after the other."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.families: list[Callable[[], Case]] = [
            getattr(self, name) for name in dir(self) if name.startswith("about_")
        ]

    def draw(self) -> Iterator[Case]:
        """Requests without end, each family in its turn."""
        while True:
            for family in self.families:
                case = family()
                case["family"] = family.__name__.removeprefix("about_")
                yield case

    # ------------------------------------------------------------------ pieces

    def one(self, *of: Any) -> Any:
        return self.random.choice(of)

    def maybe(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def some(self, of: tuple[Any, ...], most: int) -> list[Any]:
        return [self.random.choice(of) for _ in range(self.random.randint(0, most))]

    def word(self) -> str:
        return quote(self.one(*WORDS), safe="")

    def piece(self) -> str:
        return "".join(self.some((*ODD, *map(quote, WORDS[:12])), 3))

    def text(self) -> str:
        return str(self.one(*WORDS, "two\nlines", "a;b,c", 'quo"te', "<tag>", "€uro", "\u2028"))

    def pairs(self, **given: Any) -> str:
        return "&".join(f"{key}={quote_plus(str(value))}" for key, value in given.items())

    def query(self, options: dict[str, tuple[Any, ...]], chance: float = 0.4) -> str:
        """Some of `options`, each with one of its values."""
        found = {name: self.one(*values) for name, values in options.items() if self.maybe(chance)}
        return self.pairs(**found)

    def case(self, target: str, method: str = "GET", headers: Any = (), body: Any = "") -> Case:
        chunks = [body] if isinstance(body, str) and body else list(body)
        headers = [list(pair) for pair in headers]
        if self.maybe(0.1):
            headers.append(["Accept-Encoding", self.one("gzip", "gzip, br", "identity", "*", "")])
        if self.maybe(0.1):
            headers.append(["X-Forwarded-Proto", self.one("https", "http", "https, http", "HTTPS")])
        if self.maybe(0.05):
            headers.append(["User-Agent", self.one("Badbot", "good", "")])
        hook = self.random.random()
        if hook < 0.08:
            extra = self.one(
                "hook=request", "hook=request-raises", "hook=view", "hook=view-raises", "other=1",
                "hook=view-kwargs", "hook=exception", "hook=response-raises", "short=none",
                "short=raises", "short=answer", "either=1", "twice=1",
            )  # fmt: skip
            target += ("&" if "?" in target else "?") + extra
        return {
            "target": target.encode("utf-8").decode("latin-1"),
            "method": method,
            "headers": headers,
            "chunks": chunks,
            "scheme": self.one("http", "http", "http", "https"),
            "root_path": "",
        }

    # ------------------------------------------------------------------ addresses

    def about_paths(self) -> Case:
        word, number = self.word, lambda: self.one("1", "42", "007", "-1", "x", "٣", "9" * 30)
        path = self.one(
            f"/int/{number()}/", f"/aint/{number()}/", f"/str/{word()}/", f"/str/{word()}/tail",
            f"/slug/{word()}/", f"/uuid/{self.one(*UUIDS)}/", f"/path/{word()}/{word()}/last/",
            f"/path/{word()}/{word()}", f"/year/{self.one('2024', '0000', '12345', 'abcd')}/+x/",
            f"/year/2024/{self.one('', '-', '+', '*')}x/", f"/overlap/{word()}/",
            f"/re/{number()}/{word()}/", f"/re/2024/{self.one('', 'page-3/', 'page-x/')}",
            f"/mixed/{number()}/{word()}/", f"/unanchored/{word()}/more", f"/caf%C3%A9/{self.piece()}",
            f"/library/{self.one('a', 'b', number())}/{self.one('', word() + '/')}",
            f"/library/{self.one('a', '7')}/{word()}/{number()}/",
            f"/library/b/{word()}/{word()}/end", "/with%20space/", "/with+space/", "/café/",
        )  # fmt: skip
        if self.maybe(0.15):
            path = path.rstrip("/")
        if self.maybe(0.1):
            path += self.piece()
        return self.case(path + ("?" + self.piece() if self.maybe(0.2) else ""))

    def about_odd_paths(self) -> Case:
        parts = [self.one(self.piece(), self.word(), "echo", "path") for _ in range(3)]
        case = self.case("/" + "/".join(parts) + self.one("", "/", "?x=1"))
        case["method"] = self.one("GET", "POST", "HEAD")
        return case

    def about_queries(self) -> Case:
        pairs = [
            self.one(
                f"{self.piece()}={self.piece()}", self.piece(), f"a={self.word()}", "a", "=", ""
            )
            for _ in range(self.random.randint(0, 6))
        ]
        return self.case(f"{self.one('/echo/', '/aecho/')}?{'&'.join(pairs)}")

    def about_methods(self) -> Case:
        return self.case(self.one(*ROUTES), self.one(*METHODS))

    def about_slashes(self) -> Case:
        path = self.one("/echo", "//echo", "/int/1", "/slash-off", "/no-slash/", "//evil.org/echo",
                        "/path/x/last", "/nowhere", "/%2Fecho", "/library/a", "/with%20space")  # fmt: skip
        query = self.one("", "?a=b", "?next=//evil.org", "?é=1")
        return self.case(path + query, self.one("GET", "GET", "HEAD", "POST", "PUT"))

    def about_hosts(self) -> Case:
        headers = [("Host", self.one(*HOSTS))]
        if self.maybe(0.3):
            headers.append(("X-Forwarded-Host", self.one(*HOSTS)))
        if self.maybe(0.2):
            headers.append(("X-Forwarded-Port", self.one("443", "8080", "x", "")))
        headers = [(name, value.encode().decode("latin-1")) for name, value in headers]
        return self.case(self.one("/host/", "/echo/", "/int/1", "/redirect/?to=x"), headers=headers)

    def about_reverse(self) -> Case:
        names = ("int", "str", "slug", "uuid", "path", "year", "positional", "optional", "nothing",
                 "library:shelf:page", "library:first:page", "library:second:numbered", "cafe",
                 "library:page", "space", "library:end", "home", "only-here", "a:b")  # fmt: skip
        if self.maybe(0.3):
            args = "&".join(f"arg={self.word()}" for _ in range(self.random.randint(1, 3)))
            return self.case(f"/reverse/?name={self.one(*names)}&{args}")
        query = self.query(
            {
                "number": (1, 42, -1), "year": (2024, 5, 12345), "sign": (1, -1, 0),
                "text": WORDS, "slug": WORDS, "rest": WORDS, "which": UUIDS, "page": (3, "x"),
                "query": WORDS, "fragment": ("f", "é"), "current": ("first", "second", "library"),
            },
            0.25,
        )  # fmt: skip
        return self.case(f"/reverse/?name={self.one(*names)}&{query}")

    def about_resolve(self) -> Case:
        path = self.one("/", "/int/3/", "/nowhere/", "/library/b/x/", "/re/2024/", "x", "/re/1/a/")
        return self.case(f"/resolve/?path={quote(path)}{self.one('', self.word())}")

    def about_mounts(self) -> Case:
        case = self.case(self.one("/echo/", "/int/3", "/redirect/?to=x", "/reverse/?name=home", ""))
        case["root_path"] = self.one("/mount", "/mount/", "/é".encode().decode("latin-1"), "")
        return case

    # ------------------------------------------------------------------ bodies

    def body_pairs(self) -> str:
        pairs = [f"{self.one('a', 'b', 'c', self.piece())}={self.piece()}" for _ in range(4)]
        return self.one("&", "&", ";").join(pairs[: self.random.randint(0, 4)]) or "a=1"

    def about_forms(self) -> Case:
        kind = self.one(FORM, FORM, f"{FORM}; charset=utf-8", f"{FORM}; charset=latin-1",
                        f"{FORM}; charset=nonsense", "text/plain", "", "application/json",
                        f"{FORM};charset=\"UTF-8\"", "multipart/form-data", FORM.upper())  # fmt: skip
        body = self.body_pairs().encode().decode("latin-1")
        path = self.one("/form/", "/aform/", "/form/?encoding=latin-1", "/form/?encoding=koi8-r")
        case = self.case(path, self.one("POST", "POST", "PUT"), [("Content-Type", kind)], body)
        return self.mangled(case)

    def mangled(self, case: Case) -> Case:
        """`case`, sometimes in pieces, with a length that lies, or with a client that leaves."""
        body = "".join(case["chunks"])
        if self.maybe(0.3) and len(body) > 4:
            cut = self.random.randrange(1, len(body))
            case["chunks"] = [body[:cut], body[cut:]]
        lie = self.random.random()
        if lie < 0.04:
            case["content_length"] = self.one(str(len(body) // 2), "0", "-1", "x", "", "1e3")
        return case

    def part(self) -> str:
        name = self.one("a", "b", "file", "ünï", "", 'q"q')
        disposition = f'form-data; name="{name}"'
        if self.maybe(0.6):
            file = self.one("a.txt", "../../etc/passwd", "C:\\\\dir\\\\f.txt", "", "ü.txt", "x" * 300,
                            "a\x00b", "&lt;b&gt;.txt", "\u202ea.exe", "dir/", "..", "a%22b.txt")  # fmt: skip
            disposition += self.one(f'; filename="{file}"', f"; filename={file}",
                                    f"; filename*=UTF-8''{quote(file)}")  # fmt: skip
        lines = [f"Content-Disposition: {disposition}"]
        if self.maybe(0.5):
            lines.append("Content-Type: " + self.one(
                "text/plain", "image/png; x=y; charset=latin-1", "text/plain; charset=utf-8", "", "odd"
            ))  # fmt: skip
        if self.maybe(0.12):
            lines.append("Content-Transfer-Encoding: " + self.one("base64", "binary", "8bit"))
        if self.maybe(0.05):
            lines[0] = self.one("Content-Disposition: attachment", "X: y", "", "nonsense")
        content = self.one(
            "", "text", "stop here", "x" * 250, "line\r\nline", "aGVsbG8=", "\x00\xff", "é"
        )
        return "\r\n".join(lines) + "\r\n\r\n" + content

    def about_uploads(self) -> Case:
        boundary = self.one("limit", "limit", "X" * 60, "a'b", "--")
        parts = [self.part() for _ in range(self.random.randint(0, 4))]
        body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
        damage = self.random.random()
        if damage < 0.05:
            body = body[: self.random.randrange(len(body))]
        elif damage < 0.08:
            body = self.piece() + body
        elif damage < 0.1:
            body = body.replace("\r\n", "\n")
        said = self.one(
            f"boundary={boundary}", f'boundary="{boundary}"', f"boundary={boundary}; x=y"
        )
        if self.maybe(0.05):
            said = self.one(
                "", "boundary=", "boundary=other", "boundary=" + "x" * 300, "boundary=é"
            )
        headers = [("Content-Type", f"multipart/form-data; {said}".encode().decode("latin-1"))]
        path = self.one("/form/", "/form/", "/aform/", "/body/", "/body/?first=1", "/upload-handlers/",
                        "/upload-handlers/?reset=1", "/read/")  # fmt: skip
        body = body.encode().decode("latin-1")
        return self.mangled(self.case(path, "POST", headers, body))

    def about_bodies(self) -> Case:
        body = self.one(
            "", "a=1&b=2", "x" * 450, "y" * 2000, "line\nline\nline", "\xff\xfe", "a&" * 30
        )
        path = self.one("/body/", "/body/?first=1", "/read/", "/form/", "/echo/")
        kind = [("Content-Type", self.one(FORM, "text/plain", "application/octet-stream"))]
        return self.mangled(self.case(path, self.one("POST", "PUT", "GET"), kind, body))

    # ------------------------------------------------------------------ headers

    def about_headers(self) -> Case:
        names = ("X-One", "x-two", "X_Three", "Accept", "Referer", "Content-Type", "Content-Length",
                 "X-Forwarded-For", "X-Forwarded-Host", "Authorization", "Origin", "Cookie")  # fmt: skip
        values = (
            "",
            "v",
            "a, b",
            "\xe9\xff",
            "x" * 400,
            "text/html; q=0.3",
            "0",
            "12",
            "abc",
            "a=b; c",
        )
        headers = [(self.one(*names), self.one(*values)) for _ in range(self.random.randint(1, 5))]
        return self.case(self.one("/echo/", "/aecho/"), headers=headers)

    def about_accept(self) -> Case:
        kinds = ("text/html", "*/*", "text/*", "application/json;q=0.5", "image/*;q=0", "text/html;level=1",
                 "nonsense", "", "text/html; q=0.9", "application/*;q=x", "*/*;q=0.1", "TEXT/HTML")  # fmt: skip
        query = "&".join(
            f"type={quote(self.one(*kinds))}" for _ in range(self.random.randint(0, 3))
        )
        accept = ", ".join(self.some(kinds, 4))
        return self.case(f"/accepts/?{query}", headers=[("Accept", accept)])

    def about_cookies(self) -> Case:
        crumbs = ("a=1", "a=2", 'q="quoted \\"x\\" \\054"', "novalue", "=x", "sp ace=1", "é=ü", "b=;", "",
                  "c=%20", "d=a=b", "expires=x", "$Version=1", 'e="', "f=\x01", "sessionid=abc")  # fmt: skip
        cookie = self.one("; ", ";", ",").join(self.some(crumbs, 5)).encode().decode("latin-1")
        query = self.query(
            {
                "key": ("a", "b c", "é", "sessionid", "x;y", "__Host-a", ""),
                "value": (*WORDS, "a;b", 'q"', "\x07", "two\nlines"),
                "max_age": (0, 60, -5), "path": ("/", "/p", ""), "domain": ("example.com", ".e.org"),
                "samesite": ("Lax", "strict", "None", "bogus"), "secure": (1,), "httponly": (1,),
                "expires": ("Thu, 01 Jan 2030 00:00:00 GMT",), "past": (1,),
                "gone": ("a", "__Secure-b"),
            },
            0.3,
        )  # fmt: skip
        headers = [("Cookie", cookie)] if self.maybe(0.7) else []
        return self.case(f"/cookies/?{query}", headers=headers)

    def about_signing(self) -> Case:
        how = self.one("make", "dumps", "loads", "unsign", "cookie")
        query = self.query(
            {
                "value": (*WORDS, *SIGNED), "salt": ("", "pepper"), "compress": (1,), "default": ("d",),
            },
            0.6,
        )  # fmt: skip
        cookie = self.one(*SIGNED, "x:y:z", "v:1qQ:abc")
        return self.case(f"/signed/?how={how}&{query}", headers=[("Cookie", f"s={cookie}")])

    def about_conditions(self) -> Case:
        headers = []
        tags = ('"tag"', 'W/"tag"', '"other"', "*", '"a", "tag"', "tag", "", '"tag', 'W/"a","b"')
        dates = ("Tue, 02 Jan 2024 03:04:05 GMT", "Tue, 02 Jan 2024 03:04:04 GMT", "nonsense", "",
                 "Wed, 03 Jan 2024 00:00:00 GMT", "Tuesday, 02-Jan-24 03:04:05 GMT",
                 "Tue Jan  2 03:04:05 2024", "Tue, 32 Jan 2024 03:04:05 GMT")  # fmt: skip
        for name, values in [
            ("If-None-Match", tags), ("If-Match", tags), ("If-Modified-Since", dates),
            ("If-Unmodified-Since", dates),
        ]:  # fmt: skip
            if self.maybe(0.45):
                headers.append((name, self.one(*values)))
        query = self.query({"etag": ('"tag"', 'W/"tag"', "bare", ""), "never": (1,)}, 0.3)
        path = self.one(
            "/conditional/", "/conditional/", "/static/site.css", "/cached/vary/", "/json/"
        )
        return self.case(f"{path}?{query}", self.one("GET", "HEAD", "POST", "PUT"), headers)

    # ------------------------------------------------------------------ answers

    def about_responses(self) -> Case:
        headers = ("X-A: b", "Content-Type: text/x", "X-A: two\nlines", "X-A: é", "X-A: €", "X-\nA: b",
                   "X-É: b", "Content-Length: 3", "Vary: Cookie", "X-Frame-Options: X", ":", "a b: c",
                   "ETag: \"mine\"", "Content-Encoding: br", "X-A: =?utf-8?b?eA==?=")  # fmt: skip
        query = self.query(
            {
                "kind": (*["400", "403", "404", "410", "500", "304"], "x"), "content": (*WORDS, "x" * 300),
                "status": (200, 201, 204, 299, 404, 418, 500, 599, 600, 99, "abc"),
                "content_type": ("text/plain", "text/html; charset=latin-1", "x", "a/b; charset=\"utf-16\""),
                "reason": ("Fine", "Très bien", ""), "charset": ("utf-8", "latin-1", "utf-16", "none"),
                "parts": (1,), "write": (1,), "twice": (1,), "delete": ("content-type", "X-A", "nope"),
                "vary": ("Cookie", "*", "accept"), "max_age": (5,), "private": (1,), "serialize": (1,),
            },
            0.18,
        )  # fmt: skip
        extra = "&".join(f"header={quote(each)}" for each in self.some(headers, 2))
        return self.case(f"/response/?{query}&{extra}", self.one("GET", "GET", "HEAD"))

    def about_json(self) -> Case:
        options = {"list": (1,), "unsafe": (1,), "indent": (1,), "status": (201, 404, 500)}
        return self.case(f"/json/?{self.query(options)}")

    def about_redirects(self) -> Case:
        to = self.one("/echo/", "//evil.org", "http://a.b/c d", "javascript:alert(1)", "x\r\ny", "/é?ü=1",
                      "mailto:a@b", "ftp://x/y", "", "http://[::1", "int", "?q", "data:text/html,x",
                      "../up", "HTTP://X", "/" + "x" * 2100, " /lead")  # fmt: skip
        query = self.query(
            {"how": ("permanent", "shortcut", "named", "resolve", "preserve"), "permanent": (1,)},
            0.7,
        )
        path = self.one(
            f"/redirect/?to={quote(to)}&{query}", f"/redirect/?to={quote(to)}&{query}", "/gone/",
            f"/go/{self.one('1', 'x')}/?{self.piece()}", f"/go-url/{self.word()}/",
            "/class-redirect/?a=b",
        )  # fmt: skip
        return self.case(path, self.one("GET", "HEAD", "POST", "OPTIONS", "PUT"))

    def about_streams(self) -> Case:
        count = self.one(0, 1, 3, 50)
        path = self.one(
            f"/stream/?count={count}", f"/astream/?count={count}&status={self.one(200, 404, 206)}",
            f"/stream/?count={count}&type=text/html", "/raise/?what=late",
        )  # fmt: skip
        return self.case(path, self.one("GET", "HEAD"))

    def about_files(self) -> Case:
        query = self.query(
            {
                "name": ("site.css", "deep/data.bin", "page.html", "deep/odd name.txt"),
                "skip": (3, 99999), "as": ("x.txt", "ü.pdf", 'q".tar.gz', "a\nb"), "attach": (1,),
                "content_type": ("text/x",),
            }
        )  # fmt: skip
        names = ("site.css", "deep/data.bin", "deep/odd%20name.txt", "deep/", "deep", "", "nowhere.txt",
                 "../settings.py", "%2e%2e/settings.py", "deep/../site.css", "/etc/passwd", "deep//data.bin",
                 "deep%5Cdata.bin", "%00", "page.html/", "./site.css")  # fmt: skip
        path = self.one(
            f"/file/?{query}", f"/static/{self.one(*names)}", f"/browse/{self.one(*names)}"
        )
        headers = []
        if self.maybe(0.3):
            headers.append(("If-Modified-Since", self.one("Sat, 01 Jan 2050 00:00:00 GMT", "x")))
        return self.case(path, self.one("GET", "GET", "HEAD"), headers)

    def about_errors(self) -> Case:
        what = self.one(
            "404", "403", "400", "suspicious", "value", "exit", "none", "coroutine", "text"
        )
        path = self.one(f"/raise/?what={what}", f"/raise/?what={what}", "/araise/?what=" + what,
                        "/rendered/", "/rendered/?fails=1", "/json/?status=x")  # fmt: skip
        if path.endswith("=text"):
            path = "/raise/?what=404"
        return self.case(path, self.one("GET", "POST", "HEAD"))

    def about_caching(self) -> Case:
        path = self.one("/cached/control/", "/cached/private/", "/cached/never/", "/cached/vary/",
                        "/cached/cookie/", "/cached/both/", "/cached/none/", "/frames/exempt/", "/gzip/",
                        "/frames/deny/", "/frames/same/", "/frames/none/")  # fmt: skip
        encoding = self.one("gzip", "gzip;q=0", "x-gzip", "br, gzip", "")
        return self.case(path, self.one("GET", "HEAD"), [("Accept-Encoding", encoding)])


# Signed with the project's keys at the frozen time: good ones, old ones, and by the fallback key.
SIGNED: tuple[str, ...] = (
    "v:1uQowS:iEUm9f5ib2DXaCnRh4YIFOlsz9HddNaFmt6c9L0Rsy8",
    "pepper one:1uQowS:YeqmZfSJwLSCdey9oJkToD15Q6YYJWGTwRTMeVFDtNM",
    "old:1uQogK:UmCzYLAANMNbfnW2hwIX_2fxzE5Cstlt3WKOuSlPPBM",
    "eyJhIjpbMSwyXX0:1uQowS:-nVxkqo-kOtYYjeh57q6oSjoklHD8v44viLVnFxvGzk",
    ".eJyrVkpUslKqGCZAqRYAvw9f3A:1uQowS:kzC6fJF-TgHhpep09z6rJJUyOSbAjOB108DzeLvuL1M",
    "plain:36WcJ6ajtCtpNXYqH-qym8AWQuNKB2riptlpt17e_7U",
    "plain:34RoC65SOk-1KoirfM6a-WDqPiKMNshnWLiE0uWWtRg",
    "by the key before:1uQowS:ANfLQzsAdTcE5VLB8NdO6iYYQexUyPOd3uvXAyM2UIM",
    "eyJrIjoxfQ:1uQowS:gfOk5EKwdsYDtFPdIuylErlGH-YaC2w_MKgPuOdy_Qg",
    "bad:Jf2SgfwNVvFmME0MeybBogn9G2bHF7ZxekzE-fQUu9A",
)


def cases(variant: str, count: int, seed: str = "0") -> list[Case]:
    """`count` requests for a variant of the settings."""
    drawer = Drawer(f"{seed} {variant}")
    drawn = [case for case, _ in zip(drawer.draw(), range(count), strict=False)]
    if variant == "debug":
        # Only the machine itself is let in there.
        for case in drawn:
            if drawer.maybe(0.95) and not any(
                name.lower() == "host" for name, _ in case["headers"]
            ):
                case["headers"].append(["Host", drawer.one("localhost", "127.0.0.1:8000")])
    return drawn
