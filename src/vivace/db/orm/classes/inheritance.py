"""What a model takes from its parents: copies of fields from abstract ones, links to others."""

import copy
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import FieldError
from vivace.db.schema.on_delete import CASCADE
from vivace.db.schema.references import make_model_tuple
from vivace.db.schema.related.foreign_key import OneToOneField
from vivace.db.schema.related.lazy import resolve_relation

if TYPE_CHECKING:
    from vivace.db.orm.classes.metaclass import ModelBase

__all__ = ["choose_proxied", "inherit"]


def choose_proxied(cls: "ModelBase", parents: "list[ModelBase]") -> None:
    """Point the proxy `cls` at the one model that it stands for."""
    proxied: ModelBase | None = None
    name = cls.__name__
    for parent in parents:
        if not hasattr(parent, "_meta"):
            continue
        if parent._meta.abstract:
            if parent._meta.fields:
                raise TypeError(
                    "Abstract base class containing model fields not permitted for proxy model "
                    f"'{name}'."
                )
            continue
        if proxied is None:
            proxied = parent
        elif parent._meta.concrete_model is not proxied._meta.concrete_model:
            raise TypeError(
                f"Proxy model '{name}' has more than one non-abstract model base class."
            )
    if proxied is None:
        raise TypeError(f"Proxy model '{name}' has no non-abstract model base class.")
    cls._meta.setup_proxy(proxied)
    cls._meta.concrete_model = proxied._meta.concrete_model


def inherit(cls: "ModelBase") -> None:
    """Give `cls` the fields of its parents, in the order of its bases."""
    meta = cls._meta
    own_names = {
        field.name for field in (*meta.local_fields, *meta.local_many_to_many, *meta.private_fields)
    }
    links = _parent_links(cls)
    # An attribute of a class before a parent hides the parent's field of that name.
    hiding: set[str] = set()
    for base in cls.mro()[1:]:
        if base not in cls.__bases__ or not hasattr(base, "_meta"):
            # What grandparents give has come through the parents, unless they took it away.
            hiding.update(base.__dict__)
            continue
        if base._meta.abstract:
            _copy_fields(cls, base, own_names, hiding)
        else:
            _refuse_clashes(cls, base, own_names)
            hiding.update(field.name for field in _stored(base))
            _link(cls, base._meta.concrete_model, own_names, links)
        _take_private_fields(cls, base, own_names)


def _stored(base: Any) -> list[Any]:
    return [*base._meta.local_fields, *base._meta.local_many_to_many]


def _parent_links(cls: "ModelBase") -> dict[tuple[str, str], Any]:
    """The one-to-one fields declared as links, by the model they lead to; own ones win."""
    links: dict[tuple[str, str], Any] = {}
    for base in reversed([cls, *cls.mro()]):
        if not hasattr(base, "_meta") or (base is not cls and not base._meta.abstract):
            continue
        for field in base._meta.local_fields:
            if isinstance(field, OneToOneField) and field.remote_field.parent_link:
                target = resolve_relation(cls, field.remote_field.model)
                links[make_model_tuple(target)] = field
    return links


def _clash(cls: "ModelBase", base: Any, name: str) -> FieldError:
    return FieldError(
        f"Local field {name!r} in class {cls.__name__!r} clashes with field of the same name from "
        f"base class {base.__name__!r}."
    )


def _refuse_clashes(cls: "ModelBase", base: Any, own_names: set[str]) -> None:
    for field in _stored(base):
        if field.name in own_names:
            raise _clash(cls, base, field.name)


def _copy_fields(cls: "ModelBase", base: Any, own_names: set[str], hiding: set[str]) -> None:
    inherited_parents = dict(base._meta.parents)
    for field in _stored(base):
        if field.name in own_names or field.name in cls.__dict__ or field.name in hiding:
            continue
        copied = copy.deepcopy(field)
        cls.add_to_class(field.name, copied)
        if field.one_to_one:
            # The copy leads to the parent now, not the abstract model's field.
            for parent, link in inherited_parents.items():
                if field == link:
                    inherited_parents[parent] = copied
    cls._meta.parents.update(inherited_parents)


def _link(
    cls: "ModelBase", base: Any, own_names: set[str], links: dict[tuple[str, str], Any]
) -> None:
    link = links.get(make_model_tuple(base))
    if link is None and not cls._meta.proxy:
        name = f"{base._meta.model_name}_ptr"
        link = OneToOneField(
            base, on_delete=CASCADE, name=name, auto_created=True, parent_link=True
        )
        if name in own_names:
            raise FieldError(
                f"Auto-generated field '{name}' in class {cls.__name__!r} for parent_link to base "
                f"class {base.__name__!r} clashes with declared field of the same name."
            )
        # A grandparent's link is there already.
        if not hasattr(cls, name):
            cls.add_to_class(name, link)
    cls._meta.parents[base] = link


def _take_private_fields(cls: "ModelBase", base: Any, own_names: set[str]) -> None:
    for field in base._meta.private_fields:
        if field.name in own_names:
            if not base._meta.abstract:
                raise _clash(cls, base, field.name)
            continue
        copied = copy.deepcopy(field)
        if not base._meta.abstract:
            copied.mti_inherited = True
        cls.add_to_class(field.name, copied)
