"""Gathering messages and compiling them, with the programs of GNU gettext where they are."""

from __future__ import annotations

import gettext as gettext_module
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vivace.i18n.pofile import PoSyntaxError, compile_po
from vivace.management import CommandError, call_command
from vivace.management.commands import compilemessages, makemessages
from vivace.test.utils import override_settings

needs_gettext = pytest.mark.skipif(shutil.which("xgettext") is None, reason="no GNU gettext here")

VIEWS = """
from vivace.utils.translation import gettext as _, ngettext, npgettext, pgettext
_("Hello")
# Translators: a note
_("World %(x)s")
ngettext("%d cat", "%d cats", 3)
pgettext("month", "May")
npgettext("ctx", "one", "many", 2)
"""
PAGE = """{% load i18n %}
{% translate "From a page" %} {% blocktranslate count n=x %}{{ n }} thing{% plural %}{{ n }} things
{% endblocktranslate %}
"""
PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Hello"
msgstr "Hallo"

msgctxt "month"
msgid "May"
msgstr "Mai"

msgid "%d cat"
msgid_plural "%d cats"
msgstr[0] "%d Katze"
msgstr[1] "%d Katzen"

#, fuzzy
msgid "Doubtful"
msgstr "Zweifelhaft"

msgid "Not yet"
msgstr ""

