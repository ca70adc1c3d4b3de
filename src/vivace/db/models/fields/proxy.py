"""The field behind ``order_with_respect_to``; its home is `vivace.db.schema.fields.order`."""

from vivace.db.schema.fields.order import OrderWrt

__all__ = ["OrderWrt"]
