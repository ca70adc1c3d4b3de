"""What commands do, seen from those who write and call them."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import pytest

from vivace.checks import CheckMessage, Critical, Debug, Error, Info, Warning
from vivace.management import call_command
from vivace.management.base import AppCommand, BaseCommand, LabelCommand, no_translations
from vivace.management.color import make_style, no_style
from vivace.management.commands import runserver
from vivace.management.exceptions import CommandError, SystemCheckError
from vivace.management.output import OutputWrapper
from vivace.management.report import Report


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Plain(BaseCommand):
    """A command that needs no checks and says what it is told."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--fail", type=int)

    def handle(self, *args: Any, **options: Any) -> Any:
        if options["fail"]:
            raise CommandError("It went wrong.", returncode=options["fail"])
        return "done"


class Checked(BaseCommand):
    """A command whose checks find what `messages` lists."""

    messages: list[CheckMessage] = []

    def check(self, **options: Any) -> None:  # type: ignore[override]
        report = Report(self.messages, self.style, counted=False)
        if report.fails_at(40):
            raise SystemCheckError(report.as_error())

    def handle(self, *args: Any, **options: Any) -> str:
        return "handled"


def run(
    command_class: type[BaseCommand], *argv: str, terminal: bool = False
) -> tuple[Any, str, str]:
    """The exit status, stdout and stderr of a command called from the command line."""
    out, err = (Terminal(), Terminal()) if terminal else (io.StringIO(), io.StringIO())
    command = command_class(stdout=out, stderr=err)
    status: Any = 0
    try:
        command.run_from_argv(["manage.py", "named", *argv])
    except SystemExit as exit_:
        status = exit_.code
    return status, out.getvalue(), err.getvalue()


def test_what_handle_returns_is_printed_and_returned() -> None:
    out = io.StringIO()
    assert call_command(Plain(), stdout=out) == "done"
    assert out.getvalue() == "done\n"


def test_command_error_is_a_sentence_and_a_status() -> None:
    assert run(Plain, "--fail", "3") == (3, "", "CommandError: It went wrong.\n")


def test_traceback_lets_the_error_pass() -> None:
    with pytest.raises(CommandError, match="It went wrong"):
        run(Plain, "--fail", "3", "--traceback")


def test_colors_exclude_each_other() -> None:
    assert run(Plain, "--force-color", "--no-color") == (
        1,
        "",
        "CommandError: The --no-color and --force-color options can't be used together.\n",
    )
    with pytest.raises(CommandError, match="'no_color' and 'force_color' can't be used together"):
        BaseCommand(no_color=True, force_color=True)


def test_parser_errors_exit_with_two_and_the_nearest_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(Plain, "--fial", "3")[0] == 2
    assert "unrecognized arguments: --fial 3. Did you mean --fail?" in capsys.readouterr().err
    assert run(Plain, "--nothing-near")[0] == 2
    assert capsys.readouterr().err.endswith("unrecognized arguments: --nothing-near\n")


def test_settings_and_pythonpath_are_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "before")
    monkeypatch.setenv("VIVACE_SETTINGS_MODULE", "before")
    run(Plain, "--settings", "a.b", "--pythonpath", "/somewhere")
    import os

    assert os.environ["DJANGO_SETTINGS_MODULE"] == os.environ["VIVACE_SETTINGS_MODULE"] == "a.b"
    assert sys.path[0] == "/somewhere"


def test_checks_stop_a_command_unless_skipped() -> None:
    class Failing(Checked):
        messages = [Error("bad", id="x.E1")]

    status, out, err = run(Failing)
    assert (status, out) == (1, "")
    assert (
        err == "SystemCheckError: System check identified some issues:\n\nERRORS:\n?: (x.E1) bad\n"
    )
    assert run(Failing, "--skip-checks") == (0, "handled\n", "")
    assert call_command(Failing(), stdout=io.StringIO()) == "handled"
    with pytest.raises(SystemCheckError):
        call_command(Failing(), stdout=io.StringIO(), skip_checks=False)


@pytest.mark.parametrize("value", [True, "models", {"models"}])
def test_requires_system_checks_is_a_list(value: Any) -> None:
    command = type("Wrong", (BaseCommand,), {"requires_system_checks": value})
    with pytest.raises(TypeError, match="requires_system_checks must be a list or tuple"):
        command()


