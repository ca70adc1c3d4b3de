"""`Options`: everything that is known of a model, at ``Model._meta``.

Most of it is computed when first asked for and kept until a field or a relation is added, which may
happen to a model long after it was made: another one points to it. What is "forward" depends on the
model and its parents alone, what is "reverse" on all models. Documented at ref/models/meta.

Over 400 lines: packages and all rooms above read this one object, attribute by attribute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from vivace.apps.registry import apps
from vivace.conf import settings
from vivace.core.exceptions import FieldDoesNotExist
from vivace.core.signals import setting_changed
from vivace.db import connections
from vivace.db.backends.names import truncate_name
from vivace.db.schema.meta import (
    DEFAULT_NAMES,
    default_key_class,
    give_primary_key,
    normalize_together,
    order_by_field,
    read_meta,
)
from vivace.db.schema.options_managers import (
    IMMUTABLE_WARNING,
    ManagerOptions,
    make_immutable_fields_list,
)
from vivace.db.schema.registry import changed
from vivace.utils.datastructures import ImmutableList, OrderedSet
from vivace.utils.functional import cached_property
from vivace.utils.lazily import Later
from vivace.utils.naming import published
from vivace.utils.text import camel_case_to_spaces, format_lazy
from vivace.utils.translation import override

if TYPE_CHECKING:
    from vivace.db.schema import lineage
    from vivace.db.schema.fields import composite
    from vivace.db.schema.paths import PathInfo
else:
    composite = Later("vivace.db.schema.fields.composite")
    lineage = Later("vivace.db.schema.lineage")

__all__ = [
    "DEFAULT_NAMES",
    "EMPTY_RELATION_TREE",
    "IMMUTABLE_WARNING",
    "PROXY_PARENTS",
    "Options",
    "make_immutable_fields_list",
    "normalize_together",
]

#: For `Options._get_fields`: of a proxy the fields of the models that it stands for, of others none
#: of their parents'.
PROXY_PARENTS = object()

EMPTY_RELATION_TREE: tuple[Any, ...] = ()


@published("db.models.options.Options")
class Options(ManagerOptions):
    """What is known of a model. `meta` is its ``class Meta``, or None."""

    # What the two kinds of `_expire_cache` forget.
    FORWARD_PROPERTIES: ClassVar[set[str]] = {
        "fields",
        "many_to_many",
        "concrete_fields",
        "local_concrete_fields",
        "_non_pk_concrete_field_names",
        "_reverse_one_to_one_field_names",
        "_forward_fields_map",
        "managers",
        "managers_map",
        "base_manager",
        "default_manager",
    }
    REVERSE_PROPERTIES: ClassVar[set[str]] = {"related_objects", "fields_map", "_relation_tree"}

    default_apps: ClassVar[Any] = apps
    # Also by that room: how instances are saved on the fast road, once that is known.
    save_plans: Any = None

    # Set when the options are given to a model.
    model: Any
    object_name: str = None  # type: ignore[assignment]
    model_name: str = None  # type: ignore[assignment]
    concrete_model: Any = None

    # What ``class Meta`` may say, as far as the default is the same for all models.
    verbose_name: Any = None
    verbose_name_plural: Any = None
    db_table = ""
    db_table_comment = ""
    select_on_save = False
    default_permissions: Any = ("add", "change", "delete", "view")
    get_latest_by: Any = None
    order_with_respect_to: Any = None
    required_db_vendor: str | None = None
    abstract = False
    managed = True
    proxy = False
    swappable: str | None = None
    default_related_name: str | None = None
    base_manager_name: str | None = None
    default_manager_name: str | None = None
    # The model, and not only True, for which a model in between was made.
    auto_created: Any = False

    pk: Any = None
    auto_field: Any = None
    # The model that a proxy is made of; `concrete_model` is the one with the table in the end.
    proxy_for_model: Any = None
    _ordering_clash = False

    def __init__(self, meta: Any, app_label: str | None = None) -> None:
        self._get_fields_cache: dict[Any, Any] = {}
        self.local_fields: list[Any] = []
        self.local_many_to_many: list[Any] = []
        self.private_fields: list[Any] = []
        # The model's own exceptions by name, as far as they were asked for.
        self.exceptions: dict[str, Any] = {}
        self._local_managers = []
        self._automatic = None
        self.ordering: Any = []
        self.indexes: Any = []
        self.constraints: Any = []
        self.unique_together: Any = []
        self.permissions: Any = []
        self.app_label: Any = app_label
        self.db_tablespace = settings.DEFAULT_TABLESPACE
        self.required_db_features: Any = []
        self.meta = meta
        self.parents: dict[Any, Any] = {}
        # What limits the choices of foreign keys that point here; tells admin sites of lookups.
        self.related_fkey_lookups: list[Any] = []
        self.apps: Any = self.default_apps

    def __repr__(self) -> str:
        return f"<Options for {self.object_name}>"

    def __str__(self) -> str:
        return self.label_lower

    # --- names

    @property
    def label(self) -> str:
        """``app_label.ObjectName``."""
        return f"{self.app_label}.{self.object_name}"

    @property
    def label_lower(self) -> str:
        """``app_label.model_name``."""
        return f"{self.app_label}.{self.model_name}"

    @property
    def app_config(self) -> Any:
        """The configuration of the application; None if it is not installed."""
        return self.apps.app_configs.get(self.app_label)

    @cached_property
    def verbose_name_raw(self) -> str:
        """`verbose_name` untranslated."""
        with override(None):
            return str(self.verbose_name)

    # --- becoming the options of a model

    def contribute_to_class(self, cls: Any, name: str) -> None:
        """Become the options of `cls`; raises `TypeError` for a Meta that says what means nothing."""
        cls._meta = self
        self.model = cls
        # The module and name that the class was written under.
        self.defined_as = (cls.__module__, cls.__qualname__)
        self.object_name = cls.__name__
        self.model_name = cls.__name__.lower()
        self.verbose_name = camel_case_to_spaces(cls.__name__)
        # What the user said, for migrations.
        self.original_attrs: dict[str, Any] = {}
        if self.meta:
            read_meta(self, self.meta)
        else:
            self.verbose_name_plural = format_lazy("{}s", self.verbose_name)
        del self.meta
        if not self.db_table:
            table = f"{self.app_label}_{self.model_name}"
            self.db_table = truncate_name(table, connections.max_name_length())
        if self.swappable:
            setting_changed.connect(self.setting_changed)

    def _format_names(self, objs: Iterable[Any]) -> list[Any]:
        """Copies of constraints or indexes, with the model's name where theirs asks for it."""
        said = {"app_label": self.app_label.lower(), "class": self.model_name}
        named = []
        for each in objs:
            new = each.clone()
            new.name %= said
            named.append(new)
        return named

    def _get_default_pk_class(self) -> Any:
        return default_key_class(self.app_config)

    def _prepare(self, model: Any) -> None:
        """All fields are there: complete the order and the primary key."""
        if self.order_with_respect_to:
            order_by_field(self, model)
        else:
            self.order_with_respect_to = None
        if self.pk is None:
            give_primary_key(self, model)

    def add_field(self, field: Any, private: bool = False) -> None:
        """Take a field that belongs to the model itself, in the order of its making."""
        if private:
            self.private_fields.append(field)
        else:
            many = field.is_relation and field.many_to_many
            fields = self.local_many_to_many if many else self.local_fields
            # PERF: fields mostly come in the order of their making, or before all others.
            if not fields or fields[-1].creation_counter < field.creation_counter:
                fields.append(field)
            elif field.creation_counter < fields[0].creation_counter:
                fields.insert(0, field)
            else:
                fields.append(field)
                fields.sort()
            if field.primary_key and not many:
                self.setup_pk(field)
        target = getattr(field.remote_field, "model", None) if field.is_relation else None
        if target is None:
            self._expire_cache(reverse=False)
            return
        # The other model has another end of a relation now; of one that is only named nothing is
        # known yet.
        if hasattr(target, "_meta"):
            target._meta._expire_cache(forward=False)
        self._expire_cache()

    def setup_pk(self, field: Any) -> None:
        """Make `field` the primary key, if it says so and there is none."""
        if not self.pk and field.primary_key:
            self.pk = field
            field.serialize = False

    def setup_proxy(self, target: Any) -> None:
        """Stand for the model `target`."""
        self.pk = target._meta.pk
        self.proxy_for_model = target
        self.db_table = target._meta.db_table

    # --- where the model can be

    def can_migrate(self, connection: Any) -> bool:
        """Whether the database of `connection`, or of that alias, can have the model's table."""
        if self.proxy or self.swapped or not self.managed:
            return False
        if isinstance(connection, str):
            connection = connections[connection]
        if self.required_db_vendor:
            return bool(self.required_db_vendor == connection.vendor)
        return all(
            getattr(connection.features, feature, False) for feature in self.required_db_features
        )

    @cached_property
    def swapped(self) -> str | None:
        """The name of the model that replaces this one, by the setting `swappable`; else None."""
        if not self.swappable:
            return None
        name: str | None = getattr(settings, self.swappable, None)
        if not name:
            return None
        app_label, separator, model_name = name.partition(".")
        if not separator or "." in model_name:
            # No name of a model; whoever looks it up will say so.
            return name
        return None if f"{app_label}.{model_name.lower()}" == self.label_lower else name

    def setting_changed(self, *, setting: str, **kwargs: Any) -> None:
        """Look again whether the model is swapped."""
        if setting == self.swappable:
            self.__dict__.pop("swapped", None)

    # --- fields

    @cached_property
    def fields(self) -> ImmutableList[Any]:
        """All fields with a value of the instance: of parents first, without many-to-many ones."""

        def has_value(field: Any) -> bool:
            if not field.is_relation:
                return True
            if field.many_to_many or field.one_to_many:
                return False
            # A key that is generic points to no one model.
            return not field.many_to_one or bool(getattr(field.remote_field, "model", None))

        forward = self._get_fields(reverse=False)
        return make_immutable_fields_list("fields", filter(has_value, forward))

    @cached_property
    def concrete_fields(self) -> ImmutableList[Any]:
        """`fields` that have a column."""
        concrete = [field for field in self.fields if field.concrete]
        return make_immutable_fields_list("concrete_fields", concrete)

    @cached_property
    def local_concrete_fields(self) -> ImmutableList[Any]:
        """Fields with a column in the model's own table."""
        concrete = [field for field in self.local_fields if field.concrete]
        return make_immutable_fields_list("local_concrete_fields", concrete)

    @cached_property
    def many_to_many(self) -> ImmutableList[Any]:
        """The many-to-many fields, those of parents too."""
        forward = self._get_fields(reverse=False)
        return make_immutable_fields_list(
            "many_to_many", [field for field in forward if field.is_relation and field.many_to_many]
        )

    @cached_property
    def related_objects(self) -> ImmutableList[Any]:
        """The other ends of relations that point here; hidden ones only if many-to-many."""
        found = self._get_fields(forward=False, reverse=True, include_hidden=True)
        return make_immutable_fields_list(
            "related_objects", [rel for rel in found if not rel.hidden or rel.field.many_to_many]
        )

    @cached_property
    def _forward_fields_map(self) -> dict[str, Any]:
        """Fields by name, and by attribute."""
        found = {}
        for field in self._get_fields(reverse=False):
            found[field.name] = field
            # A relation that is no field, as a generic one, may have none.
            if hasattr(field, "attname"):
                found[field.attname] = field
        return found

    @cached_property
    def fields_map(self) -> dict[str, Any]:
        """The other ends of relations by name, hidden ones too."""
        found = {}
        for field in self._get_fields(forward=False, include_hidden=True):
            found[field.name] = field
            if hasattr(field, "attname"):
                found[field.attname] = field
        return found

    def get_field(self, field_name: str) -> Any:
        """The field, or the other end of a relation, of that name; else `FieldDoesNotExist`."""
        try:
            return self._forward_fields_map[field_name]
        except KeyError:
            # Models that are imported later may point here.
            if not self.apps.models_ready:
                raise FieldDoesNotExist(
                    f"{self.object_name} has no field named '{field_name}'. The app cache isn't "
                    "ready yet, so if this is an auto-created related field, it won't be "
                    "available yet."
                )
        try:
            return self.fields_map[field_name]
        except KeyError:
            raise FieldDoesNotExist(f"{self.object_name} has no field named '{field_name}'")

    def get_fields(self, include_parents: bool = True, include_hidden: bool = False) -> Any:
        """All fields and other ends of relations.

        `include_parents` as false leaves out what parents have; of relations whose name ends with "+"
        the other ends are only there with `include_hidden`.
        """
        return self._get_fields(
            include_parents=True if include_parents else PROXY_PARENTS,
            include_hidden=include_hidden,
        )

    def _get_fields(
        self,
        forward: bool = True,
        reverse: bool = True,
        include_parents: Any = True,
        include_hidden: bool = False,
        topmost_call: bool = True,
    ) -> ImmutableList[Any]:
        """`get_fields`, of the one or the other direction; private fields at the topmost call only."""
        if include_parents not in (True, False, PROXY_PARENTS):
            raise TypeError(f"Invalid argument for include_parents: {include_parents}")
        key = (forward, reverse, include_parents, include_hidden, topmost_call)
        if key in self._get_fields_cache:
            return self._get_fields_cache[key]  # type: ignore[no-any-return]
        found = self._fields_of_parents(forward, reverse, include_parents, include_hidden)
        if reverse and not self.proxy:
            # What points to a proxy points to its model, which has it.
            found += [
                field.remote_field
                for field in self._relation_tree
                if include_hidden or not field.remote_field.hidden
            ]
        if forward:
            found += self.local_fields
            found += self.local_many_to_many
            if topmost_call:
                # They are inherited as copies, so those of parents are here too.
                found += self.private_fields
        answer = make_immutable_fields_list("get_fields()", found)
        self._get_fields_cache[key] = answer
        return answer

    def _fields_of_parents(
        self, forward: bool, reverse: bool, include_parents: Any, include_hidden: bool
    ) -> list[Any]:
        if include_parents is False:
            return []
        # PERF: a dict for its order and its quick answer; a diamond leads to a field twice.
        found: dict[Any, None] = {}
        for parent in self.parents:
            if (
                include_parents is PROXY_PARENTS
                and parent._meta.concrete_model != self.concrete_model
            ):
                continue
            for each in parent._meta._get_fields(
                forward=forward,
                reverse=reverse,
                include_parents=include_parents,
                include_hidden=include_hidden,
                topmost_call=False,
            ):
                # The parent's end of its children's links is no relation of the child's; a proxy, which
                # is the parent in another guise, has it.
                if (
                    not getattr(each, "parent_link", False)
                    or each.concrete
                    or each.model == self.concrete_model
                ):
                    found[each] = None
        return list(found)

    # --- parents

    def get_base_chain(self, model: Any) -> list[Any]:
        """The parents on the way to the parent `model`, from the nearest to it; empty for none."""
        return lineage.base_chain(self, model)

    @cached_property
    def all_parents(self) -> tuple[Any, ...]:
        """The parents and their parents, nearest first."""
        if not self.parents:
            return ()
        found: OrderedSet[Any] = OrderedSet(self.parents)
        for parent in self.parents:
            for ancestor in parent._meta.all_parents:
                found.add(ancestor)
        return tuple(found)

    def get_parent_list(self) -> list[Any]:
        """`all_parents` as a list."""
        return list(self.all_parents)

    def get_ancestor_link(self, ancestor: Any) -> Any:
        """The field that leads to the parent `ancestor`, or to the parent that it comes through."""
        return lineage.ancestor_link(self, ancestor)

    def get_path_to_parent(self, parent: Any) -> list[PathInfo]:
        """The steps from the model to its parent `parent`."""
        return lineage.path_to_parent(self, parent)

    def get_path_from_parent(self, parent: Any) -> list[PathInfo]:
        """The steps from the parent `parent` to the model."""
        return lineage.path_from_parent(self, parent)

    # --- relations that point here

    def _populate_directed_relation_graph(self) -> Any:
        """Tell every model which fields of all models point to it."""
        pointing: defaultdict[str, list[Any]] = defaultdict(list)
        models = self.apps.get_models(include_auto_created=True)
        for model in models:
            meta = model._meta
            # What is abstract has no table that could point anywhere.
            if meta.abstract:
                continue
            for field in meta._get_fields(reverse=False, include_parents=False):
                if not field.is_relation or field.related_model is None:
                    continue
                target = field.remote_field.model
                if not isinstance(target, str):
                    pointing[target._meta.concrete_model._meta.label].append(field)
        for model in models:
            # Written into the dict, for the property of that name to be found there.
            label = model._meta.concrete_model._meta.label
            model._meta.__dict__["_relation_tree"] = pointing[label]
        # The model may not be among them: its application is not installed, or it is abstract.
        return self.__dict__.get("_relation_tree", EMPTY_RELATION_TREE)

    @cached_property
    def _relation_tree(self) -> Any:
        return self._populate_directed_relation_graph()

    def _expire_cache(self, forward: bool = True, reverse: bool = True) -> None:
        """Forget what was computed of fields, of those of one direction or both."""
        own = self.__dict__
        if forward:
            for name in own.keys() & self.FORWARD_PROPERTIES:
                del own[name]
        if reverse and not self.abstract:
            for name in own.keys() & self.REVERSE_PROPERTIES:
                del own[name]
        self._get_fields_cache = {}
        changed()

    # --- keys and constraints

    @cached_property
    def pk_fields(self) -> list[Any]:
        """The fields that the primary key consists of."""
        return composite.unnest([self.pk])

    @property
    def is_composite_pk(self) -> bool:
        """Whether the primary key consists of several fields."""
        return self.pk is not None and self.pk.is_composite

    @cached_property
    def total_unique_constraints(self) -> list[Any]:
        """The unique constraints over fields that hold for all rows."""
        return [
            constraint
            for constraint in self.constraints
            if getattr(constraint, "fields", None)
            and getattr(constraint, "condition", None) is None
            and not getattr(constraint, "contains_expressions", False)
        ]

    @cached_property
    def _property_names(self) -> frozenset[str]:
        """The names of properties of the model's class."""
        # PERF: the nearest class that has the name decides, as for inspect.getattr_static(), which
        # goes through all classes again for each name.
        found: dict[str, Any] = {}
        for base in reversed(self.model.__mro__):
            found.update(vars(base))
        return frozenset(name for name, value in found.items() if isinstance(value, property))

    @cached_property
    def _non_pk_concrete_field_names(self) -> frozenset[str]:
        """Names and attributes of all columns but those of the primary key."""
        key = self.pk_fields
        return frozenset(
            name
            for field in self.concrete_fields
            if not field.primary_key and field not in key
            for name in (field.name, field.attname)
        )

    @cached_property
    def _reverse_one_to_one_field_names(self) -> frozenset[str]:
        """Names of one-to-one relations that point here."""
        return frozenset(rel.name for rel in self.related_objects if rel.one_to_one)

    @cached_property
    def db_returning_fields(self) -> list[Any]:
        """Fields of the table whose value an insert shall answer."""
        forward = self._get_fields(forward=True, reverse=False, include_parents=PROXY_PARENTS)
        return [field for field in forward if getattr(field, "db_returning", False)]
