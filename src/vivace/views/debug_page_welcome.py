"""The page of a project that has no routes yet."""

from __future__ import annotations

from vivace.utils.naming import root
from vivace.views.debug_page_parts import code, document, text

STYLE = """
.welcome { max-width: 40rem; padding-top: 12vh; }
.welcome h1 { font-size: 1.8rem; }
.bars { display: flex; gap: .35rem; align-items: flex-end; height: 3.5rem; margin-bottom: 1.5rem; }
.bars span { width: .7rem; background: var(--good); border-radius: 3px; }
"""

HEIGHTS = (35, 70, 50, 100, 60, 85, 45)


def render(version: str) -> str:
    """The page; `version` is the one that runs."""
    bars = "".join(f'<span style="height: {height}%"></span>' for height in HEIGHTS)
    body = (
        f'<main class="welcome"><div class="bars" aria-hidden="true">{bars}</div>'
        "<h1>The install worked successfully! Congratulations!</h1>"
        f"<p>{text(root().title())} {text(version)} is running, and the project has no routes yet. "
        f"Make an application with {code('python manage.py startapp NAME')}, write a view, and "
        f"give it a path in the module that {code('ROOT_URLCONF')} names.</p>"
        f'<p class="soft">You see this page because {code("DEBUG = True")} is in your settings and '
        "no URLs are configured.</p></main>"
    )
    return document("The install worked successfully! Congratulations!", body, STYLE)
