"""What happens when a field that was not loaded, or a related object, is asked for.

A mode belongs to the instances of one queryset (`QuerySet.fetch_mode`) and passes on to what is
fetched through them. A fetcher is a descriptor with `field`, `fetch_one(instance)` and
`fetch_many(instances)`. Documented in topics/db/fetch-modes (Django 6.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from weakref import ref

from vivace.core.exceptions import FieldFetchBlocked
from vivace.utils.naming import publish, published

__all__ = ["FETCH_ONE", "FETCH_PEERS", "RAISE", "FetchMode", "mark_instances"]


if TYPE_CHECKING:

    class Fetcher(Protocol):
        """A descriptor that can load what it describes."""

        field: Any

        def fetch_one(self, instance: Any) -> None:
            """Load it for one instance."""

        def fetch_many(self, instances: Sequence[Any]) -> None:
            """Load it for several instances with one query."""


@published("db.models.fetch_modes.FetchMode")
class FetchMode:
    """How a missing value is fetched; the base of all modes."""

    __slots__ = ()

    #: Whether instances must know which others came from the same queryset.
    track_peers = False

    def fetch(self, fetcher: Fetcher, instance: Any) -> None:
        """Load what `fetcher` describes for `instance`."""
        raise NotImplementedError("Subclasses must implement this method.")


class FetchOne(FetchMode):
    """Fetch for the instance that was asked, and no other: the default."""

    __slots__ = ()

    def fetch(self, fetcher: Fetcher, instance: Any) -> None:
        """Load for `instance` alone."""
        fetcher.fetch_one(instance)

    def __reduce__(self) -> str:
        return "FETCH_ONE"


class FetchPeers(FetchMode):
    """Fetch for all instances that the same queryset gave and that are still alive."""

    __slots__ = ()

    track_peers = True

    def fetch(self, fetcher: Fetcher, instance: Any) -> None:
        """Load for `instance` and its living peers."""
        peers = [peer for known in instance._state.peers if (peer := known()) is not None]
        if len(peers) > 1:
            fetcher.fetch_many(peers)
        else:
            fetcher.fetch_one(instance)

    def __reduce__(self) -> str:
        return "FETCH_PEERS"


class Raise(FetchMode):
    """Fetch nothing: asking for what was not loaded is an error."""

    __slots__ = ()

    def fetch(self, fetcher: Fetcher, instance: Any) -> None:
        """Raise FieldFetchBlocked, which names the model and the field."""
        name = f"{type(instance).__qualname__}.{fetcher.field.name}"
        raise FieldFetchBlocked(f"Fetching of {name} blocked.") from None

    def __reduce__(self) -> str:
        return "RAISE"


FETCH_ONE = FetchOne()
FETCH_PEERS = FetchPeers()
RAISE = Raise()


def mark_instances(instances: Iterable[Any], mode: FetchMode) -> None:
    """Give `mode` to `instances` and to the objects that were loaded with them by joins.

    Instances at the same place (the queryset's own; all their authors; ...) are each other's peers.
    """
    level: list[Any] = list({id(instance): instance for instance in instances}.values())
    below: dict[str, list[Any]] = {}
    peers = tuple(map(ref, level)) if mode.track_peers else ()
    for instance in level:
        state = instance._state
        state.fetch_mode = mode
        if peers:
            state.peers = peers
        for name, related in state.fields_cache.items():
            if related is not None and related._state.fetch_mode is not mode:
                below.setdefault(name, []).append(related)
    for related_objects in below.values():
        mark_instances(related_objects, mode)


publish(__name__, "db.models.fetch_modes", "FetchOne FetchPeers Raise")
