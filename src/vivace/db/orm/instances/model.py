"""`Model`, the base of all models: construction, identity, pickling, the primary key.

What saving, deleting, refreshing and validating do is written in the modules beside this one, and
what checking does in `classes.checks`; the methods here are their doors in both colours.
Defined by ref/models/instances of the documentation.
"""

import copy
import warnings
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from vivace.apps.registry import apps
from vivace.core.exceptions import (
    FieldDoesNotExist,
    MultipleObjectsReturned,
    ObjectDoesNotExist,
    ObjectNotUpdated,
)
from vivace.db import connections, router
from vivace.db.orm.classes.checks import ModelChecks
from vivace.db.orm.classes.metaclass import ModelBase, ModelException
from vivace.db.orm.instances.init import DEFERRED, fill
from vivace.db.orm.instances.state import ModelState
from vivace.db.orm.instances.validation import ModelValidation
from vivace.db.orm.signals import post_init, pre_init
from vivace.db.schema.alters_data import AltersData
from vivace.db.utils import DJANGO_VERSION_PICKLE_KEY, DatabaseError
from vivace.utils.bridge import sync_to_async
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.hashable import make_hashable
from vivace.utils.lazily import Later
from vivace.utils.naming import publish
from vivace.utils.version import get_version

if TYPE_CHECKING:
    from vivace.db.orm.instances import deletion, neighbours
    from vivace.db.orm.instances import force_insert as forcing
    from vivace.db.orm.instances import refresh as refreshing
    from vivace.db.orm.instances import save as saving
    from vivace.db.orm.road import construct
    from vivace.db.orm.road import saving as road
    from vivace.db.planner import runtime
    from vivace.utils import encoding
else:
    saving = Later("vivace.db.orm.instances.save")
    deletion = Later("vivace.db.orm.instances.deletion")
    forcing = Later("vivace.db.orm.instances.force_insert")
    neighbours = Later("vivace.db.orm.instances.neighbours")
    refreshing = Later("vivace.db.orm.instances.refresh")
    construct = Later("vivace.db.orm.road.construct")
    road = Later("vivace.db.orm.road.saving")
    runtime = Later("vivace.db.planner.runtime")
    encoding = Later("vivace.utils.encoding")

__all__ = ["DEFERRED", "Model", "model_unpickle"]


