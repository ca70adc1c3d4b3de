"""Names that packages take from addresses where they are not at home."""

from __future__ import annotations

from importlib import import_module

import pytest

# The address, where the names are at home, the names.
NAMES = [
    ("core.checks", None, "database model_checks"),
    ("db.models.fields.files", "core.files.images", "ImageFile"),
    ("db.models.query", "db.models", "F Q"),
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
