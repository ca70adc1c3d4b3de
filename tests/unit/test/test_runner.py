"""Discovery, order, tags, processes and output of the test runner."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vivace.conf import settings
from vivace.management import call_command
from vivace.test import SimpleTestCase, tag
from vivace.test.runner import (
    DiscoverRunner,
    Shuffler,
    filter_tests_by_tags,
    parallel_type,
    partition_suite_by_case,
    reorder_tests,
)

TESTS = """
import unittest
from vivace.test import SimpleTestCase, tag

class First(unittest.TestCase):
    def test_ok(self): pass
    def test_error(self): raise ValueError("broken")
    @unittest.skip("later")
    def test_skipped(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_unexpected(self): pass
    def test_parts(self):
        for n in range(2):
            with self.subTest(n=n):
                self.assertEqual(n, 0)

class Second(SimpleTestCase):
    def test_ok(self): pass
    @tag("slow")
    def test_failing(self): self.fail("wrong")
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    package = tmp_path / "runner_pkg"
    (package / "sub").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "sub" / "__init__.py").touch()
    (package / "tests.py").write_text(TESTS)
    (package / "sub" / "test_more.py").write_text(
        "from vivace.test import SimpleTestCase\n"
        "class More(SimpleTestCase):\n    def test_more(self): print('printed')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.startswith("runner_pkg")]:
        del sys.modules[name]


def run(*labels: str, **options: Any) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        failures = DiscoverRunner(interactive=False, **options).run_tests(list(labels))
    return failures, out.getvalue(), err.getvalue()


def test_everything_is_found_and_counted() -> None:
    failures, out, err = run("runner_pkg")
    assert failures == 4
    assert out.startswith("Found 9 test(s).\nSystem check identified no issues (0 silenced).\n")
    assert "FAILED (failures=2, errors=1, skipped=1, expected failures=1" in err
    assert "FAIL: test_parts (runner_pkg.tests.First.test_parts) (n=1)" in err


@pytest.mark.parametrize(
    ("label", "found", "failures"),
    [
        ("runner_pkg.tests.Second", 2, 1),
        ("runner_pkg.tests.Second.test_ok", 1, 0),
        ("runner_pkg.sub", 1, 0),
        ("runner_pkg/sub", 1, 0),
        ("runner_pkg.none", 1, 1),
        ("no_such_package", 1, 1),
    ],
)
def test_labels(label: str, found: int, failures: int) -> None:
    result, out, _ = run(label)
    assert (result, out.splitlines()[0]) == (failures, f"Found {found} test(s).")


def test_a_file_is_no_label() -> None:
    with pytest.raises(RuntimeError, match="One of the test labels is a path to a file"):
        DiscoverRunner(verbosity=0).build_suite(["runner_pkg/tests.py"])


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"tags": ["slow"]}, 1),
        ({"tags": ["none"]}, 0),
        ({"exclude_tags": ["slow"]}, 8),
        ({"test_name_patterns": ["test_ok"]}, 2),
        ({"test_name_patterns": ["*More*"]}, 1),
        ({"pattern": "test_*.py"}, 1),
    ],
)
def test_selection(options: dict[str, Any], found: int) -> None:
    runner = DiscoverRunner(verbosity=0, **options)
    assert runner.build_suite(["runner_pkg"]).countTestCases() == found


def test_failfast_stops() -> None:
    failures, _, err = run("runner_pkg.tests", failfast=True)
    assert failures == 1
    assert "Ran 8" not in err


def test_what_is_said_of_seeds_and_times() -> None:
    _, out, err = run("runner_pkg.sub", shuffle=7, timing=True)
    assert out == (
        "Using shuffle seed: 7 (given)\nFound 1 test(s).\n"
        "System check identified no issues (0 silenced).\nprinted\nUsed shuffle seed: 7 (given)\n"
    )
    assert re.search(r"Total database setup took \d\.\d{3}s\n", err)
    assert re.search(r"Total database teardown took \d\.\d{3}s\n", err)


def test_debug_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    class Runner(DiscoverRunner):
        def run_suite(self, suite: Any, **kwargs: Any) -> Any:
            seen.append(settings.DEBUG)
            return super().run_suite(suite, **kwargs)

    seen: list[bool] = []
    for debug in (False, True):
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            Runner(verbosity=0, debug_mode=debug).run_tests(["runner_pkg.sub"])
    assert seen == [False, True]


def test_processes_tell_what_one_would() -> None:
    alone = run("runner_pkg")
    together = run("runner_pkg", parallel=2)
    assert alone[0] == together[0] == 4
    for name in ("test_error", "test_failing", "test_parts"):
        assert name in together[2]
    assert "ValueError: broken" in together[2]
    counts = re.compile(r"FAILED \(.*\)")
    assert counts.findall(alone[2]) == counts.findall(together[2])


