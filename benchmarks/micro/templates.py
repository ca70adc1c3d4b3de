"""Templates: rendering beside Django and Jinja2, compiling beside Django's parser.

All contenders are in one process and take turns; what they render is compared before anything is
measured. Jinja2 gets the templates in its own words, with autoescaping on. Templates come from each
engine's loader of templates in memory, cached. ``scripts/bench templates --help`` tells the options.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
import tempfile
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.measure import Report, agree, arguments, by_turns, calls, finish, versions

DISTRIBUTIONS = ("vivace", "Django", "Jinja2", "MarkupSafe")
# What is hot is compiled once more; nothing is measured before that.
WARM_UP = 20


class Thing:
    """A row of data as an application has it: an object with attributes."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


# ---------------------------------------------------------------------- templates

FORTUNES = """<!DOCTYPE html>
<html>
<head><title>Fortunes</title></head>
<body>
<table>
<tr><th>id</th><th>message</th></tr>
{% for fortune in fortunes %}
<tr><td>{{ fortune.id }}</td><td>{{ fortune.message }}</td></tr>
{% endfor %}
</table>
</body>
</html>
"""

TABLE = """<table>
{% for row in table %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>
"""

BASE = """<!DOCTYPE html>
<html lang="{{ language }}">
<head><title>{% block title %}{{ site.name }}{% endblock %}</title>
<meta name="description" content="{{ site.description }}">{% block head %}{% endblock %}</head>
<body class="{{ theme }} {{ user.style }}">
<header><a href="{{ site.home }}">{{ site.name|upper }}</a> <i>{{ site.slogan|title }}</i>
{% if user.name %}<b>{{ user.name }}</b> ({{ user.role|lower }}){% else %}<a>log in</a>{% endif %}
</header>
<nav>{% block nav %}<a href="{{ nav.home }}">{{ nav.home_label }}</a>
<a href="{{ nav.news }}">{{ nav.news_label }}</a>{% endblock %}</nav>
<main>{% block content %}{% endblock %}</main>
<aside>{% block aside %}<p>{{ aside_text }}</p>{% endblock %}</aside>
<footer>{% block footer %}{{ site.owner|title }} {{ site.year }} {{ site.contact }}
{% endblock %}</footer>
</body>
</html>
"""

SECTION = """{% extends "base.html" %}
{% block title %}{{ section.title }} - SUPER{% endblock %}
{% block nav %}SUPER<a href="{{ section.url }}">{{ section.title|capfirst }}</a>{% endblock %}
{% block content %}<h1>{{ section.title|upper }}</h1><p>{{ section.intro }}</p>
{% block body %}{% endblock %}
<p>{{ section.count }} {{ section.unit|lower }}</p>{% endblock %}
{% block aside %}<h2>{{ section.editor|title }}</h2>SUPER{% endblock %}
"""

PAGE = """{% extends "section.html" %}
{% block head %}<link rel="canonical" href="{{ page.url }}">{% endblock %}
{% block body %}<article id="a{{ page.id }}" class="{{ page.kind|lower }}">
<h2>{{ page.title|title }}</h2><h3>{{ page.subtitle|capfirst }}</h3>
<address>{{ author.name|title }} {{ author.mail }} {{ author.city|upper }}</address>
{% if page.draft %}<p>{{ page.draft_note }}</p>{% endif %}
<p>{{ page.lead }}</p><p>{{ page.text }}</p>
<dl><dt>{{ page.words|length }}</dt><dd>{{ page.minutes }}</dd><dt>{{ page.likes|default(0) }}</dt></dl>
<p>{{ page.note|default("none") }}</p>
<p>{{ page.licence }} {{ page.version }} {{ page.source }}</p>
</article>{% endblock %}
"""

LIST = """<ul>
{% for item in items %}{% include "item.html" %}
{% endfor %}</ul>
"""
ITEM = '<li class="{{ item.kind }}"><a href="{{ item.url }}">{{ item.title }}</a> {{ item.count }}</li>'

CUSTOM = """{% load bench %}<ul>
{% for item in items %}<li>{% marked %}{{ item.title }}</li>
{% endfor %}</ul>
"""

URLS = "\n".join(
    '<a href="{% url "item" id=number %}">{% url "list" %}</a>'.replace("number", f"n{n}")
    for n in range(10)
)

SOURCES = {
    "fortunes.html": FORTUNES, "table.html": TABLE, "base.html": BASE, "section.html": SECTION,
    "page.html": PAGE, "list.html": LIST, "item.html": ITEM, "custom.html": CUSTOM, "urls.html": URLS,
}  # fmt: skip


def for_django(source: str) -> str:
    """A template in Django's words."""
    source = re.sub(r"\|default\(([^)]*)\)", r"|default:\1", source)
    return source.replace("SUPER", "{{ block.super }}")


def for_jinja(source: str) -> str:
    """A template in Jinja2's words."""
    source = source.replace("|capfirst", "|first_up").replace("SUPER", "{{ super() }}")
    return re.sub(r"\|default\(([^)]*)\)", r"|default(\1, true)", source)


