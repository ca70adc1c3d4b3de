"""What Django answers those who write and call commands, recorded as ``tests/golden/commands.json``.

Run it with a Python that has Django 5.2: ``python scripts/golden/commands.py``. A question is a function
of `World`, named after what it asks; the test asks Vivace the same questions.

One file, long as it is: the test loads it by its path, and nearly all of it is questions.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parents[2] / "tests" / "golden" / "commands.json"
QUESTIONS: dict[str, Callable[[Any], Any]] = {}
COLOURS = ("NO_COLOR", "FORCE_COLOR", "DJANGO_COLORS")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class World:
    """The modules of one of the two packages, and what questions have in common."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.base: Any = import_module(f"{root}.core.management.base")
        self.management: Any = import_module(f"{root}.core.management")
        self.color: Any = import_module(f"{root}.core.management.color")
        self.checks: Any = import_module(f"{root}.core.checks")
        self.translation: Any = import_module(f"{root}.utils.translation")
        self.BaseCommand: Any = self.base.BaseCommand

    def command(self, base: str = "BaseCommand", **members: Any) -> Any:
        """A class of a command without checks; what `handle` gets is in ``seen``."""

        def handle(command: Any, *args: Any, **options: Any) -> Any:
            type(command).seen = [list(args), dict(sorted(options.items()))]

        filled = {"requires_system_checks": [], "__module__": "somewhere.named"}
        if base == "BaseCommand":
            filled["handle"] = handle
        return type("Command", (getattr(self.base, base),), {**filled, **members})

    def run(self, command_class: Any, *argv: str, terminal: bool = False) -> dict[str, Any]:
        """What a call from the command line writes, and how it ends."""
        kind = Terminal if terminal else io.StringIO
        out, err = kind(), kind()
        answer = attempt(lambda: self._run(command_class, out, err, argv))
        return {**answer, "out": out.getvalue(), "err": err.getvalue()}

    @staticmethod
    def _run(command_class: Any, out: Any, err: Any, argv: tuple[str, ...]) -> Any:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            command = command_class(stdout=out, stderr=err)
            return command.run_from_argv(["manage.py", "named", *argv])

    def call(self, command: Any, *args: Any, **options: Any) -> Any:
        """What `call_command` gives and writes."""
        out, err = io.StringIO(), io.StringIO()
        answer = attempt(
            lambda: self.management.call_command(command, *args, stdout=out, stderr=err, **options)
        )
        return {**answer, "out": out.getvalue(), "err": err.getvalue()}


def attempt(action: Callable[[], Any]) -> dict[str, Any]:
    """What `action` returns, or the name and text of what it raises."""
    try:
        return {"returned": repr(action())}
    except SystemExit as error:
        return {"exits": error.code}
    except Exception as error:
        return {"raised": type(error).__name__, "text": str(error)}


@contextlib.contextmanager
def environment(**values: str) -> Iterator[None]:
    """Only these of the variables that decide about colours."""
    saved = {name: os.environ.pop(name, None) for name in COLOURS}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in saved.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def question(*cases: Any) -> Any:
    """Ask what follows; once for each of `cases`, if there are any."""

    def register(function: Any) -> Any:
        if not cases:
            QUESTIONS[function.__name__] = function
        for case in cases:
            name = f"{function.__name__} {case!r}"
            QUESTIONS[name] = lambda world, case=case: function(world, case)
        return function

    return register


@question(
    *("help", "output_transaction", "requires_migrations_checks", "requires_system_checks"),
    *("base_stealth_options", "stealth_options", "suppressed_base_arguments"),
    *("_called_from_command_line", "missing_args_message", "label"),
)
def attribute(world: World, name: str) -> Any:
    return [
        repr(getattr(getattr(world.base, each), name, "none"))
        for each in ("BaseCommand", "AppCommand", "LabelCommand")
    ]


@question(
    {},
    {"no_color": True},
    {"force_color": True},
    {"no_color": True, "force_color": True},
    {"stdout": None, "stderr": None},
)
def made_with(world: World, given: dict[str, Any]) -> Any:
    with environment():
        return attempt(lambda: world.BaseCommand(**given).style.ERROR("x"))


@question([], (), "__all__", ["models"], ("models",), "models", True, False, None, {"models"})
def requires_system_checks(world: World, value: Any) -> Any:
    made = world.command(requires_system_checks=value)
    asked: list[Any] = []
    made.check = lambda self, **options: asked.append(sorted(options.items()))

    def action() -> Any:
        made()
        parser = made().create_parser("manage.py", "named")
        world.management.call_command(made(), skip_checks=False)
        return ["--skip-checks" in parser.format_help(), asked]

    return attempt(action)


