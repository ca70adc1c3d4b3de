"""The field behind ``order_with_respect_to``."""

from __future__ import annotations

from typing import Any

from vivace.db.schema.fields.numbers import IntegerField
from vivace.utils.naming import published

__all__ = ["OrderWrt"]


@published("db.models.fields.proxy.OrderWrt")
class OrderWrt(IntegerField[int]):
    """The place of a row among those of the same related object; in the column ``_order``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["name"] = "_order"
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)
