"""Enumerations of choices: values with labels for people.

Documented at ref/models/fields (enumeration types).
"""

from __future__ import annotations

import enum
import sys
from typing import TYPE_CHECKING, Any

from vivace.utils.functional import Promise
from vivace.utils.naming import publish, published

if TYPE_CHECKING:
    _label_property = property
else:
    # A member may be called "label" then, and still has its label.
    _label_property = enum.property

__all__ = ["Choices", "ChoicesType", "IntegerChoices", "TextChoices"]


@published("db.models.enums.ChoicesType")
class ChoicesType(enum.EnumType):
    """Takes the labels off the members' values, and answers lists of them on the class."""

    def __new__(
        metacls, classname: str, bases: tuple[type, ...], classdict: Any, **kwds: Any
    ) -> Any:
        labels = []
        for name in classdict._member_names:
            value, label = _apart(name, classdict[name])
            labels.append(label)
            # The enumeration's own dict takes a second assignment for a second member.
            dict.__setitem__(classdict, name, value)
        cls: Any = super().__new__(metacls, classname, bases, classdict, **kwds)
        for member, label in zip(cls.__members__.values(), labels, strict=True):
            member._label_ = label
        return enum.unique(cls)

    if sys.version_info < (3, 12):

        def __contains__(cls, member: object) -> bool:
            if isinstance(member, enum.Enum):
                return super().__contains__(member)
            members: Any = cls
            return any(each.value == member for each in members)

    @property
    def names(cls) -> list[str]:
        """The members' names, after ``"__empty__"`` if there is a label for no choice."""
        members: Any = cls
        empty = ["__empty__"] if hasattr(cls, "__empty__") else []
        return empty + [member.name for member in members]

    @property
    def choices(cls) -> list[tuple[Any, Any]]:
        """Pairs of value and label; the first is for None if the class has ``__empty__``."""
        members: Any = cls
        empty = [(None, cls.__empty__)] if hasattr(cls, "__empty__") else []
        return empty + [(member.value, member.label) for member in members]

    @property
    def labels(cls) -> list[Any]:
        """The labels, in the order of `choices`."""
        return [label for _, label in cls.choices]

    @property
    def values(cls) -> list[Any]:
        """The values, in the order of `choices`."""
        return [value for value, _ in cls.choices]


def _apart(name: str, value: Any) -> tuple[Any, Any]:
    """A member's value, and its label: the last of several, if it is text, or made from `name`."""
    if (
        isinstance(value, (list, tuple))
        and len(value) > 1
        and isinstance(value[-1], (Promise, str))
    ):
        *rest, label = value
        return tuple(rest), label
    return value, name.replace("_", " ").title()


@published("db.models.enums.Choices")
class Choices(enum.Enum, metaclass=ChoicesType):
    """Base class of enumerations of choices of any type: ``class C(date, models.Choices)``."""

    if TYPE_CHECKING:
        _label_: Any
        do_not_call_in_templates: bool

    @_label_property
    def label(self) -> Any:
        """What people read for this member."""
        return self._label_

    if not TYPE_CHECKING:
        # Templates would call the class, as it is callable.
        do_not_call_in_templates = enum.nonmember(True)

    def __repr__(self) -> str:
        return f"{self.__class__.__qualname__}.{self._name_}"


@published("db.models.enums.IntegerChoices")
class IntegerChoices(Choices, enum.IntEnum):
    """Choices that are integers: ``ONE = 1, "One"``."""


if TYPE_CHECKING:
    # Checkers hold the pair of value and label for a wrong value of a StrEnum.
    class TextChoices(str, Choices):
        """Choices that are text: ``SENIOR = "SR", "Senior"``."""

        @property
        def value(self) -> str: ...

else:

    @published("db.models.enums.TextChoices")
    class TextChoices(Choices, enum.StrEnum):
        """Choices that are text: ``SENIOR = "SR", "Senior"``."""

        @staticmethod
        def _generate_next_value_(name, start, count, last_values):
            return name


publish(__name__, "db.models.enums")
