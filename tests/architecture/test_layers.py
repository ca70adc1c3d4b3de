"""The house rules that a machine can check, over every module of the package.

Imports point down the layers (ARCHITECTURE.md), are at the top of their module, and doors stay doors;
one `exec`; generated code reads no settings; long files say why. Each failure names the file, the line
and the cure. What must differ is listed below by name, with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "src"
PACKAGE = "vivace"

# Rooms by the longest name that fits, as (layer, rank). A module may import what has a lower layer,
# or in its own layer a rank that is not higher.
ROOMS: dict[str, tuple[int, int]] = {
    # 0 kit: what knows nothing of a project.
    "codegen": (0, 1),
    "flow": (0, 1),
    "core": (0, 0),
    "core.exceptions": (0, 0),
    "utils": (0, 0),
    # 1 ground: settings, signals, applications, languages, checks.
    "conf": (1, 0),
    "core.signals": (1, 1),
    "dispatch": (1, 1),
    "apps": (1, 2),
    "i18n": (1, 3),
    "checks": (1, 3),
    # 2 matter: what a request and a response are made of.
    "core.signing": (2, 0),
    "core.hostnames": (0, 0),
    "core.limits": (2, 0),
    "core.validators": (2, 0),
    "core.paginator": (2, 0),
    "core.files": (2, 0),
    "core.cache": (2, 0),
    "core.mail": (2, 0),
    "http": (2, 1),
    # 3 engines.
    "urls": (3, 0),
    "template": (3, 1),
    # The language and what users import know nothing of what compiles templates.
    "template.compiled": (3, 2),
    "templatetags": (3, 2),
    "forms": (3, 2),
    # The ORM: what is promised < who connects < what is declared < what is asked < the plan
    # < the objects.
    "db.contracts": (3, 3),
    "db": (3, 4),
    "db.schema": (3, 5),
    "db.query": (3, 6),
    "db.planner": (3, 7),
    "db.orm": (3, 8),
    "db.models": (3, 9),
    "db.migrations": (3, 10),
    # 4 bridges.
    "shortcuts": (4, 0),
    "serializers": (4, 0),
    # Forms of models know both; `forms` and the models' fields reach them lazily.
    "forms.inlineformsets": (4, 0),
    "forms.modelfields": (4, 0),
    "forms.modelforms": (4, 0),
    "forms.modelformsets": (4, 0),
    "forms.models": (4, 0),
    "middleware": (4, 1),
    "views": (4, 2),
    # 5 cycle.
    "pipeline": (5, 0),
    # 6 house.
    "boot": (6, 0),
    "management": (6, 1),
    "server": (6, 1),
    # 7 what ships beside, 8 what tests it all.
    "contrib": (7, 0),
    "test": (8, 0),
    # Modules that keep Django's address although their layer is another.
    "core.cache.backends.db": (3, 10),
    "core.checks": (1, 3),
    "core.serializers": (4, 0),
    "core.handlers": (5, 0),
    "core.wsgi": (6, 1),
    "core.asgi": (6, 1),
    "core.management": (6, 1),
    "core.servers": (6, 1),
    "conf.urls": (4, 3),
    "utils.autoreload": (1, 3),
    "utils.cache": (2, 2),
    "utils.crypto": (1, 3),
    "utils.dateformat": (1, 3),
    "utils.dates": (1, 3),
    "utils.formats": (1, 3),
    "utils.connection": (1, 0),
    "utils.dateparse": (1, 3),
    "utils.html": (1, 4),
    "utils.ipv6": (1, 3),
    "utils.json": (1, 4),
    "utils.numberformat": (1, 3),
    "utils.text": (1, 3),
    "utils.truncation": (1, 3),
    "utils.log": (1, 3),
    "utils.timesince": (1, 4),
    "utils.timezone": (1, 3),
    "utils.translation": (1, 3),
    # The package itself is light and may be imported from anywhere; so may what it is made of.
    "": (0, 0),
    "alias": (0, 0),
    "__main__": (6, 2),
}

# "module imports module": the reason.
IMPORT_EXCEPTIONS: dict[tuple[str, str], str] = {}

# "module imports module" within a function: the reason.
LOCAL_IMPORT_EXCEPTIONS: dict[tuple[str, str], str] = {}

# Drivers and libraries that a project may lack; only what needs them imports them, when it does.
OPTIONAL = frozenset(
    [
        "PIL",
        "argon2",
        "bcrypt",
        "bpython",
        "brotli",
        "IPython",
        "jinja2",
        "MySQLdb",
        "msgspec",
        "orjson",
        "psycopg",
        "psycopg_pool",
        "pylibmc",
        "pymemcache",
        "redis",
        "selenium",
        "tblib",
        "watchfiles",
        "yaml",
        "zstandard",
        "gunicorn",
        "uvicorn",
        "granian",
    ]
)

# Doors: modules at Django's address whose home is elsewhere.
DOOR_PACKAGES = ("core.handlers", "core.checks", "core.management", "core.servers", "db.models")
DOOR_LINES = 40
# Doors that are longer: the reason.
DOOR_EXCEPTIONS: dict[str, str] = {
    "db.models": "it publishes all names of models and queries, each on a line of its own, twice",
    "db.models.expressions": "the same, for three dozen classes of expressions",
    "db.models.fields.related": "packages import the descriptors of relations from here as well",
    "db.models.fields": "three dozen classes of fields, each on a line of its own, twice",
    "db.models.fields.json": "the same, for the lookups of JSON and of its keys",
    "db.models.functions": "the same, for all database functions",
    "db.models.functions.datetime": "the same, for all kinds of Extract and Trunc",
    "db.models.functions.math": "the same, for two dozen functions",
    "db.models.functions.text": "the same, for two dozen functions",
    "db.models.lookups": "the same, for four dozen lookups",
    "db.query.expressions": "the room's own list of expressions",
    "core.checks": "it publishes two dozen names, each on a line of its own, twice",
    "core.checks.security.base": "the same, for every check that has a name",
    "forms.models": "it publishes two dozen names, each on a line of its own, twice",
    "test.testcases": "packages import two dozen names from here, each on a line of its own, twice",
    "template.base": "packages import three dozen names from here, each on a line of its own, twice",
}
LONG = 600
LONG_REASON = re.compile(r"^Over 600 lines: .+", re.MULTILINE)


@dataclass(frozen=True)
class Import:
    module: str
    target: str
    line: int
    local: bool
    typing_only: bool
    later: bool = False


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def where(self) -> str:
        return str(self.path.relative_to(ROOT.parent))


@cache
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
        if any(part.endswith("_template") for part in parts):
            continue
        name = ".".join(part for part in parts if part != "__init__")
        text = path.read_text(encoding="utf-8")
        found[name] = Module(name, path, ast.parse(text, str(path)), text.count("\n"))
    return found


def room(name: str) -> tuple[int, int]:
    while name not in ROOMS:
        name = name.rpartition(".")[0]
    return ROOMS[name]


def is_typing_test(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def left_for_later(node: ast.AST) -> str | None:
    """The module that `node` names for ``lazily.Later``: an import, only not yet."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "Later" and node.args:
        name = node.args[0]
        return name.value if isinstance(name, ast.Constant) else None
    return None