@question(
    *(
        [],
        ["-v", "2"],
        ["--verbosity=3"],
        ["-v9"],
        ["-v", "x"],
        ["--settings", "a"],
        ["--no-color"],
    ),
    *(["--settings"], ["--pythonpath=/p"], ["--traceback"], ["--force-color"], ["--skip-checks"]),
    *(["--version"], ["positional"], ["-x"], ["--verb", "2"], ["--no-c"], ["--", "x"]),
)
def parsed_base_arguments(world: World, argv: list[str]) -> Any:
    command = world.command(get_version=lambda self: "9.9")()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        answer = attempt(
            lambda: sorted(
                vars(command.create_parser("manage.py", "named").parse_args(argv)).items()
            )
        )
    return {**answer, "out": out.getvalue()}


@question(
    {},
    {"epilog": "at last"},
    {"usage": "use it"},
    {"add_help": False},
    {"conflict_handler": "resolve"},
    {"nope": 1},
)
def create_parser_with(world: World, given: dict[str, Any]) -> Any:
    command = world.command(help="Helps.")()

    def action() -> Any:
        parser = command.create_parser("/some/where/manage.py", "named", **given)
        return [
            parser.prog,
            parser.description,
            parser.epilog,
            " ".join(parser.format_usage().split()),
            parser.missing_args_message,
            parser.called_from_command_line,
            parser.conflict_handler,
        ]

    return attempt(action)


@question("--version", "--verbosity", "-v", "--settings", "--traceback", "--no-color", "--nope")
def suppressed(world: World, option: str) -> Any:
    made = world.command(suppressed_base_arguments={option})
    text = made().create_parser("p", "s").format_help()
    names = ("--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color")
    return [name for name in names if name in text]


@question(None, "", "text", "text\n", "a\nb", 0, 5, [], ["x"], b"bytes", True, {"a": 1})
def handle_returns(world: World, value: Any) -> Any:
    made = world.command(handle=lambda self, *args, **options: value)
    return [world.call(made()), world.run(made)]


@question(None, "", "SQL;", "SQL;\n", "a;\nb;")
def output_transaction(world: World, value: Any) -> Any:
    made = world.command(handle=lambda self, *args, **options: value, output_transaction=True)
    return [world.call(made()), world.run(made, "--force-color")]


@question((True, True), (True, False), (False, True), (False, False))
def order_of_checks(world: World, wanted: tuple[bool, bool]) -> Any:
    done: list[str] = []
    made = world.command(
        requires_system_checks="__all__" if wanted[0] else [],
        requires_migrations_checks=wanted[1],
        check=lambda self, **options: done.append("check"),
        check_migrations=lambda self: done.append("migrations"),
        handle=lambda self, **options: done.append("handle"),
    )
    answers = [world.call(made(), skip_checks=skip) for skip in (False, True)]
    return [answers, world.run(made), world.run(made, "--skip-checks"), done]


@question(
    *itertools.product(
        ("CommandError", "SystemCheckError", "ValueError"), ([], ["--traceback"], ["--force-color"])
    )
)
def error_from_handle(world: World, case: tuple[str, list[str]]) -> Any:
    kind = getattr(world.base, case[0], ValueError)

    def handle(self: Any, **options: Any) -> None:
        raise kind("It went\nwrong.")

    return [
        world.run(world.command(handle=handle), *case[1], terminal=terminal)
        for terminal in (False, True)
    ]


@question((), (3,), (0,), (None,))
def returncode(world: World, codes: tuple[Any, ...]) -> Any:
    error = world.base.CommandError("a", *({"returncode": code} for code in ()))
    if codes:
        error = world.base.CommandError("a", "b", returncode=codes[0])

    def handle(self: Any, **options: Any) -> None:
        raise error

    return [error.returncode, repr(error), error.args, world.run(world.command(handle=handle))]


@question(
    *itertools.product(
        ("", "a", "a\n", "a\nb", "\n", " "), (None, "", "\n", "!", "\n\n"), (False, True)
    )
)
def written(world: World, case: tuple[str, str | None, bool]) -> Any:
    text, ending, terminal = case
    out = Terminal() if terminal else io.StringIO()
    wrapper = world.base.OutputWrapper(out)
    wrapper.style_func = lambda text: f"<{text}>"
    more = {} if ending is None else {"ending": ending}
    wrapper.write(text, **more)
    wrapper.write(text, lambda text: f"[{text}]", **more)
    return out.getvalue()


