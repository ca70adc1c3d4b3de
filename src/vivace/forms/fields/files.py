"""Fields of uploaded files. Documented in ref/forms/fields."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from vivace.core import validators
from vivace.core.exceptions import ValidationError
from vivace.forms.fields.base import Field
from vivace.forms.widgets import FILE_INPUT_CONTRADICTION, ClearableFileInput, FileInput
from vivace.utils.naming import publish
from vivace.utils.translation import gettext_lazy as _
from vivace.utils.translation import ngettext_lazy


class FileField(Field):
    """An uploaded file, with a name of at most `max_length` characters."""

    widget = ClearableFileInput
    default_error_messages = {
        "invalid": _("No file was submitted. Check the encoding type on the form."),
        "missing": _("No file was submitted."),
        "empty": _("The submitted file is empty."),
        "max_length": ngettext_lazy(
            "Ensure this filename has at most %(max)d character (it has %(length)d).",
            "Ensure this filename has at most %(max)d characters (it has %(length)d).",
            "max",
        ),
        "contradiction": _("Please either submit a file or check the clear checkbox, not both."),
    }

    def __init__(
        self, *, max_length: int | None = None, allow_empty_file: bool = False, **kwargs: Any
    ) -> None:
        self.max_length = max_length
        self.allow_empty_file = allow_empty_file
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values:
            return None
        try:
            file_name, file_size = data.name, data.size
        except AttributeError:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if self.max_length is not None and len(file_name) > self.max_length:
            params = {"max": self.max_length, "length": len(file_name)}
            raise ValidationError(
                self.error_messages["max_length"], code="max_length", params=params
            )
        if not file_name:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not self.allow_empty_file and not file_size:
            raise ValidationError(self.error_messages["empty"], code="empty")
        return data

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The uploaded file, else `initial`; False if that is to be removed."""
        if data is FILE_INPUT_CONTRADICTION:
            raise ValidationError(self.error_messages["contradiction"], code="contradiction")
        if data is False:
            if not self.required:
                return False
            # What is required cannot be removed.
            data = None
        if not data and initial:
            return initial
        return super().clean(data)

    def bound_data(self, _: Any, initial: Any) -> Any:
        """The present file: an upload cannot be shown again."""
        return initial

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and data is not None

    def _clean_bound_field(self, bf: Any) -> Any:
        return self.clean(bf.initial if self.disabled else bf.data, bf.initial)


class ImageField(FileField):
    """An uploaded image that Pillow knows; the cleaned file has its `image` and `content_type`."""

    default_validators = [validators.validate_image_file_extension]
    default_error_messages = {
        "invalid_image": _(
            "Upload a valid image. The file you uploaded was either not an "
            "image or a corrupted image."
        ),
    }

    def to_python(self, data: Any) -> Any:
        uploaded = super().to_python(data)
        if uploaded is None:
            return None

        from PIL import Image

        source: Any
        if hasattr(data, "temporary_file_path"):
            source = data.temporary_file_path()
        elif hasattr(data, "read"):
            source = BytesIO(data.read())
        else:
            source = BytesIO(data["content"])
        try:
            # SECURITY: `verify` reads the structure; `load` would unpack all pixels of whatever came.
            image = Image.open(source)
            image.verify()
            uploaded.image = image
            uploaded.content_type = Image.MIME.get(image.format or "")
        except Exception as error:
            # Pillow raises all kinds of errors for what is no image.
            raise ValidationError(
                self.error_messages["invalid_image"], code="invalid_image"
            ) from error
        if callable(getattr(uploaded, "seek", None)):
            uploaded.seek(0)
        return uploaded

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if isinstance(widget, FileInput) and "accept" not in widget.attrs:
            attrs.setdefault("accept", "image/*")
        return attrs


publish(__name__, "forms.fields")
