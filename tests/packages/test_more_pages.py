"""More packages of templates, views and commands."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]


def test_unicorn(project: Project) -> None:
    project(
        """
        import json, re

        page = Client().get("/").content.decode()
        assert (
            "Hello World 2" in page and 'unicorn:id="' in page and 'unicorn:model="name"' in page
        ), page
        """,
        "django_unicorn",
        files={
            "shelf/components/__init__.py": "",
            "shelf/components/hello_world.py": """
                from django_unicorn.components import UnicornView


                class HelloWorldView(UnicornView):
                    name = "World"
                    count = 2

                    def more(self):
                        self.count += 1
                """,
            "shelf/templates/unicorn/hello-world.html": (
                '<div><input type="text" unicorn:model="name"><button '
                'unicorn:click="more">+</button>Hello {{ name }} {{ count }}</div>'
            ),
            "shelf/templates/index.html": (
                "{% load unicorn %}<html><head>{% unicorn_scripts %}</head><body>{% "
                "csrf_token %}{% unicorn 'hello-world' %}</body></html>"
            ),
            "shelf/urls.py": """
                from django.urls import include, path
                from django.views.generic import TemplateView

                urlpatterns = [
                    path("", TemplateView.as_view(template_name="index.html")),
                    path("unicorn/", include("django_unicorn.urls")),
                ]
                """,
        },
        UNICORN={"APPS": ["shelf"]},
    )


def test_vanilla(project: Project) -> None:
    project(
        """
        client = Client()
        answer = client.post("/new/", {"name": "a"})
        assert answer.status_code == 302 and answer.url == "/1/"
        assert client.get("/1/").content == b"a" and client.get("/9/").status_code == 404
        assert "This field is required." in client.post("/new/", {"name": ""}).content.decode()
        Item.objects.create(name="b")
        listed = client.get("/?page=2")
        assert listed.content == b"b 2/2", listed.content
        assert client.get("/?page=3").status_code == 404
        assert (
            client.post("/1/edit/", {"name": "z"}).status_code == 302
            and Item.objects.get(pk=1).name == "z"
        )
        assert client.post("/1/delete/").url == "/" and Item.objects.count() == 1
        assert b'name="x"' in client.get("/form/").content
        """,
        models="""
        class Item(models.Model):
            name = models.CharField(max_length=5)

            def get_absolute_url(self):
                return f"/{self.pk}/"

            class Meta:
                ordering = ["pk"]
        """,
        files={
            "shelf/urls.py": """
                from django import forms
                from django.urls import path, reverse_lazy
                from shelf.models import Item
                from vanilla import (
                    CreateView,
                    DeleteView,
                    DetailView,
                    FormView,
                    ListView,
                    UpdateView,
                )


                class ItemForm(forms.ModelForm):
                    class Meta:
                        model = Item
                        fields = "__all__"


                class Asked(FormView):
                    class form_class(forms.Form):
                        x = forms.CharField()

                    template_name = "shelf/item_form.html"


                urlpatterns = [
                    path("", ListView.as_view(model=Item, paginate_by=1), name="all"),
                    path("new/", CreateView.as_view(model=Item, fields=["name"])),
                    path("form/", Asked.as_view()),
                    path("<int:pk>/", DetailView.as_view(model=Item)),
                    path("<int:pk>/edit/", UpdateView.as_view(model=Item, form_class=ItemForm)),
                    path(
                        "<int:pk>/delete/",
                        DeleteView.as_view(model=Item, success_url=reverse_lazy("all")),
                    ),
                ]
                """,
            "shelf/templates/shelf/item_form.html": "{{ form }}",
            "shelf/templates/shelf/item_detail.html": "{{ item.name }}",
            "shelf/templates/shelf/item_list.html": (
                "{% for i in item_list %}{{ i.name }}{% endfor %} {{ page_obj.number }}/{{ "
                "page_obj.paginator.num_pages }}"
            ),
        },
    )


def test_tag_libraries(project: Project) -> None:
    project(
        """
        assert (
            show(
                "{% load mathfilters %}{{ 8|sub:3 }} {{ 7|mul:'2' }} {{ 9|div:2 }} {{ "
                "9|intdiv:2 }} {{ '-3'|abs }} {{ 9|mod:4 }} {{ '1.3'|addition:'2' }}"
            )
            == "5 14 4.5 4 3 1 3.3"
        )
        icon = show(
            "{% load heroicons %}{% heroicon_outline 'academic-cap' size=40 class='big' "
            "stroke_width=1 x_on_click='go' %}"
        )
        assert (
            'width="40"' in icon
            and 'class="big"' in icon
            and 'x-on-click="go"' in icon
            and "<path" in icon
        ), icon
        from heroicons import IconDoesNotExist

        raised = raises(IconDoesNotExist, show, "{% load heroicons %}{% heroicon_mini 'none' %}")
        assert raised == "The icon 'none' with style 'mini' does not exist.", raised
        request = RequestFactory().get("/")
        from django.template import Context, Template

        page = Template(
            "{% load analytical %}<head>{% analytical_head_top %}{% "
            "analytical_head_bottom %}</head>{% analytical_body_bottom %}"
        ).render(Context({"request": request, "matomo_vars": [(1, "n", "v", "page")]}))
        assert (
            "https://www.googletagmanager.com/gtag/js?id=UA-123456-7" in page
            and "<!-- Clicky disabled on internal IP address" not in page
        ), page
        from django.test import override_settings

        with override_settings(INTERNAL_IPS=["127.0.0.1"]):
            inside = Template("{% load analytical %}{% analytical_head_top %}").render(
                Context({"request": request})
            )
        assert "disabled on internal IP" in inside, inside
        md = show(
            "{% load markdownify %}{{ text|markdownify }}", text="# A **b** <script>x</script>"
        )
        assert "<strong>b</strong>" in md and "<script" not in md, md
        from django_bleach.forms import BleachField

        assert (
            BleachField(allowed_tags=["b"]).clean("<b>x</b><i>y</i>")
            == "<b>x</b>&lt;i&gt;y&lt;/i&gt;"
        )
        assert (
            show("{% load bleach_tags %}{{ t|bleach }}", t="<b>x</b><i>y</i>")
            == "<b>x</b>&lt;i&gt;y&lt;/i&gt;"
        )
        """,
        "mathfilters",
        "heroicons",
        "analytical",
        "markdownify",
        "django_bleach",
        GOOGLE_ANALYTICS_GTAG_PROPERTY_ID="UA-123456-7",
        BLEACH_ALLOWED_TAGS=["b"],
    )


def test_js_reverse(project: Project) -> None:
    project(
        """
        answer = Client().get("/jsreverse/")
        text = answer.content.decode()
        assert answer.headers["Content-Type"] == "application/javascript"
        assert '["c",[["c/",[]],["c/%(x)s/",["x"]]]]' in text and '"ns:in"' in text, text
        assert "ns:in" in show("{% load js_reverse %}{% js_reverse_inline %}")
        """,
        "django_js_reverse",
        files={
            "shelf/urls.py": """
                from django.http import HttpResponse
                from django.urls import include, path, re_path
                from django_js_reverse.views import urls_js


                def v(request, **kwargs):
                    return HttpResponse("")


                urlpatterns = [
                    path("jsreverse/", urls_js, name="js"),
                    path("b/<int:n>/", v, name="b"),
                    re_path(r"^c/(?:(?P<x>[a-z]+)/)?$", v, name="c"),
                    path(
                        "n/", include(([path("in/<slug:s>/", v, name="in")], "app"), namespace="ns")
                    ),
                ]
                """,
        },
    )


def test_smaller_pages(project: Project) -> None:
    project(
        """
        import asyncio
        from django.test import AsyncClient

        assert Client().get("/page/").content == b"<!doctype html><body><p>a <b> b</b>", (
            Client().get("/page/").content
        )
        assert Client().get("/plain/").content == b"<p>  x  </p>"
        assert Client().get("/kept/").content == b"<p>  x  </p>"
        assert (
            asyncio.run(AsyncClient().get("/page/")).content
            == b"<!doctype html><body><p>a <b> b</b>"
        )
        """,
        MIDDLEWARE=["django_minify_html.middleware.MinifyHtmlMiddleware"],
        files={
            "shelf/urls.py": """
                from django.http import HttpResponse
                from django.urls import path
                from django_minify_html.decorators import no_html_minification

                text = "<!doctype html><html><body><p>  a   <b> b</b></p></body></html>"


                @no_html_minification
                def kept(request):
                    return HttpResponse("<p>  x  </p>")


                urlpatterns = [
                    path("page/", lambda r: HttpResponse(text)),
                    path("kept/", kept),
                    path(
                        "plain/", lambda r: HttpResponse("<p>  x  </p>", content_type="text/plain")
                    ),
                ]
                """,
        },
    )


def test_commands_of_other_kinds(project: Project) -> None:
    project(
        """
        import warnings
        from io import StringIO
        from django.core.management import CommandError

        warnings.simplefilter("ignore")
        out = StringIO()
        call_command("rich_one", stdout=out, force_color=False, no_color=True)
        assert out.getvalue() == "Alert! bold\\n", repr(out.getvalue())
        out = StringIO()
        call_command("typed", "bob", count=2, stdout=out)
        assert out.getvalue() == "hi bob\\nhi bob\\n", out.getvalue()
        out = StringIO()
        call_command("typed", "bob", "--count", "1", stdout=out)
        assert out.getvalue() == "hi bob\\n"
        from django_typer.management import get_command

        assert get_command("typed")("ann", count=1) is None
        told = raises(CommandError, call_command, "typed")
        assert "Missing parameter: name" in told, told
        grouped = get_command("grouped")
        assert grouped.add(1, 2) == 3
        assert int(call_command("grouped", "add", "1", "2")) == 3
        """,
        "django_rich",
        "django_typer",
        files={
            "shelf/management/__init__.py": "",
            "shelf/management/commands/__init__.py": "",
            "shelf/management/commands/rich_one.py": """
                from django_rich.management import RichCommand


                class Command(RichCommand):
                    def handle(self, *args, **options):
                        self.console.print("[bold red]Alert![/] bold")
                """,
            "shelf/management/commands/typed.py": """
                from django_typer.management import TyperCommand


                class Command(TyperCommand):
                    def handle(self, name: str, count: int = 1):
                        for _ in range(count):
                            self.stdout.write(f"hi {name}")
                """,
            "shelf/management/commands/grouped.py": """
                from django_typer.management import TyperCommand, command


                class Command(TyperCommand):
                    @command()
                    def add(self, a: int, b: int):
                        return a + b

                    @command()
                    def sub(self, a: int, b: int):
                        return a - b
                """,
        },
    )


def test_honeypots_and_user_agents(project: Project) -> None:
    project(
        """
        client = Client(
            headers={
                "user-agent": (
                    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like "
                    "Gecko) Chrome/114.0.0.0 Mobile Safari/537.36"
                )
            }
        )
        assert client.get("/a/").content == b"True Android Chrome Mobile", client.get(
            "/a/"
        ).content
        assert Client().get("/a/").content == b"False Other Other"
        assert client.post("/a/", {"phone": "1"}).status_code == 400
        assert client.post("/a/", {"phone": ""}).status_code == 200
        assert client.post("/a/", {}).status_code == 400
        shown = show("{% load honeypot %}{% render_honeypot_field %}")
        assert 'name="phone"' in shown, shown
        request = RequestFactory().get("/")
        assert (
            show(
                "{% load user_agents %}{{ request|is_mobile }} {{ request|is_pc }}",
                request=request,
            )
            == "False False"
        )
        """,
        "honeypot",
        "django_user_agents",
        MIDDLEWARE=["django_user_agents.middleware.UserAgentMiddleware"],
        HONEYPOT_FIELD_NAME="phone",
        files={
            "shelf/urls.py": """
                from django.http import HttpResponse
                from django.urls import path
                from honeypot.decorators import check_honeypot


                @check_honeypot
                def a(request):
                    agent = request.user_agent
                    return HttpResponse(
                        f"{agent.is_mobile} {agent.os.family} {agent.browser.family}"
                    )


                urlpatterns = [path("a/", a)]
                """,
        },
    )


def test_pagination(project: Project) -> None:
    project(
        """
        for n in range(25):
            Item.objects.create(name=str(n))
        request = RequestFactory().get("/?page=2&q=a")
        from django.template import Context, Template

        html = Template(
            "{% load el_pagination_tags %}{% paginate 10 items %}{% for i in items %}<{{ "
            "i.name }}>{% endfor %}{% show_pages %}{% get_pages %}{{ pages.total_count }}"
        ).render(Context({"request": request, "items": Item.objects.order_by("pk")}))
        assert (
            "<10>" in html
            and "<20>" not in html
            and "page=3" in html
            and html.strip().endswith("25")
        ), html
        """,
        "el_pagination",
        models="""
        class Item(models.Model):
            name = models.CharField(max_length=5)
        """,
    )
