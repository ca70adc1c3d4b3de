"""Make the message catalogues that ship with Vivace: conf/locale/<locale>/LC_MESSAGES/django.mo.

Run it with a Python that has Babel: ``PYTHONPATH=src python scripts/locale_data.py``. A catalogue has

* the names of days, months, times of day, units of time and languages, out of the Unicode CLDR by way
  of Babel, for all languages in LANG_INFO;
* over them, the messages of ``django.po`` beside it, which are translated by hand.

``locale_forms.json`` says in which of its forms the CLDR's name is meant: ``format wide``, or
``stand-alone abbreviated:title dot``, that is with a capital and a full stop. Two forms with a bar
between them are one for January, February and August to December, and one for the short names between.
They were chosen, with ``--choose OBSERVED``, to agree best with what Django was seen to print.
"""

from __future__ import annotations

import argparse
import collections
import gettext
import io
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError, localedata
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from vivace.conf.locale import LANG_INFO
from vivace.i18n.codes import to_locale
from vivace.utils import dates

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "src" / "vivace" / "conf" / "locale"
FORMS = Path(__file__).with_name("locale_forms.json")

UNITS = ("year", "month", "week", "day", "hour", "minute")
PERIODS = ("a.m.", "p.m.", "AM", "PM")
TIMES = ("midnight", "noon")
# Months that are written in full in the style of the Associated Press: March to July.
SHORT = range(2, 7)

Names = list[str]


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


CHANGES: dict[str, Callable[[str], str]] = {
    "": str,
    "lower": str.lower,
    "title": first_up,
    "nodot": lambda text: text.rstrip("."),
    "lower nodot": lambda text: text.lower().rstrip("."),
    "title nodot": lambda text: first_up(text).rstrip("."),
    "dot": lambda text: text.rstrip(".") + ".",
    "title dot": lambda text: first_up(text).rstrip(".") + ".",
    "last": lambda text: text.split()[-1],
    "three": lambda text: text[:3],
    "three lower": lambda text: text[:3].lower(),
    "three title": lambda text: first_up(text[:3]),
    "three dot": lambda text: text[:3] + ".",
    "three title dot": lambda text: first_up(text[:3]) + ".",
}


def messages_of(values: dict[int, Any]) -> list[tuple[str | None, str]]:
    """The contexts and messages of one of the tables of names, in order."""
    found = []
    for _, lazy in sorted(values.items()):
        args = vars(lazy)["_args"]
        found.append((args[0], args[1]) if len(args) == 2 else (None, args[0]))
    return found


CATEGORIES: dict[str, tuple[str, list[tuple[str | None, str]]]] = {
    "WEEKDAYS": ("days", messages_of(dates.WEEKDAYS)),
    "WEEKDAYS_ABBR": ("days", messages_of(dates.WEEKDAYS_ABBR)),
    "MONTHS": ("months", messages_of(dates.MONTHS)),
    "MONTHS_3": ("months", messages_of(dates.MONTHS_3)),
    "MONTHS_AP": ("months", messages_of(dates.MONTHS_AP)),
    "MONTHS_ALT": ("months", messages_of(dates.MONTHS_ALT)),
    "PERIODS": ("day_periods", [(None, name) for name in PERIODS]),
}


def cldr(code: str) -> Locale | None:
    """What the CLDR knows of the language `code`; None for nothing."""
    # Babel's aliases leave traces of one locale in the data of the next.
    vars(localedata)["_cache"].clear()
    try:
        return Locale.parse(to_locale(code))
    except UnknownLocaleError:
        return None


def table(locale: Locale, category: str, context: str, width: str) -> Names | None:
    """The names of `category` in one of the CLDR's forms; None if there is no such form."""
    kind, messages = CATEGORIES[category]
    try:
        names = dict(getattr(locale, kind)[context][width])
    except KeyError:
        return None
    keys: Sequence[Any] = sorted(names)
    if category == "PERIODS":
        keys = ("am", "pm", "am", "pm")
        # As good as English, which has both "a.m." and "AM".
        if names.get("am") == "AM":
            return None
    if not all(key in names for key in keys) or len(keys) != len(messages):
        return None
    return [plain(names[key]) for key in keys]