# ---------------------------------------------------------------------- data


def values() -> dict[str, dict[str, Any]]:
    """The context of each page."""
    messages = (
        "fortune: No such file or directory", "A computer scientist is someone who fixes things.",
        "After enough decimal places, nobody gives a damn.", "A bad random number generator: 1, 1, 1",
        "A computer program does what you tell it to do.", "Emacs is a nice operating system.",
        "Any program that runs right is obsolete.", "A list is only as strong as its weakest link.",
        "Feature: A bug with seniority.", "Computers make very fast, very accurate mistakes.",
        '<script>alert("This should not be displayed in a browser alert box.");</script>',
        "フレームワークのベンチマーク",
    )  # fmt: skip
    words = ("night in paris", "Blue & Green", "so what", "all <of> me", "naima", "giant steps")
    items = [
        Thing(kind="album", url=f"/albums/{n}/", title=words[n % 6], count=n * 17)
        for n in range(100)
    ]
    names = {
        "site": "name description home slogan owner year contact",
        "user": "name role style",
        "nav": "home home_label news news_label",
        "section": "title url intro count unit editor",
        "author": "name mail city",
        "page": "url id kind title subtitle lead text words minutes likes licence version source",
    }
    page: dict[str, Any] = {"language": "en", "theme": "dark", "aside_text": "Upcoming & new"}
    for thing, attributes in names.items():
        page[thing] = Thing(
            **{name: f"{words[len(name) % 6]} {name}" for name in attributes.split()}
        )
    vars(page["page"]).update(id=42, minutes=7, likes=0, note="", draft=False, words=list(words))
    vars(page["section"]).update(count=1234)
    vars(page["site"]).update(year=2024)
    return {
        "fortunes.html": {"fortunes": [Thing(id=n, message=m) for n, m in enumerate(messages, 1)]},
        "table.html": {
            "table": [
                [n, "cell", n * 7, "of text", 3, "a <b>", n, "x", "last", 10] for n in range(1000)
            ]
        },
        "page.html": page,
        "list.html": {"items": items},
        "custom.html": {"items": items, "mark": "★"},
        "urls.html": {f"n{n}": n * 31 for n in range(10)},
    }


# ---------------------------------------------------------------------- contenders


class DjangoLike:
    """Django, or Vivace, which has the same API."""

    def __init__(self, root: str) -> None:
        self.root = root
        conf = importlib.import_module(f"{root}.conf")
        conf.settings.configure(ROOT_URLCONF=self._urlconf(), USE_TZ=True)
        importlib.import_module(root).setup()
        template = importlib.import_module(f"{root}.template")
        self.context = template.Context
        sys.modules[f"bench_library_{root}"] = self._library(template)
        self.engine = self.new_engine()

    def new_engine(self) -> Any:
        """An engine that has no template yet."""
        loaders = f"{self.root}.template.loaders"
        sources = {name: for_django(source) for name, source in SOURCES.items()}
        return importlib.import_module(f"{self.root}.template").Engine(
            loaders=[(f"{loaders}.cached.Loader", [(f"{loaders}.locmem.Loader", sources)])],
            libraries={"bench": f"bench_library_{self.root}"},
        )

    def _urlconf(self) -> str:
        path = importlib.import_module(f"{self.root}.urls").path

        def view(request: Any) -> None:
            pass

        module = types.ModuleType(f"bench_urls_{self.root}")
        module.urlpatterns = [  # type: ignore[attr-defined]
            *(path(f"other{n}/<int:id>/", view, name=f"other{n}") for n in range(50)),
            path("items/", view, name="list"),
            path("items/<int:id>/", view, name="item"),
        ]
        sys.modules[module.__name__] = module
        return module.__name__

    def _library(self, template: Any) -> types.ModuleType:
        class Marked(template.Node):  # type: ignore[misc]
            def render(self, context: Any) -> str:
                return f"{context['mark']}{context['forloop']['counter']} {context['item'].count} "

        module = types.ModuleType("bench_library")
        module.register = template.Library()  # type: ignore[attr-defined]
        module.register.tag("marked", lambda parser, token: Marked())  # type: ignore[attr-defined]
        return module

    def page(self, name: str, data: dict[str, Any]) -> Callable[[], str]:
        template, context = self.engine.get_template(name), self.context
        return lambda: template.render(context(data))

    def load(self, name: str) -> Callable[[], Any]:
        """Loading a template that was stored, as a process does that has just started."""
        engine = self.engine
        (loader,) = engine.template_loaders

        def load() -> Any:
            loader.reset()
            return engine.get_template(name)

        template = load()
        for _ in range(WARM_UP):
            template.render(self.context())
        if load()._program is None:
            raise LookupError(f"{name} is not on disk")
        return load

    def parse(self, source: str) -> Callable[[], Any]:
        """Parsing; of Vivace compiling too, which it does when it first renders."""
        from_string, context = self.engine.from_string, self.context
        if self.root == "django":
            return lambda: from_string(source)
        return lambda: from_string(source).render(context())


