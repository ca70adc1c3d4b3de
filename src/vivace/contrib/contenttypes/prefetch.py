"""`GenericPrefetch`: a prefetch along a generic foreign key, with a queryset for each model."""

from collections.abc import Sequence
from typing import Any

from vivace.db.models import Prefetch

__all__ = ["GenericPrefetch"]


class GenericPrefetch(Prefetch):
    """`Prefetch` with several querysets, one for each model that objects may be of."""

    def __init__(self, lookup: str, querysets: Sequence[Any], to_attr: str | None = None) -> None:
        for queryset in querysets:
            # Each must be one that could stand alone.
            Prefetch(lookup, queryset)
        self.querysets = querysets
        super().__init__(lookup, to_attr=to_attr)

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        state["querysets"] = [_without_rows(queryset) for queryset in self.querysets]
        return state

    def get_current_querysets(self, level: int) -> Any:
        """The querysets of the step `level`, if it is the last."""
        if self.get_current_prefetch_to(level) == self.prefetch_to:
            return self.querysets
        return None


def _without_rows(queryset: Any) -> Any:
    if queryset is None:
        return None
    queryset = queryset._chain()
    queryset._result_cache = []
    queryset._prefetch_done = True
    return queryset