@question(b"x", 5, None, ["a"])
def written_other_than_text(world: World, value: Any) -> Any:
    out = io.StringIO()
    return [attempt(lambda: world.base.OutputWrapper(out).write(value))["raised"], out.getvalue()]


@question()
def output_wrapper(world: World) -> Any:
    out = Terminal()
    wrapper = world.base.OutputWrapper(out, ending="|")
    wrapper.write()
    wrapper.write("a", ending=None)
    wrapper.writelines(["x", "y"])
    wrapper.flush()
    answers = [wrapper.ending, wrapper.isatty(), wrapper.style_func("s"), out.getvalue()]
    wrapper.style_func = None
    answers += [wrapper.style_func("s"), isinstance(wrapper, io.TextIOBase)]
    silent = world.base.OutputWrapper(object())
    answers += [silent.isatty(), attempt(silent.flush), attempt(lambda: silent.encoding)]
    print("printed", file=wrapper, end="")
    return [*answers, out.getvalue()]


@question(
    *itertools.product((None, "light", "dark", "nocolor", "error=blue", "nope"), (False, True))
)
def colours_of_environment(world: World, case: tuple[str | None, bool]) -> Any:
    values = {} if case[0] is None else {"DJANGO_COLORS": case[0]}
    out = Terminal() if case[1] else io.StringIO()
    with environment(**values), contextlib.redirect_stdout(out):
        styles = [world.color.color_style(), world.color.color_style(force_color=True)]
        answers = [[style.ERROR("x"), style.HTTP_NOT_FOUND("x")] for style in styles]
        return [world.color.supports_color(), *answers]


@question(*itertools.product(([], ["--no-color"], ["--force-color"]), (False, True)))
def colours_of_command(world: World, case: tuple[list[str], bool]) -> Any:
    def handle(self: Any, **options: Any) -> None:
        self.stdout.write(self.style.SUCCESS("fine"))
        self.stderr.write("not fine")

    with environment():
        return world.run(world.command(handle=handle), *case[0], terminal=case[1])


@question()
def colours_of_calls(world: World) -> Any:
    made = world.command(handle=lambda self, **options: self.style.SUCCESS("fine"))
    with environment():
        return [
            world.call(made(), **given)
            for given in (
                {"no_color": True},
                {"force_color": True},
                {"force_color": True, "no_color": True},
            )
        ] + [world.call(made(no_color=True)), world.call(made(force_color=True), no_color=True)]


@question(
    *([], ["a"], ["a", "skip", "b"], ["skip"], ["--traceback"], ["-v0", "x"], [["a", "b"]], [1, 2]),
)
def label_command(world: World, args: list[Any]) -> Any:
    def handle_label(self: Any, label: str, **options: Any) -> str | None:
        return None if label == "skip" else f"{label}{options['verbosity']}"

    answers = []
    for members in ({}, {"label": "file"}, {"missing_args_message": "Which?"}):
        made = world.command("LabelCommand", handle_label=handle_label, **members)
        answers.append(world.call(made(), *args))
    return answers


@question([], ["nope"], ["x.y"], ["named_app"], ["named_app", "named_app"], ["named_app", "nope"])
def app_command(world: World, args: list[str]) -> Any:
    made = world.command(
        "AppCommand",
        handle_app_config=lambda self, config, **options: f"{config.label} {options['verbosity']}",
    )
    return world.call(made(), *args)


@question("BaseCommand", "AppCommand", "LabelCommand")
def not_written(world: World, base: str) -> Any:
    made = world.command(base, handle=getattr(world.base, base).handle)
    method = {"AppCommand": "handle_app_config", "LabelCommand": "handle_label"}.get(base, "handle")
    args = [] if base == "BaseCommand" else ["named_app"]
    return [attempt(lambda: getattr(made(), method)(*args)), world.call(made(), *args)]


@question()
def help_of_commands(world: World) -> Any:
    made = world.command(
        help="Line one.\n\nLine two.",
        add_arguments=lambda self, parser: parser.add_argument("--mine", help="Mine."),
    )
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        made().print_help("/x/manage.py", "named")
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    return [lines[:6], [line.split()[0].strip(",") for line in lines if line[:1] == "-"]]


SUBCOMMANDS = [
    ([], {}),
    (["one"], {}),
    (["one", "--opt", "3"], {}),
    (["one"], {"opt": 3}),
    (["one"], {"opt": "3"}),
    (["two"], {}),
    (["two"], {"req": "x"}),
    (["two", "--req=x"], {}),
    (["three"], {}),
    ([], {"sub": "one"}),
    (["one"], {"nope": 3}),
    (["one", "more"], {}),
]


