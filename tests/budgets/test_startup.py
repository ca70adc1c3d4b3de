"""What declaring and checking models costs, as counts of Python calls in a process of its own.

Counts do not depend on how busy a machine is. A number here may go down at any time. If it goes up, say
in the commit why, and change the number with it.
"""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from vivace.conf import settings
settings.configure(
    DATABASES={"default": {"ENGINE": "vivace.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="vivace.db.models.BigAutoField",
)
import vivace
vivace.setup()
from vivace.db import models


def declare(number, before):
    class Meta:
        app_label = "shelf"

    body = {
        "__module__": "shelf.models",
        "Meta": Meta,
        "name": models.CharField(max_length=100),
        "pages": models.PositiveIntegerField(default=0),
        "born": models.DateField(null=True),
        "price": models.DecimalField(max_digits=8, decimal_places=2),
        "published": models.DateTimeField(auto_now_add=True),
        "text": models.TextField(blank=True),
    }
    if before is not None:
        body["before"] = models.ForeignKey(before, models.CASCADE, related_name=f"after{number}")
    return type(models.Model)(f"Model{number}", (models.Model,), body)


first = declare(0, None)
second = declare(1, first)
second.check()
calls = 0


def see(frame, event, argument):
    global calls
    # A comprehension is a call in one version of Python and none in another.
    if event == "call" and not frame.f_code.co_name.startswith("<"):
        calls += 1


def counted(function, *arguments):
    global calls
    calls = 0
    sys.setprofile(see)
    try:
        return function(*arguments)
    finally:
        sys.setprofile(None)
        print(calls)


third = counted(declare, 2, second)
counted(third.check)
"""

# A model of six fields and a foreign key; its checks.
DECLARING = 200
CHECKING = 298


def test_python_calls_of_a_model() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    declaring, checking = map(int, done.stdout.split())
    assert declaring <= DECLARING
    assert checking <= CHECKING
