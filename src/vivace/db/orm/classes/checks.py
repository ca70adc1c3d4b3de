"""The system checks of one model, which `Model.check` runs: fields and their names, keys, managers.

The checks of what ``Meta`` declares are in `option_checks`; a field's own are the field's. Defined by
ref/checks of the documentation, "Models".
"""

from collections.abc import Iterable, Iterator
from typing import Any

from vivace import checks
from vivace.apps.registry import apps
from vivace.conf import settings
from vivace.db import connections, router
from vivace.db.orm.classes.option_checks import OptionChecks
from vivace.db.schema.constants import LOOKUP_SEP
from vivace.db.schema.related.foreign_key import OneToOneField

__all__ = ["ModelChecks"]

Messages = list[Any]


class ModelChecks(OptionChecks):
    """The class methods of `Model` that check it."""

    @classmethod
    def check(cls, **kwargs: Any) -> Messages:
        """All messages about this model; `databases` names those that may be asked."""
        meta = cls._meta
        errors: Messages = [
            *cls._check_swappable(),
            *cls._check_model(),
            *cls._check_managers(**kwargs),
        ]
        if meta.swapped:
            return errors
        databases = kwargs.get("databases") or []
        errors += cls._check_fields(**kwargs)
        # PERF: most models have nothing of this, and a class looks for each method along its bases.
        if meta.local_many_to_many:
            errors += cls._check_m2m_through_same_relationship()
        if databases:
            errors += cls._check_long_column_names(databases)
        clashes = [
            *cls._check_id_field(),
            *cls._check_field_name_clashes(),
            *cls._check_model_name_db_lookup_clashes(),
            *cls._check_property_name_related_field_accessor_clashes(),
            *cls._check_single_primary_key(),
        ]
        # One mistake with names makes several with columns.
        errors += clashes or cls._check_column_name_clashes()
        errors += [
            *cls._check_unique_together(),
            *cls._check_indexes(databases),
            *cls._check_ordering(),
            *cls._check_constraints(databases),
            *cls._check_default_pk(),
        ]
        if meta.db_table_comment:
            errors += cls._check_db_table_comment(databases)
        if meta.is_composite_pk:
            errors += cls._check_composite_pk()
        return errors

    # --- the model as a whole

    @classmethod
    def _check_default_pk(cls) -> Messages:
        meta = cls._meta
        automatic = not meta.abstract and meta.pk.auto_created
        inherited = isinstance(meta.pk, OneToOneField) and meta.pk.remote_field.parent_link
        if not automatic or inherited or settings.is_overridden("DEFAULT_AUTO_FIELD"):
            return []
        app_config = meta.app_config
        if not app_config or app_config._is_default_auto_field_overridden:
            return []
        return [
            checks.Warning(
                "Auto-created primary key used when not defining a primary key type, by default "
                f"'{settings.DEFAULT_AUTO_FIELD}'.",
                hint=(
                    "Configure the DEFAULT_AUTO_FIELD setting or the "
                    f"{type(app_config).__qualname__}.default_auto_field attribute to point to a "
                    f"subclass of AutoField, e.g. '{_big_auto_field()}'."
                ),
                obj=cls,
                id="models.W042",
            )
        ]

    @classmethod
    def _check_swappable(cls) -> Messages:
        meta = cls._meta
        if not meta.swapped:
            return []
        try:
            apps.get_model(meta.swapped)
        except ValueError:
            return [
                checks.Error(
                    f"'{meta.swappable}' is not of the form 'app_label.app_name'.", id="models.E001"
                )
            ]
        except LookupError:
            return [
                checks.Error(
                    f"'{meta.swappable}' references '{meta.swapped}', which has not been "
                    "installed, or is abstract.",
                    id="models.E002",
                )
            ]
        return []

    @classmethod
    def _check_model(cls) -> Messages:
        meta = cls._meta
        if meta.proxy and (meta.local_fields or meta.local_many_to_many):
            return [
                checks.Error(
                    f"Proxy model '{cls.__name__}' contains model fields.", id="models.E017"
                )
            ]
        return []

    @classmethod
    def _check_managers(cls, **kwargs: Any) -> Messages:
        if cls._meta.managers_are_automatic:
            return []
        return [error for manager in cls._meta.managers for error in manager.check(**kwargs)]

    @classmethod
    def _check_model_name_db_lookup_clashes(cls) -> Messages:
        name = cls.__name__
        if name.startswith("_") or name.endswith("_"):
            return [
                checks.Error(
                    f"The model name '{name}' cannot start or end with an underscore as it "
                    "collides with the query lookup syntax.",
                    obj=cls,
                    id="models.E023",
                )
            ]
        if LOOKUP_SEP in name:
            return [
                checks.Error(
                    f"The model name '{name}' cannot contain double underscores as it collides "
                    "with the query lookup syntax.",
                    obj=cls,
                    id="models.E024",
                )
            ]
        return []

    # --- fields

    @classmethod
    def _check_fields(cls, **kwargs: Any) -> Messages:
        errors: Messages = []
        for field in cls._meta.local_fields:
            errors += field.check(**kwargs)
        for field in cls._meta.local_many_to_many:
            errors += field.check(from_model=cls, **kwargs)
        return errors

    @classmethod
    def _check_m2m_through_same_relationship(cls) -> Messages:
        errors: Messages = []
        seen = set()
        for field in cls._meta.local_many_to_many:
            relation = field.remote_field
            # Names stand for models that are not there.
            if isinstance(relation.model, str) or isinstance(relation.through, str):
                continue
            signature = (relation.model, cls, relation.through, relation.through_fields)
            if signature in seen:
                errors.append(
                    checks.Error(
                        "The model has two identical many-to-many relations through the "
                        f"intermediate model '{relation.through._meta.label}'.",
                        obj=cls,
                        id="models.E003",
                    )
                )
            seen.add(signature)
        return errors

    @classmethod
    def _check_id_field(cls) -> Messages:
        meta = cls._meta
        others = [field for field in meta.local_fields if field.name == "id" and field != meta.pk]
        if others and not others[0].primary_key and meta.pk.name == "id":
            return [
                checks.Error(
                    "'id' can only be used as a field name if the field also sets "
                    "'primary_key=True'.",
                    obj=cls,
                    id="models.E004",
                )
            ]
        return []

    @classmethod
    def _check_field_name_clashes(cls) -> Messages:
        errors: Messages = []
        used: dict[str, Any] = {}
        for field in _parents_fields(cls):
            clash = used.get(field.name) or used.get(field.attname)
            if clash:
                errors.append(
                    checks.Error(
                        f"The field '{clash.name}' from parent model '{clash.model._meta}' clashes "
                        f"with the field '{field.name}' from parent model '{field.model._meta}'.",
                        obj=cls,
                        id="models.E005",
                    )
                )
            used[field.name] = used[field.attname] = field
        # What refers to parents has names there too.
        for parent in cls._meta.all_parents:
            for field in parent._meta.get_fields():
                used.setdefault(field.name, field)
        for link in cls._meta.parents.values():
            clash = link and used.get(link.name)
            if clash:
                errors.append(_name_clash(link, clash, cls))
        for field in cls._meta.local_fields:
            clash = used.get(field.name) or used.get(field.attname)
            # A field "id" beside the automatic one is reported by its own check.
            own_id = clash and clash.name == field.name == "id" and clash.model is cls
            if clash and not own_id:
                errors.append(_name_clash(field, clash, field))
            used[field.name] = used[field.attname] = field
        return errors

    @classmethod
    def _check_column_name_clashes(cls) -> Messages:
        errors: Messages = []
        used: set[str] = set()
        for field in cls._meta.local_fields:
            _, column = field.get_attname_column()
            if column and column in used:
                errors.append(
                    checks.Error(
                        f"Field '{field.name}' has column name '{column}' that is used by another "
                        "field.",
                        hint="Specify a 'db_column' for the field.",
                        obj=cls,
                        id="models.E007",
                    )
                )
            else:
                used.add(column)
        return errors

    @classmethod
    def _check_property_name_related_field_accessor_clashes(cls) -> Messages:
        accessors = (
            field.get_attname()
            for field in cls._meta._get_fields(reverse=False)
            if field.is_relation and field.related_model is not None
        )
        return [
            checks.Error(
                f"The property '{accessor}' clashes with a related field accessor.",
                obj=cls,
                id="models.E025",
            )
            for accessor in accessors
            if _is_property(cls, accessor)
        ]

    @classmethod
    def _check_single_primary_key(cls) -> Messages:
        if sum(1 for field in cls._meta.local_fields if field.primary_key) > 1:
            return [
                checks.Error(
                    "The model cannot have more than one field with 'primary_key=True'.",
                    obj=cls,
                    id="models.E026",
                )
            ]
        return []

    @classmethod
    def _check_composite_pk(cls) -> Messages:
        errors: Messages = []
        for name in getattr(cls._meta.pk, "field_names", ()):
            hint = _why_not_in_key(cls._meta, name)
            if hint:
                errors.append(
                    checks.Error(
                        f"{name!r} cannot be included in the composite primary key.",
                        hint=hint,
                        obj=cls,
                        id="models.E042",
                    )
                )
        return errors

    # --- databases

    @classmethod
    def _check_long_column_names(cls, databases: Iterable[str]) -> Messages:
        shortest = _shortest_limit(cls, databases)
        if shortest is None:
            return []
        alias, limit = shortest
        errors: Messages = []
        for field in cls._meta.local_fields:
            _, column = field.get_attname_column()
            if field.db_column is None and column is not None and len(column) > limit:
                errors.append(
                    checks.Error(
                        f'Autogenerated column name too long for field "{column}". Maximum length '
                        f'is "{limit}" for database "{alias}".',
                        hint="Set the column name manually using 'db_column'.",
                        obj=cls,
                        id="models.E018",
                    )
                )
        for relation in cls._meta.local_many_to_many:
            through = relation.remote_field.through
            for field in () if isinstance(through, str) else through._meta.local_fields:
                _, column = field.get_attname_column()
                if field.db_column is None and column is not None and len(column) > limit:
                    errors.append(
                        checks.Error(
                            f'Autogenerated column name too long for M2M field "{column}". Maximum '
                            f'length is "{limit}" for database "{alias}".',
                            hint=(
                                "Use 'through' to create a separate model for M2M and then set "
                                "column_name using 'db_column'."
                            ),
                            obj=cls,
                            id="models.E019",
                        )
                    )
        return errors

    @classmethod
    def _check_db_table_comment(cls, databases: Iterable[str]) -> Messages:
        if not cls._meta.db_table_comment:
            return []
        return [
            checks.Warning(
                f"{connection.display_name} does not support comments on tables "
                "(db_table_comment).",
                obj=cls,
                id="models.W046",
            )
            for connection in cls._connections(databases)
            if not cls._supported(connection, "supports_comments")
        ]


