"""What lower rooms of the ORM have of higher ones is there when it is first asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from vivace.db import completion
from vivace.db.completion import Installed

# The first that is asked of the ORM is to save a row.
FIRST = """
import vivace
from vivace.conf import settings
settings.configure(DATABASES={"default": {"ENGINE": "vivace.db.backends.sqlite3", "NAME": ":memory:"}})
vivace.setup()
from vivace.db import connection, models

class Gig(models.Model):
    artist = models.CharField(max_length=100)
    class Meta:
        app_label = "club"

connection.cursor().execute(
    'CREATE TABLE "club_gig" ("id" integer PRIMARY KEY AUTOINCREMENT, "artist" varchar(100))'
)
gig = Gig(artist="Okapi Brass")
gig.save()
assert gig.pk == 1
"""


def test_a_row_can_be_saved_before_anything_else_is_asked() -> None:
    environ = {
        name: text for name, text in os.environ.items() if not name.endswith("SETTINGS_MODULE")
    }
    command = [sys.executable, "-c", FIRST]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("owner", ["Base", "Sub"])
def test_what_is_installed_in_a_class_or_in_a_subclass_is_found(
    owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Base:
        manager: Any = Installed()

    class Sub(Base):
        pass

    monkeypatch.setattr(completion, "complete", lambda: None)
    with pytest.raises(AttributeError, match=r"^Base\.manager is not installed yet\.$"):
        _ = Sub().manager
    target = {"Base": Base, "Sub": Sub}[owner]
    monkeypatch.setattr(completion, "complete", lambda: setattr(target, "manager", 5))
    assert Sub().manager == 5