def distinct(names: Names) -> bool:
    """Whether no two of `names` are the same: cut too short, June and July can be."""
    return len(set(names)) == len(names)


def in_form(locale: Locale, category: str, form: str) -> Names | None:
    """The names of `category` in `form`, as written in locale_forms.json."""
    if "|" in form:
        long, short = (in_form(locale, category, part) for part in form.split("|"))
        if long is None or short is None:
            return None
        return [(short if n in SHORT else long)[n] for n in range(len(long))]
    where, _, change = form.partition(":")
    context, _, width = where.partition(" ")
    names = table(locale, category, context, width)
    return None if names is None else [CHANGES[change](name) for name in names]


def plain(text: str) -> str:
    """`text` with common spaces: where a line must not break is for the page to say."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200e", "")


def language_names(locale: Locale, change: str) -> Iterator[tuple[str, str]]:
    """The names of the languages in LANG_INFO, as far as the CLDR has them."""
    for code, info in LANG_INFO.items():
        if "name" not in info:
            continue
        found = locale.languages.get(to_locale(code))
        base, _, rest = to_locale(code).partition("_")
        if not found and rest and base in locale.languages:
            where = locale.territories.get(rest) or locale.scripts.get(rest.title())
            found = f"{locale.languages[base]} ({where})" if where else None
        if found:
            yield info["name"], CHANGES[change](found)


def times(locale: Locale) -> Iterator[tuple[str, str]]:
    """Midnight and noon, in whichever form the CLDR has them."""
    for name in TIMES:
        for context, width in itertools.product(
            ("stand-alone", "format"), ("wide", "abbreviated", "narrow")
        ):
            found = dict(locale.day_periods.get(context, {}).get(width, {})).get(name)
            if found:
                yield name, found
                break


def unit_forms(locale: Locale, unit: str, made: Catalog) -> list[str] | None:
    """The forms of "%(num)d years" and the like, by the index of gettext's rule."""
    widths = locale._data["unit_patterns"].get(f"duration-{unit}", {})
    # A long form that is not there is the same as the short one.
    for width in ("long", "short"):
        patterns = dict(widths.get(width, {}))
        if "other" in patterns:
            break
    else:
        return None
    index = plural_index(made.plural_expr)
    # A form of gettext's rule is the CLDR's form of most of its numbers.
    forms = [collections.Counter[str]() for _ in range(made.num_plurals)]
    for number in (*range(200), 1000, 1000000):
        forms[index(number)][patterns.get(locale.plural_form(number), patterns["other"])] += 1
    return [
        plain(form.most_common(1)[0][0] if form else patterns["other"])
        .replace("%", "%%")
        .replace("{0}", "%(num)d")
        for form in forms
    ]


def plural_index(expression: str) -> Callable[[int], int]:
    made: Callable[[int], int] = vars(gettext)["c2py"](expression)
    return made


def catalogue(code: str, forms: dict[str, str]) -> Catalog | None:
    """The messages for the language `code`; None where there are none."""
    locale = cldr(code)
    by_hand = LOCALES / to_locale(code) / "LC_MESSAGES" / "django.po"
    made = Catalog(locale=locale, fuzzy=False)
    if by_hand.exists():
        with by_hand.open("rb") as file:
            made = read_po(file, locale=to_locale(code))
    elif locale is None:
        return None
    if locale is not None:
        add_names(made, locale, forms)
    return made


def add_names(made: Catalog, locale: Locale, forms: dict[str, str]) -> None:
    """Add what the CLDR knows to `made`, where it has no translation by hand."""

    def add(message: Any, translation: Any, context: str | None = None) -> None:
        by_hand = made.get(message if isinstance(message, str) else message[0], context)
        if by_hand is None or not by_hand.string:
            made.add(message, translation, context=context)

    for category, form in forms.items():
        if category in CATEGORIES and form:
            names = in_form(locale, category, form) or []
            for (context, message), name in zip(CATEGORIES[category][1], names, strict=False):
                add(message, name, context)
    for unit in UNITS:
        units = unit_forms(locale, unit, made)
        if units:
            add((f"%(num)d {unit}", f"%(num)d {unit}s"), tuple(units))
    for name, translated in times(locale):
        add(name, translated)
    for name, translated in language_names(locale, forms.get("LANGUAGES", "")):
        add(name, translated)


