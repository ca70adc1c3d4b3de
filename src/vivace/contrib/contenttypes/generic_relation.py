"""`GenericRelation`: from a model to the objects that refer to it by a generic foreign key.

Defined by ref/contrib/contenttypes, "Reverse generic relations".
"""

from collections.abc import Sequence
from typing import Any

from vivace import checks
from vivace.contrib.contenttypes.generic_foreign_key import GenericForeignKey
from vivace.contrib.contenttypes.models import ContentType
from vivace.contrib.contenttypes.related_managers import ReverseGenericManyToOneDescriptor
from vivace.db import DEFAULT_DB_ALIAS
from vivace.db.models import DO_NOTHING, ForeignObject, ForeignObjectRel
from vivace.db.models.base import ModelBase, make_foreign_order_accessors
from vivace.db.planner.nodes import AND, WhereNode
from vivace.db.schema.paths import PathInfo
from vivace.db.schema.related.lazy import lazy_related_operation
from vivace.utils.naming import published

__all__ = ["GenericRel", "GenericRelation"]


@published("contrib.contenttypes.fields.GenericRel")
class GenericRel(ForeignObjectRel):
    """The other end of a `GenericRelation`: the model that refers by a generic foreign key."""

    def __init__(
        self,
        field: Any,
        to: Any,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
    ) -> None:
        super().__init__(
            field,
            to,
            related_name=related_query_name or "+",
            related_query_name=related_query_name,
            limit_choices_to=limit_choices_to,
            on_delete=DO_NOTHING,
        )


