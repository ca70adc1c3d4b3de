"""Packages of forms, templates and views."""

from __future__ import annotations

from collections.abc import Callable

Project = Callable[..., None]

BOOKS = """
class Author(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name

class Book(models.Model):
    title = models.CharField(max_length=40)
    author = models.ForeignKey(Author, models.CASCADE)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    printed = models.DateField()
"""

FILL = """
import datetime
from decimal import Decimal
ann, bo = (Author.objects.create(name=name) for name in ("Ann", "Bo"))
for n, (title, author) in enumerate([("Alpha", ann), ("Beta", bo), ("Gamma", ann)]):
    Book.objects.create(
        title=title, author=author, price=Decimal(n * 10) + Decimal("0.5"),
        printed=datetime.date(2020 + n, 1, 1),
    )
"""


def test_filters(project: Project) -> None:
    project(
        FILL
        + """
import django_filters

class BookFilter(django_filters.FilterSet):
    cheap = django_filters.BooleanFilter(method="only_cheap")
    order = django_filters.OrderingFilter(fields=["price", "title"])

    class Meta:
        model = Book
        fields = {"title": ["exact", "icontains"], "price": ["lt", "range"], "author__name": ["in"],
                  "printed": ["year__gt"], "author": ["exact"]}

    def only_cheap(self, queryset, name, value):
        return queryset.filter(price__lt=5) if value else queryset

def titles(**data):
    found = BookFilter(data, queryset=Book.objects.all())
    assert found.is_valid(), found.errors
    return [book.title for book in found.qs]

assert titles(title__icontains="A", order="-price") == ["Gamma", "Beta", "Alpha"]
assert titles(author__name__in="Bo,Cy") == ["Beta"]
assert titles(price__range="1,15") == ["Beta"]
assert titles(cheap="true") == ["Alpha"]
assert titles(printed__year__gt="2020", author=str(ann.pk)) == ["Gamma"]
wrong = BookFilter({"price__lt": "x", "author": "99"}, queryset=Book.objects.all())
assert set(wrong.errors) == {"price__lt", "author"}, wrong.errors
chooser = str(wrong.form["author"])
assert f'<option value="{ann.pk}">Ann</option>' in chooser, chooser

client = Client()
answer = client.get("/books/?title__icontains=mm")
found = [book.title for book in answer.context["object_list"]]
assert found == ["Gamma"], found
assert b"<li>Gamma</li>" in answer.content, answer.content
        """,
        "django_filters",
        models=BOOKS,
        files={
            "shelf/urls.py": """
                from django.urls import path
                from django_filters.views import FilterView
                from shelf.models import Book

                urlpatterns = [path("books/", FilterView.as_view(
                    model=Book, filterset_fields={"title": ["icontains"]}
                ))]
            """,
            "shelf/templates/shelf/book_filter.html": (
                "{{ filter.form }}{% for book in object_list %}<li>{{ book.title }}</li>{% endfor %}"
            ),
        },
    )


def test_tables(project: Project) -> None:
    project(
        FILL
        + """
import django_tables2 as tables
from django.utils.html import escape

class BookTable(tables.Table):
    shout = tables.Column(accessor="title", orderable=False)
    author = tables.Column(linkify=lambda record: f"/authors/{record.author_id}/")

    class Meta:
        model = Book
        fields = ["title", "author", "price", "printed"]
        row_attrs = {"data-id": lambda record: record.pk}

    def render_shout(self, value):
        return value.upper() + "!"

request = RequestFactory().get("/?sort=-title&page=1")
table = BookTable(Book.objects.all())
tables.RequestConfig(request, paginate={"per_page": 2}).configure(table)
html = table.as_html(request)
assert html.index("Gamma") < html.index("Beta") and "Alpha" not in html
assert f'<a href="/authors/{ann.pk}/">Ann</a>' in html and "GAMMA!" in html
assert 'data-id="3"' in html and "?sort=title" in html and "page=2" in html
assert [cell for cell in table.rows[0].cells][0] == "Gamma"
assert list(table.as_values())[:2] == [
    ["Title", "Author", "Price", "Printed", "Title"],
    ["Gamma", "Ann", Decimal("20.50"), "2022-01-01", "GAMMA!"],
], list(table.as_values())
answer = Client().get("/books/?sort=price")
assert answer.status_code == 200 and answer.content.index(b"Alpha") < answer.content.index(b"Beta")
        """,
        "django_tables2",
        models=BOOKS,
        files={
            "shelf/urls.py": """
                from django.urls import path
                from django_tables2 import SingleTableView
                from shelf.models import Book
                import django_tables2

                class Books(django_tables2.Table):
                    class Meta:
                        model = Book

                urlpatterns = [path("books/", SingleTableView.as_view(
                    model=Book, table_class=Books, template_name="books.html"
                ))]
            """,
            "shelf/templates/books.html": "{% load django_tables2 %}{% render_table table %}",
        },
    )


