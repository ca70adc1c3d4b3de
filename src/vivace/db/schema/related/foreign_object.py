"""`ForeignObject`: a relation over one or more pairs of fields."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from vivace.db.schema.related.base import RelatedField, settings_reference, target_name
from vivace.db.schema.related.checks import ForeignObjectChecks
from vivace.db.schema.related.lazy import RECURSIVE_RELATIONSHIP_CONSTANT
from vivace.db.schema.related.rels import ForeignObjectRel
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import published

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from vivace.db.schema import paths
    from vivace.db.schema.paths import PathInfo

    M = TypeVar("M", default=Any)
else:
    from typing import TypeVar

    # PERF: declaring and checking models takes no steps.
    paths = Later("vivace.db.schema.paths")

    M = TypeVar("M")

__all__ = ["ForeignObject"]


def _joining_warning(old: str, new: str) -> None:
    warnings.warn(
        f"ForeignObject.{old}() is deprecated. Use {new}() instead.",
        RemovedInDjango60Warning,
        stacklevel=3,
    )


@published("db.models.fields.related.ForeignObject")
class ForeignObject(ForeignObjectChecks, RelatedField[M]):
    """Points from the fields `from_fields` of the model to the fields `to_fields` of another.

    It has no column of its own; its value is the other object.
    """

    many_to_many = False
    many_to_one = True
    one_to_many = False
    one_to_one = False

    # Whether the fields that are pointed to must be unique together.
    requires_unique_target = True
    # Set by the room of objects: the attributes that lead there and back.
    related_accessor_class: ClassVar[Any] = None
    forward_related_accessor_class: ClassVar[Any] = None
    rel_class: ClassVar[Any] = ForeignObjectRel

    def __init__(
        self,
        to: Any,
        on_delete: Any,
        from_fields: Any,
        to_fields: Any,
        rel: Any = None,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        parent_link: bool = False,
        swappable: bool = True,
        **kwargs: Any,
    ) -> None:
        if rel is None:
            rel = self.rel_class(
                self,
                to,
                related_name=related_name,
                related_query_name=related_query_name,
                limit_choices_to=limit_choices_to,
                parent_link=parent_link,
                on_delete=on_delete,
            )
        super().__init__(
            rel=rel,
            related_name=related_name,
            related_query_name=related_query_name,
            limit_choices_to=limit_choices_to,
            **kwargs,
        )
        self.from_fields = from_fields
        self.to_fields = to_fields
        self.swappable = swappable

    def __copy__(self) -> Self:
        new = super().__copy__()
        # They lead from the original's remote field, which may be copied after this.
        new.__dict__.pop("path_infos", None)
        new.__dict__.pop("reverse_path_infos", None)
        return new

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `RelatedField`, with both ends."""
        name, path, args, kwargs = super().deconstruct()
        rel = self.remote_field
        kwargs["on_delete"] = rel.on_delete
        kwargs["from_fields"] = self.from_fields
        kwargs["to_fields"] = self.to_fields
        if rel.parent_link:
            kwargs["parent_link"] = rel.parent_link
        kwargs["to"] = settings_reference(self, "ForeignKey", target_name(rel.model))
        return name, path, args, kwargs

    def resolve_related_fields(self) -> list[tuple[Any, Any]]:
        """The pairs of fields, of this model and the other; `ValueError` if they cannot be told."""
        if not 1 <= len(self.from_fields) == len(self.to_fields):
            raise ValueError("Foreign Object from and to fields must be the same non-zero length")
        target = self.remote_field.model
        if isinstance(target, str):
            raise ValueError(f"Related model {target!r} cannot be resolved")
        pairs = []
        for from_name, to_name in zip(self.from_fields, self.to_fields, strict=True):
            local = (
                self
                if from_name == RECURSIVE_RELATIONSHIP_CONSTANT
                else self.opts.get_field(from_name)
            )
            remote = target._meta.pk if to_name is None else target._meta.get_field(to_name)
            pairs.append((local, remote))
        return pairs

    @cached_property
    def related_fields(self) -> list[tuple[Any, Any]]:
        """The pairs of fields, of this model and the other."""
        return self.resolve_related_fields()

    @cached_property
    def reverse_related_fields(self) -> list[tuple[Any, Any]]:
        """The pairs of fields, of the other model and this."""
        return [(remote, local) for local, remote in self.related_fields]

    @cached_property
    def local_related_fields(self) -> tuple[Any, ...]:
        """The fields of this model."""
        return tuple(local for local, _remote in self.related_fields)

    @cached_property
    def foreign_related_fields(self) -> tuple[Any, ...]:
        """The fields of the other model."""
        return tuple(remote for _local, remote in self.related_fields if remote)

    def get_local_related_value(self, instance: Any) -> tuple[Any, ...]:
        """The values of this model's fields."""
        return self.get_instance_value_for_fields(instance, self.local_related_fields)

    def get_foreign_related_value(self, instance: Any) -> tuple[Any, ...]:
        """The values of the other model's fields."""
        return self.get_instance_value_for_fields(instance, self.foreign_related_fields)

    @staticmethod
    def get_instance_value_for_fields(instance: Any, fields: Iterable[Any]) -> tuple[Any, ...]:
        """The values that `instance` has for `fields`, which may be those of a parent."""
        values = []
        meta = instance._meta
        for field in fields:
            if field.primary_key:
                # The key of a parent may not be set on the child yet, whose key is the same.
                link = meta.get_ancestor_link(field.model)
                if not link or link.primary_key or link.model._meta.abstract:
                    values.append(instance.pk)
                    continue
            values.append(getattr(instance, field.attname))
        return tuple(values)

    def get_attname_column(self) -> tuple[str, Any]:
        """There is no column."""
        return self.get_attname(), None

    def get_joining_fields(self, reverse_join: bool = False) -> tuple[tuple[Any, Any], ...]:
        """Pairs of fields that are equal in a join."""
        return tuple(self.reverse_related_fields if reverse_join else self.related_fields)

    def get_reverse_joining_fields(self) -> tuple[tuple[Any, Any], ...]:
        """`get_joining_fields`, seen from the other model."""
        return self.get_joining_fields(reverse_join=True)

    def get_joining_columns(self, reverse_join: bool = False) -> tuple[tuple[str, str], ...]:
        """Pairs of columns that are equal in a join; `get_joining_fields` is its successor."""
        _joining_warning("get_joining_columns", "get_joining_fields")
        pairs = self.reverse_related_fields if reverse_join else self.related_fields
        return tuple((near.column, far.column) for near, far in pairs)

    def get_reverse_joining_columns(self) -> tuple[tuple[str, str], ...]:
        """`get_joining_columns`, seen from the other model."""
        _joining_warning("get_reverse_joining_columns", "get_reverse_joining_fields")
        return self.get_joining_columns(reverse_join=True)

    def get_extra_descriptor_filter(self, instance: Any) -> Any:
        """What else must hold of the object that the attribute leads to: keywords or a Q."""
        return {}

    def get_extra_restriction(self, alias: str, related_alias: str) -> Any:
        """What else must hold in a join of the two tables: a condition with ``as_sql``, or None."""
        return None

    def get_path_info(self, filtered_relation: Any = None) -> list[PathInfo]:
        """The steps from this model to the other."""
        return [
            paths.PathInfo(
                from_opts=self.model._meta,
                to_opts=self.remote_field.model._meta,
                target_fields=self.foreign_related_fields,
                join_field=self,
                m2m=False,
                direct=True,
                filtered_relation=filtered_relation,
            )
        ]

    @cached_property
    def path_infos(self) -> list[PathInfo]:
        """`get_path_info`, made once."""
        return self.get_path_info()

    def get_reverse_path_info(self, filtered_relation: Any = None) -> list[PathInfo]:
        """The steps from the other model to this."""
        meta = self.model._meta
        return [
            paths.PathInfo(
                from_opts=self.remote_field.model._meta,
                to_opts=meta,
                target_fields=(meta.pk,),
                join_field=self.remote_field,
                m2m=not self.unique,
                direct=False,
                filtered_relation=filtered_relation,
            )
        ]

    @cached_property
    def reverse_path_infos(self) -> list[PathInfo]:
        """`get_reverse_path_info`, made once."""
        return self.get_reverse_path_info()

    @classmethod
    def _merge_class_lookups(cls) -> dict[str, Any]:
        # What fields of values offer makes no sense of a relation.
        of_relations = [base for base in cls.__mro__ if issubclass(base, ForeignObject)]
        return cls.merge_dicts(base.__dict__.get("class_lookups", {}) for base in of_relations)

    def contribute_to_class(
        self, cls: Any, name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        """Become the field `name` of `cls`, with an attribute that leads to the other object."""
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
        setattr(cls, self.name, self.forward_related_accessor_class(self))

    def contribute_to_related_class(self, cls: Any, related: Any) -> None:
        """Give the other model, `cls`, the attribute that leads back."""
        # Of a swapped model nothing leads back, as it has no table.
        if not self.remote_field.hidden and not related.related_model._meta.swapped:
            setattr(
                cls._meta.concrete_model,
                related.accessor_name,
                self.related_accessor_class(related),
            )
            if self.remote_field.limit_choices_to:
                cls._meta.related_fkey_lookups.append(self.remote_field.limit_choices_to)
