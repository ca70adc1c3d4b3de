"""Ask Django what its documentation says, page by page: run where Django 5.2 is installed.

Writes tests/golden/documented.json: for each file of documented/ the answers of its blocks, printed text and
result. A file begins with what its blocks share; blocks are parted by lines of three hyphens, and what
the last expression of a block gives is its result. The test runs the same files with Vivace's name in
place of Django's, each in an interpreter of its own, for each has settings of its own.

Asked for one file, ``documented.py NAME ROOT`` prints its answers as JSON. With ``alias`` as ROOT the file runs
as it stands, and Vivace answers under Django's name.
"""

import ast
import asyncio
import contextlib
import importlib
import io
import json
import pathlib
import re
import subprocess
import sys
import warnings

HERE = pathlib.Path(__file__).resolve()
PAGES = {page.stem: page for page in sorted(HERE.with_suffix("").glob("*.txt"))}
TARGET = HERE.parents[2] / "tests" / "golden" / "documented.json"


def source(page, root):
    """The text of a page, for the package `root`."""
    text = PAGES[page].read_text(encoding="utf-8")
    return re.sub(r"(?<!backends\.)(?<!engines\[.)\bdjango\b", root, text)


def blocks(page):
    """The blocks of a page, as they stand in its file."""
    _shared, _line, rest = source(page, "django").partition("\n=====\n")
    return [block.strip("\n") for block in rest.split("\n---\n")]


def neutral(text):
    """Without what differs from run to run, and the package's name."""
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text)
    return text.replace("vivace", "django").replace("VIVACE", "DJANGO")


def result(block, names):
    """What the last expression of a block gives, or the exception."""
    tree = ast.parse(block)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    try:
        exec(compile(tree, "block", "exec"), names)  # noqa: S102
        if last is None:
            return "None"
        value = eval(compile(ast.Expression(last.value), "block", "eval"), names)
        return repr(asyncio.run(value) if asyncio.iscoroutine(value) else value)
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"


def ask(page, root):
    """The answers of a page: pairs of printed text and result."""
    shared, _line, rest = source(page, root).partition("\n=====\n")
    names = {"__name__": "documented"}
    exec(compile(shared, page, "exec"), names)  # noqa: S102
    answers = []
    for block in rest.split("\n---\n"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            answer = result(block.strip("\n"), dict(names))
        answers.append([neutral(printed.getvalue()), neutral(answer)])
    return answers


def ask_apart(page, root):
    """`ask` in an interpreter of its own."""
    command = [sys.executable, str(HERE), page, root]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        warnings.simplefilter("ignore")
        page, root = sys.argv[1:]
        if root == "alias":
            importlib.import_module("vivace").install_as_django()
            root = "django"
        json.dump(ask(page, root), sys.stdout)
    else:
        answers = {page: ask_apart(page, "django") for page in PAGES}
        lines = [f"{json.dumps(page)}: [\n{{}}\n]" for page in answers]
        shown = [
            line.replace("{}", ",\n".join(json.dumps(answer) for answer in answers[page]))
            for page, line in zip(answers, lines, strict=True)
        ]
        TARGET.write_text("{\n" + ",\n".join(shown) + "\n}\n", encoding="utf-8")