@question(*SUBCOMMANDS)
def subcommands(world: World, case: tuple[list[Any], dict[str, Any]]) -> Any:
    def add_arguments(self: Any, parser: Any) -> None:
        parsers = parser.add_subparsers(dest="sub", title="what", required=True)
        parsers.add_parser("one").add_argument("--opt", type=int)
        parsers.add_parser("two").add_argument("--req", required=True)

    made = world.command(add_arguments=add_arguments)
    answer = world.call(made(), *case[0], **case[1])
    return [answer, getattr(made, "seen", None) and sorted(made.seen[1])]


CALLS: list[tuple[list[Any], dict[str, Any]]] = [
    ([], {}),
    (["pos"], {}),
    ([["pos", "more"]], {}),
    ([("pos",), "more"], {}),
    (["pos", "--number", 4], {}),
    (["pos"], {"number": 4}),
    (["pos"], {"number": "4"}),
    (["pos", "--number=x"], {}),
    (["pos"], {"number": None}),
    (["pos"], {"given_once": True}),
    (["pos"], {"once": True}),
    (["pos"], {"o": True}),
    (["pos"], {"dry_run": True}),
    (["pos"], {"dry-run": True}),
    (["pos", "--dry-run"], {}),
    (["pos", "-n"], {}),
    (["pos"], {"verbosity": 3}),
    (["pos", "-v3"], {}),
    (["pos", "-v3"], {"verbosity": 0}),
    (["pos"], {"hidden": 1}),
    (["pos"], {"unknown": 1}),
    (["pos"], {"tags": ["a", "b"]}),
    (["pos"], {"tags": "a"}),
    (["pos", "--tag", "a", "--tag=b"], {}),
    (["pos"], {"tag": ["a"]}),
    (["pos"], {"pair": [1, 2]}),
    (["pos", "--pair", 1, 2], {}),
    (["pos", "--pair", 1], {}),
    (["pos", "--pair", [1, 2]], {}),
    (["pos"], {"level": "low"}),
    (["pos"], {"level": "nope"}),
    (["pos", "--level=nope"], {}),
    (["pos", "--level=low"], {}),
    ([Path("/a/b")], {}),
    ([None], {}),
    (["--", "-x"], {}),
    (["pos", "--flag"], {}),
    (["pos", "--no-flag"], {}),
    (["pos"], {"flag": True}),
    (["pos"], {"no_flag": True}),
    (["pos"], {"count": 2}),
    (["pos", "-ccc"], {}),
    (["pos"], {"skip_checks": False}),
    (["pos"], {"traceback": True, "settings": "x", "pythonpath": "y"}),
    (["pos"], {"args": ["x"]}),
    ([], {"args": ["x"]}),
]


@question(*CALLS)
def call(world: World, case: tuple[list[Any], dict[str, Any]]) -> Any:
    def add_arguments(self: Any, parser: Any) -> None:
        import argparse

        parser.add_argument("args", nargs="+", metavar="thing")
        parser.add_argument("--number", "-N", type=int, default=7)
        parser.add_argument("--once", "-o", action="store_true", dest="given_once")
        parser.add_argument("-n", "--dry-run", action="store_true")
        parser.add_argument("--tag", action="append", dest="tags")
        parser.add_argument("--pair", nargs=2, type=int)
        parser.add_argument("--level", choices=("low", "high"))
        parser.add_argument("--flag", action=argparse.BooleanOptionalAction)
        parser.add_argument("--count", "-c", action="count")

    made = world.command(add_arguments=add_arguments, stealth_options=("hidden",))
    answer = world.call(made(), *case[0], **case[1])
    seen = getattr(made, "seen", None)
    if seen:
        seen[1] = {key: repr(value) for key, value in seen[1].items() if key[:3] != "std"}
    return [answer, seen]


@question("nope", "", "check.py", None, 5, object, "Command", "_private")
def call_of(world: World, name: Any) -> Any:
    answer = world.call(world.command() if name == "Command" else name)
    return {key: str(value).replace(world.root, "ROOT") for key, value in answer.items()}


@question()
def call_with_instance(world: World) -> Any:
    made = world.command(handle=lambda self, *args, **options: self.mark)
    command = made()
    command.mark = "this very one"
    return [world.call(command), world.call(command)]


@question()
def call_keeps_streams(world: World) -> Any:
    made = world.command(handle=lambda self, **options: self.stdout.write("x"))
    out, other = io.StringIO(), io.StringIO()
    command = made(stdout=out)
    world.management.call_command(command)
    world.management.call_command(command, stdout=other)
    world.management.call_command(command)
    return [out.getvalue(), other.getvalue()]


