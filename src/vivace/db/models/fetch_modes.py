"""Door: what happens when something is asked for that was not loaded."""

from vivace.db.orm.fetch_modes import (
    FETCH_ONE,
    FETCH_PEERS,
    RAISE,
    FetchMode,
    FetchOne,
    FetchPeers,
    Raise,
)

__all__ = ["FETCH_ONE", "FETCH_PEERS", "RAISE", "FetchMode", "FetchOne", "FetchPeers", "Raise"]