def test_output_transaction_wraps_what_handle_returns() -> None:
    class Sql(Plain):
        output_transaction = True

    assert run(Sql) == (0, "BEGIN;\ndone\nCOMMIT;\n", "")


def test_errors_are_red_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(Plain, "--fail=1", terminal=True)[2].startswith("\x1b[31;1mCommandError:")
    assert run(Plain, "--fail=1")[2] == "CommandError: It went wrong.\n"
    assert (
        run(Plain, "--fail=1", "--no-color", terminal=True)[2] == "CommandError: It went wrong.\n"
    )


def test_no_color_and_force_color_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert BaseCommand().style.SUCCESS("x") == "\x1b[32;1mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert BaseCommand().style is no_style()
    assert BaseCommand(force_color=True).style.SUCCESS("x") == "\x1b[32;1mx\x1b[0m"


def test_django_colors_choose_the_palette(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_COLORS", "nocolor;success=blue")
    style = BaseCommand(force_color=True).style
    assert (style.SUCCESS("x"), style.ERROR("x")) == ("\x1b[34mx\x1b[0m", "\x1b[mx\x1b[0m")


def test_suppressed_arguments_work_but_are_not_shown() -> None:
    class Quiet(Plain):
        suppressed_base_arguments = {"--verbosity", "--traceback"}

    text = Quiet().create_parser("p", "s").format_help()
    assert "--verbosity" not in text
    assert "--settings" in text
    assert Quiet().create_parser("p", "s").parse_args(["-v", "2"]).verbosity == 2


def test_common_options_come_last_in_help() -> None:
    text = Plain().create_parser("p", "s").format_help()
    assert text.index("--fail") < text.index("--version") < text.index("--verbosity")
    assert "--skip-checks" not in text
    assert "--skip-checks" in Checked().create_parser("p", "s").format_help()


def test_subparsers_answer_as_the_parser_does() -> None:
    class Parent(Plain):
        def add_arguments(self, parser: Any) -> None:
            subparsers = parser.add_subparsers(dest="sub", title="what", required=True)
            subparsers.add_parser("one").add_argument("--opt", type=int)
            subparsers.add_parser("two").add_argument("--req", required=True)

        def handle(self, *args: Any, **options: Any) -> Any:
            return f"{options['sub']} {options.get('opt')} {options.get('req')}"

    def call(*args: Any, **options: Any) -> Any:
        return call_command(Parent(), *args, stdout=io.StringIO(), **options)

    assert call("one", opt=3) == call("one", "--opt", "3") == "one 3 None"
    assert call("two", req="x") == "two None x"
    with pytest.raises(CommandError, match="arguments are required: --req"):
        call("two")
    with pytest.raises(CommandError, match="arguments are required: sub"):
        call(sub="one")
    with pytest.raises(CommandError, match=r"invalid choice: 'three'"):
        call("three")
    assert run(Parent, "two")[0] == 2


def test_app_command_asks_for_installed_apps() -> None:
    class Labels(AppCommand):
        requires_system_checks: list[str] = []

    with pytest.raises(CommandError, match="Enter at least one application label"):
        call_command(Labels())
    with pytest.raises(
        CommandError,
        match=r"No installed app with label 'nope'\.\. Are you sure your INSTALLED_APPS",
    ):
        call_command(Labels(), "nope")
    with pytest.raises(NotImplementedError, match="Subclasses of AppCommand must provide"):
        Labels().handle_app_config(None)


def test_label_command_handles_each_label() -> None:
    class Labels(LabelCommand):
        label = "file"
        requires_system_checks: list[str] = []

        def handle_label(self, label: str, **options: Any) -> str | None:
            return None if label == "skip" else f"got {label}"

    assert call_command(Labels(), "a", "skip", "b", stdout=io.StringIO()) == "got a\ngot b"
    with pytest.raises(CommandError, match=r"^Error: Enter at least one file\.$"):
        call_command(Labels())


def test_base_classes_need_their_methods() -> None:
    with pytest.raises(NotImplementedError, match=r"must provide a handle\(\) method"):
        BaseCommand().handle()
    with pytest.raises(NotImplementedError, match=r"must provide a handle_label\(\) method"):
        LabelCommand().handle_label("x")


def test_output_wrapper_ends_and_styles_messages() -> None:
    out = Terminal()
    wrapper = OutputWrapper(out)
    wrapper.style_func = lambda text: f"<{text}>"
    wrapper.write("a")
    wrapper.write("b", ending="!")
    wrapper.write("c\n")
    wrapper.write("d", str.upper)
    wrapper.write()
    assert out.getvalue() == "<a\n><b!><c\n>D\n<\n>"
    assert wrapper.isatty()
    piped = OutputWrapper(io.StringIO())
    piped.style_func = lambda text: f"<{text}>"
    piped.write("a")
    assert piped.getvalue() == "a\n"


def test_no_translations_restores_the_language() -> None:
    from vivace.utils import translation

    @no_translations
    def handle(*args: Any) -> Any:
        return translation.get_language()

    with translation.override("de"):
        assert handle() is None
        assert translation.get_language() == "de"


MESSAGES = [
    Debug("d"),
    Info("i", hint="look", id="x.I1"),
    Warning("w2", id="x.W2"),
    Warning("w1", id="x.W1"),
    Error("e", obj="thing", id="x.E1"),
    Critical("c", id="x.C1"),
]
BODY = (
    "\nCRITICALS:\n?: (x.C1) c\n"
    "\nERRORS:\nthing: (x.E1) e\n"
    "\nWARNINGS:\n?: (x.W1) w1\n?: (x.W2) w2\n"
    "\nINFOS:\n?: (x.I1) i\n\tHINT: look\n"
    "\nDEBUGS:\n?: d\n"
)


def test_report_groups_by_level_and_sorts() -> None:
    text = Report(MESSAGES, no_style(), counted=True).as_text()
    assert text == (
        f"System check identified some issues:\n{BODY}\n"
        "System check identified 6 issues (0 silenced)."
    )


def test_report_as_error_is_styled() -> None:
    report = Report([Error("e")], make_style("dark"), counted=False)
    assert report.as_error() == (
        "\x1b[31;1mSystemCheckError: System check identified some issues:\n\x1b[0m"
        "\nERRORS:\n\x1b[31;1m?: e\x1b[0m\n"
    )


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ([], "System check identified no issues (0 silenced)."),
        (
            [Warning("w")],
            "System check identified some issues:\n\nWARNINGS:\n?: w\n\n"
            "System check identified 1 issue (0 silenced).",
        ),
    ],
)
def test_report_counts(messages: list[CheckMessage], text: str) -> None:
    assert Report(messages, no_style(), counted=True).as_text() == text


