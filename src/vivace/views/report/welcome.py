"""The page of a project that has no routes yet."""

from __future__ import annotations

from vivace.utils.naming import root
from vivace.views.report.parts import code, document, text

STYLE = """
.welcome { max-width: 42rem; padding-top: 9vh; }
.welcome h1 { font-size: 1.8rem; }
.welcome ol { padding-left: 1.4rem; margin: 1.25rem 0; }
.welcome li { margin: 1rem 0; padding-left: .3rem; }
.welcome li::marker { font-weight: 700; color: var(--good); }
.welcome pre { margin: .4rem 0 0; padding: .7rem .9rem; border: 1px solid var(--line);
  border-radius: 6px; background: var(--panel); }
.bars { display: flex; gap: .35rem; align-items: flex-end; height: 3rem; margin-bottom: 1.25rem; }
.bars span { width: .7rem; background: var(--good); border-radius: 3px; }
"""

HEIGHTS = (35, 70, 50, 100, 60, 85, 45)
VIEW = """from {root}.http import HttpResponse


def hello(request):
    return HttpResponse("Hello")"""
ROUTE = """from {root}.urls import path
from NAME import views

urlpatterns = [path("", views.hello)]"""


def render(version: str) -> str:
    """The page; `version` is the one that runs."""
    bars = "".join(f'<span style="height: {height}%"></span>' for height in HEIGHTS)
    steps = (
        ("Make an application:", "python manage.py startapp NAME"),
        (f"Write a view in its {code('views.py')}:", VIEW.format(root=root())),
        (f"Give it a path, in the module that {code('ROOT_URLCONF')} names:",
         ROUTE.format(root=root())),
    )  # fmt: skip
    listed = "".join(f"<li>{lead}<pre>{text(example)}</pre></li>" for lead, example in steps)
    body = (
        f'<main class="welcome"><div class="bars" aria-hidden="true">{bars}</div>'
        "<h1>The install worked successfully! Congratulations!</h1>"
        f"<p>{text(root().title())} {text(version)} is running, and the project has no routes "
        f"yet. What comes next:</p><ol>{listed}</ol>"
        f'<p class="soft">You see this page because {code("DEBUG = True")} is in your settings and '
        "no URLs are configured.</p></main>"
    )
    return document("The install worked successfully! Congratulations!", body, STYLE)
