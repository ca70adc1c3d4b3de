"""What Django's URL resolver answers: ``tests/golden/urls.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/urls.py``. It invents URLconfs as
plain data, and paths and names to ask them for; the record holds the questions with the answers, so
that the test needs no luck to ask the same. `ask` puts the questions to the framework named by `root`.
"""

from __future__ import annotations

import importlib
import json
import random
import re
import sys
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "urls.json"
SEED = 5_2_19
URLCONFS = 110

WORDS = ["a", "b", "ab", "list", "x-1", "12", "7", "new.html", "é", "a b"]
ROUTES = [
    "<int:{}>",
    "<str:{}>",
    "<slug:{}>",
    "<uuid:{}>",
    "<path:{}>",
    "<{}>",
    "<golden_even:{}>",
]
REGEXES = [
    r"(?P<{}>\d+)",
    r"(?P<{}>[^/]+)",
    r"(?P<{}>[a-z]{{1,2}})",
    r"(?:(?P<{}>\d)/)?",
    r"(?P<{}>\w+)?",
    r"(\d+)",
    r"(\w+)",
    r"((a)b)?",
    r"(?:ab)+",
    r"[ab]{{2}}",
    r"\d",
    r"x*",
    r"\.",
    r"(?=a)",
]
NAMES = ["x", "y", "z"]
TEXTS = [
    "a",
    "b",
    "ab",
    "1",
    "12",
    "44",
    "007",
    "٣",
    "A",
    "",
    "a.b",
    "x-1",
    "a\n",
    "list",
    "new.html",
]
UUID = "12345678-1234-4234-8234-123456789abc"
DEFAULTS = [None, None, None, None, {"x": "d"}, {"d": 1}, {"y": "a", "e": 2}]


class EvenConverter:
    """A converter whose pattern takes more than it converts, in both directions."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValueError
        return int(value)

    def to_url(self, value: Any) -> str:
        if int(value) % 2:
            raise ValueError
        return str(value)


def view(request: Any, *args: Any, **kwargs: Any) -> None:
    """The only view."""


# --- asking ------------------------------------------------------------------------------------


class Asked:
    """One framework's routing."""

    def __init__(self, root: str) -> None:
        self.urls = importlib.import_module(f"{root}.urls")
        converters = importlib.import_module(f"{root}.urls.converters")
        # Not through register_converter, which warns the second time.
        converters.REGISTERED_CONVERTERS["golden_even"] = EvenConverter()
        converters.get_converters.cache_clear()
        # Django keeps the converters of a route for all patterns of that text, and adds to them those
        # of an include around: without this, one case would answer with what another one left.
        resolvers = importlib.import_module(f"{root}.urls.resolvers")
        getattr(resolvers._route_to_regex, "cache_clear", lambda: None)()

    def entry(self, spec: dict[str, Any]) -> Any:
        make = self.urls.re_path if spec["regex"] else self.urls.path
        if "below" not in spec:
            return make(spec["route"], view, spec["defaults"], spec["name"])
        below = [self.entry(inner) for inner in spec["below"]]
        arg = (below, spec["app"]) if spec["app"] else below
        return make(spec["route"], self.urls.include(arg, spec["namespace"]), spec["defaults"])

    def resolve(self, urlconf: Any, path: str) -> Any:
        try:
            match = self.urls.resolve(path, urlconf)
        except self.urls.Resolver404 as error:
            told = error.args[0]
            return {"miss": told["path"], "tried": _tried(told.get("tried"))}
        except Exception as error:
            return _error(error)
        return {
            "match": repr(match).replace(f"{view.__module__}.view", "view"),
            "view_name": match.view_name.replace(f"{view.__module__}.view", "view"),
            "tried": _tried(match.tried),
        }

    def reverse(self, urlconf: Any, name: str, args: Any, kwargs: Any, current_app: Any) -> Any:
        try:
            return self.urls.reverse(name, urlconf, args, kwargs, current_app)
        except Exception as error:
            return _error(error)


def _tried(tried: Any) -> Any:
    if tried is None:
        return None
    last = [str(pattern.pattern) for pattern in tried[-1]] if tried else []
    return [len(tried), last]


def _error(error: Exception) -> dict[str, str]:
    return {"error": type(error).__name__, "message": str(error)}


def ask(root: str, case: dict[str, Any]) -> dict[str, Any]:
    """The answers of the framework `root` to the questions of `case`, in their order."""
    asked = Asked(root)
    urlconf = tuple(asked.entry(spec) for spec in case["urlconf"])
    return {
        "resolve": [asked.resolve(urlconf, path) for path in case["paths"]],
        "reverse": [asked.reverse(urlconf, *question) for question in case["names"]],
    }


# --- inventing ---------------------------------------------------------------------------------


def _pattern(rng: random.Random, pieces: list[str], ends: list[str]) -> str:
    left = iter(rng.sample(NAMES, len(NAMES)))
    text = ""
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3])):
        piece = rng.choice([rng.choice(WORDS), rng.choice(pieces)])
        if piece in WORDS:
            is_regex = pieces is REGEXES
            piece = piece.replace(".", r"\.") if is_regex else piece
        else:
            piece = piece.format(next(left))
        text += piece + rng.choice(ends)
    return text


