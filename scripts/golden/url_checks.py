"""Ask Django what its checks say of many URL patterns: run where Django 5.2 is installed.

Writes tests/golden/url_checks.json: ``[[kind, route, appended slashes, messages], ...]``, a message
being ``[class, id, msg, hint]``.
"""

import json
import pathlib

import django
from django.conf import settings
from django.core.checks.urls import check_resolver
from django.test.utils import override_settings
from django.urls import include, path, re_path

ROUTES = [
    *(
        "a/",
        "^b/$",
        "/c/",
        "(?P<x>)",
        "<int:x",
        "x<y",
        "a>",
        "/^<x$",
        "<a>>",
        "><",
        "a<b>c<d",
        ">>",
    ),
    *("<", "<>", "/x>", "^/a", "/", "", "/a", "a$", "<int:x>/<", "/<int:x>", "/<slug:s>/", "a:b"),
]
REGEXES = [
    *("a/", "^b/$", "/c/", "^/d", "^/", "/$", "^c$", r"^c\$", r"\/x", "^$|^\\.x", "", "^(?P<x>a)$"),
]


def view(request, **kwargs):
    pass


def patterns(kind, route):
    if kind == "path":
        return path(route, view)
    if kind == "named path":
        return path(route, view, name="a:b")
    if kind == "included path":
        return path(route, include([path("x", view)]))
    if kind == "re_path":
        return re_path(route, view)
    return re_path(route, include([path("x", view)]))


def main() -> None:
    settings.configure()
    django.setup()
    answers = []
    for kinds, routes in [
        (("path", "named path", "included path"), ROUTES),
        (("re_path", "included re_path"), REGEXES),
    ]:
        for kind in kinds:
            for route in routes:
                for append_slash in (True, False):
                    with override_settings(APPEND_SLASH=append_slash):
                        found = check_resolver(patterns(kind, route))
                    messages = [[type(m).__name__, m.id, m.msg, m.hint] for m in found]
                    answers.append([kind, route, append_slash, messages])
    target = pathlib.Path(__file__).parents[2] / "tests/golden/url_checks.json"
    target.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