def test_crispy_forms_and_widget_tweaks(project: Project) -> None:
    project(
        """
        from crispy_forms.helper import FormHelper
        from crispy_forms.layout import Column, Field, Fieldset, HTML, Layout, Row, Submit
        from crispy_forms.utils import render_crispy_form
        from django import forms

        class Contact(forms.Form):
            name = forms.CharField(help_text="As you like")
            mail = forms.EmailField(required=False)
            kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.helper = FormHelper()
                self.helper.form_id = "contact"
                self.helper.layout = Layout(
                    Fieldset("You", Row(Column("name"), Column(Field("mail", css_class="wide")))),
                    "kind", HTML("<hr>{{ form.name.label }}"), Submit("go", "Send"),
                )

        html = render_crispy_form(Contact())
        assert '<form id="contact"  method="post"' in html or 'id="contact"' in html
        assert "<legend>You</legend>" in html and "<hr>Name" in html
        assert 'class="emailinput form-control wide"' in html or "wide" in html
        assert html.count('type="radio"') == 2 and 'value="Send"' in html
        wrong = render_crispy_form(Contact({"mail": "x"}))
        assert "is-invalid" in wrong and "Enter a valid email address." in wrong
        shown = show("{% load crispy_forms_tags %}{{ form|crispy }}", form=Contact())
        assert "form-control" in shown and "As you like" in shown

        tweaked = show(
            "{% load widget_tweaks %}{% render_field form.name class+='big' placeholder=hint %}"
            "{{ form.mail|add_class:'a'|attr:'data-x:1' }}{{ form.kind|widget_type }}"
            "{{ form.name|field_type }}",
            form=Contact(), hint="Who?",
        )
        assert 'class="big"' in tweaked and 'placeholder="Who?"' in tweaked
        assert 'data-x="1"' in tweaked and tweaked.endswith("radioselectcharfield"), tweaked
        """,
        "crispy_forms",
        "crispy_bootstrap5",
        "widget_tweaks",
        CRISPY_TEMPLATE_PACK="bootstrap5",
        CRISPY_ALLOWED_TEMPLATE_PACKS="bootstrap5",
    )


def test_components_and_wizards(project: Project) -> None:
    project(
        """
        client = Client()
        page = client.get("/card/").content.decode()
        assert page.split() == '<b class="x">Hello</b> <i>inside</i>'.split(), page

        first = client.get("/order/")
        assert 'name="order_wizard-current_step" value="0"' in first.content.decode()
        step = {"order_wizard-current_step": "0", "0-name": ""}
        assert "This field is required." in client.post("/order/", step).content.decode()
        second = client.post("/order/", {**step, "0-name": "tea"})
        assert 'name="1-count"' in second.content.decode()
        done = client.post("/order/", {"order_wizard-current_step": "1", "1-count": "3"})
        assert done.content == b"tea: 3", done.content
        """,
        "slippers",
        "formtools",
        files={
            "shelf/urls.py": """
                from django import forms
                from django.http import HttpResponse
                from django.urls import path
                from django.views.generic import TemplateView
                from formtools.wizard.views import CookieWizardView

                class Name(forms.Form):
                    name = forms.CharField()

                class Count(forms.Form):
                    count = forms.IntegerField()

                class OrderWizard(CookieWizardView):
                    form_list = [Name, Count]
                    template_name = "order.html"

                    def done(self, form_list, **kwargs):
                        data = self.get_all_cleaned_data()
                        return HttpResponse(f"{data['name']}: {data['count']}")

                urlpatterns = [
                    path("card/", TemplateView.as_view(template_name="card_page.html")),
                    path("order/", OrderWizard.as_view()),
                ]
            """,
            "shelf/templates/order.html": "{{ wizard.management_form }}{{ wizard.form }}",
            "shelf/templates/components.yaml": "components:\n  card: card.html\n",
            "shelf/templates/card.html": '<b class="{{ kind }}">{{ title }}</b> <i>{{ children }}</i>',
            "shelf/templates/card_page.html": (
                '{% load slippers %}{% #card title="Hello" kind="x" %}inside{% /card %}'
            ),
        },
    )


def test_thumbnails(project: Project) -> None:
    project(
        """
        import io
        from PIL import Image
        from django.core.files.base import ContentFile
        from easy_thumbnails.files import get_thumbnailer

        picture = io.BytesIO()
        Image.new("RGB", (80, 40), "red").save(picture, "PNG")
        photo = Photo.objects.create(image=ContentFile(picture.getvalue(), "one.png"))
        small = get_thumbnailer(photo.image).get_thumbnail({"size": (20, 20)})
        assert (small.width, small.height) == (20, 10)
        assert photo.image["square"].url.startswith("/media/photos/one.png.16x16")
        shown = show("{% load thumbnail %}{% thumbnail photo.image 10x10 crop %}", photo=photo)
        assert "10x10" in shown
        with Image.open(photo.tiny.path) as tiny:
            assert tiny.size == (8, 8) and tiny.format == "JPEG"
        """,
        "easy_thumbnails",
        "imagekit",
        models="""
        from easy_thumbnails.fields import ThumbnailerImageField
        from imagekit.models import ImageSpecField
        from imagekit.processors import ResizeToFill

        class Photo(models.Model):
            image = ThumbnailerImageField(upload_to="photos")
            tiny = ImageSpecField(
                source="image", processors=[ResizeToFill(8, 8)], format="JPEG"
            )
        """,
        MEDIA_URL="/media/",
        THUMBNAIL_ALIASES={"": {"square": {"size": (16, 16), "crop": True}}},
    )
