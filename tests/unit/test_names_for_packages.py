"""Names that packages take from addresses where they are not at home, and what a star brings."""

from __future__ import annotations

import builtins
import typing
from importlib import import_module

import pytest

# The address, where the names are at home, the names.
NAMES = [
    ("core.checks", None, "database model_checks"),
    ("utils.translation.trans_real", "i18n.negotiate", "get_supported_language_variant"),
    # Named by pickles of fields, in caches say.
    ("db.models.fields", "db.schema.fields", "_load_field"),
    ("db.models.fields.files", "core.files.images", "ImageFile"),
    ("db.models.query", "db.models", "F Q"),
    ("db.models.query", "db.models.constants", "LOOKUP_SEP"),
    ("db.models.query_utils", "db.models.constants", "LOOKUP_SEP"),
    ("db.models.sql", "db.models.sql.query", "RawQuery"),
    ("db.models.sql.compiler", "db.models.sql.constants", "CURSOR MULTI NO_RESULTS SINGLE"),
    ("db.models.sql.query", "db.models.constants", "LOOKUP_SEP"),
    ("db.models.sql.query", "db.models", "F Q"),
    ("db.models.sql.query", "db.models.sql.datastructures", "BaseTable Empty Join"),
    ("db.models.sql.query", "db.models.sql.where", "ExtraWhere NothingNode WhereNode"),
    ("db.utils", "utils.connection", "ConnectionDoesNotExist"),
    ("forms.models", "core.exceptions", "ValidationError"),
    ("forms.models", "forms", "BaseForm BaseFormSet ChoiceField Field HiddenInput formset_factory"),
    ("forms.models", "forms", "MultipleHiddenInput RadioSelect SelectMultiple"),
    ("forms.models", "forms.forms", "DeclarativeFieldsMetaclass"),
    ("forms.models", "forms.utils", "ErrorList"),
]


@pytest.mark.parametrize(("address", "home", "names"), NAMES)
def test_names_are_at_other_addresses_too(address: str, home: str | None, names: str) -> None:
    module = import_module(f"vivace.{address}")
    for name in names.split():
        if home is None:
            assert getattr(module, name) is import_module(f"vivace.{address}.{name}")
        else:
            assert getattr(module, name) is getattr(import_module(f"vivace.{home}"), name)


# The modules that are at Django's addresses: the package, what is in it.
ADDRESSES = [
    ("", "apps conf dispatch http shortcuts test urls"),
    ("apps", "config registry"),
    ("conf", "global_settings urls"),
    ("conf.urls", "i18n static"),
    ("core", "asgi cache checks exceptions files mail paginator signals signing"),
    ("core", "validators wsgi"),
    ("core.cache", "backends utils"),
    ("core.cache.backends", "base db dummy filebased locmem memcached redis"),
    ("core.files", "base images locks move storage temp uploadedfile uploadhandler utils"),
    ("core.files.storage", "base filesystem handler memory mixins"),
    ("core.mail", "backends message utils"),
    ("core.mail.backends", "base console dummy filebased locmem smtp"),
    ("dispatch", "dispatcher"),
    ("http", "cookie multipartparser request response"),
    ("middleware", "cache clickjacking common gzip http locale security"),
    ("urls", "base conf converters exceptions resolvers utils"),
    ("utils", "_os archive asyncio autoreload cache choices connection crypto"),
    ("utils", "datastructures dateformat dateparse dates deconstruct decorators"),
    ("utils", "deprecation duration encoding feedgenerator formats functional hashable"),
    ("utils", "html http inspect ipv6 itercompat log lorem_ipsum module_loading"),
    ("utils", "numberformat regex_helper safestring termcolors text timesince timezone"),
    ("utils", "tree version xmlutils"),
    ("views", "debug decorators defaults generic i18n static"),
    ("views.decorators", "cache clickjacking common debug gzip http vary"),
    ("views.generic", "base dates detail edit list"),
]
STARRED = [
    ".".join(filter(None, ["vivace", package, name]))
    for package, names in ADDRESSES
    for name in names.split()
]


def star(name: str) -> set[str]:
    """What `from NAME import *` brings."""
    module = import_module(name)
    listed = getattr(module, "__all__", None)
    return set(listed or (name for name in vars(module) if not name.startswith("_")))


def test_a_star_brings_no_names_of_the_language() -> None:
    # `Warning` and `format` are Django's own.
    language = {"annotations", *typing.__all__, *dir(builtins)} - {"Warning", "format"}
    assert {name: names for name in STARRED if (names := language & star(name))} == {}


def test_a_star_brings_what_users_expect() -> None:
    assert {"Http404", "HttpResponse", "NoReverseMatch", "render", "reverse"} <= star(
        "vivace.shortcuts"
    )
    assert {"ValidationError", "validate_slug"} <= star("vivace.core.validators")
    assert {"settings", "ENVIRONMENT_VARIABLE"} <= star("vivace.conf")


@pytest.mark.parametrize("address", STARRED)
def test_a_star_names_what_is_there(address: str) -> None:
    module = import_module(address)
    assert [name for name in star(address) if not hasattr(module, name)] == []
