"""`IndexExpression`: an expression as a part of an index."""

from __future__ import annotations

from typing import Any, cast

from vivace.db.query.columns import Col
from vivace.db.query.func import Func
from vivace.db.query.functions.comparison import Collate
from vivace.db.query.ordering import OrderBy
from vivace.utils.functional import partition
from vivace.utils.naming import publish

__all__ = ["IndexExpression"]


class IndexExpression(Func):
    """An expression in an index: in parentheses, but for what must stay outside of them.

    Those are orderings and collations, in that order. Raises `ValueError` if one of them occurs twice,
    or anywhere but outside.
    """

    template = "%(expressions)s"
    wrapper_classes: tuple[type, ...] = (OrderBy, Collate)

    def set_wrapper_classes(self, connection: Any = None) -> None:
        """Know what stays outside in this database: some take a collation for an expression."""
        if connection and connection.features.collate_as_index_expression:
            self.wrapper_classes = tuple(
                each for each in self.wrapper_classes if each is not Collate
            )

    @classmethod
    def register_wrappers(cls, *wrapper_classes: type) -> None:
        """Say what stays outside, instead of orderings and collations."""
        cls.wrapper_classes = wrapper_classes

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> Any:
        """Resolve, with the outer expressions in their order around the rest in parentheses."""
        parts = list(self.flatten())
        inner, wrappers = partition(lambda each: isinstance(each, self.wrapper_classes), parts)
        kinds = [type(wrapper) for wrapper in wrappers]
        if len(kinds) != len(set(kinds)):
            raise ValueError(
                "Multiple references to {} can't be used in an indexed expression.".format(
                    ", ".join(each.__qualname__ for each in self.wrapper_classes)
                )
            )
        if parts[1 : len(wrappers) + 1] != wrappers:
            raise ValueError(
                "{} must be topmost expressions in an indexed expression.".format(
                    ", ".join(each.__qualname__ for each in self.wrapper_classes)
                )
            )
        root = inner[1]
        resolved = root.resolve_expression(query, allow_joins, reuse, summarize, for_save)
        if not isinstance(resolved, Col):
            # Databases want anything but a column in parentheses.
            root = Func(root, template="(%(expressions)s)")
        for kind in reversed(self.wrapper_classes):
            for wrapper in wrappers:
                if isinstance(wrapper, kind):
                    outer: Any = cast("Any", wrapper).copy()
                    outer.set_source_expressions([root])
                    root = outer
        self.set_source_expressions([root])
        return super().resolve_expression(query, allow_joins, reuse, summarize, for_save)

    def as_sqlite(self, compiler: Any, connection: Any, **extra_context: Any) -> Any:
        """As `as_sql`: a number is the same in the index as in the row."""
        return self.as_sql(compiler, connection, **extra_context)


publish(__name__, "db.models.indexes")
