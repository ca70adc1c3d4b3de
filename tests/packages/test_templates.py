"""Packages of template tags, and what renders parts of templates."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]


def test_blocks_alone(project: Project) -> None:
    project(
        """
        from render_block import BlockNotFound, render_block, render_block_to_string

        assert render_block_to_string("base.html", "a", {"x": "<1>"}) == "A &lt;1&gt;"
        assert render_block_to_string("page.html", "a", {"x": 1}) == "A 1"
        assert render_block_to_string(["none.html", "page.html"], "b", {"x": 1}) == "B+1[1]"
        raises(BlockNotFound, render_block_to_string, "page.html", "c")
        answer = render_block(RequestFactory().get("/"), "page.html", "b", {"x": 2})
        assert answer.content == b"B+2[2]"
        """,
        files={
            "shelf/templates/base.html": (
                "{% block a %}A {{ x }}{% endblock %}|{% block b %}B{% endblock %}"
            ),
            "shelf/templates/page.html": (
                "{% extends 'base.html' %}"
                "{% block b %}{{ block.super }}+{{ x }}{% include 'part.html' %}{% endblock %}"
            ),
            "shelf/templates/part.html": "[{{ x }}]",
        },
    )


def test_tags_of_classes_and_collected_blocks(project: Project) -> None:
    project(
        """
        from classytags.arguments import Argument, Flag
        from classytags.core import Options, Tag
        from django.template import Engine, Library, engines
        from sekizai.context import SekizaiContext

        class Greet(Tag):
            name = "greet"
            options = Options(
                Argument("who", required=False, default="you"),
                Flag("loud", true_values=["loud"], default=False),
                blocks=[("endgreet", "inside")],
            )

            def render_tag(self, context, who, loud, inside):
                text = f"{who}: {inside.render(context)}"
                return text.upper() if loud else text

        library = Library()
        library.tag(Greet)
        # Packages' tests give their tags to the engine that there is.
        Engine.get_default().template_builtins.insert(0, library)
        source = "{% greet name %}{{ x }}{% endgreet %}{% greet name loud %}y{% endgreet %}"
        assert show(source, name="n", x=1) == "n: 1N: Y"

        collected = Template(
            "{% load sekizai_tags %}<{% render_block 'css' %}>"
            "{% for n in 'ab' %}{% addtoblock 'js' %}s{{ n }}{% endaddtoblock %}"
            "{% addtoblock 'css' %}one{% endaddtoblock %}{% endfor %}{% render_block 'js' %}"
        ).render(SekizaiContext())
        assert collected.split() == ["<one", ">sa", "sb"], collected
        """,
        "sekizai",
    )


def test_rules(project: Project) -> None:
    project(
        """
        import rules

        @rules.predicate
        def is_bob(user):
            return user == "bob"

        @rules.predicate
        def is_first(user, number):
            return number == 1

        rules.add_rule("see", is_bob | is_first)
        rules.add_perm("shelf.change", is_bob & ~is_first)
        assert rules.test_rule("see", "al", 1) and not rules.test_rule("see", "al", 2)
        assert rules.has_perm("shelf.change", "bob", 3)
        assert not rules.has_perm("shelf.change", "bob", 1)
        source = "{% load rules %}{% test_rule 'see' user number as can %}{{ can }}"
        assert show(source, user="bob", number=4) == "True"
        """,
        "rules",
    )


def test_built_assets(project: Project) -> None:
    project(
        """
        source = "{% load django_vite %}{% vite_asset 'main.js' %}|{% vite_asset_url 'main.js' %}"
        tags, _, place = show(source).partition("|")
        assert place == "main.1.js"
        assert 'src="main.1.js"' in tags and 'href="m.css"' in tags
        served = show("{% load django_vite %}{% vite_asset 'a.ts' app='served' %}")
        assert 'src="http://localhost:5173/static/a.ts"' in served, served
        from django_vite.core.exceptions import DjangoViteAssetNotFoundError
        source = "{% load django_vite %}{% vite_asset 'none.js' %}"
        assert "none.js" in raises(DjangoViteAssetNotFoundError, show, source)
        """,
        "django_vite",
        STATIC_ROOT="built",
        DJANGO_VITE={
            "default": {"dev_mode": False, "manifest_path": "manifest.json"},
            "served": {"dev_mode": True},
        },
        files={"manifest.json": '{"main.js": {"file": "main.1.js", "css": ["m.css"]}}'},
    )


def test_compressed_assets(project: Project) -> None:
    project(
        """
        from pathlib import Path

        shown = show(
            "{% load compress %}{% compress js %}<script src='/static/a.js'></script>"
            "<script>var b = 2;</script>{% endcompress %}|{% compress css inline %}"
            "<style>a { color : red ; }</style>{% endcompress %}"
        )
        script, _, style = shown.partition("|")
        assert "a{color:red}" in style
        place = script.split('"')[1]
        made = Path("built", place.removeprefix("/static/")).read_text()
        assert "var a=1" in made and "var b=2" in made
        """,
        "compressor",
        COMPRESS_ENABLED=True,
        COMPRESS_ROOT="built",
        STATICFILES_FINDERS=["compressor.finders.CompressorFinder"],
        files={"built/a.js": "var a = 1 ;"},
    )
