"""Packages about settings, commands and tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from waiting import DEADLINE

Project = Callable[..., None]


def test_extensions(project: Project) -> None:
    project(
        """
        from contextlib import redirect_stdout
        from io import StringIO

        def told(*args, **kwargs):
            with redirect_stdout(StringIO()) as out:
                call_command(*args, stdout=out, **kwargs)
            return out.getvalue()

        note = Note.objects.create(title="A Title")
        assert note.slug == "a-title" and note.created <= note.modified
        assert Note.objects.create(title="A Title").slug == "a-title-2"
        assert len(note.key) == 12
        assert "title" in told("describe_form", "shelf.Note")
        assert "SHORT_DATE_FORMAT" in told("print_settings", "SHORT_DATE_FORMAT")
        told("validate_templates")
        """,
        "django_extensions",
        models="""
        from django_extensions.db.fields import AutoSlugField, RandomCharField
        from django_extensions.db.models import TimeStampedModel

        class Note(TimeStampedModel):
            title = models.CharField(max_length=20)
            slug = AutoSlugField(populate_from="title")
            key = RandomCharField(length=12)
        """,
    )


def test_classes_of_settings(search_path: str, tmp_path: Path) -> None:
    (tmp_path / "site_settings.py").write_text(
        "from appconf import AppConf\n"
        "from configurations import Configuration, values\n"
        "import dj_database_url\n"
        "class Base(Configuration):\n"
        "    SECRET_KEY = values.Value('x' * 50)\n"
        "    DEBUG = values.BooleanValue(False)\n"
        "    DATABASES = values.DatabaseURLValue('sqlite://:memory:')\n"
        "    INSTALLED_APPS = ['django.contrib.contenttypes']\n"
        "class Dev(Base):\n"
        "    DEBUG = True\n"
        "    @property\n"
        "    def STATIC_URL(self):\n"
        "        return '/dev/'\n"
    )
    (tmp_path / "run.py").write_text(
        "import vivace; vivace.install_as_django()\n"
        "import configurations; configurations.setup()\n"
        "from appconf import AppConf\n"
        "from django.conf import settings\n"
        "class Own(AppConf):\n"
        "    COLOUR = 'red'\n"
        "    class Meta:\n"
        "        prefix = 'own'\n"
        "assert settings.DEBUG is True and settings.STATIC_URL == '/dev/'\n"
        "assert settings.OWN_COLOUR == 'red'\n"
        "assert settings.DATABASES['default']['ENGINE'] == 'django.db.backends.sqlite3'\n"
        "from django.core.management import call_command\n"
        "call_command('check')\n"
    )
    kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
    done = subprocess.run(
        [sys.executable, "run.py"],
        cwd=tmp_path,
        env={
            **kept,
            "DJANGO_SETTINGS_MODULE": "site_settings",
            "DJANGO_CONFIGURATION": "Dev",
            "PYTHONPATH": os.pathsep.join([search_path, kept.get("PYTHONPATH", "")]),
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stderr


def test_pytest_django(search_path: str, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "__init__.py").touch()
    (tmp_path / "shelf" / "models.py").write_text(
        "from django.db import models\n"
        "class Item(models.Model):\n"
        "    name = models.CharField(max_length=20)\n"
    )
    (tmp_path / "site_settings.py").write_text(
        "SECRET_KEY = 'x' * 50\n"
        "INSTALLED_APPS = ['shelf']\n"
        "ROOT_URLCONF = 'site_urls'\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n"
    )
    (tmp_path / "site_urls.py").write_text(
        "from django.http import HttpResponse\n"
        "from django.urls import path\n"
        "def index(request):\n"
        "    return HttpResponse('hello')\n"
        "urlpatterns = [path('', index)]\n"
    )
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "from django.core import mail\n"
        "from django.db import connection\n"
        "from django.test import TestCase\n"
        "from shelf.models import Item\n"
        "def test_no_database():\n"
        "    with pytest.raises(RuntimeError, match='Database access not allowed'):\n"
        "        Item.objects.count()\n"
        "@pytest.mark.django_db\n"
        "def test_database(django_assert_num_queries):\n"
        "    with django_assert_num_queries(2):\n"
        "        Item.objects.create(name='a')\n"
        "        assert Item.objects.count() == 1\n"
        "def test_rolled_back(db):\n"
        "    assert not Item.objects.exists()\n"
        "def test_on_commit(db, django_capture_on_commit_callbacks):\n"
        "    from django.db import transaction\n"
        "    with django_capture_on_commit_callbacks(execute=True) as found:\n"
        "        transaction.on_commit(lambda: None)\n"
        "    assert len(found) == 1\n"
        "@pytest.mark.django_db(transaction=True)\n"
        "def test_transactions():\n"
        "    assert not connection.in_atomic_block\n"
        "    Item.objects.create(name='b')\n"
        "def test_client(client, settings, mailoutbox):\n"
        "    settings.DEFAULT_FROM_EMAIL = 'a@b.example'\n"
        "    assert client.get('/').content == b'hello'\n"
        "    mail.send_mail('s', 'b', None, ['c@d.example'])\n"
        "    assert mailoutbox[0].from_email == 'a@b.example'\n"
        "def test_live(live_server):\n"
        "    from urllib.request import urlopen\n"
        "    with urlopen(live_server.url) as answer:\n"
        "        assert answer.read() == b'hello'\n"
        "class Cases(TestCase):\n"
        "    @classmethod\n"
        "    def setUpTestData(cls):\n"
        "        cls.item = Item.objects.create(name='c')\n"
        "    def test_data(self):\n"
        "        assert Item.objects.get() == self.item\n"
    )
    kept = {k: v for k, v in os.environ.items() if not k.endswith("SETTINGS_MODULE")}
    alias = subprocess.run(
        [sys.executable, "-m", "vivace.as_django"], capture_output=True, text=True, check=True
    ).stdout.strip()
    options = ["-q", "-p", "pytest_django.plugin", "-p", "no:cacheprovider", "--ds=site_settings"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-W", "error", "--create-db", "test_it.py"],
        cwd=tmp_path,
        env={
            **kept,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": os.pathsep.join([alias, search_path, kept.get("PYTHONPATH", "")]),
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout, done.stdout


def test_settings_in_several_files(project: Project) -> None:
    project(
        """
        from django.conf import LazySettings
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "parts.settings"
        split = LazySettings()
        assert (split.A, split.INSTALLED_APPS) == (6, ["django.contrib.contenttypes"])
        """,
        files={
            "parts/__init__.py": "",
            "parts/settings.py": """
            from split_settings.tools import include, optional
            B = 5
            include("kept/base.py", "kept/*.py", optional("none.py"))
            """,
            "parts/kept/base.py": """
            SECRET_KEY = "x" * 50
            A = 1
            INSTALLED_APPS = ["django.contrib.contenttypes"]
            """,
            "parts/kept/more.py": "A += B",
        },
    )
