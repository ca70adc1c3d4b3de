"""A tree whose nodes join their children with a connector and may be negated: what Q objects are."""

from __future__ import annotations

import copy
from typing import Any, Self

from vivace.utils.hashable import make_hashable

__all__ = ["Node"]


class Node:
    """A node with `children`, leaves or nodes, joined by `connector` and perhaps `negated`."""

    # The connector of nodes that are made without one.
    default = "DEFAULT"

    def __init__(
        self, children: Any = None, connector: str | None = None, negated: bool = False
    ) -> None:
        self.children: list[Any] = children[:] if children else []
        self.connector: str = connector or self.default
        self.negated = negated

    @classmethod
    def create(
        cls, children: Any = None, connector: str | None = None, negated: bool = False
    ) -> Self:
        """Make a node of this class without calling the class's own ``__init__``."""
        obj = Node(children, connector or cls.default, negated)
        obj.__class__ = cls
        return obj  # type: ignore[return-value]

    def __str__(self) -> str:
        template = "(NOT (%s: %s))" if self.negated else "(%s: %s)"
        return template % (self.connector, ", ".join(str(child) for child in self.children))

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}: {self}>"

    def __copy__(self) -> Self:
        obj = self.create(connector=self.connector, negated=self.negated)
        # COMPAT: the very list, as it is what whoever copies a node replaces or shares.
        obj.children = self.children
        return obj

    copy = __copy__

    def __deepcopy__(self, memodict: dict[int, Any]) -> Self:
        obj = self.create(connector=self.connector, negated=self.negated)
        obj.children = copy.deepcopy(self.children, memodict)
        return obj

    def __len__(self) -> int:
        return len(self.children)

    def __bool__(self) -> bool:
        return bool(self.children)

    def __contains__(self, other: object) -> bool:
        return other in self.children

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Node)
            and self.__class__ == other.__class__
            and self.connector == other.connector
            and self.negated == other.negated
            and self.children == other.children
        )

    def __hash__(self) -> int:
        return hash((self.__class__, self.connector, self.negated, *make_hashable(self.children)))

    def add(self, data: Any, conn_type: str) -> Any:
        """Join `data`, a leaf or a node, to this node by `conn_type`; answers `data`.

        If the connector is another, what is there becomes the first child. The children of a node that
        is not negated and joins the same way, or has one child only, are taken over.
        """
        if self.connector != conn_type:
            obj = self.copy()
            self.connector = conn_type
            self.children = [obj, data]
            return data
        if (
            isinstance(data, Node)
            and not data.negated
            and (data.connector == conn_type or len(data) == 1)
        ):
            self.children.extend(data.children)
            return self
        self.children.append(data)
        return data

    def negate(self) -> None:
        """Negate the node, or take its negation back."""
        self.negated = not self.negated
