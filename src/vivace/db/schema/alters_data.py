"""`AltersData`: methods that change data stay marked so where subclasses override them."""

from typing import Any

from vivace.utils.naming import publish

__all__ = ["AltersData"]


class AltersData:
    """Gives overrides the ``alters_data`` mark that templates honour.

    A method that overrides a marked one is marked too, unless it carries a mark of its own or is
    found marked with False on the way.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, method in vars(cls).items():
            if not callable(method) or hasattr(method, "alters_data"):
                continue
            for base in cls.__mro__[1:]:
                mark = getattr(getattr(base, name, None), "alters_data", None)
                if mark is not None:
                    method.alters_data = mark
                    break


publish(__name__, "db.models.utils")
