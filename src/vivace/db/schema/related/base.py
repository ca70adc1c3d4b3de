"""`RelatedField`: what all fields that point to models have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from vivace.apps.registry import apps
from vivace.conf import SettingsReference
from vivace.core import exceptions
from vivace.db.completion import Installed
from vivace.db.schema.fields.base import Field
from vivace.db.schema.fields.caching import FieldCacheMixin
from vivace.db.schema.related.checks import RelationChecks
from vivace.db.schema.related.lazy import lazy_related_operation
from vivace.utils.functional import cached_property
from vivace.utils.naming import published

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    M = TypeVar("M", default=Any)
else:
    from typing import TypeVar

    M = TypeVar("M")

__all__ = ["RelatedField", "settings_reference"]


def _resolved(model: Any, related: Any, field: Any) -> None:
    """Both models exist now: let the one that is pointed to know."""
    field.remote_field.model = related
    field.do_related_class(related, model)


def settings_reference(field: Any, kind: str, target: Any) -> Any:
    """The target of a relation for `deconstruct`; by its setting if the model can be swapped."""
    setting = field.swappable_setting
    if setting is None:
        return target
    if hasattr(target, "setting_name") and target.setting_name != setting:
        raise ValueError(
            f"Cannot deconstruct a {kind} pointing to a model that is swapped in place of more "
            f"than one model ({target.setting_name} and {setting})"
        )
    return SettingsReference(target, setting)


def target_name(target: Any) -> str:
    """The name of the model `target`, or of the model that it names, as migrations write it."""
    if not isinstance(target, str):
        return target._meta.label_lower  # type: ignore[no-any-return]
    if "." in target:
        app_label, model_name = target.split(".")
        return f"{app_label}.{model_name.lower()}"
    return target.lower()


@published("db.models.fields.related.RelatedField")
class RelatedField(RelationChecks, FieldCacheMixin, Field[M]):
    """Base class of fields that point to a model, `remote_field.model`."""

    one_to_many = False
    one_to_one = False
    many_to_many = False
    many_to_one = False

    # Set by the room of queries: `Q`.
    q_class: ClassVar[Any] = Installed()
    # Whether the setting that swaps the target is to be named, rather than the target.
    swappable: bool = False
    opts: Any

    # As they were given: what is in `remote_field` is changed when the model is known.
    _related_name: str | None = None
    _related_query_name: str | None = None
    _limit_choices_to: Any = None

    def __init__(
        self,
        related_name: str | None = None,
        related_query_name: str | None = None,
        limit_choices_to: Any = None,
        **kwargs: Any,
    ) -> None:
        if related_name is not None:
            self._related_name = related_name
        if related_query_name is not None:
            self._related_query_name = related_query_name
        if limit_choices_to is not None:
            self._limit_choices_to = limit_choices_to
        super().__init__(**kwargs)

    @cached_property
    def related_model(self) -> Any:
        """The model that is pointed to; `AppRegistryNotReady` while models are imported."""
        apps.check_models_ready()
        return self.remote_field.model

    def contribute_to_class(
        self, cls: Any, name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        """Become the field `name` of `cls`, and of the other model as soon as it exists."""
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
        meta = self.opts = cls._meta
        if meta.abstract:
            return
        rel = self.remote_field
        names = {"class": cls.__name__.lower(), "app_label": meta.app_label.lower()}
        related_name = rel.related_name or meta.default_related_name
        if related_name:
            related_name %= {**names, "model_name": meta.model_name.lower()}
            rel.related_name = related_name
        if rel.related_query_name:
            rel.related_query_name = rel.related_query_name % names
        lazy_related_operation(_resolved, cls, rel.model, field=self)

    def deconstruct(self) -> tuple[Any, str, list[Any], dict[str, Any]]:
        """As of `Field`, with the names of the relation."""
        name, path, args, kwargs = super().deconstruct()
        if self._limit_choices_to:
            kwargs["limit_choices_to"] = self._limit_choices_to
        if self._related_name is not None:
            kwargs["related_name"] = self._related_name
        if self._related_query_name is not None:
            kwargs["related_query_name"] = self._related_query_name
        return name, path, args, kwargs

    def get_forward_related_filter(self, obj: Any) -> dict[str, Any]:
        """What ``filter()`` takes on the field's model to find rows that point to `obj`."""
        return {
            f"{self.name}__{remote.name}": getattr(obj, remote.attname)
            for _local, remote in self.related_fields  # type: ignore[attr-defined]
        }

    def get_reverse_related_filter(self, obj: Any) -> Any:
        """What ``filter()`` takes on the other model to find the rows that `obj` points to."""
        wanted = self.q_class.create(
            [
                (remote.attname, getattr(obj, local.attname))
                for local, remote in self.related_fields  # type: ignore[attr-defined]
            ]
        )
        extra = self.get_extra_descriptor_filter(obj)  # type: ignore[attr-defined]
        if isinstance(extra, dict):
            return wanted & self.q_class(**extra)
        return wanted & extra if extra else wanted

    @property
    def swappable_setting(self) -> str | None:
        """The name of the setting that swaps the model that is pointed to, if there is one."""
        if not self.swappable:
            return None
        target = self.remote_field.model
        to_string = target if isinstance(target, str) else target._meta.label
        return apps.get_swappable_settings_name(to_string)

    def set_attributes_from_rel(self) -> None:
        """Learn what follows from the other model."""
        rel = self.remote_field
        meta = rel.model._meta
        self.name = self.name or f"{meta.model_name}_{meta.pk.name}"
        if self.verbose_name is None:
            self.verbose_name = meta.verbose_name
        rel.set_field_name()

    def do_related_class(self, other: Any, cls: Any) -> None:
        """Both models exist: `other` is the one that `cls` points to."""
        self.set_attributes_from_rel()
        self.contribute_to_related_class(other, self.remote_field)  # type: ignore[attr-defined]

    def get_limit_choices_to(self) -> Any:
        """What limits the rows to choose from; a callable is called."""
        limit = self.remote_field.limit_choices_to
        return limit() if callable(limit) else limit

    def related_query_name(self) -> str:
        """The name of the relation in queries on the other model."""
        rel = self.remote_field
        return rel.related_query_name or rel.related_name or self.opts.model_name  # type: ignore[no-any-return]

    @property
    def target_field(self) -> Any:
        """The field of the other model that the relation ends at."""
        target_fields = self.path_infos[-1].target_fields  # type: ignore[attr-defined]
        if len(target_fields) > 1:
            raise exceptions.FieldError(
                "The relation has multiple target fields, but only single target field was asked "
                "for"
            )
        return target_fields[0]

    @cached_property
    def cache_name(self) -> str:
        """The key under which instances keep the object that is pointed to."""
        return self.name  # type: ignore[no-any-return]

    def formfield(self, **kwargs: Any) -> Any:
        """A field with the rows that may be pointed to."""
        limit = {}
        if hasattr(self.remote_field, "get_related_field"):
            # A callable is called when the form is made, not now.
            limit["limit_choices_to"] = self.remote_field.limit_choices_to
        return super().formfield(**{**limit, **kwargs})