@question("messages", "fail_level", "count", "tags", "databases", "terminal")
def check_of_command(world: World, what: str) -> Any:
    checks = world.checks
    messages = [
        checks.Debug("d"),
        checks.Info("i", hint="look\nhere", id="x.I1"),
        checks.Warning("w2", id="x.W2"),
        checks.Warning("w1", obj="thing", id="x.W1"),
    ]
    if what != "count":
        messages.append(checks.Critical("c", hint="do", id="x.C1"))
    asked: list[Any] = []

    def run_checks(**options: Any) -> Any:
        asked.append(sorted(options.items()))
        return messages

    given: dict[str, Any] = {
        "fail_level": {"fail_level": checks.CRITICAL + 1},
        "count": {"display_num_errors": True},
        "tags": {"tags": ["models"], "include_deployment_checks": True},
        "databases": {"databases": ["default"], "fail_level": 0},
    }.get(what, {})
    out, err = (Terminal(), Terminal()) if what == "terminal" else (io.StringIO(), io.StringIO())
    command = world.command()(stdout=out, stderr=err, force_color=what == "terminal")
    # Where the command looks for it.
    checks = world.base.checks
    saved, checks.run_checks = checks.run_checks, run_checks
    try:
        answer = attempt(lambda: command.check(**given))
    finally:
        checks.run_checks = saved
    return [answer, out.getvalue(), err.getvalue(), asked]


@question("CommandError", "ValueError", None)
def closes_connections(world: World, error: str | None) -> Any:
    connections = import_module(f"{world.root}.db").connections
    closed: list[bool] = []

    def handle(self: Any, **options: Any) -> None:
        if error:
            raise getattr(world.base, error, ValueError)("wrong")

    connections.close_all = lambda: closed.append(True)
    try:
        made = world.command(handle=handle)
        return [world.call(made()), list(closed), world.run(made), closed]
    finally:
        del connections.close_all


@question("de", "en-us", None)
def no_translations(world: World, language: str | None) -> Any:
    @world.base.no_translations
    def handle(*args: Any, **kwargs: Any) -> Any:
        return [world.translation.get_language(), args, kwargs]

    def fail() -> None:
        raise ValueError("wrong")

    before = world.translation.get_language()
    world.translation.activate(language) if language else world.translation.deactivate_all()
    try:
        answers = [handle(1, a=2), world.translation.get_language()]
        answers.append(attempt(world.base.no_translations(fail)))
        return [*answers, world.translation.get_language()]
    finally:
        world.translation.activate(before or "en-us")


@question((None, None), ("a.b", None), (None, "/p"), ("", ""), ("a.b", "/p"))
def default_options(world: World, case: tuple[Any, Any]) -> Any:
    import argparse

    path, variables = list(sys.path), dict(os.environ)
    sys.path[:] = ["/first"]
    for name in ("DJANGO_SETTINGS_MODULE", "VIVACE_SETTINGS_MODULE"):
        os.environ[name] = "before"
    try:
        world.base.handle_default_options(argparse.Namespace(settings=case[0], pythonpath=case[1]))
        return [sys.path[:], os.environ["DJANGO_SETTINGS_MODULE"]]
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(variables)


@question(True, False, None)
def parser_error(world: World, from_command_line: bool | None) -> Any:
    err = io.StringIO()
    parser = world.base.CommandParser(
        prog="p", called_from_command_line=from_command_line, missing_args_message="Need one."
    )
    parser.add_argument("thing")
    with contextlib.redirect_stderr(err):
        answers = [
            attempt(lambda argv=argv: parser.parse_args(argv))  # type: ignore[misc]
            for argv in ([], ["--nope"], ["a", "b"])
        ]
    return [answers, err.getvalue()]


def answer(world: World, name: str) -> Any:
    """The answer to one question, in which nothing says which package it is of."""
    text = json.dumps(QUESTIONS[name](world), default=repr)
    return json.loads(text.replace(f"{world.root}.", "ROOT."))


def main() -> None:
    # Imported here: the test takes its questions from this module, without Django.
    import types

    import django
    from django.conf import settings

    sys.modules["named_app"] = module = types.ModuleType("named_app")
    module.__path__ = [str(Path(__file__).parent)]
    os.environ["COLUMNS"] = "80"
    settings.configure(
        INSTALLED_APPS=["named_app"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    )
    django.setup()
    world = World("django")
    golden = {name: answer(world, name) for name in QUESTIONS}
    OUTPUT.write_text(json.dumps(golden, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
