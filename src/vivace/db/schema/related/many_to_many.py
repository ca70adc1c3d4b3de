"""`ManyToManyField`: a relation through the rows of a model in between."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, overload

from vivace.db import connections
from vivace.db.backends.names import strip_quotes, truncate_name
from vivace.db.completion import Installed
from vivace.db.schema.fields.formfields import forms
from vivace.db.schema.on_delete import CASCADE
from vivace.db.schema.references import make_model_tuple
from vivace.db.schema.related.base import RelatedField, settings_reference, target_name
from vivace.db.schema.related.foreign_key import ForeignKey, refuse_target
from vivace.db.schema.related.lazy import (
    RECURSIVE_RELATIONSHIP_CONSTANT,
    lazy_related_operation,
    resolve_relation,
)
from vivace.db.schema.related.rels import ManyToManyRel
from vivace.db.schema.related.through_checks import ManyToManyChecks
from vivace.utils.functional import cached_property
from vivace.utils.naming import publish, published
from vivace.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from vivace.db.orm.managers.many_to_many import ManyToManyDescriptor
    from vivace.db.orm.managers.methods import ManyRelatedManager

    M = TypeVar("M", default=Any)
else:
    from typing import TypeVar

    M = TypeVar("M")

__all__ = ["ManyToManyField", "create_many_to_many_intermediary_model"]


def _managed_like_ends(through: Any, model: Any, related: Any) -> None:
    """Both ends exist now: the table in between is made if one of theirs is."""
    through._meta.managed = model._meta.managed or related._meta.managed


def create_many_to_many_intermediary_model(field: Any, klass: Any) -> Any:
    """Make the model in between of `field`, of the model `klass`: a key to each end."""
    target = resolve_relation(klass, field.remote_field.model)
    name = f"{klass._meta.object_name}_{field.name}"
    lazy_related_operation(
        lambda model, related, through: _managed_like_ends(through, model, related),
        klass,
        target,
        name,
    )
    from_ = klass._meta.model_name
    to = make_model_tuple(target)[1]
    if to == from_:
        to, from_ = f"to_{to}", f"from_{from_}"
    said = {"from": from_, "to": to}
    meta = type(
        "Meta",
        (),
        {
            "db_table": field._get_m2m_db_table(klass._meta),
            "auto_created": klass,
            "app_label": klass._meta.app_label,
            "db_tablespace": klass._meta.db_tablespace,
            "unique_together": (from_, to),
            "verbose_name": _("%(from)s-%(to)s relationship") % said,
            "verbose_name_plural": _("%(from)s-%(to)s relationships") % said,
            "apps": field.model._meta.apps,
        },
    )
    shared = {
        "related_name": f"{name}+",
        "db_tablespace": field.db_tablespace,
        "db_constraint": field.remote_field.db_constraint,
        "on_delete": CASCADE,
    }
    body = {
        "Meta": meta,
        "__module__": klass.__module__,
        from_: ForeignKey(klass, **shared),
        to: ForeignKey(target, **shared),
    }
    base = field.through_base
    return type(base)(name, (base,), body)


@published("db.models.fields.related.ManyToManyField")
class ManyToManyField(ManyToManyChecks, RelatedField[M]):
    """Many rows of this model have many of another. Documented at ref/models/fields."""

    many_to_many = True
    many_to_one = False
    one_to_many = False
    one_to_one = False

    rel_class: ClassVar[Any] = ManyToManyRel
    description = _("Many-to-many relationship")

    # Set by the room of objects: the attribute that leads to the rows, made with the other end of
    # the relation and `reverse`; and the base class of models.
    accessor_class: ClassVar[Any] = Installed()
    through_base: ClassVar[Any] = Installed()

    # Set when the models are known: the names that stand in the table in between.
    m2m_db_table: Any
    m2m_column_name: Any
    m2m_reverse_name: Any
    m2m_field_name: Any
    m2m_reverse_field_name: Any
    m2m_target_field_name: Any
    m2m_reverse_target_field_name: Any

    def __init__(
        self,
        to: Any,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        symmetrical: bool | None = None,
        through: Any = None,
        through_fields: Any = None,
        db_constraint: bool = True,
        db_table: str | None = None,
        swappable: bool = True,
        **kwargs: Any,
    ) -> None:
        if not hasattr(to, "_meta"):
            refuse_target(self, to, "ManyToManyField")
        if symmetrical is None:
            symmetrical = to == RECURSIVE_RELATIONSHIP_CONSTANT
        if through is not None and db_table is not None:
            raise ValueError("Cannot specify a db_table if an intermediary model is used.")
        kwargs["rel"] = self.rel_class(
            self,
            to,
            related_name=related_name,
            related_query_name=related_query_name,
            limit_choices_to=limit_choices_to,
            symmetrical=symmetrical,
            through=through,
            through_fields=through_fields,
            db_constraint=db_constraint,
        )
        # For the checks: null means nothing here, whatever its value.
        self.has_null_arg = "null" in kwargs
        super().__init__(
            related_name=related_name,
            related_query_name=related_query_name,
            limit_choices_to=limit_choices_to,
            **kwargs,
        )
        self.db_table = db_table
        self.swappable = swappable

    if TYPE_CHECKING:
        # ``ManyToManyField[Author]("Author")`` says what the manager gives.
        @overload  # type: ignore[override]
        def __get__(self, instance: None, owner: Any, /) -> ManyToManyDescriptor: ...
        @overload
        def __get__(self, instance: object, owner: Any, /) -> ManyRelatedManager[M]: ...
        def __get__(self, instance: object | None, owner: Any, /) -> Any: ...

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `RelatedField`, with the table in between."""
        name, path, args, kwargs = super().deconstruct()
        rel = self.remote_field
        if self.db_table is not None:
            kwargs["db_table"] = self.db_table
        if rel.db_constraint is not True:
            kwargs["db_constraint"] = rel.db_constraint
        kwargs["to"] = settings_reference(self, "ManyToManyField", target_name(rel.model))
        if isinstance(rel.through, str):
            kwargs["through"] = rel.through
        elif rel.through is not None and not rel.through._meta.auto_created:
            kwargs["through"] = rel.through._meta.label
        if rel.through_fields:
            kwargs["through_fields"] = rel.through_fields
        return name, path, args, kwargs

    # --- steps of queries

    def _get_path_info(self, direct: bool = False, filtered_relation: Any = None) -> list[Any]:
        """The steps to the other model, or with `direct` false back, through the one in between."""
        through = self.remote_field.through._meta
        here = through.get_field(self.m2m_field_name())
        there = through.get_field(self.m2m_reverse_field_name())
        near, far = (here, there) if direct else (there, here)
        first = near.reverse_path_infos
        last = far.get_path_info(filtered_relation) if filtered_relation else far.path_infos
        # Where the two keys belong to different models of one line, that line is walked too.
        end, start = first[-1].to_opts, last[0].from_opts
        between: list[Any] = []
        if end is not start:
            if issubclass(end.model, start.model):
                between = end.get_path_to_parent(start.model)
            else:
                between = start.get_path_from_parent(end.model)
        return [*first, *between, *last]

    def get_path_info(self, filtered_relation: Any = None) -> list[Any]:
        """The steps from this model to the other."""
        return self._get_path_info(direct=True, filtered_relation=filtered_relation)

    @cached_property
    def path_infos(self) -> list[Any]:
        """`get_path_info`, made once."""
        return self.get_path_info()

    def get_reverse_path_info(self, filtered_relation: Any = None) -> list[Any]:
        """The steps from the other model to this."""
        return self._get_path_info(direct=False, filtered_relation=filtered_relation)

    @cached_property
    def reverse_path_infos(self) -> list[Any]:
        """`get_reverse_path_info`, made once."""
        return self.get_reverse_path_info()

    # --- the table in between

    def _get_m2m_db_table(self, opts: Any) -> str:
        """The name of the table in between, of the field on the model with the options `opts`."""
        if self.remote_field.through is not None:
            return self.remote_field.through._meta.db_table  # type: ignore[no-any-return]
        if self.db_table:
            return self.db_table
        name = f"{strip_quotes(opts.db_table)}_{self.name}"
        return truncate_name(name, connections.max_name_length())

    def _get_m2m_attr(self, related: Any, attr: str) -> Any:
        """The attribute `attr` of the key that points to this model."""
        return getattr(self._key_in_between(related, 0), attr, None)

    def _get_m2m_reverse_attr(self, related: Any, attr: str) -> Any:
        """The attribute `attr` of the key that points to the other model."""
        return getattr(self._key_in_between(related, 1), attr, None)

    def _key_in_between(self, related: Any, end: int) -> Any:
        """The key that points to this model, `end` 0, or to the other, `end` 1; None for none."""
        through = self.remote_field.through
        # PERF: every manager asks. A copy of the field may be given to another model, whose model in
        # between is another one too.
        known = self.__dict__.setdefault("_keys_in_between", {})
        if known.get("through") is not through:
            known.clear()
            known["through"] = through
        if end not in known:
            known[end] = self._find_key(through, related, end)
        return known[end]

    def _find_key(self, through: Any, related: Any, end: int) -> Any:
        target = (related.related_model, related.model)[end]
        names = self.remote_field.through_fields
        named = names[end] if names else None
        keys = [
            field
            for field in through._meta.fields
            if field.is_relation
            and field.remote_field.model == target
            and named in (None, field.name)
        ]
        # Of a relation of a model to itself, the first key is this end and the second the other.
        if end and named is None and related.related_model == related.model:
            keys = keys[1:] or keys
        return keys[0] if keys else None

    # --- belonging to models

    def contribute_to_class(
        self, cls: Any, name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        """Become the field `name` of `cls`, with a model in between if none was given."""
        rel = self.remote_field
        if rel.symmetrical and rel.model in (
            RECURSIVE_RELATIONSHIP_CONSTANT,
            cls._meta.object_name,
        ):
            # There is no way back but the relation itself, and names must not clash.
            rel.related_name = f"{name}_rel_+"
        elif rel.hidden:
            rel.related_name = f"_{cls._meta.app_label}_{cls.__name__.lower()}_{name}_+"
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
        if not cls._meta.abstract:
            if rel.through:
                lazy_related_operation(_known_through, cls, rel.through, field=self)
            elif not cls._meta.swapped:
                rel.through = create_many_to_many_intermediary_model(self, cls)
        setattr(cls, self.name, self.accessor_class(rel, reverse=False))
        self.m2m_db_table = partial(self._get_m2m_db_table, cls._meta)

    def __copy__(self) -> Self:
        new = super().__copy__()
        # What leads through the model in between belongs to the original.
        for name in ("_keys_in_between", "path_infos", "reverse_path_infos"):
            new.__dict__.pop(name, None)
        return new

    def contribute_to_related_class(self, cls: Any, related: Any) -> None:
        """Give the other model, `cls`, the attribute that leads back."""
        rel = self.remote_field
        if not rel.hidden and not related.related_model._meta.swapped:
            setattr(cls, related.accessor_name, self.accessor_class(rel, reverse=True))
        self.m2m_column_name = partial(self._get_m2m_attr, related, "column")
        self.m2m_reverse_name = partial(self._get_m2m_reverse_attr, related, "column")
        self.m2m_field_name = partial(self._get_m2m_attr, related, "name")
        self.m2m_reverse_field_name = partial(self._get_m2m_reverse_attr, related, "name")
        self.m2m_target_field_name = lambda: self._get_m2m_attr(related, "remote_field").field_name
        self.m2m_reverse_target_field_name = lambda: (
            self._get_m2m_reverse_attr(related, "remote_field").field_name
        )

    def set_attributes_from_rel(self) -> None:
        """Nothing: the field's name is its own."""

    # --- values

    def value_from_object(self, obj: Any) -> list[Any]:
        """The related objects of `obj`."""
        return [] if obj.pk is None else list(getattr(obj, self.attname).all())

    def save_form_data(self, instance: Any, data: Any) -> None:
        """Make `data` the related objects."""
        getattr(instance, self.attname).set(data)

    # --- no column

    def db_check(self, connection: Any) -> str | None:
        """None: there is no column."""
        return None

    def db_type(self, connection: Any) -> str | None:
        """None: there is no column."""
        return None

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """Neither type nor check: there is no column."""
        return {"type": None, "check": None}

    def formfield(self, *, using: str | None = None, **kwargs: Any) -> Any:
        """A field to choose rows with, of the database `using`."""
        arguments = {
            "form_class": forms.ModelMultipleChoiceField,
            "queryset": self.remote_field.model._default_manager.using(using),
            **kwargs,
        }
        initial = arguments.get("initial")
        if initial is not None:
            # Objects were given; a form knows them by their keys.
            arguments["initial"] = [
                each.pk for each in (initial() if callable(initial) else initial)
            ]
        return super().formfield(**arguments)


def _known_through(model: Any, through: Any, field: Any) -> None:
    """The model in between that was named exists now."""
    field.remote_field.through = through


publish(__name__, "db.models.fields.related")
