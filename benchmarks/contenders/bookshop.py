"""A site as a Django project, made for `django` or for `vivace`: models, a URLconf, views, templates.

Both live in one process, each under its own name, with its own settings and its own database in memory,
which hold the same rows.
"""

from __future__ import annotations

import sys
import types
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.contenders.databases import BOOKS, PUBLISHERS

# How many rows a page has.
SHOWN = 20

MODELS = """
from ROOT.db import models


class Publisher(models.Model):
    name = models.CharField(max_length=100)


class Book(models.Model):
    title = models.CharField(max_length=100)
    pages = models.IntegerField()
    rating = models.IntegerField()
    publisher = models.ForeignKey(Publisher, models.CASCADE)

    class Meta:
        # Without it most of the time would be SQLite's, which would look at all rows and sort them.
        indexes = [models.Index(fields=["rating", "title"], name="shelves")]
"""

TEMPLATES = {
    "base.html": """<!doctype html>
<html lang="en">
<head><title>{% block title %}Bookshop{% endblock %}</title></head>
<body>
<header><a href="/">Bookshop</a></header>
<main>{% block main %}{% endblock %}</main>
<footer>{{ request.path }}</footer>
</body>
</html>
""",
    "shelf.html": """{% extends "base.html" %}
{% block title %}Rated {{ rating }} - {{ block.super }}{% endblock %}
{% block main %}<h1>Rated {{ rating }}</h1>
<table>
{% for book in books %}<tr><td>{{ forloop.counter }}</td><td>{{ book.title }}</td>
<td>{{ book.publisher.name }}</td><td>{{ book.pages }}</td></tr>
{% empty %}<tr><td>Nothing is on this shelf.</td></tr>
{% endfor %}</table>{% endblock %}
""",
    "links.html": """{% extends "base.html" %}
{% block main %}<ul>
{% for book in books %}<li><a href="{% url 'book' book.id %}">{{ book.title|upper }}</a>
{% if book.pages > 250 %}<b>long</b>{% endif %}</li>
{% endfor %}</ul>{% endblock %}
""",
}


def urlpatterns(root: str, book_model: Any) -> list[Any]:
    """The URLconf and its views, with the classes of `root`."""
    path = import_module(f"{root}.urls").path
    render = import_module(f"{root}.shortcuts").render

    def books_of(rating: int) -> Any:
        found = book_model.objects.filter(rating=rating, pages__lt=400)
        return found.select_related("publisher").order_by("title")[:SHOWN]

    def shelf(request: Any, rating: int) -> Any:
        return render(request, "shelf.html", {"books": books_of(rating), "rating": rating})

    def links(request: Any, rating: int) -> Any:
        return render(request, "links.html", {"books": books_of(rating)})

    def book(request: Any, pk: int) -> Any:
        one = book_model.objects.select_related("publisher").get(pk=pk)
        return render(request, "shelf.html", {"books": [one], "rating": one.rating})

    return [
        path("books/<int:pk>/", book, name="book"),
        path("shelves/<int:rating>/", shelf, name="shelf"),
        path("shelves/<int:rating>/links/", links, name="links"),
    ]


def open_shop(root: str, folder: Path) -> Any:
    """Configure `root` in this process, fill its database, and give the model of the books.

    `folder` is on the import path; the application with the models is written there.
    """
    package = folder / f"bookshop_{root}"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "models.py").write_text(MODELS.replace("ROOT", root))
    urlconf = types.ModuleType(f"bookshop_urls_of_{root}")
    sys.modules[urlconf.__name__] = urlconf
    _configure(root, package.name, urlconf.__name__)
    models = import_module(f"{package.name}.models")
    vars(urlconf)["urlpatterns"] = urlpatterns(root, models.Book)
    with import_module(f"{root}.db").connection.schema_editor() as editor:
        for model in (models.Publisher, models.Book):
            editor.create_model(model)
    models.Publisher.objects.bulk_create(
        models.Publisher(id=n, name=text) for n, text in PUBLISHERS
    )
    names = ("id", "title", "pages", "rating", "publisher_id")
    models.Book.objects.bulk_create(
        models.Book(**dict(zip(names, row, strict=True))) for row in BOOKS
    )
    return models.Book


def _configure(root: str, application: str, urlconf: str) -> None:
    loaders = f"{root}.template.loaders"
    import_module(f"{root}.conf").settings.configure(
        SECRET_KEY="a key for benchmarks, long enough: 0123456789abcdefghijklmnopqrstuvwxyz",
        ALLOWED_HOSTS=["bench.example"],
        ROOT_URLCONF=urlconf,
        INSTALLED_APPS=[application],
        DATABASES={
            "default": {
                "ENGINE": f"{root}.db.backends.sqlite3",
                "NAME": ":memory:",
                "CONN_MAX_AGE": None,
            }
        },
        DEFAULT_AUTO_FIELD=f"{root}.db.models.BigAutoField",
        TEMPLATES=[
            {
                "BACKEND": f"{root}.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (f"{loaders}.cached.Loader", [(f"{loaders}.locmem.Loader", TEMPLATES)])
                    ],
                    "context_processors": [f"{root}.template.context_processors.request"],
                },
            }
        ],
        MIDDLEWARE=[],
        DEBUG=False,
        USE_TZ=True,
    )
    import_module(root).setup()