def test_report_fails_from_a_level_on() -> None:
    report = Report([Warning("w")], no_style(), counted=False)
    assert report.fails_at(30)
    assert not report.fails_at(40)
    assert Report([], no_style(), counted=False).as_text() == ""


def test_diffsettings_of_settings_that_were_configured_in_code() -> None:
    script = (
        "import vivace\n"
        "from vivace.conf import settings\n"
        "from vivace.core.management import call_command\n"
        "settings.configure(USE_TZ=False, OWN=1)\n"
        "vivace.setup()\n"
        "call_command('diffsettings')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("OWN = 1  ###\nUSE_TZ = False\n", "")


def test_skip_checks_cannot_be_kept_out_of_the_help() -> None:
    class Quiet(BaseCommand):
        suppressed_base_arguments = {"--settings", "--skip-checks"}

    usage = Quiet().create_parser("manage.py", "quiet").format_usage()
    assert "--skip-checks" in usage
    assert "--settings" not in usage


@pytest.mark.parametrize(("value", "warned"), [(None, True), ("true", False), ("1", True)])
def test_runserver_says_what_it_is_not_for(
    value: str | None, warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_RUNSERVER_HIDE_WARNING", raising=False)
    if value is not None:
        monkeypatch.setenv("DJANGO_RUNSERVER_HIDE_WARNING", value)
    out = io.StringIO()
    command = runserver.Command(stdout=out)
    command.addr, command._raw_ipv6 = "0", False
    command.on_bind(8000)
    lines = out.getvalue().splitlines()
    assert "Starting development server at http://0.0.0.0:8000/" in lines
    assert warned is (
        "WARNING: This is a development server. Do not use it in a production setting. "
        "Use a production WSGI or ASGI server instead." in lines
    )
