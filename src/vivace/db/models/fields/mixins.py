"""Parts of fields; their homes are in `vivace.db.schema.fields`."""

from vivace.db.schema.constants import NOT_PROVIDED
from vivace.db.schema.fields.caching import FieldCacheMixin
from vivace.db.schema.fields.checks import CheckFieldDefaultMixin

__all__ = ["NOT_PROVIDED", "CheckFieldDefaultMixin", "FieldCacheMixin"]