msgid "long "
"and \\"quoted\\"\\n"
msgstr ""
"lang "
"und \\"zitiert\\"\\n"
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A source tree, which is the current directory."""
    (tmp_path / "app" / "locale").mkdir(parents=True)
    (tmp_path / "locale").mkdir()
    (tmp_path / "app" / "views.py").write_text(VIEWS)
    (tmp_path / "app" / "page.html").write_text(PAGE)
    (tmp_path / "app" / "script.js").write_text('gettext("From a script"); pgettext("a", "b");')
    (tmp_path / "root.txt").write_text('{% translate "At the root" %}')
    monkeypatch.chdir(tmp_path)
    with override_settings(LOCALE_PATHS=[str(tmp_path / "locale")]):
        yield tmp_path


def run(name: str, *args: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out, stderr=out, **options)
    return out.getvalue()


def po_text(tree: Path, place: str = "app", locale: str = "de", domain: str = "django") -> str:
    return (tree / place / "locale" / locale / "LC_MESSAGES" / f"{domain}.po").read_text("utf-8")


@needs_gettext
class TestMakeMessages:
    def test_messages_go_to_the_nearest_locale_directory(self, tree: Path) -> None:
        assert run("makemessages", locale=["de"]) == "processing locale de\n"
        text = po_text(tree)
        assert '#: app/views.py:3\nmsgid "Hello"\nmsgstr ""' in text
        assert "#. Translators: a note\n#: app/views.py:5\n#, python-format" in text
        assert '#: app/page.html:2\nmsgid "From a page"' in text
        assert 'msgid_plural "%(n)s things\\n"' in text
        assert 'msgctxt "month"\nmsgid "May"' in text
        assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in text
        assert "At the root" not in text
        assert 'msgid "At the root"' in po_text(tree, ".")
        assert not list(tree.rglob("*.pot"))

    def test_translations_are_kept(self, tree: Path) -> None:
        run("makemessages", locale=["de"])
        path = tree / "app/locale/de/LC_MESSAGES/django.po"
        path.write_text(
            path.read_text().replace('msgid "Hello"\nmsgstr ""', 'msgid "Hello"\nmsgstr "Hallo"')
        )
        (tree / "app" / "views.py").write_text('_("Hello")\n_("New")\n')
        run("makemessages", all=True)
        assert 'msgid "Hello"\nmsgstr "Hallo"' in path.read_text()
        assert 'msgid "New"' in path.read_text()
        (tree / "app" / "views.py").write_text('_("New")\n')
        run("makemessages", locale=["de"])
        assert '#~ msgid "Hello"' in path.read_text()
        run("makemessages", locale=["de"], no_obsolete=True)
        assert "Hello" not in path.read_text()

    def test_scripts_are_another_domain(self, tree: Path) -> None:
        run("makemessages", locale=["de"], domain="djangojs")
        text = po_text(tree, domain="djangojs")
        assert 'msgid "From a script"' in text
        assert 'msgctxt "a"\nmsgid "b"' in text

    def test_extensions_and_ignored(self, tree: Path) -> None:
        run("makemessages", "-l", "de", "-e", "py", "-i", "app/*.html")
        assert "From a page" not in po_text(tree)
        assert not (tree / "locale/de").exists()

    def test_locations(self, tree: Path) -> None:
        run("makemessages", "-l", "de", "--no-location")
        assert "#: " not in po_text(tree)
        run("makemessages", "-l", "fr", "--add-location=file")
        assert "#: app/views.py\n" in po_text(tree, locale="fr")

    def test_pot_can_be_kept(self, tree: Path) -> None:
        run("makemessages", "-l", "de", "--keep-pot")
        assert (tree / "app/locale/django.pot").exists()

    def test_excluded(self, tree: Path) -> None:
        run("makemessages", "-l", "de", "-l", "fr")
        assert run("makemessages", "-x", "de") == "processing locale fr\n"

    @pytest.mark.parametrize(
        ("locale", "hint"),
        [
            ("pt-br", ", did you mean pt_BR?"),
            ("DE", ", did you mean de?"),
            ("en_us", ", did you mean en_US?"),
            ("pl_", ""),
            ("_PL", ""),
            ("ru1", ""),
        ],
    )
    def test_invalid_locale(self, tree: Path, locale: str, hint: str) -> None:
        assert run("makemessages", locale=[locale]) == f"invalid locale {locale}{hint}\n"

    def test_nowhere_to_write(self, tree: Path) -> None:
        shutil.rmtree(tree / "locale")
        shutil.rmtree(tree / "app" / "locale")
        with override_settings(LOCALE_PATHS=[]):
            with pytest.raises(CommandError, match=r"Unable to find a locale path .* app/views.py"):
                run("makemessages", "-l", "de", "-e", "py")

    def test_file_that_is_no_text_is_left_out(self, tree: Path) -> None:
        (tree / "app" / "page.html").write_bytes(b'{% translate "\xe9" %}')
        assert "UnicodeDecodeError: skipped file page.html in ./app" in run(
            "makemessages", "-l", "de"
        )
        assert 'msgid "Hello"' in po_text(tree)

    def test_wrong_template_names_its_place(self, tree: Path) -> None:
        (tree / "app" / "page.html").write_text("\n{% blocktranslate %}{% if x %}")
        with pytest.raises(SyntaxError, match=r"if x \(file app/page.html, line 2\)"):
            run("makemessages", "-l", "de")


def test_domain_and_locale_must_be_given(tree: Path) -> None:
    with pytest.raises(CommandError, match="only supports domains 'django' and 'djangojs'"):
        run("makemessages", "-l", "de", "-d", "other")
    with pytest.raises(CommandError, match="help makemessages' for usage information"):
        run("makemessages")


def test_missing_program_is_named(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommandError, match=r"Can't find msguniq. Make sure you have GNU gettext"):
        run("makemessages", "-l", "de")
    monkeypatch.setattr(compilemessages.Command, "program", "nothing")
    with pytest.raises(CommandError, match=r"Can't find nothing"):
        run("compilemessages")


@pytest.mark.parametrize("by_program", [pytest.param(True, marks=needs_gettext), False])
class TestCompileMessages:
    @pytest.fixture(autouse=True)
    def po(self, tree: Path, by_program: bool, monkeypatch: pytest.MonkeyPatch) -> Path:
        if not by_program:
            monkeypatch.setattr(compilemessages, "find_command", lambda name: None)
        directory = tree / "locale" / "de" / "LC_MESSAGES"
        directory.mkdir(parents=True)
        (directory / "django.po").write_text(PO, encoding="utf-8")
        return directory / "django.po"

    def catalogue(self, po: Path) -> gettext_module.GNUTranslations:
        with po.with_suffix(".mo").open("rb") as file:
            return gettext_module.GNUTranslations(file)

    def test_compiles(self, po: Path) -> None:
        assert run("compilemessages") == f"processing file django.po in {po.parent}\n"
        made = self.catalogue(po)
        assert made.gettext("Hello") == "Hallo"
        assert made.pgettext("month", "May") == "Mai"
        assert made.ngettext("%d cat", "%d cats", 2) == "%d Katzen"
        assert made.gettext('long and "quoted"\n') == 'lang und "zitiert"\n'
        assert made.gettext("Not yet") == "Not yet"
        assert made.gettext("Doubtful") == "Doubtful"

    def test_not_again(self, po: Path) -> None:
        run("compilemessages")
        assert run("compilemessages") == f"File “{po}” is already compiled and up to date.\n"

    def test_fuzzy(self, po: Path) -> None:
        run("compilemessages", fuzzy=True)
        assert self.catalogue(po).gettext("Doubtful") == "Zweifelhaft"

    def test_locales(self, po: Path) -> None:
        assert run("compilemessages", locale=["fr"]) == ""
        assert run("compilemessages", locale=["de"]) == (
            f"processing file django.po in {po.parent}\n"
        )

    def test_bom_and_nonsense(self, po: Path) -> None:
        po.write_bytes(b"\xef\xbb\xbf" + PO.encode())
        err = io.StringIO()
        with pytest.raises(CommandError, match=r"compilemessages generated one or more errors."):
            call_command("compilemessages", stdout=io.StringIO(), stderr=err)
        assert "has a BOM (Byte Order Mark)" in err.getvalue()
        po.write_text('msgid "a\nfoo')
        with pytest.raises(CommandError, match=r"compilemessages generated one or more errors."):
            call_command("compilemessages", stdout=io.StringIO(), stderr=err)
        assert str(po) in err.getvalue()

    def test_ignored(self, po: Path, tree: Path) -> None:
        (tree / "app/locale/de/LC_MESSAGES").mkdir(parents=True)
        (tree / "app/locale/de/LC_MESSAGES/django.po").write_text(PO, encoding="utf-8")
        assert "app" not in run("compilemessages", ignore_patterns=["app/*"]).replace(str(tree), "")


def test_nothing_to_compile(tree: Path) -> None:
    shutil.rmtree(tree / "locale")
    shutil.rmtree(tree / "app")
    with override_settings(LOCALE_PATHS=[]):
        with pytest.raises(CommandError, match="This script should be run from"):
            run("compilemessages")


@pytest.mark.parametrize(
    "source", ['"loose"', "msgid 3", 'msgid "a', "nonsense", 'msgid "" + ""', "msgid f'x'"]
)
def test_own_compiler_refuses_what_it_does_not_understand(source: str) -> None:
    with pytest.raises(PoSyntaxError, match=r"^1: "):
        compile_po(source)


@needs_gettext
@pytest.mark.parametrize("locale", ["de", "fr", "pt_BR"])
def test_own_compiler_agrees_with_msgfmt(locale: str, tmp_path: Path) -> None:
    source = Path(makemessages.__file__).parents[2] / f"conf/locale/{locale}/LC_MESSAGES/django.po"
    target = tmp_path / "django.mo"
    makemessages.run(["msgfmt", "-o", str(target), str(source)])
    found = []
    for data in (target.read_bytes(), compile_po(source.read_text("utf-8"))):
        found.append(vars(gettext_module.GNUTranslations(io.BytesIO(data)))["_catalog"])
    assert found[0] == found[1]
