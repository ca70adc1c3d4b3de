"""`ModelState`: what an instance knows of its place in a database."""

from __future__ import annotations

from typing import Any

from vivace.db.orm.fetch_modes import FETCH_ONE, FetchMode
from vivace.utils.naming import publish

__all__ = ["ModelState", "ModelStateFieldsCacheDescriptor"]


class ModelStateFieldsCacheDescriptor:
    """Gives each state its own dictionary of related objects, once it is asked for."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        cache: dict[str, Any] = {}
        instance.fields_cache = cache
        return cache


class ModelState:
    """The database, whether the row is yet to be inserted, and the cached related objects."""

    db: str | None = None
    #: Whether the instance is new: its unique values are to be checked, and it is inserted.
    adding: bool = True
    fields_cache: Any = ModelStateFieldsCacheDescriptor()
    #: How what was not loaded is fetched, and weak references to what was loaded together.
    fetch_mode: FetchMode = FETCH_ONE
    peers: tuple[Any, ...] = ()

    def __copy__(self) -> ModelState:
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__getstate__())
        return copied

    def __getstate__(self) -> dict[str, Any]:
        # Weak references neither pickle nor mean anything elsewhere.
        state = self.__dict__.copy()
        if "peers" in state:
            del state["peers"]
        return state


publish(__name__, "db.models.base")
