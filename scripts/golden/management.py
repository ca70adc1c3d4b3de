"""What Django's command line answers, recorded as ``tests/golden/management.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/management.py``. The cases are data
(arguments as ``[flags, keywords]``, with types named), so that the test asks Vivace in the same words.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "management.json"
TYPES = {"int": int, "float": float}

# A command: its arguments outside and inside a required group, and the calls of it.
COMMANDS: list[dict[str, Any]] = [
    {
        "arguments": [
            [["args"], {"nargs": "*"}],
            [["--foo-bar", "-f"], {"dest": "foo", "type": "int"}],
            [["--flag"], {"action": "store_true"}],
            [["--no-input"], {"action": "store_false", "dest": "interactive"}],
            [["--need"], {"required": True}],
            [["--const"], {"action": "store_const", "const": 5}],
            [["--app"], {"action": "append"}],
            [["--list"], {"nargs": "+", "type": "int"}],
            [["--pick"], {"choices": ["a", "b"]}],
            [["-z", "--zed", "--a-zed"], {}],
            [["-s"], {}],
        ],
        "calls": [
            [[], {}],
            [[], {"need": "x"}],
            [[], {"need": None}],
            [[], {"need": ""}],
            [[], {"need": "-x"}],
            [[], {"need": "--flag"}],
            [[], {"need": ["1", "2"]}],
            [["--need", "x"], {}],
            [["--need=x"], {}],
            [["--need=x"], {"need": "y"}],
            [["-f", "3"], {"need": "x"}],
            [["-f3"], {"need": "x"}],
            [["-f", "z"], {"need": "x"}],
            *(
                [[], {"need": "x", **more}]
                for more in (
                    {"foo": 3},
                    {"foo": "3"},
                    {"foo_bar": 3},
                    {"f": 3},
                    {"flag": True},
                    {"flag": 1},
                    {"no_input": False},
                    {"interactive": False},
                    {"const": 7},
                    {"app": ["1", "2"]},
                    {"app": "1"},
                    {"list": [1, 2]},
                    {"pick": "q"},
                    {"zed": 1},
                    {"a_zed": 1},
                    {"z": 1},
                    {"s": 1},
                    {"verbosity": 0},
                    {"verbosity": 9},
                    {"settings": "a.b"},
                    {"pythonpath": "/p"},
                    {"traceback": True},
                    {"no_color": True},
                    {"force_color": True},
                    {"no_color": True, "force_color": True},
                    {"unknown": 1, "another": 2},
                    {"ghost": 1},
                    {"skip_checks": True},
                    {"skip_checks": False},
                    {"help": True},
                    {"version": True},
                    {"args": [1]},
                )
            ),
            *(
                [args, {"need": "x"}]
                for args in (
                    [1, 2],
                    ["a", ["b", "c"]],
                    [["a", 1], ["b"]],
                    ["--list", "1", "2"],
                    ["--list", [1]],
                    ["--unknown"],
                    ["--unknown=3", "x"],
                    ["--pick=q"],
                    ["--pick", "a"],
                    ["-v9"],
                    ["-v", "2"],
                    ["--no-input"],
                    ["--const"],
                    ["--app=1", "--app=2"],
                    [None],
                    [True],
                    [1.5],
                    [-1],
                    ["--", "-x"],
                    ["--fla"],
                    ["--no"],
                    [""],
                    [[]],
                )
            ),
        ],
    },
    {
        "group": [
            [["--a"], {"type": "int"}],
            [["--b"], {"action": "store_true"}],
            [["--c"], {"nargs": "*"}],
            [["--d"], {"action": "store_const", "const": 9}],
            [["--e"], {"action": "append_const", "const": 9}],
            [["--f"], {"action": "count"}],
        ],
        "calls": [
            [[], {}],
            *(
                [[], kwargs]
                for kwargs in (
                    {"a": 1},
                    {"a": "1"},
                    {"a": "x"},
                    {"b": True},
                    {"b": False},
                    {"c": ["x", "y"]},
                    {"c": []},
                    {"d": 3},
                    {"e": [1]},
                    {"f": 2},
                    {"a": 1, "b": True},
                    {"a": None},
                )
            ),
            [["--a", "1"], {}],
            [["--a", "1"], {"b": True}],
            [["--a", "1", "--b"], {}],
        ],
    },
    {
        "group": [[["--for"], {"dest": "until", "type": "int"}], [["--until"], {"type": "int"}]],
        "calls": [
            [[], {"until": 5}],
            [[], {"for": 5}],
            [["--for", "5"], {}],
            [["--for", "5"], {"until": 7}],
        ],
    },
    {
        "arguments": [[["--for"], {"dest": "until"}], [["--until"], {}]],
        "calls": [[[], {"until": 5}], [[], {"for": 6}], [["--for", "7"], {}]],
    },
    {
        "arguments": [[["pos"], {"type": "int"}], [["--x"], {"nargs": 2, "required": True}]],
        "calls": [
            [[3], {"x": [1, 2]}],
            [["3", "--x", "1", "2"], {}],
            [[], {"pos": 3, "x": [1, 2]}],
            [[3], {"x": 1}],
            [[3], {}],
            [["y"], {"x": [1, 2]}],
            [[3, 4], {"x": [1, 2]}],
        ],
    },
    {
        "arguments": [
            [["--t"], {"action": "store_true", "required": True}],
            [["--c"], {"action": "append_const", "const": 1, "required": True}],
            [["--n"], {"action": "count", "required": True}],
        ],
        "calls": [
            [[], {"t": True, "c": [1], "n": 1}],
            [[], {"t": False, "c": None, "n": None}],
            [["--t", "--c", "--n"], {}],
            [["--t"], {"c": 1}],
        ],
    },
    {
        "missing": "Need more.",
        "arguments": [[["thing"], {}]],
        "calls": [[[], {}], [["x"], {}], [["--traceback"], {}]],
    },
]

ADDRESSES = [
    None,
    "",
    "8000",
    "0",
    "80",
    "0:80",
    "1.2.3.4:5",
    "localhost:8000",
    "localhost",
    "[::1]:80",
    "[::1]",
    "::1:80",
    "[2001:0db8:1234:5678::9]:9",
    "1:2:3",
    "test.domain.local:7000",
    "test-x:1",
    "0.0.0.0:",
    "a_b:80",
    ":80",
    "[::]:8",
    "80a",
    "\uff11\uff12:80",
    "-1",
    "127.0.0.1:a",
    "1.2.3.4.5:80",
    "[g::]:1",
    "*:80",
    " 80",
    "80 ",
    "x.y:65535",
    "\u00b2",
    "a..b:8",
    "a.:8",
    ".a:8",
]

COLORS = [
    "",
    "light",
    "dark",
    "nocolor",
    "error=red",
    "ERROR=green/blue,bold",
    "light;error=yellow",
    "nocolor;error=yellow,blink;sql_field=blue",
    "nope",
    "error=",
    "error=foo,bold",
    "error=red/nope",
    "bogus=red",
    ";",
    "error=red,bold,blink",
    "error=green/;warning=blue",
]


def build(spec: dict[str, Any], base: type[Any]) -> Any:
    """A command as `spec` describes it, derived from `base`; ``seen`` is what it was called with."""

    def add(target: Any, arguments: list[Any]) -> None:
        for flags, keywords in arguments:
            kind = {"type": TYPES[keywords["type"]]} if "type" in keywords else {}
            target.add_argument(*flags, **{**keywords, **kind})

    class Command(base):  # type: ignore[misc]
        requires_system_checks: list[str] = []
        stealth_options = ("ghost",)
        seen: Any = None

        def add_arguments(self, parser: Any) -> None:
            add(parser, spec.get("arguments", []))
            if "group" in spec:
                add(parser.add_mutually_exclusive_group(required=True), spec["group"])

        def handle(self, *args: Any, **options: Any) -> None:
            options.pop("stdout", None)
            self.seen = [list(args), dict(sorted(options.items()))]

    Command.__module__ = "somewhere.named"
    if "missing" in spec:
        Command.missing_args_message = spec["missing"]
    return Command(stdout=io.StringIO(), stderr=io.StringIO())


def attempt(action: Any) -> Any:
    """What `action` returns, or the name and text of what it raises."""
    try:
        return {"returned": action()}
    except (Exception, SystemExit) as error:
        return {"raised": type(error).__name__, "text": str(error)}


def ask_call(spec: dict[str, Any], call: list[Any], base: type[Any], call_command: Any) -> Any:
    command = build(spec, base)

    def action() -> Any:
        call_command(command, *call[0], stdout=io.StringIO(), **call[1])
        return command.seen

    return attempt(action)


def ask_address(command_class: Any, address: str | None, six: bool, call_command: Any) -> Any:
    command = command_class(stdout=io.StringIO(), stderr=io.StringIO())
    command.run = lambda **options: None

    def action() -> Any:
        given = {} if address is None else {"addrport": address}
        call_command(command, use_ipv6=six, **given)
        return [command.addr, command.port, command.use_ipv6, command._raw_ipv6]

    return attempt(action)


def option_lines(parser: Any) -> list[Any]:
    """The form of a command's help: each argument with its names, metavar and whether it is shown."""
    return [
        [action.option_strings, action.dest, action.nargs, action.default, bool(action.help)]
        for action in parser._actions
        if action.default is None or isinstance(action.default, str | bool | int | list)
    ]