def imports(module: Module) -> Iterator[Import]:
    """The imports of `module` from anywhere, with targets of this package as names within it."""

    def walk(node: ast.AST, local: bool, typing_only: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inside = local or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            typed = typing_only or is_typing_test(child)
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(module.name, alias.name, child.lineno, local, typing_only)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                for alias in child.names:
                    full = f"{base}.{alias.name}"
                    home = full.removeprefix(f"{PACKAGE}.")
                    target = full if full.startswith(PACKAGE) and home in modules() else base
                    yield Import(module.name, target, child.lineno, local, typing_only)
            elif target := left_for_later(child):
                yield Import(module.name, target, child.lineno, False, False, later=True)
            else:
                yield from walk(child, inside, typed)

    yield from walk(module.tree, False, False)


def own(target: str) -> str | None:
    """The name within the package, or None for another package's module."""
    if target == PACKAGE:
        return ""
    return target.removeprefix(f"{PACKAGE}.") if target.startswith(f"{PACKAGE}.") else None


def report(offenders: list[str], rule: str) -> None:
    if offenders:
        pytest.fail(f"{rule}\n  " + "\n  ".join(offenders), pytrace=False)


def test_imports_point_down() -> None:
    offenders = []
    for module in modules().values():
        layer, rank = room(module.name)
        for each in imports(module):
            target = own(each.target)
            if target is None or each.typing_only or (module.name, target) in IMPORT_EXCEPTIONS:
                continue
            their_layer, their_rank = room(target)
            if their_layer > layer or (their_layer == layer and their_rank > rank):
                offenders.append(
                    f"{module.where}:{each.line} (layer {layer}.{rank}) imports "
                    f"{PACKAGE}.{target} (layer {their_layer}.{their_rank})"
                )
    report(
        offenders,
        "An import points up. Move the function down to the layer of what it needs, hand the value "
        "in from above, or name the exception with its reason:",
    )


def test_imports_are_absolute() -> None:
    offenders = [
        f"{module.where}:{node.lineno}"
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    report(offenders, f"A relative import. Write it from {PACKAGE}:")


def test_no_import_inside_a_function() -> None:
    offenders = []
    for module in modules().values():
        if module.name.split(".")[0] == "boot":
            continue
        for each in imports(module):
            target = own(each.target)
            name = each.target if target is None else target
            if not each.local or (module.name, name) in LOCAL_IMPORT_EXCEPTIONS:
                continue
            if target is None and each.target.split(".")[0] in OPTIONAL:
                continue
            offenders.append(f"{module.where}:{each.line} imports {each.target}")
    report(
        offenders,
        "An import is hidden in a function. Put it at the top; if that makes a cycle, the modules "
        "are cut in the wrong place. Optional drivers are named in OPTIONAL:",
    )


def test_no_import_cycle_between_modules() -> None:
    graph = {
        module.name: {
            target
            for each in imports(module)
            if not (each.local or each.typing_only or each.later)
            if (target := own(each.target)) is not None and target in modules()
        }
        - {module.name, ""}
        for module in modules().values()
    }
    done: set[str] = set()
    offenders = []

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            circle = [*path[path.index(name) :], name]
            offenders.append(" → ".join(circle))
            return
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, [*path, name])
            done.add(name)

    for name in graph:
        visit(name, [])
    report(offenders, "Modules import each other. Put what both need into a third, below:")


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def test_there_is_one_exec_and_it_is_in_codegen() -> None:
    found = [
        f"{module.where}:{call.lineno}"
        for module in modules().values()
        for call in calls(module.tree, {"exec", "eval"})
    ]
    inside = [place for place in found if "/codegen/" in place]
    report(
        [place for place in found if place not in inside],
        "Code is made from text outside codegen. Use vivace.codegen, which quotes every literal:",
    )
    assert len(inside) == 1, f"codegen has {len(inside)} exec: {inside}"


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """String constants, docstrings aside."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str):
            yield node


def test_generated_code_reads_no_settings() -> None:
    offenders = [
        f"{module.where}:{text.lineno} {text.value!r}"
        for module in modules().values()
        if "codegen" in {own(each.target) for each in imports(module)}
        or module.name.startswith("codegen")
        for text in texts(module.tree)
        if re.search(r"\bsettings\.[A-Z]", str(text.value))
    ]
    report(
        offenders,
        "Generated code would ask for a setting at each call. Read a Frozen cell where the code is "
        "made, and bind its value:",
    )


def test_long_files_say_why() -> None:
    offenders = [
        f"{module.where}: {module.lines} lines"
        for module in modules().values()
        if module.lines > LONG and not LONG_REASON.search(ast.get_docstring(module.tree) or "")
    ]
    report(
        offenders,
        f"A file of more than {LONG} lines is two files, or its docstring has a line "
        "'Over 600 lines: <the reason>':",
    )


def test_every_module_says_what_it_is() -> None:
    offenders = [
        module.where
        for module in modules().values()
        if module.tree.body and not ast.get_docstring(module.tree)
    ]
    report(offenders, "A module has no docstring:")


def is_door(module: Module) -> bool:
    """Whether a module only passes names on from elsewhere."""
    statements = module.tree.body[1:] if ast.get_docstring(module.tree) else module.tree.body
    only_imports = all(
        isinstance(node, (ast.Import, ast.ImportFrom))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        for node in statements
    )
    # A room's own __init__ publishes the room; it is as long as the room has names.
    return bool(statements) and only_imports and module.path.name != "__init__.py"


def test_doors_are_only_doors() -> None:
    offenders = []
    for module in modules().values():
        declared = module.name.startswith(DOOR_PACKAGES) and ".commands." not in module.name
        if not is_door(module) and not (declared and module.path.name == "__init__.py"):
            continue
        if len(module.tree.body) == 1:
            continue
        if module.lines > DOOR_LINES and module.name not in DOOR_EXCEPTIONS:
            offenders.append(f"{module.where}: {module.lines} lines, at most {DOOR_LINES}")
        if not any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            for node in module.tree.body
        ):
            offenders.append(f"{module.where}: has no __all__")
    report(offenders, "A door is a docstring, imports and __all__, at most 40 lines:")


def test_comment_tags_are_the_known_ones() -> None:
    offenders = []
    for module in modules().values():
        for number, line in enumerate(module.path.read_text(encoding="utf-8").splitlines(), 1):
            tag = re.match(r"\s*# ([A-Z]{3,}):", line)
            if tag and tag[1] not in {"PERF", "COMPAT", "SECURITY"}:
                offenders.append(f"{module.where}:{number} {tag[0].strip()}")
    report(offenders, "The tags of comments are PERF, COMPAT and SECURITY:")


def test_the_exceptions_are_still_needed() -> None:
    used = {
        (each.module, target)
        for module in modules().values()
        for each in imports(module)
        if (target := own(each.target)) is not None
    }
    stale = [pair for pair in IMPORT_EXCEPTIONS if pair not in used]
    report([f"{a} imports {b}" for a, b in stale], "An exception is listed that nobody needs:")