def _big_auto_field() -> str:
    # The hint names the class by the same root as the setting does.
    root, _, _ = str(settings.DEFAULT_AUTO_FIELD).partition(".")
    return f"{root}.db.models.BigAutoField"


def _is_property(cls: type, name: str) -> bool:
    # PERF: `Options._property_names` looks at everything that a model inherits.
    for base in cls.__mro__:
        if name in vars(base):
            return isinstance(vars(base)[name], property)
    return False


def _parents_fields(cls: Any) -> Iterator[Any]:
    for parent in cls._meta.all_parents:
        yield from parent._meta.local_fields


def _name_clash(field: Any, clash: Any, obj: Any) -> checks.Error:
    return checks.Error(
        f"The field '{field.name}' clashes with the field '{clash.name}' from model "
        f"'{clash.model._meta}'.",
        obj=obj,
        id="models.E006",
    )


def _why_not_in_key(meta: Any, name: str) -> str | None:
    """Why the field `name` cannot be part of a composite primary key, if it cannot."""
    by_name: dict[str, Any] = {}
    for field in meta._get_fields(reverse=False):
        by_name[field.name] = field
        by_name.setdefault(getattr(field, "attname", field.name), field)
    field = by_name.get(name)
    if field is None:
        return f"{name!r} is not a valid field."
    if not field.column:
        return (
            f"{name!r} field is not a local field."
            if field.many_to_many
            else f"{name!r} field has no column."
        )
    if field.null:
        return f"{name!r} field may not set 'null=True'."
    if field.generated:
        return f"{name!r} field is a generated field."
    if field not in meta.local_fields:
        return f"{name!r} field is not a local field."
    return None


def _shortest_limit(cls: Any, databases: Iterable[str]) -> tuple[str, int] | None:
    """The database that takes the shortest names, and how long they may be."""
    limits = []
    for alias in databases:
        if not router.allow_migrate_model(alias, cls):
            continue
        connection = connections[alias]
        limit = connection.ops.max_name_length()
        if limit is not None and not connection.features.truncates_names:
            limits.append((alias, limit))
    return min(limits, key=lambda pair: pair[1], default=None)
