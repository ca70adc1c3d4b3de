"""``inspect template``: the generated source beside the places of the template it comes from."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from vivace.management import call_command
from vivace.management.commands.inspect import Command
from vivace.management.exceptions import CommandError
from vivace.template import Context, engines
from vivace.template.compiled.program import Program
from vivace.test import override_settings

PAGES = {
    "base.html": "<title>{% block title %}Site{% endblock %}</title>\n",
    "page.html": '{% extends "base.html" %}\n{% block title %}\n{{ name|upper }}\n{% endblock %}',
    "list.html": "{% for row in rows %}\n{% include 'row.html' %}{% endfor %}",
    "row.html": "<li>{{ row.name }}</li>",
    "left.html": "{% block a %}{{ block }}{% endblock %}",
    "deep.html": "{% for x in l %}" * 60 + "x" + "{% endfor %}" * 60,
    "wrong.html": "\n{% nonsense %}",
    "long.html": "{{ name|default:'" + "x" * 100 + "' }}",
    "odd.html": "{{ name|default:'a\x1b\rb' }}",
    "part.html": "{% partialdef one %}1{% endpartialdef %}",
}


@pytest.fixture(autouse=True)
def _pages(tmp_path: Path) -> Iterator[None]:
    for name, source in PAGES.items():
        (tmp_path / name).write_text(source, newline="")
    backend = "vivace.template.backends.django.DjangoTemplates"
    with override_settings(TEMPLATES=[{"BACKEND": backend, "DIRS": [tmp_path]}]):
        yield


def inspect(*args: str) -> str:
    out = io.StringIO()
    call_command(Command(stdout=out), "template", *args)
    return out.getvalue()


def marks(text: str) -> list[str]:
    """The places, without those at the top that say which template it is."""
    body = text.partition("\n\n")[2]
    lines = (line.strip() for line in body.splitlines())
    return [line for line in lines if line.startswith("#")]


def test_places_of_linked_templates_are_named() -> None:
    text = inspect("page.html")
    assert text.startswith("# page.html\n# ")
    assert "# Linked with it: base.html\n" in text
    assert marks(text) == ["# page.html:3 {{ name|upper }} < base.html:1"]
    assert marks(inspect("list.html")) == [
        "# list.html:1 {% for row in rows %}",
        "# list.html:2 {% include 'row.html' %}",
        "# row.html:1 {{ row.name }} < list.html:2",
    ]


def test_a_mark_stands_above_the_code_of_its_place() -> None:
    lines = inspect("list.html").splitlines()
    (index,) = [number for number, line in enumerate(lines) if "row.html:1" in line]
    assert "name" not in "".join(lines[index - 2 : index])
    assert ".name" in "".join(lines[index + 1 : index + 6])


@pytest.mark.parametrize("option", [[], ["--cold"]])
@pytest.mark.parametrize("name", ["page.html", "list.html", "long.html", "odd.html"])
def test_what_is_printed_is_python(name: str, option: list[str]) -> None:
    text = inspect(name, *option)
    compile(text, name, "exec")
    assert all(len(line) <= 80 for line in marks(text))
    assert "\x1b" not in text


def test_cold_code_is_what_the_first_rendering_runs() -> None:
    template = engines["django"].get_template("page.html").template
    source = inspect("page.html", "--cold")
    assert len(source) < len(inspect("page.html"))
    compiled, links = Program(template).compiled_for(hot=False)
    assert links == ["base.html"]
    context = Context({"name": "a"})
    with context.render_context.push_state(template), context.bind_template(template):
        assert compiled.render(context) == "<title>\nA\n</title>\n"


def test_what_is_left_to_nodes_is_said() -> None:
    assert "# Not compiled, but rendered by its nodes one by one:\n" in inspect("left.html")
    assert inspect("left.html").endswith("# a block that looks at itself.\n")
    assert inspect("deep.html").endswith("# nested too deeply for Python.\n")


def test_a_name_that_is_like_the_one_that_was_not_found() -> None:
    with pytest.raises(CommandError) as caught:
        inspect("pagee.html")
    lines = str(caught.value).splitlines()
    assert lines[0] == "There is no template 'pagee.html'."
    assert lines[1].startswith("Did you mean 'page.html'")
    assert lines[-1].endswith("/pagee.html")


def test_a_template_that_does_not_parse() -> None:
    with pytest.raises(CommandError, match=r"Invalid block tag on line 2: 'nonsense'"):
        inspect("wrong.html")


def test_a_part_of_a_template() -> None:
    with pytest.raises(CommandError, match=r"inspect part\.html$"):
        inspect("part.html#one")


def test_a_name_is_needed_for_templates_only() -> None:
    with pytest.raises(CommandError, match="Which template"):
        inspect()
    with pytest.raises(CommandError, match="takes no name"):
        call_command("inspect", "urls", "page.html")


def test_another_engines_template() -> None:
    pytest.importorskip("jinja2")
    (settings,) = engines.templates.values()
    other = {"BACKEND": "vivace.template.backends.jinja2.Jinja2", "DIRS": settings["DIRS"]}
    with (
        override_settings(TEMPLATES=[other]),
        pytest.raises(CommandError, match="does not compile"),
    ):
        inspect("row.html")