class Model(ModelValidation, ModelChecks, AltersData, metaclass=ModelBase):
    """A row of a table, or of several if its class has parents with tables of their own.

    The arguments are the values of the fields in their order, or by name; ``pk`` is the name of the
    primary key whatever it is called.
    """

    if TYPE_CHECKING:
        pk: Any
        _prefetched_objects_cache: dict[str, Any]
    else:
        DoesNotExist = ModelException(ObjectDoesNotExist)
        MultipleObjectsReturned = ModelException(MultipleObjectsReturned)
        NotUpdated = ModelException(ObjectNotUpdated, DatabaseError)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        cls = type(self)
        if not args and not pre_init.receivers and not post_init.receivers:
            # PERF: keywords that were seen before are stored by a generated function.
            names = tuple(kwargs)
            try:
                initialise = cls._meta.__dict__["initialisers"][names]
            except KeyError:
                initialise = construct.initialiser(cls, names)
            if initialise:
                initialise(self, **kwargs)
                return
        if pre_init.receivers:
            pre_init.send(sender=cls, args=args, kwargs=kwargs)
        if self._meta.abstract:
            raise TypeError("Abstract models cannot be instantiated.")
        self._state = ModelState()
        fill(self, args, kwargs)
        super().__init__()
        if post_init.receivers:
            post_init.send(sender=cls, instance=self)

    @classmethod
    def from_db(cls, db: str | None, field_names: Sequence[str], values: Sequence[Any]) -> Self:
        """An instance of a row that was read from the database `db`.

        `field_names` are the attribute names of the fields that were loaded, `values` theirs.
        """
        fields = cls._meta.concrete_fields
        if len(values) != len(fields):
            given = iter(values)
            loaded = set(field_names)
            values = [next(given) if f.attname in loaded else DEFERRED for f in fields]
        new = cls(*values)
        new._state.adding = False
        new._state.db = db
        return new

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __str__(self) -> str:
        return f"{type(self).__name__} object ({self.pk})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        if self._meta.concrete_model != other._meta.concrete_model:
            return False
        mine = self.pk
        if mine is None:
            return self is other
        return bool(mine == other.pk)

    def __hash__(self) -> int:
        if not self._is_pk_set():
            raise TypeError("Model instances without primary key value are unhashable")
        return hash(self.pk)

    # --- pickling

    def __reduce__(self) -> tuple[Any, ...]:
        data = self.__getstate__()
        data[DJANGO_VERSION_PICKLE_KEY] = get_version()
        return model_unpickle, ((self._meta.app_label, self._meta.object_name),), data

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        own = state["_state"] = copy.copy(state["_state"])
        own.fields_cache = own.fields_cache.copy()
        # Some drivers give views of memory, which do not pickle.
        if memoryview in map(type, state.values()):
            views = [(name, bytes(v)) for name, v in state.items() if isinstance(v, memoryview)]
            state["_memoryview_attrs"] = views
            for name, _ in views:
                del state[name]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        pickled = state.get(DJANGO_VERSION_PICKLE_KEY)
        current = get_version()
        if not pickled:
            warnings.warn(
                "Pickled model instance's Django version is not specified.",
                RuntimeWarning,
                stacklevel=2,
            )
        elif pickled != current:
            warnings.warn(
                f"Pickled model instance's Django version {pickled} does not match the current "
                f"version {current}.",
                RuntimeWarning,
                stacklevel=2,
            )
        for name, value in state.pop("_memoryview_attrs", ()):
            state[name] = memoryview(value)
        self.__dict__.update(state)

    # --- the primary key

    def _get_pk_val(self, meta: Any = None) -> Any:
        return getattr(self, (meta or self._meta).pk.attname)

    def _set_pk_val(self, value: Any) -> None:
        for link in self._meta.parents.values():
            if link and link != self._meta.pk:
                setattr(self, link.target_field.attname, value)
        setattr(self, self._meta.pk.attname, value)

    pk = property(_get_pk_val, _set_pk_val)

    def _is_pk_set(self, meta: Any = None) -> bool:
        value = self._get_pk_val(meta)
        return not (value is None or (isinstance(value, tuple) and None in value))

    # --- fields

    def get_deferred_fields(self) -> set[str]:
        """The attribute names of the fields that were not loaded."""
        loaded = self.__dict__
        return {f.attname for f in self._meta.concrete_fields if f.attname not in loaded}

    def serializable_value(self, field_name: str) -> Any:
        """The raw value of a field, a foreign key's column instead of its object."""
        try:
            field = self._meta.get_field(field_name)
        except FieldDoesNotExist:
            return getattr(self, field_name)
        return getattr(self, field.attname)

    def _get_FIELD_display(self, field: Any) -> Any:
        value = getattr(self, field.attname)
        labels = dict(make_hashable(field.flatchoices))
        return encoding.force_str(labels.get(make_hashable(value), value), strings_only=True)

    def _get_next_or_previous_by_FIELD(self, field: Any, is_next: bool, **kwargs: Any) -> Any:
        return neighbours.next_or_previous_by_field(self, field, is_next, kwargs)

    def _get_next_or_previous_in_order(self, is_next: bool) -> Any:
        return neighbours.next_or_previous_in_order(self, is_next)

    def prepare_database_save(self, field: Any) -> Any:
        """The value that a query puts into the column of the relation `field` for this object."""
        if not self._is_pk_set():
            raise ValueError(f"Unsaved model instance {self!r} cannot be used in an ORM query.")
        return getattr(self, field.remote_field.get_related_field().attname)

    # --- reading anew

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: Any = None,
    ) -> None:
        """Set the values of `fields`, or all that are loaded, from the database.

        `using` names the database, the one the instance came from by default. `from_queryset`
        replaces the base manager. Related objects that are cached are forgotten.
        """
        runtime.perform(None, refreshing.refresh_flow(self, using, fields, from_queryset))

    async def arefresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: Any = None,
    ) -> None:
        """`refresh_from_db` for asynchronous callers."""
        if type(self).refresh_from_db is not Model.refresh_from_db:
            await sync_to_async(self.refresh_from_db)(
                using=using, fields=fields, from_queryset=from_queryset
            )
            return
        alias = using or router.db_for_read(type(self), instance=self)
        await runtime.aperform(
            connections[alias], refreshing.refresh_flow(self, using, fields, from_queryset)
        )

    # --- saving

    def save(
        self,
        *args: Any,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert or update the row.

        `force_insert` and `force_update` decide which; a tuple of classes forces the insert of these
        parents only. `update_fields` limits an update to fields by name.
        """
        if args:
            force_insert, force_update, using, update_fields = self._parse_save_params(
                *args,
                method_name="save",
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )
        if (
            not (force_insert or force_update)
            and using is None
            and update_fields is None
            and road.save_on_road(self)
        ):
            return
        runtime.perform(
            None, saving.save_flow(self, force_insert, force_update, using, update_fields)
        )

    save.alters_data = True  # type: ignore[attr-defined]

    async def asave(
        self,
        *args: Any,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """`save` for asynchronous callers."""
        if args:
            force_insert, force_update, using, update_fields = self._parse_save_params(
                *args,
                method_name="asave",
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )
        if type(self).save is not Model.save:
            await sync_to_async(self.save)(
                force_insert=force_insert,
                force_update=force_update,
                using=using,
                update_fields=update_fields,
            )
            return
        alias = using or router.db_for_write(type(self), instance=self)
        flow = saving.save_flow(self, force_insert, force_update, using, update_fields)
        await runtime.aperform(connections[alias], flow)

    asave.alters_data = True  # type: ignore[attr-defined]

    def _parse_save_params(self, *args: Any, method_name: str, **kwargs: Any) -> tuple[Any, ...]:
        defaults = {
            "force_insert": False,
            "force_update": False,
            "using": None,
            "update_fields": None,
        }
        warnings.warn(
            f"Passing positional arguments to {method_name}() is deprecated",
            RemovedInDjango60Warning,
            stacklevel=3,
        )
        given = len(args) + 1
        allowed = len(defaults) + 1
        if given > allowed:
            raise TypeError(
                f"Model.{method_name}() takes from 1 to {allowed} positional arguments but {given} "
                "were given"
            )
        for value, (name, default) in zip(args, defaults.items(), strict=False):
            if kwargs[name] is not default:
                raise TypeError(f"Model.{method_name}() got multiple values for argument '{name}'")
            kwargs[name] = value
        return tuple(kwargs[name] for name in defaults)

    @classmethod
    def _validate_force_insert(cls, force_insert: Any) -> tuple[type, ...]:
        return forcing.validate_force_insert(cls, force_insert)

    def save_base(
        self,
        raw: bool = False,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: frozenset[str] | None = None,
    ) -> None:
        """Save with signals but without the preparations of `save`; for code that overrides it.

        `raw` is for fixtures: values as they are, and no parents.
        """
        flow = saving.save_base_flow(self, raw, force_insert, force_update, using, update_fields)
        runtime.perform(None, flow)

    save_base.alters_data = True  # type: ignore[attr-defined]

    def _save_parents(
        self,
        cls: Any,
        using: str,
        update_fields: frozenset[str] | None,
        force_insert: tuple[type, ...],
        updated_parents: dict[Any, bool] | None = None,
    ) -> bool:
        flow = saving.save_parents_flow(
            self, cls, using, update_fields, force_insert, updated_parents
        )
        return runtime.perform(None, flow)

    def _save_table(
        self,
        raw: bool = False,
        cls: Any = None,
        force_insert: bool = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: frozenset[str] | None = None,
    ) -> bool:
        flow = saving.save_table_flow(
            self, raw, cls, force_insert, force_update, using, update_fields
        )
        return runtime.perform(None, flow)

    def _do_update(
        self,
        base_qs: Any,
        using: str | None,
        pk_val: Any,
        values: Sequence[tuple[Any, Any, Any]],
        update_fields: frozenset[str] | None,
        forced_update: Any,
    ) -> bool:
        flow = saving.do_update_flow(
            self, base_qs, using, pk_val, values, update_fields, forced_update
        )
        return runtime.perform(None, flow)

    def _do_insert(
        self,
        manager: Any,
        using: str | None,
        fields: Sequence[Any],
        returning_fields: Sequence[Any],
        raw: bool,
    ) -> Any:
        return runtime.perform(
            None, saving.do_insert_flow(self, manager, using, fields, returning_fields, raw)
        )

    def _prepare_related_fields_for_save(
        self, operation_name: str, fields: Collection[Any] | None = None
    ) -> None:
        saving.prepare_related_fields(self, operation_name, fields)

    # --- deleting

    def delete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        """Delete the row and what depends on it; how many rows that were, in all and by model.

        `keep_parents` leaves the rows of parents' tables. Raises `ProtectedError` and
        `RestrictedError`, subclasses of `IntegrityError`.
        """
        deleted: tuple[int, dict[str, int]] = runtime.perform(
            None, self._delete_flow(using, keep_parents)
        )
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]

    async def adelete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        """`delete` for asynchronous callers."""
        if type(self).delete is not Model.delete:
            deleted: tuple[int, dict[str, int]] = await sync_to_async(self.delete)(
                using=using, keep_parents=keep_parents
            )
            return deleted
        alias = using or router.db_for_write(type(self), instance=self)
        return await runtime.aperform(connections[alias], self._delete_flow(using, keep_parents))

    adelete.alters_data = True  # type: ignore[attr-defined]

    def _delete_flow(self, using: str | None, keep_parents: bool) -> Any:
        if not self._is_pk_set():
            raise ValueError(
                f"{self._meta.object_name} object can't be deleted because its "
                f"{self._meta.pk.attname} attribute is set to None."
            )
        using = using or router.db_for_write(type(self), instance=self)
        collector = deletion.Collector(using=using, origin=self)
        yield from collector.collect_flow([self], keep_parents=keep_parents)
        return (yield from collector.delete_flow())


def model_unpickle(model_id: Any) -> Any:
    """An empty instance of the model ``(app_label, name)``, or of the class itself."""
    model = apps.get_model(*model_id) if isinstance(model_id, tuple) else model_id
    return model.__new__(model)


model_unpickle.__safe_for_unpickle__ = True  # type: ignore[attr-defined]


publish(__name__, "db.models.base")
