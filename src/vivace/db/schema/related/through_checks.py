"""What the system checks say of many-to-many relations and the models in between."""

from __future__ import annotations

from typing import Any

from vivace import checks

__all__ = ["ManyToManyChecks"]


class ManyToManyChecks:
    """The checks of `ManyToManyField`."""

    def check(self: Any, **kwargs: Any) -> list[Any]:
        """The messages of the relation, its table, its model in between, and options that do nothing."""
        return [
            *super().check(**kwargs),  # type: ignore[misc]
            *self._check_unique(**kwargs),
            *self._check_relationship_model(**kwargs),
            *self._check_ignored_options(**kwargs),
            *self._check_table_uniqueness(**kwargs),
        ]
