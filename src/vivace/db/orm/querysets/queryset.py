"""`QuerySet`: all its parts in one class.

From the bottom: `state` (what it holds), `builders` and `values` (what describes), `reads` and `writes`
(what asks), `evaluation` (Python's protocols), and in front of all of them `orm.road`, the fast road.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

from vivace.db.orm.managers.base import make_manager
from vivace.db.orm.querysets.state import M, Row
from vivace.db.orm.road.queryset import QuerySetRoad
from vivace.db.planner.runtime import hook
from vivace.flow import Flow
from vivace.utils.naming import published, to_home

if TYPE_CHECKING:
    from typing import Self

    from vivace.db.orm.managers.methods import ManagerOf

__all__ = ["EmptyQuerySet", "QuerySet", "flow_of"]

#: Where the parts are: here and on the road.
_ROOM = __package__.rpartition(".")[0] + "."

#: The flows of operations that others drive as parts of theirs.
FLOWS = {
    "bulk_create": "_bulk_create_flow",
    "count": "_count_flow",
    "create": "_create_flow",
    "delete": "_delete_flow",
    "exists": "_exists_flow",
    "get_or_create": "_get_or_create_flow",
    "update": "_set_flow",
    "update_or_create": "_update_or_create_flow",
}


@published("db.models.query.QuerySet")
class QuerySet(QuerySetRoad[M, Row]):
    """A description of rows of `model`, which are fetched when they are first needed.

    `query` is its description, `using` the alias of a database, `hints` what routers are told.
    """

    @classmethod
    def as_manager(cls) -> ManagerOf[M, Self]:
        """A manager that has the methods of this class."""
        return cast("ManagerOf[M, Self]", make_manager(cls))


# A classmethod has no attributes of its own that are found on the class.
QuerySet.as_manager.__func__.queryset_only = True  # type: ignore[attr-defined]


def _name_methods() -> None:
    """Let tracebacks and TypeErrors of methods say the class that everybody knows."""
    for part in QuerySet.__mro__[1:]:
        if to_home(part.__module__).startswith(_ROOM):
            for name, method in vars(part).items():
                if isinstance(method, FunctionType) and not name.startswith("_"):
                    method.__qualname__ = f"QuerySet.{name}"


_name_methods()


class _EmptyQuerySetType(type):
    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, QuerySet) and instance.query.is_empty()


@published("db.models.query.EmptyQuerySet")
class EmptyQuerySet(metaclass=_EmptyQuerySetType):
    """What `isinstance` recognizes the result of `none()` by; it has no instances of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("EmptyQuerySet can't be instantiated")


def flow_of(queryset: Any, name: str, /, *args: Any, **kwargs: Any) -> Flow[Any]:
    """The flow of the operation `name` of `queryset`, or its method if a subclass overrides it."""
    flow = getattr(queryset, FLOWS[name], None)
    if flow is None or getattr(type(queryset), name) is not getattr(QuerySet, name):
        return hook(getattr(queryset, name), *args, **kwargs)
    return cast("Flow[Any]", flow(*args, **kwargs))