def compiled(made: Catalog) -> bytes:
    """The bytes of the .mo file, which depend on the messages alone."""
    made.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", made.plural_forms),
    ]
    out = io.BytesIO()
    write_mo(out, made)
    return out.getvalue()


def languages() -> list[str]:
    """The codes of the languages that get a catalogue: English is in the source."""
    return [
        code
        for code, info in LANG_INFO.items()
        if "name" in info and not code.startswith("en") and code != "no"
    ]


def write() -> None:
    chosen = json.loads(FORMS.read_text(encoding="utf-8"))
    for code in languages():
        made = catalogue(code, chosen.get(code, chosen["default"]))
        if made is not None:
            target = LOCALES / to_locale(code) / "LC_MESSAGES" / "django.mo"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(compiled(made))


# --- choosing the forms ----------------------------------------------------------------------------


def simple_forms(category: str) -> Iterator[str]:
    widths = ("wide", "abbreviated", "short", "narrow")
    # A name for a time of day is not to be cut.
    changes = [c for c in CHANGES if category != "PERIODS" or "three" not in c]
    for change, width, context in itertools.product(changes, widths, ("format", "stand-alone")):
        if width == "narrow" and category.startswith(("MONTHS", "WEEKDAYS")):
            continue
        yield f"{context} {width}:{change}" if change else f"{context} {width}"


def best_form(locale: Locale, category: str, observed: Names) -> str:
    """The form in which most names agree with `observed`; of equals the simplest."""

    def score(form: str, places: Sequence[int]) -> int:
        names = in_form(locale, category, form)
        if names is None or not (distinct(names) or category == "PERIODS"):
            return -1
        return sum(names[n] == observed[n] for n in places)

    forms = list(simple_forms(category))
    everywhere = range(len(observed))
    whole = max(forms, key=lambda form: score(form, everywhere))
    if category != "MONTHS_AP":
        return whole
    long = max(forms, key=lambda form: score(form, [n for n in everywhere if n not in SHORT]))
    short = max(forms, key=lambda form: score(form, list(SHORT)))
    mixed = f"{long}|{short}"
    return mixed if score(mixed, everywhere) > score(whole, everywhere) else whole


DEFAULT = {
    "WEEKDAYS": "stand-alone wide",
    "WEEKDAYS_ABBR": "stand-alone abbreviated",
    "MONTHS": "stand-alone wide",
    "MONTHS_3": "stand-alone abbreviated",
    "MONTHS_AP": "format abbreviated",
    "MONTHS_ALT": "format wide",
    "PERIODS": "format abbreviated",
    "LANGUAGES": "",
}


def choose(path: str) -> None:
    """Write locale_forms.json anew, from names as ``{code: {category: [name, ...]}}`` in `path`."""
    observed = json.loads(Path(path).read_text(encoding="utf-8"))
    chosen = {"default": DEFAULT}
    for code in languages():
        locale = cldr(code)
        if locale is None:
            continue
        forms = dict(DEFAULT)
        for category, (_, messages) in CATEGORIES.items():
            names = observed[code][category]
            # What Django left in English says nothing about the language.
            if names != [message for _, message in messages]:
                forms[category] = best_form(locale, category, names)
            elif category == "PERIODS":
                forms[category] = ""
        pairs = list(language_names(locale, ""))
        told = observed[code]["LANGUAGES"]
        upper = sum(first_up(name) == told[message] != name for message, name in pairs)
        exact = sum(name == told[message] != first_up(name) for message, name in pairs)
        forms["LANGUAGES"] = "title" if upper > exact else ""
        chosen[code] = forms
    FORMS.write_text(json.dumps(chosen, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--choose", metavar="OBSERVED")
    options = parser.parse_args()
    if options.choose:
        choose(options.choose)
    write()


if __name__ == "__main__":
    main()
