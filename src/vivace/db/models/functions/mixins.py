"""Django's address for these functions; their home is `vivace.db.query.functions.mixins`."""

from vivace.db.query.functions.mixins import (
    FixDecimalInputMixin,
    FixDurationInputMixin,
    NumericOutputFieldMixin,
)

__all__ = ["FixDecimalInputMixin", "FixDurationInputMixin", "NumericOutputFieldMixin"]