def _entry(rng: random.Random, depth: int) -> dict[str, Any]:
    regex = rng.random() < 0.4
    is_include = depth > 0 and rng.random() < 0.45
    route = _pattern(rng, REGEXES if regex else ROUTES, ["/", "/", "/", "", "-"])
    if regex:
        route = rng.choice(["^", "^", "^", ""]) + route
        route += "" if is_include else rng.choice(["$", "$", "", r"\Z"])
    spec: dict[str, Any] = {"regex": regex, "route": route, "defaults": rng.choice(DEFAULTS)}
    if is_include:
        spec["app"] = rng.choice([None, None, "app", "shop"])
        spec["namespace"] = rng.choice([None, "one", "two"]) if spec["app"] else None
        spec["below"] = [_entry(rng, depth - 1) for _ in range(rng.randint(1, 3))]
    else:
        spec["name"] = rng.choice([None, "n", "m", "k"])
    return spec


def _near(rng: random.Random, spec: dict[str, Any]) -> str:
    """A path that `spec` may match, made by filling its pattern in."""
    text = spec["route"].strip("^$").removesuffix(r"\Z")
    for piece in sorted([*ROUTES, *REGEXES], key=len, reverse=True):
        for name in NAMES:
            filled = piece.format(name)
            while filled in text:
                value = UUID if "uuid" in piece else rng.choice(TEXTS)
                text = text.replace(filled, value, 1)
    text = text.replace("\\", "")
    if "below" in spec and rng.random() < 0.9:
        text += _near(rng, rng.choice(spec["below"]))
    return text


def _paths(rng: random.Random, urlconf: list[dict[str, Any]]) -> list[str]:
    paths = {"/", ""}
    while len(paths) < 16:
        path = "/" + _near(rng, rng.choice(urlconf))
        if rng.random() < 0.25:
            path += rng.choice(["\n", "/", "a", "/12/"])
        if rng.random() < 0.1:
            path = path[:-1]
        paths.add(path if rng.random() < 0.95 else "/" + "/".join(rng.choices(TEXTS, k=3)))
    return sorted(paths)


def _values(rng: random.Random) -> Any:
    return rng.choice(
        [1, 2, "a", "ab", "b/c", "12", "x y", "é", "", UUID, None, True, "//h", "%2F"]
    )


FITTING = {"int": 5, "even": 4, "uuid": UUID, "path": "p/q", r"\d": "7", "a-z": "q"}


def _fitting(rng: random.Random, urlconf: list[dict[str, Any]]) -> list[Any]:
    """A question for some view of `urlconf`, mostly with as many and such arguments as it takes."""
    spec = rng.choice(urlconf)
    chain = [spec]
    while "below" in chain[-1]:
        chain.append(rng.choice(chain[-1]["below"]))
    spaces = [each["namespace"] or each["app"] for each in chain if each.get("app")]
    name = ":".join([*spaces, chain[-1].get("name") or "n"])
    values: dict[str, Any] = {}
    unnamed = []
    for piece in re.findall(
        r"<[^<>]+>|\(\?P<[^()]*\)|\(\\?[^()?]*\)", "".join(e["route"] for e in chain)
    ):
        value: Any = "a"
        for part, fit in FITTING.items():
            value = fit if part in piece else value
        value = value if rng.random() < 0.9 else _values(rng)
        if found := re.search(r"(\w+)>", piece):
            values[found[1]] = value
        else:
            unnamed.append(value)
    if rng.random() < 0.5 or unnamed:
        return [name, [*values.values(), *unnamed], {}, None]
    return [name, [], values, rng.choice([None, *spaces])]


def _names(rng: random.Random, urlconf: list[dict[str, Any]]) -> list[list[Any]]:
    questions = [_fitting(rng, urlconf) for _ in range(12)]
    for _ in range(5):
        name = rng.choice(["n", "m", "k", "n", "m", "nope"])
        spaces = rng.choice(["", "", "", "app:", "shop:", "one:", "two:", "app:shop:", "none:"])
        args = [_values(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
        kwargs = {key: _values(rng) for key in rng.sample([*NAMES, "d"], rng.randint(0, 2))}
        if rng.random() < 0.95:
            args, kwargs = (args, {}) if rng.random() < 0.5 else ([], kwargs)
        questions.append(
            [spaces + name, args, kwargs, rng.choice([None, None, "one", "two", "app:one"])]
        )
    return questions


def cases() -> list[dict[str, Any]]:
    """The invented questions."""
    rng = random.Random(SEED)
    found = []
    for _ in range(URLCONFS):
        urlconf = [_entry(rng, 2) for _ in range(rng.randint(2, 6))]
        found.append(
            {"urlconf": urlconf, "paths": _paths(rng, urlconf), "names": _names(rng, urlconf)}
        )
    return found


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(SECRET_KEY="golden", ROOT_URLCONF=__name__)
    django.setup()
    record = []
    for case in cases():
        answers = ask("django", case)
        record.append({**case, "answers": answers})
    lines = ",\n".join(json.dumps(case) for case in record)
    OUTPUT.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    count = sum(len(case["paths"]) + len(case["names"]) for case in record)
    sys.stdout.write(f"{count} observations, Django {django.get_version()}\n")


if __name__ == "__main__":
    main()