def usage(parser: Any) -> str:
    return re.sub(r"\s+", " ", parser.format_usage())


def project_files(kind: str, name: str, call_command: Any, *args: str) -> list[str]:
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        try:
            call_command(kind, name, *args)
            return sorted(
                str(path.relative_to(directory))
                for path in Path(directory).rglob("*")
                if path.is_file()
            )
        finally:
            os.chdir(before)


FORMS = ["check", "runserver", "startproject", "startapp", "diffsettings", "sendtestemail", "shell"]
EXTENSIONS = [["html"], ["html,txt", "py"], [".html, js"], [""], []]
OPTION_ARGV = [
    ["p", "c", "--x=1"],
    ["p", "c", "--x", "2"],
    ["p", "c"],
    ["p"],
    ["p", "c", "--x"],
    ["p", "c", "--y", "--x=3"],
    ["p", "c", "a", "--x=3", "--x=4"],
]
PATTERNS = ["a", "b/*", "c/", "/d/*", "*.pyc", "*", "/*", "foo/**", "a/b/*"]
IGNORED = [
    *itertools.product(
        ["a/b.txt", "a", "a/b", "/a/b", "foo/bar/baz", "./x", "a/B.TXT"],
        [["*.txt"], ["a/*"], ["b.txt"], ["a"], ["bar"], ["x"], ["a/b"], ["*/b"], ["/a/*"], []],
    )
]


