"""Constants that all rooms of the ORM share."""

from enum import Enum

from vivace.utils.naming import publish, published

__all__ = ["LOOKUP_SEP", "NOT_PROVIDED", "OnConflict"]

#: Separates the parts of a lookup's path: ``author__name``.
LOOKUP_SEP = "__"


@published("db.models.fields.NOT_PROVIDED")
class NOT_PROVIDED:
    """Stands for "no default" where None is a default."""


class OnConflict(Enum):
    """What an insert does with rows that break a unique constraint."""

    IGNORE = "ignore"
    UPDATE = "update"


publish(__name__, "db.models.constants", "OnConflict")