class Jinja:
    """Jinja2, as it is documented for the web."""

    def __init__(self) -> None:
        jinja2 = importlib.import_module("jinja2")
        sources = {
            name: for_jinja(source) for name, source in SOURCES.items() if "load" not in source
        }
        sources.pop("urls.html")
        self.environment = jinja2.Environment(
            loader=jinja2.DictLoader(sources), autoescape=True, keep_trailing_newline=True
        )
        self.environment.filters["first_up"] = lambda text: text and text[0].upper() + text[1:]

    def page(self, name: str, data: dict[str, Any]) -> Callable[[], str] | None:
        if name not in self.environment.loader.mapping:
            return None
        template = self.environment.get_template(name)
        return lambda: template.render(data)


@dataclass
class Work:
    """A page, and how many times as long the peers should take."""

    title: str
    page: str
    bars: dict[str, float] = field(default_factory=dict)


WORK = (
    Work("fortunes, 12 rows", "fortunes.html", {"Django": 18, "Jinja2": 3.2}),
    Work("table of 1000 × 10", "table.html", {"Django": 50, "Jinja2": 4.5}),
    Work("inheritance, three levels", "page.html", {"Django": 15, "Jinja2": 3.2}),
    Work("include in a loop of 100", "list.html", {"Django": 40, "Jinja2": 9}),
    Work("loop of 100 around a custom node", "custom.html", {"Django": 6}),
    Work("{% url %}, 20 times", "urls.html", {"Django": 30}),
)


def same_text(text: str) -> str:
    """Entities in one spelling."""
    return text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


class Templates:
    """The benchmark."""

    def __init__(self, report: Report, options: argparse.Namespace) -> None:
        self.report, self.options = report, options
        self.vivace, self.django, self.jinja = DjangoLike("vivace"), DjangoLike("django"), Jinja()

    def run(self) -> None:
        data = values()
        for work in WORK:
            if self.options.only in work.title:
                self.render(work, data[work.page])
        if self.options.only in "cold compile":
            self.compile()
        if self.options.only in "warm from disk":
            self.warm()

    def render(self, work: Work, data: dict[str, Any]) -> None:
        contenders = {"Vivace": self.vivace, "Django": self.django, "Jinja2": self.jinja}
        pages = {name: contender.page(work.page, data) for name, contender in contenders.items()}
        given = {name: page for name, page in pages.items() if page is not None}
        for page in given.values():
            for _ in range(WARM_UP):
                page()
        wrong = agree((name, same_text(page())) for name, page in given.items())
        self.report.disagreements += [f"{work.title}: {line[:400]}" for line in wrong]
        times = by_turns(
            {name: calls(page) for name, page in given.items()},
            rounds=self.options.rounds,
            turn_ms=self.options.turn_ms,
        )
        self.report.table(work.title, times, to=["Vivace"])
        for peer, least in work.bars.items():
            self.report.bar(
                f"{work.title}: {peer} ÷ Vivace", times.ratio(peer, "Vivace"), at_least=least
            )

    def compile(self) -> None:
        for name in ("fortunes.html", "page.html", "section.html", "item.html"):
            # Without its parent, so that both have the same to read.
            source = (
                for_django(SOURCES[name]).partition("%}\n")[2]
                if "extends" in SOURCES[name]
                else (for_django(SOURCES[name]))
            )
            source = source.replace("{{ block.super }}", "")
            turns = {
                "Vivace": calls(self.vivace.parse(source)),
                "Django": calls(self.django.parse(source)),
            }
            times = by_turns(turns, rounds=self.options.rounds, turn_ms=self.options.turn_ms)
            title = f"cold compile, {name} (Django: parse only)"
            self.report.table(title, times, to=["Django"])
            self.report.bar(title, times.ratio("Vivace", "Django"), at_most=2.5)

    def warm(self) -> None:
        for name in ("fortunes.html", "table.html", "item.html", "page.html"):
            turns = {
                "Vivace": calls(self.vivace.load(name)),
                "Django": calls(self.django_load(name)),
            }
            times = by_turns(turns, rounds=self.options.rounds, turn_ms=self.options.turn_ms)
            title = f"warm from disk, {name} (Django: read and parsed)"
            self.report.table(title, times, to=["Vivace"])
            self.report.bar(f"{title}, µs", times.median("Vivace") / 1000, at_most=60)

    def django_load(self, name: str) -> Callable[[], Any]:
        (loader,) = self.django.engine.template_loaders

        def load() -> Any:
            loader.reset()
            return self.django.engine.get_template(name)

        return load


def main() -> int:
    options = arguments(__doc__ or "")
    report = Report("templates", versions(*DISTRIBUTIONS))
    print(", ".join(f"{name} {each}" for name, each in report.versions.items()))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VIVACE_TEMPLATE_CACHE"] = folder
        Templates(report, options).run()
    return finish(report, options)


if __name__ == "__main__":
    sys.exit(main())