def test_options() -> None:
    parser = argparse.ArgumentParser()
    DiscoverRunner.add_arguments(parser)
    given = parser.parse_args(
        [
            "--failfast",
            "-t",
            "top",
            "-p",
            "x*.py",
            "--keepdb",
            "--shuffle",
            "3",
            "-r",
            "--debug-mode",
            "-d",
            "--parallel",
            "--tag",
            "a",
            "--tag",
            "b",
            "--exclude-tag",
            "c",
            "--pdb",
            "-b",
            "--no-faulthandler",
            "--timing",
            "-k",
            "one",
            "-k",
            "two",
        ]
    )
    assert (given.failfast, given.top_level, given.pattern, given.shuffle) == (
        True,
        "top",
        "x*.py",
        3,
    )
    assert (given.parallel, given.tags, given.exclude_tags) == ("auto", ["a", "b"], ["c"])
    assert given.test_name_patterns == ["one", "two"]
    assert given.enable_faulthandler is False
    defaults = parser.parse_args([])
    assert (defaults.shuffle, defaults.parallel, defaults.pattern) == (False, 0, "test*.py")
    assert DiscoverRunner(**vars(defaults)).get_test_runner_kwargs()["verbosity"] == 1


def test_pdb_is_for_one_process() -> None:
    with pytest.raises(ValueError, match="You cannot use --pdb with parallel tests"):
        DiscoverRunner(pdb=True, parallel=2)


def test_parallel_argument() -> None:
    assert (parallel_type("auto"), parallel_type("3")) == ("auto", 3)
    with pytest.raises(argparse.ArgumentTypeError, match="'x' is not an integer or the string"):
        parallel_type("x")


def test_shuffling_is_by_seed_and_name() -> None:
    shuffler = Shuffler(5)
    assert shuffler.seed_display == "5 (given)"
    assert shuffler.shuffle(["a", "b", "c", "d"], key=str) == ["b", "d", "a", "c"]
    assert shuffler.shuffle(["a", "c", "d"], key=str) == ["d", "a", "c"]
    with pytest.raises(RuntimeError, match="item 1 has same hash"):
        shuffler.shuffle([1, 1], key=str)
    assert Shuffler().seed_display.endswith(" (generated)")


def cases() -> list[unittest.TestCase]:
    class Plain(unittest.TestCase):
        def test1(self) -> None: ...
        def test2(self) -> None: ...

    class Simple(SimpleTestCase):
        tags = {"slow"}

        def test1(self) -> None: ...
        def test2(self) -> None: ...

    return [Plain("test1"), Simple("test1"), Plain("test2"), Simple("test2"), Simple("test1")]


def names(tests: Any) -> list[str]:
    return [f"{type(test).__name__}.{test._testMethodName}" for test in tests]


def test_order() -> None:
    tests = cases()
    assert names(reorder_tests(tests, [SimpleTestCase])) == [
        "Simple.test1",
        "Simple.test2",
        "Plain.test1",
        "Plain.test2",
    ]
    assert names(reorder_tests(tests, [SimpleTestCase], reverse=True)) == [
        "Simple.test2",
        "Simple.test1",
        "Plain.test2",
        "Plain.test1",
    ]
    shuffled = names(reorder_tests(tests, [SimpleTestCase], shuffler=Shuffler(3)))
    assert sorted(shuffled[:2]) == ["Simple.test1", "Simple.test2"]


def test_parts_and_tags() -> None:
    tests = cases()
    assert [len(list(part)) for part in partition_suite_by_case(unittest.TestSuite(tests))] == [
        1,
        1,
        1,
        2,
    ]
    assert names(filter_tests_by_tags(tests, set(), {"slow"})) == ["Plain.test1", "Plain.test2"]


def test_the_command_hands_its_options_to_the_runner() -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        call_command("test", "runner_pkg.sub", "--failfast", "--parallel", "--timing")
    assert "Found 1 test(s)." in out.getvalue()
    assert "Total run took" in err.getvalue()


def test_databases_that_no_test_uses_are_named_when_asked_for() -> None:
    said = "Skipping setup of unused database(s): default.\n"
    assert said in run("runner_pkg.tests.Second.test_ok", verbosity=2)[1]
    assert said not in run("runner_pkg.tests.Second.test_ok", verbosity=1)[1]


def test_a_failure_is_shown_where_the_test_asserts() -> None:
    class Markup(SimpleTestCase):
        def test(self) -> None:
            self.assertHTMLEqual("<a>", "<b>")

    result = unittest.TestResult()
    Markup("test").run(result)
    ((_, text),) = result.failures
    assert [line.split()[-1] for line in text.splitlines() if "File" in line] == ["test"]


def test_tags_to_filter_by_may_be_in_any_collection() -> None:
    class Tagged(SimpleTestCase):
        @tag("slow")
        def test_slow(self) -> None: ...

        def test_quick(self) -> None: ...

    tests = [Tagged("test_slow"), Tagged("test_quick")]
    assert list(filter_tests_by_tags(tests, ["slow"], [])) == tests[:1]
    assert list(filter_tests_by_tags(tests, (), ("slow",))) == tests[1:]
