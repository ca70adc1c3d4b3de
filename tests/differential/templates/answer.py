"""One side: renders cases with Django or with Vivace, and tells the texts or the errors.

``python answer.py SIDE PROFILE`` reads a case per line from standard input and writes an answer per
line. SIDE is ``django`` (the real one), ``alias`` (Vivace by Django's name) or ``vivace`` (by its own).
An answer is a list of outcomes: one of Django; of Vivace the first rendering, one of what that has left
on disk, one when the template is hot, and one by its parsed nodes. Each is a text, or an error's kind.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import re
import signal
import struct
import sys
import tempfile
import types
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

SECONDS = 20
# Errors whose text belongs to the behaviour.
TOLD = {"TemplateSyntaxError", "TemplateDoesNotExist", "NoReverseMatch", "VariableDoesNotExist"}
LIBRARIES = ("i18n", "l10n", "tz", "static", "cache")
MESSAGES = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
    "Yes": "Ja",
    "No": "Nein",
    "Hello <b>": "Hallo <b>",
    "shop\x04Save": "Sparen",
    "100%%": "einhundert %%",
    "There is": "Es gibt",
    "Order": "Auftrag",
    "yes,no,maybe": "ja,nein,vielleicht",
    "There is\0Hello ": "Es ist\0Es sind",
    "Hello %(x)s": "Hallo %(x)s",
}


def _messages_file(folder: str) -> None:
    """Write a catalogue in the binary format of GNU gettext."""
    pairs = [(a.encode(), b.encode()) for a, b in sorted(MESSAGES.items())]
    start = 28 + 16 * len(pairs)
    tables: list[bytes] = []
    data = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), start + len(data)))
            data += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    file = Path(folder, "de", "LC_MESSAGES", "django.mo")
    file.parent.mkdir(parents=True)
    file.write_bytes(head + b"".join(tables) + data)


def _urlconf(root: str) -> types.ModuleType:
    urls = importlib.import_module(f"{root}.urls")
    module = types.ModuleType("differential_urls")

    def view(request: Any, **kwargs: Any) -> None:
        pass

    inner = ([urls.path("inner/", view, name="inner")], "ns")
    module.urlpatterns = [  # type: ignore[attr-defined]
        urls.path("plain/", view, name="plain"),
        urls.path("hello/", view, name="hello"),
        urls.path("number/<int:id>/", view, name="number"),
        urls.path("slug/<slug:slug>/", view, name="slug"),
        urls.path("two/<str:a>/<path:b>", view, name="two"),
        urls.path("ns/", urls.include(inner)),
    ]
    sys.modules["differential_urls"] = module
    return module


def _tools(root: str) -> Any:
    """What the pool and the library need of a framework."""
    homes = {
        "template": (
            "Library",
            "Node",
            "TemplateSyntaxError",
            "Context",
            "RequestContext",
            "Engine",
        ),
        "template.base": ("VariableNode", "token_kwargs"),
        "template.defaultfilters": ("stringfilter",),
        "utils.safestring": ("mark_safe",),
        "utils.html": ("conditional_escape", "format_html"),
        "utils.functional": ("lazy", "lazystr", "SimpleLazyObject"),
        "utils.text": ("format_lazy",),
        "utils.translation": ("gettext_lazy", "activate"),
        "utils.timezone": ("deactivate",),
        "utils.datastructures": ("MultiValueDict",),
        "http": ("QueryDict",),
        "test": ("RequestFactory",),
        "core.cache": ("cache",),
    }
    tools = types.SimpleNamespace()
    for home, names in homes.items():
        module = importlib.import_module(f"{root}.{home}")
        for name in names:
            setattr(tools, name, getattr(module, name))
    return tools


class Side:
    """One framework, ready to render."""

    def __init__(self, side: str, profile: int, folder: str) -> None:
        from grammar import PROFILES

        self.root = "vivace" if side == "vivace" else "django"
        self.is_vivace = side != "django"
        # Nothing is found there but what the case itself has left.
        os.environ["VIVACE_TEMPLATE_CACHE"] = str(Path(folder, "compiled"))
        if side == "alias":
            importlib.import_module("vivace").install_as_django()
        _messages_file(folder)
        importlib.import_module(f"{self.root}.conf").settings.configure(
            **PROFILES[profile],
            ROOT_URLCONF="differential_urls",
            LOCALE_PATHS=[folder],
            STATIC_URL="/static/",
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="differential",
        )
        importlib.import_module(self.root).setup()
        logging.disable(logging.CRITICAL)
        _urlconf(self.root)
        self.tools = _tools(self.root)
        # The default one tells a module, which each framework has of its own.
        self.tools.Node.__repr__ = lambda node: f"<{type(node).__name__}>"
        from library import library
        from values import POOL

        self.pool = POOL
        sys.modules["differential_custom"] = library(self.tools)
        self.language = PROFILES[profile].get("LANGUAGE_CODE", "en-us")
        self.libraries = {name: f"{self.root}.templatetags.{name}" for name in LIBRARIES}
        self.libraries["custom"] = "differential_custom"

    def engine(self, case: dict[str, Any]) -> Any:
        options = case["options"]
        loader: Any = (f"{self.root}.template.loaders.locmem.Loader", case["sources"])
        if options["cached"]:
            loader = (f"{self.root}.template.loaders.cached.Loader", [loader])
        processors = ("debug", "i18n", "media", "static", "tz", "request")
        return self.tools.Engine(
            loaders=[loader],
            libraries=self.libraries,
            debug=options["debug"],
            autoescape=options["autoescape"],
            string_if_invalid=options["string_if_invalid"],
            context_processors=[f"{self.root}.template.context_processors.{p}" for p in processors],
        )

    def answers(self, case: dict[str, Any]) -> list[str]:
        """What comes of a case."""
        for record in Path(os.environ["VIVACE_TEMPLATE_CACHE"]).glob("*"):
            record.unlink()
        self.tools.engine = self.engine(case)
        if not self.is_vivace:
            return [self.outcome(case, lambda: self.render(case))]
        first = self.outcome(case, lambda: self.render(case))
        self.tools.engine = self.engine(case)
        stored = self.outcome(case, lambda: self.render(case))
        hot = self.outcome(case, lambda: self.hot(case))
        return [first, stored, hot, self.nodes(case)]

    def hot(self, case: dict[str, Any]) -> str:
        program = importlib.import_module("vivace.template.compiled.program")
        before, program.HOT_AFTER = program.HOT_AFTER, 1  # type: ignore[attr-defined]
        try:
            template = self.tools.engine.get_template("main.html")
            for _ in range(2):
                self.outcome(case, lambda: self.render(case, template))
            self.tools.cache.clear()
            return self.render(case, template)
        finally:
            program.HOT_AFTER = before  # type: ignore[attr-defined]

    def nodes(self, case: dict[str, Any]) -> str:
        """Rendered by the parsed nodes, nothing compiled."""
        home = importlib.import_module("vivace.template.language.template").Template
        compiled = home._render
        home._render = lambda template, context: template.nodelist.render(context)
        try:
            return self.outcome(case, lambda: self.render(case))
        finally:
            home._render = compiled

    def render(self, case: dict[str, Any], template: Any = None) -> str:
        template = template or self.tools.engine.get_template("main.html")
        values = {name: self.pool[key](self.tools) for name, key in case["context"].items()}
        options: dict[str, Any] = {"autoescape": case["options"]["autoescape"]}
        if case["options"]["context_off"]:
            options = {"autoescape": False, "use_l10n": False, "use_tz": False}
        if case["options"]["request"]:
            request = self.tools.RequestFactory().get("/here/?a=1&b=2&b=3&c=<x>")
            context = self.tools.RequestContext(request, values, **options)
            # The processors' own is another one each time.
            context["csrf_token"] = values["csrf_token"]
        else:
            context = self.tools.Context(values, **options)
        text = template.render(context)
        if type(text).__name__ != "SafeString":
            return f"not a SafeString but a {type(text).__name__}"
        left = {"frames": len(context.dicts), "names": sorted(context.flatten())}
        return f"{text}\n-- left: {left['frames']} {' '.join(left['names'])}"

    def outcome(self, case: dict[str, Any], render: Any) -> str:
        """The text, or the error's kind, of a rendering."""
        self.tools.cache.clear()
        self.tools.activate(self.language)
        self.tools.deactivate()
        signal.alarm(SECONDS)
        try:
            text = render()
        except _TooLong:
            text = "!! too long"
        except RecursionError:
            text = "!! RecursionError"
        except Exception as error:
            text = self.told(error)
        finally:
            signal.alarm(0)
        return self.normal(text)

    def told(self, error: Exception) -> str:
        name = type(error).__name__
        return f"!! {name}: {error}" if name in TOLD else f"!! {name}"

    def normal(self, text: str) -> str:
        if self.root != "django":
            text = text.replace("vivace.", "django.")
        text = re.sub(r"(?i)0x[0-9a-f]{6,}", "0x0", text)
        # The default `repr` tells the module that a class has its home in.
        text = re.sub(r"(?i)(django|vivace)\.[\w.]*?(\w+)(?=( |%20)object( |%20)at)", r"\2", text)
        # Not both sides' machines are the same.
        return text.encode("utf-8", "backslashreplace").decode()


class _TooLong(BaseException):
    pass


def _stop(*args: Any) -> None:
    raise _TooLong


def main(side: str, profile: str) -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _stop)
    out = sys.stdout
    sys.stdout = sys.stderr
    with tempfile.TemporaryDirectory() as folder:
        asked = Side(side, int(profile), folder)
        for line in sys.stdin:
            answers = asked.answers(json.loads(line))
            out.write(json.dumps(answers) + "\n")
            out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
