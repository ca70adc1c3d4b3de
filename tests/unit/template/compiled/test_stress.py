"""One template, rendered by many threads and many tasks at once: each gets its own page."""

from __future__ import annotations

import asyncio
import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from vivace.template import Context, Engine, Library, Node
from vivace.utils import timezone, translation

THREADS = 12
RENDERINGS = 40

SOURCES = {
    "base": "<title>{% block title %}{{ who }}{% endblock %}</title>{% block body %}{% endblock %}",
    "row": "{{ forloop.counter }}{{ row.name|upper }}{{ row.n|add:1 }}",
    "main": """{% extends "base" %}{% load stress %}
{% block title %}{{ block.super }} & {{ who|title }}{% endblock %}
{% block body %}{% for row in rows %}
  {% cycle "odd" "even" %} {% ifchanged row.group %}{{ row.group }}{% endifchanged %}
  {% remember row.name %}{{ remembered }} {% include "row" with who=row.n only %}{% include "row" %}
  {% with a=row.name b=who %}{{ a }}{{ b }}{% endwith %}{% firstof nothing row.name as f %}{{ f }}
{% endfor %}{% regroup rows by group as groups %}
{% for g in groups %}{{ g.grouper }}{{ g.list|length }}{% endfor %}
{% filter lower %}{{ who }}{% endfilter %}{% endblock %}""",
}

register = Library()


class Remember(Node):
    def __init__(self, value: Any) -> None:
        self.value = value

    def render(self, context: Any) -> str:
        context["remembered"] = self.value.resolve(context)
        return ""


@register.tag
def remember(parser: Any, token: Any) -> Node:
    return Remember(parser.compile_filter(token.split_contents()[1]))


def new_template() -> Any:
    loaders = [("vivace.template.loaders.locmem.Loader", SOURCES)]
    loaders = [("vivace.template.loaders.cached.Loader", loaders)]
    return Engine(loaders=loaders, libraries={"stress": __name__}).get_template("main")


def values(number: int) -> dict[str, Any]:
    rows = [{"name": f"<n{number}-{i}>", "n": number + i, "group": i // 2} for i in range(7)]
    return {"who": f"visitor {number}", "rows": rows}


def by_nodes(number: int) -> str:
    """The page as the parsed nodes make it."""
    template = new_template()
    context = Context(values(number))
    with context.render_context.push_state(template), context.bind_template(template):
        return str(template.nodelist.render(context))


def test_threads_get_their_own_pages() -> None:
    template = new_template()
    wanted = [by_nodes(number) for number in range(THREADS)]
    # All begin with the first rendering, which compiles, and pass together where it is compiled anew.
    barrier = threading.Barrier(THREADS)

    def visit(number: int) -> list[str]:
        barrier.wait()
        return [template.render(Context(values(number))) for _ in range(RENDERINGS)]

    with ThreadPoolExecutor(THREADS) as pool:
        pages = list(pool.map(visit, range(THREADS)))
    for number, got in enumerate(pages):
        assert set(got) == {wanted[number]}


def test_threads_may_differ_in_autoescaping() -> None:
    template = Engine().from_string("{% for x in list %}{{ x }}{% endfor %}")
    barrier = threading.Barrier(THREADS)

    def visit(number: int) -> set[str]:
        barrier.wait()
        contexts = (
            Context({"list": ["<a>"]}, autoescape=number % 2 == 0) for _ in range(RENDERINGS)
        )
        return {template.render(context) for context in contexts}

    with ThreadPoolExecutor(THREADS) as pool:
        pages = list(pool.map(visit, range(THREADS)))
    assert pages == [{"&lt;a&gt;"}, {"<a>"}] * (THREADS // 2)


MOMENT = datetime.datetime(2024, 1, 1, 12, tzinfo=datetime.UTC)
PLACES = [
    ("en", "UTC", "12:00"),
    ("de", "Asia/Tokyo", "21:00"),
    ("fr", "America/New_York", "07:00"),
]


@pytest.mark.parametrize("tasks", [30])
def test_tasks_keep_their_language_and_time_zone(tasks: int) -> None:
    source = (
        "{% load i18n %}{% get_current_language as at %}{{ at }} {{ moment|date:'H:i' }} {{ who }}"
    )
    template = Engine(libraries={"i18n": "vivace.templatetags.i18n"}).from_string(source)

    async def visit(number: int) -> None:
        language, zone, time = PLACES[number % len(PLACES)]
        translation.activate(language)
        timezone.activate(zone)
        for _ in range(RENDERINGS):
            await asyncio.sleep(0)
            context = Context({"moment": MOMENT, "who": f"<{number}>"}, use_tz=True)
            assert template.render(context) == f"{language} {time} &lt;{number}&gt;"

    async def all_of_them() -> None:
        await asyncio.gather(*(asyncio.create_task(visit(n)) for n in range(tasks)))

    asyncio.run(all_of_them())
