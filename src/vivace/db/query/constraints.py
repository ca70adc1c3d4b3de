"""Constraints of models: conditions that rows fulfil, and what may not occur twice."""

from vivace.db.query.constraints_base import BaseConstraint
from vivace.db.query.constraints_check import CheckConstraint
from vivace.db.query.constraints_unique import Deferrable, UniqueConstraint

__all__ = ["BaseConstraint", "CheckConstraint", "Deferrable", "UniqueConstraint"]