def main() -> None:
    # Imported here: the test takes its questions from this module, without Django.
    import django
    from django.conf import settings
    from django.core import management
    from django.core.management import utils
    from django.core.management.base import BaseCommand
    from django.core.management.color import make_style
    from django.core.management.commands import runserver

    settings.configure(INSTALLED_APPS=[], DATABASES={}, DEBUG=True)
    django.setup()
    os.environ["COLUMNS"] = "80"
    call_command = management.call_command
    golden = {
        "calls": [
            {
                **spec,
                "calls": [
                    [*c, ask_call(spec, c, BaseCommand, call_command)] for c in spec["calls"]
                ],
            }
            for spec in COMMANDS
        ],
        "addresses": [
            [address, six, ask_address(runserver.Command, address, six, call_command)]
            for address, six in itertools.product(ADDRESSES, [False, True])
        ],
        "forms": {
            name: {"usage": usage(parser), "options": option_lines(parser)}
            for name in FORMS
            for parser in [
                management.load_command_class("django.core", name).create_parser("manage.py", name)
            ]
        },
        "project": project_files("startproject", "concert", call_command),
        "app": project_files("startapp", "tickets", call_command),
        "colors": [
            [text, {role: func("x") for role, func in vars(make_style(text)).items()}]
            for text in COLORS
        ],
        "extensions": [[given, sorted(utils.handle_extensions(given))] for given in EXTENSIONS],
        "options": [[argv, utils.get_command_line_option(argv, "--x")] for argv in OPTION_ARGV],
        "patterns": [[p, utils.normalize_path_patterns([p])] for p in PATTERNS],
        "ignored": [[path, ps, utils.is_ignored_path(path, ps)] for path, ps in IGNORED],
    }
    OUTPUT.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
