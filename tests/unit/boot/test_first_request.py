"""What is imported when: by commands little, by a server all before its first request."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

APP = {
    "__init__.py": "",
    "models.py": """
from vivace.db import models


class Author(models.Model):
    name = models.CharField(max_length=100, unique=True)
    born = models.DateField(null=True)


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    title = models.CharField(max_length=200)
    pages = models.PositiveIntegerField(default=0)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    published = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["title"], name="shelf_title")]
""",
    "urls.py": """
from shelf.models import Author, Book
from vivace.http import HttpResponse
from vivace.shortcuts import redirect, render
from vivace.template import engines
from vivace.urls import path


def written(request):
    author = Author.objects.create(name="Ann")
    book = Book(author=author, title="One")
    book.save()
    response = HttpResponse(str(Author.objects.filter(name__icontains="a").count()))
    response.set_signed_cookie("seen", "yes")
    return response


def shown(request, pk):
    book = Book.objects.select_related("author").get(pk=pk)
    return HttpResponse(f"{book.title} by {book.author.name}, {book.author.books.count()}")


def away(request):
    return redirect("shown", pk=1)


def form(request):
    return HttpResponse(engines["django"].from_string("{% csrf_token %}").render({}, request))


urlpatterns = [path("form/", form), path("", written)]
urlpatterns += [path("<int:pk>/", shown, name="shown"), path("away/", away)]
""",
}

SETTINGS = """
import sys
from vivace.conf import settings
settings.configure(
    SECRET_KEY="a-key-of-a-test", ALLOWED_HOSTS=["*"], ROOT_URLCONF="shelf.urls",
    INSTALLED_APPS=["shelf"], USE_TZ=True, DEFAULT_AUTO_FIELD="vivace.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "vivace.db.backends.sqlite3", "NAME": ":memory:"}},
    MIDDLEWARE=["vivace.middleware.security.SecurityMiddleware",
                "vivace.middleware.common.CommonMiddleware"],
    TEMPLATES=[{"BACKEND": "vivace.template.backends.django.DjangoTemplates"}],
)
"""

REQUESTS = """
from io import BytesIO
from vivace.core.wsgi import get_wsgi_application
application = get_wsgi_application()
from vivace.db import connection
from vivace.db.backends.sqlite3.schema import DatabaseSchemaEditor
from shelf.models import Author, Book
with connection.schema_editor() as editor:
    editor.create_model(Author)
    editor.create_model(Book)
for path in ("/", "/1/", "/away/", "/nowhere/", "/form/"):
    there = set(sys.modules)
    said = []
    body = b"".join(application({
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
    }, lambda status, headers: said.append(status)))
    print(said[0], body.decode()[:40].split(chr(10))[0], sorted(set(sys.modules) - there))
"""

CHECK = """
import vivace
vivace.setup()
from vivace.management import call_command
call_command("check", verbosity=0)
print(*sorted(sys.modules))
"""

FROZEN = """
import gc
import vivace
gc.enable()
vivace.setup()
loaded = gc.get_freeze_count()
vivace.setup()
print(loaded > 0, gc.get_freeze_count() <= loaded, gc.isenabled())
from vivace.core.wsgi import get_wsgi_application
application = get_wsgi_application()
print(gc.get_freeze_count() <= loaded)
"""

SERVED = """
import gc
from vivace.core.wsgi import get_wsgi_application
application = get_wsgi_application()
import vivace.http.request
print(not any(each is vivace.http.request.__dict__ for each in gc.get_objects()))
"""

# What the check of a project with models does without. The libraries are those of Python that take
# longest to import.
UNNEEDED = frozenset(
    [
        "asyncio",
        "decimal",
        "ssl",
        "email",
        "http.client",
        "inspect",
        "dataclasses",
        "socket",
        "tempfile",
        "shutil",
        "subprocess",
        "sqlite3",
        "difflib",
        "hashlib",
        "secrets",
        "zoneinfo",
        "logging.config",
        "html",
        "gzip",
        "http.cookies",
        "multiprocessing",
        "vivace.checks.async_checks",
        "vivace.checks.security.base",
        "vivace.checks.security.csrf",
        "vivace.checks.security.sessions",
        "vivace.codegen",
        "vivace.conf.locale",
        "vivace.core.validators",
        "vivace.db.schema.enums",
        "vivace.db.schema.fields.composite",
        "vivace.db.schema.fields.formats",
        "vivace.db.schema.fields.order",
        "vivace.db.schema.lineage",
        "vivace.db.schema.paths",
        "vivace.flow",
        "vivace.i18n.catalog",
        "vivace.i18n.negotiate",
        "vivace.management.completion",
        "vivace.management.summaries",
        "vivace.utils.choices",
        "vivace.utils.dateparse",
        "vivace.utils.regex_helper",
        "vivace.db.planner",
        "vivace.db.planner.nodes",
        "vivace.db.orm.querysets",
        "vivace.db.orm.querysets.queryset",
        "vivace.db.orm.querysets.raw",
        "vivace.db.orm.classes.order",
        "vivace.db.orm.instances.save",
        "vivace.db.orm.instances.deletion",
        "vivace.db.orm.instances.refresh",
        "vivace.db.orm.managers.manager",
        "vivace.db.orm.managers.many_to_many",
        "vivace.db.orm.relations.many_to_many",
        "vivace.db.orm.relations.prefetch",
        "vivace.db.orm.road",
        "vivace.db.orm.road.shapes",
        "vivace.db.query.lookups",
        "vivace.db.query.functions",
        "vivace.db.backends.base",
        "vivace.db.backends.sqlite3",
        "vivace.forms",
        "vivace.template.engine",
        "vivace.pipeline",
        "vivace.http.request",
        "vivace.urls.router",
        "vivace.urls.reversal",
        "vivace.core.files",
        "vivace.core.signing",
    ]
)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A directory with an app of two models and three views."""
    (tmp_path / "shelf").mkdir()
    for name, text in APP.items():
        (tmp_path / "shelf" / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, program: str) -> list[str]:
    """The lines that `program` prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SETTINGS + program], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_no_request_waits_for_an_import(shelf: Path) -> None:
    first, second, third, fourth, fifth = run(shelf, REQUESTS)
    assert first == "200 OK 1 []"
    assert second == "200 OK One by Ann, 1 []"
    assert third == "302 Found  []"
    assert fourth.startswith("404 Not Found")
    assert fourth.endswith("[]")
    assert fifth == '200 OK <input type="hidden" name="csrfmiddlewar []'


def test_checking_models_imports_neither_queries_nor_drivers(shelf: Path) -> None:
    imported = set(run(shelf, CHECK)[-1].split())
    assert "vivace.db.orm.instances.model" in imported
    assert sorted(imported & UNNEEDED) == []


def test_what_a_project_is_made_of_is_no_garbage(shelf: Path) -> None:
    # Once loaded, what is made again may be given up again.
    assert run(shelf, FROZEN) == ["True True True", "True"]


def test_what_a_server_is_made_of_is_no_garbage(shelf: Path) -> None:
    assert run(shelf, SERVED) == ["True"]
