"""The compiled router against the walking resolver, which is what a URLconf means."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vivace.urls import Resolver404, converters, include, path, re_path
from vivace.urls.resolvers import URLPattern, URLResolver, get_resolver
from vivace.urls.router import Router, router_for


class EvenConverter:
    """Converts even numbers only, so that its pattern matches where it does not."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number % 2:
            raise ValueError(value)
        return number

    def to_url(self, value: Any) -> str:
        return str(value)


class TwoPartsConverter:
    """Takes a slash into a parameter."""

    regex = "[a-z]+/[a-z]+"

    def to_python(self, value: str) -> list[str]:
        return value.split("/")

    def to_url(self, value: Any) -> str:
        return "/".join(value)


# Without `register_converter`: what a test registers would stay registered for all others.
converters.REGISTERED_CONVERTERS.update(router_even=EvenConverter(), router_two=TwoPartsConverter())
converters.get_converters.cache_clear()


def view(request: Any, *args: Any, **kwargs: Any) -> None:
    pass


class ShoutingPattern(URLPattern):
    """A pattern of a class that the compiler does not know."""

    def resolve(self, path: str) -> Any:
        match = super().resolve(path.lower())
        return match


WORDS = ["a", "b", "ab", "a-b", "1", "12", "7", "x1", "a.b"]
PARAMETERS = ["<int:{}>", "<str:{}>", "<slug:{}>", "<uuid:{}>", "<path:{}>", "<{}>"]
PARAMETERS += ["<router_even:{}>", "<router_two:{}>"]
GROUPS = [
    r"(?P<{}>\d+)",
    r"(?P<{}>[^/]+)",
    r"(?P<{}>[a-z]*)",
    r"(?:(?P<{}>\d)/)?",
    r"(\d+)",
    r"(\w+)",
    r"(a)?",
    r"(?:a|b)",
    r"[ab]",
    r"ab?",
    r"a*",
    r"\d{1,2}",
    r"\.",
]
NAMES = ["x", "y", "z"]
DEFAULTS = [None, None, None, {"x": "default"}, {"d": 1}, {"y": 2, "e": 3}]

names = st.sampled_from(NAMES)
words = st.sampled_from(WORDS)
separators = st.sampled_from(["/", "/", "/", "", "-"])


def unique(pieces: list[str]) -> list[str]:
    """`pieces` with names filled in, each used once in a pattern."""
    left = iter(NAMES)
    filled = []
    for piece in pieces:
        if "{}" in piece:
            name = next(left, None)
            if name is None:
                continue
            piece = piece.replace("{}", name)
        filled.append(piece)
    return filled


@st.composite
def routes(draw: Any) -> str:
    pieces = draw(st.lists(st.one_of(words, st.sampled_from(PARAMETERS)), min_size=0, max_size=3))
    return "".join(piece + draw(separators) for piece in unique(pieces))


@st.composite
def regexes(draw: Any) -> str:
    pieces = draw(
        st.lists(
            st.one_of(words.map(lambda word: word.replace(".", r"\.")), st.sampled_from(GROUPS)),
            max_size=3,
        )
    )
    text = ""
    grew = False
    for piece in unique(pieces):
        # Two that grow, side by side, are tried with each length of both: too many for a long segment.
        grows = "+" in piece or "*" in piece
        separator = draw(separators)
        text += ("/" if grows and grew else "") + piece + separator
        grew = not separator and (grows or grew)
    start = draw(st.sampled_from(["^", "^", "^", ""]))
    return start + text + draw(st.sampled_from(["$", "$", "", r"\Z"]))


@st.composite
def entries(draw: Any, depth: int) -> Any:
    kind = draw(st.integers(0, 9))
    defaults = draw(st.sampled_from(DEFAULTS))
    if depth and kind < 4:
        below = draw(st.lists(entries(depth - 1), max_size=3))
        inner = draw(st.sampled_from([below, (below, "app")]))
        if kind == 0:
            return re_path(draw(regexes()).removesuffix("$"), include(inner), defaults)
        return path(draw(routes()), include(inner), defaults)
    if kind == 4:
        foreign = path(draw(routes()), view, defaults)
        return ShoutingPattern(foreign.pattern, view, defaults, "shouting")
    if kind < 7:
        return re_path(draw(regexes()), view, defaults, name=draw(names))
    return path(draw(routes()), view, defaults, name=draw(names))


@st.composite
def urlconfs(draw: Any) -> tuple[Any, ...]:
    return tuple(draw(st.lists(entries(2), min_size=1, max_size=8)))


def texts_of(entry: Any) -> list[str]:
    """Paths that come near what `entry` matches."""
    own = str(entry.pattern)
    for pattern in [*PARAMETERS, *GROUPS]:
        for name in NAMES:
            own = own.replace(pattern.replace("{}", name), "12" if "int" in pattern else "a")
    own = own.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")
    if isinstance(entry, URLResolver):
        return [own, *(own + text for inner in entry.url_patterns for text in texts_of(inner))]
    return [own]


def described(entry: Any) -> Any:
    """`entry` with all that is in it, for the report of a failure."""
    if isinstance(entry, URLResolver):
        below = [described(inner) for inner in entry.url_patterns]
        return str(entry.pattern), entry.default_kwargs, below
    return type(entry).__name__, str(entry.pattern), entry.default_args


def answer(find: Any) -> Any:
    try:
        match = find()
    except Resolver404:
        return None
    return (
        match.func,
        match.args,
        match.kwargs,
        list(match.kwargs),
        match.url_name,
        match.app_names,
        match.namespaces,
        match.route,
        match.captured_kwargs,
        match.extra_kwargs,
    )


def answer_of_router(router: Router, text: str) -> Any:
    def find() -> Any:
        found = router.find(text)
        if found is None:
            raise router.miss(text)
        leaf, args, kwargs = found
        return leaf.resolver_match(args, kwargs, text)

    return answer(find)


segments = st.sampled_from(
    [*WORDS, "", "0", "00", "2", "22", "A", "é", "٣", "a\n", "\n", "a b", "x" * 3]
    + ["12345678-1234-1234-1234-123456789abc", "1" * 4301]
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_find_agrees_with_walking(data: st.DataObject) -> None:
    urlconf = data.draw(urlconfs())
    resolver = get_resolver(urlconf)
    router = router_for(urlconf)
    near = [text for entry in urlconf for text in texts_of(entry)]
    paths = ["/" + text for text in near]
    paths += ["/" + text + extra for text in near[:6] for extra in ("/", "a", "\n", "/12/")]
    paths += ["/" + text[:-1] for text in near]
    paths += ["/" + "/".join(data.draw(st.lists(segments, max_size=5))) for _ in range(8)]
    paths += ["", "/", "a", "//", "a/b"]
    for text in paths:
        expected = answer(lambda text=text: resolver.resolve(text))
        assert answer_of_router(router, text) == expected, (list(map(described, urlconf)), text)
        if text in router.static:
            assert expected is not None
            assert router.static[text].callback is expected[0]
            assert router.static[text].defaults == expected[2]
