"""Enumerations of choices; their home is `vivace.db.schema.enums`."""

from vivace.db.schema.enums import Choices, ChoicesType, IntegerChoices, TextChoices

__all__ = ["Choices", "ChoicesType", "IntegerChoices", "TextChoices"]
