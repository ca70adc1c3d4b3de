"""Fields of files; their home is `vivace.db.schema.fields.files` and `images` beside it."""

from vivace.core.files.images import ImageFile
from vivace.db.schema.fields.files import FieldFile, FileDescriptor, FileField
from vivace.db.schema.fields.images import ImageField, ImageFieldFile, ImageFileDescriptor

__all__ = [
    "FieldFile",
    "FileDescriptor",
    "FileField",
    "ImageField",
    "ImageFieldFile",
    "ImageFile",
    "ImageFileDescriptor",
]