@published("contrib.contenttypes.fields.GenericRelation")
class GenericRelation(ForeignObject):
    """The objects of the model `to` that refer to an instance by a generic foreign key."""

    auto_created = False
    empty_strings_allowed = False
    many_to_many = False
    many_to_one = False
    one_to_many = True
    one_to_one = False
    rel_class = GenericRel
    #: Whether a parent with a table of its own has the relation, and leads back.
    mti_inherited = False

    def __init__(
        self,
        to: Any,
        object_id_field: str = "object_id",
        content_type_field: str = "content_type",
        for_concrete_model: bool = True,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs["rel"] = self.rel_class(
            self, to, related_query_name=related_query_name, limit_choices_to=limit_choices_to
        )
        # The values are rows of another table: neither forms nor fixtures have them here.
        kwargs.update(null=True, blank=True, on_delete=DO_NOTHING, editable=False, serialize=False)
        super().__init__(to, from_fields=[object_id_field], to_fields=[], **kwargs)
        self.object_id_field_name = object_id_field
        self.content_type_field_name = content_type_field
        self.for_concrete_model = for_concrete_model

    # --- checks

    def check(self, **kwargs: Any) -> list[Any]:
        """As of other relations, and that there is a generic foreign key."""
        return [*super().check(**kwargs), *self._check_generic_foreign_key_existence()]

    def _is_matching_generic_foreign_key(self, field: Any) -> bool:
        return (
            isinstance(field, GenericForeignKey)
            and field.ct_field == self.content_type_field_name
            and field.fk_field == self.object_id_field_name
        )

    def _check_generic_foreign_key_existence(self) -> list[Any]:
        target = self.remote_field.model
        if not isinstance(target, ModelBase):
            return []
        if any(self._is_matching_generic_foreign_key(f) for f in target._meta.private_fields):
            return []
        return [
            checks.Error(
                f"The GenericRelation defines a relation with the model '{target._meta.label}', "
                "but that model does not have a GenericForeignKey.",
                obj=self,
                id="contenttypes.E004",
            )
        ]

    # --- joins

    def resolve_related_fields(self) -> list[tuple[Any, Any]]:
        """The field with the key, and the key."""
        self.to_fields = [self.model._meta.pk.name]
        target = self.remote_field.model
        return [(target._meta.get_field(self.object_id_field_name), self.model._meta.pk)]

    def get_local_related_value(self, instance: Any) -> tuple[Any, ...]:
        """The key of an instance of this model."""
        return self.get_instance_value_for_fields(instance, self.foreign_related_fields)

    def get_foreign_related_value(self, instance: Any) -> tuple[Any, ...]:
        """The key that an instance of the other model has."""
        return self.get_instance_value_for_fields(instance, self.local_related_fields)

    def get_path_info(self, filtered_relation: Any = None) -> list[Any]:
        """The steps to the model that refers; its parent's table comes first if that has the key."""
        opts = self.remote_field.model._meta
        object_id_field = opts.get_field(self.object_id_field_name)
        if object_id_field.model == opts.model:
            return [self._step_to(opts, opts.pk, filtered_relation)]
        opts = opts.concrete_model._meta
        parent_opts = object_id_field.model._meta
        path = [self._step_to(parent_opts, parent_opts.pk, filtered_relation)]
        links = []
        while parent_opts != opts:
            link = opts.get_ancestor_link(parent_opts.model)
            links.append(link)
            opts = link.remote_field.model._meta
        for link in reversed(links):
            path.extend(link.remote_field.path_infos)
        return path

    def _step_to(self, opts: Any, target: Any, filtered_relation: Any) -> PathInfo:
        return PathInfo(
            from_opts=self.model._meta,
            to_opts=opts,
            target_fields=(target,),
            join_field=self.remote_field,
            m2m=True,
            direct=False,
            filtered_relation=filtered_relation,
        )

    def get_reverse_path_info(self, filtered_relation: Any = None) -> list[Any]:
        """The step from the model that refers to this one."""
        opts = self.model._meta
        return [
            PathInfo(
                from_opts=self.remote_field.model._meta,
                to_opts=opts,
                target_fields=(opts.pk,),
                join_field=self,
                m2m=False,
                direct=False,
                filtered_relation=filtered_relation,
            )
        ]

    def get_content_type(self) -> ContentType:
        """The content type of this model."""
        return ContentType.objects.get_for_model(
            self.model, for_concrete_model=self.for_concrete_model
        )

    def get_extra_restriction(self, alias: str, remote_alias: str) -> WhereNode:
        """That the content type is this model's, which each join needs."""
        field = self.remote_field.model._meta.get_field(self.content_type_field_name)
        column = field.get_col(remote_alias)
        condition = field.get_lookup("exact")(column, self.get_content_type().pk)
        return WhereNode([condition], connector=AND)

    # --- the model

    def contribute_to_class(
        self, cls: Any, name: str, private_only: bool = True, **kwargs: Any
    ) -> None:
        """Become the attribute of the model that gives the manager."""
        super().contribute_to_class(cls, name, private_only=True, **kwargs)
        self.model = cls
        if self.mti_inherited:
            # The way back is the parent's.
            self.remote_field.related_name = "+"
            self.remote_field.related_query_name = None
        setattr(cls, self.name, ReverseGenericManyToOneDescriptor(self.remote_field))
        if not cls._meta.abstract:
            lazy_related_operation(self._add_order_methods, cls, self.remote_field.model)

    def _add_order_methods(self, model: Any, related_model: Any) -> None:
        if self._is_matching_generic_foreign_key(related_model._meta.order_with_respect_to):
            make_foreign_order_accessors(related_model, model)

    def set_attributes_from_rel(self) -> None:
        """There is nothing to learn from the other end."""

    def get_internal_type(self) -> str:
        """What packages take it for."""
        return "ManyToManyField"

    def value_to_string(self, obj: Any) -> str:
        """The primary keys of the objects that refer to `obj`."""
        return str([instance.pk for instance in getattr(obj, self.name).all()])

    def bulk_related_objects(self, objs: Sequence[Any], using: str = DEFAULT_DB_ALIAS) -> Any:
        """The objects that refer to any of `objs`; a deletion takes them along."""
        content_type = ContentType.objects.db_manager(using).get_for_model(
            self.model, for_concrete_model=self.for_concrete_model
        )
        return self.remote_field.model._base_manager.db_manager(using).filter(
            **{
                f"{self.content_type_field_name}__pk": content_type.pk,
                f"{self.object_id_field_name}__in": [obj.pk for obj in objs],
            }
        )
