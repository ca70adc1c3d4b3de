"""Fields of text. Documented in ref/forms/fields."""

from __future__ import annotations

import json
import re
import uuid
import warnings
from typing import Any

from vivace.conf import settings
from vivace.core import validators
from vivace.core.exceptions import ValidationError
from vivace.forms.fields.base import Field
from vivace.forms.widgets import EmailInput, Textarea, URLInput
from vivace.utils.deprecation import RemovedInDjango60Warning
from vivace.utils.ipv6 import MAX_IPV6_ADDRESS_LENGTH, clean_ipv6_address
from vivace.utils.naming import publish
from vivace.utils.translation import gettext_lazy as _

_STARTS_WITH_SCHEME = re.compile(r"[a-zA-Z][^:/]*:")


class CharField(Field):
    """Text; white space around it is taken off with `strip`, no text becomes `empty_value`."""

    def __init__(
        self,
        *,
        max_length: int | None = None,
        min_length: int | None = None,
        strip: bool = True,
        empty_value: Any = "",
        **kwargs: Any,
    ) -> None:
        self.max_length = max_length
        self.min_length = min_length
        self.strip = strip
        self.empty_value = empty_value
        super().__init__(**kwargs)
        if min_length is not None:
            self.validators.append(validators.MinLengthValidator(int(min_length)))
        if max_length is not None:
            self.validators.append(validators.MaxLengthValidator(int(max_length)))
        self.validators.append(validators.ProhibitNullCharactersValidator())

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values:
            value = str(value)
            if self.strip:
                value = value.strip()
        return self.empty_value if value in self.empty_values else value

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if not widget.is_hidden:
            if self.max_length is not None:
                attrs["maxlength"] = str(self.max_length)
            if self.min_length is not None:
                attrs["minlength"] = str(self.min_length)
        return attrs


class RegexField(CharField):
    """Text in which a regular expression is found."""

    def __init__(self, regex: Any, **kwargs: Any) -> None:
        kwargs.setdefault("strip", False)
        super().__init__(**kwargs)
        self._set_regex(regex)

    def _get_regex(self) -> Any:
        return self._regex

    def _set_regex(self, regex: Any) -> None:
        if isinstance(regex, str):
            regex = re.compile(regex)
        self._regex = regex
        former = getattr(self, "_regex_validator", None)
        if former is not None and former in self.validators:
            self.validators.remove(former)
        self._regex_validator = validators.RegexValidator(regex=regex)
        self.validators.append(self._regex_validator)

    regex = property(_get_regex, _set_regex)


class EmailField(CharField):
    """An e-mail address, of 320 characters at most unless told otherwise."""

    widget = EmailInput
    default_validators = [validators.validate_email]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 320)
        super().__init__(strip=True, **kwargs)


class URLField(CharField):
    """A URL; one without a scheme gets `assume_scheme`."""

    widget = URLInput
    default_error_messages = {"invalid": _("Enter a valid URL.")}
    default_validators = [validators.URLValidator()]

    def __init__(self, *, assume_scheme: str | None = None, **kwargs: Any) -> None:
        if assume_scheme is None:
            if settings.FORMS_URLFIELD_ASSUME_HTTPS:
                assume_scheme = "https"
            else:
                warnings.warn(
                    "The default scheme will be changed from 'http' to 'https' in Django "
                    "6.0. Pass the forms.URLField.assume_scheme argument to silence this "
                    "warning, or set the FORMS_URLFIELD_ASSUME_HTTPS transitional setting "
                    "to True to opt into using 'https' as the new default scheme.",
                    RemovedInDjango60Warning,
                    stacklevel=2,
                )
                assume_scheme = "http"
        self.assume_scheme = assume_scheme
        super().__init__(strip=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        # SECURITY: taking the URL apart would normalise all of the text, however long; what is before
        # the first colon or slash tells whether there is a scheme.
        value = super().to_python(value)
        if not value or _STARTS_WITH_SCHEME.match(value):
            return value
        return f"{self.assume_scheme}{':' if value.startswith('//') else '://'}{value}"


class GenericIPAddressField(CharField):
    """An IP address of version 4, 6 or both; `unpack_ipv4` unpacks an address mapped into version 6."""

    def __init__(self, *, protocol: str = "both", unpack_ipv4: bool = False, **kwargs: Any) -> None:
        self.unpack_ipv4 = unpack_ipv4
        self.default_validators = validators.ip_address_validators(protocol, unpack_ipv4)
        kwargs.setdefault("max_length", MAX_IPV6_ADDRESS_LENGTH)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return ""
        value = value.strip()
        if value and ":" in value:
            return clean_ipv6_address(value, self.unpack_ipv4, max_length=self.max_length or 39)
        return value


class SlugField(CharField):
    """A slug; of any letters with `allow_unicode`."""

    default_validators = [validators.validate_slug]

    def __init__(self, *, allow_unicode: bool = False, **kwargs: Any) -> None:
        self.allow_unicode = allow_unicode
        if self.allow_unicode:
            self.default_validators = [validators.validate_unicode_slug]
        super().__init__(**kwargs)


class UUIDField(CharField):
    """A UUID."""

    default_error_messages = {"invalid": _("Enter a valid UUID.")}

    def prepare_value(self, value: Any) -> Any:
        return str(value) if isinstance(value, uuid.UUID) else value

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if value in self.empty_values:
            return None
        if not isinstance(value, uuid.UUID):
            try:
                value = uuid.UUID(value)
            except ValueError:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return value


class InvalidJSONInput(str):
    """Submitted text that is no JSON; it is shown again as it came."""


class JSONString(str):
    """Text that was read from JSON already."""


class JSONField(CharField):
    """A value as JSON; `encoder` and `decoder` are classes as `json` wants them."""

    default_error_messages = {"invalid": _("Enter a valid JSON.")}
    widget = Textarea

    def __init__(self, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        self.encoder = encoder
        self.decoder = decoder
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if self.disabled:
            return value
        if value in self.empty_values:
            return None
        if isinstance(value, (list, dict, int, float, JSONString)):
            return value
        try:
            converted = json.loads(value, cls=self.decoder)
        except json.JSONDecodeError:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )
        return JSONString(converted) if isinstance(converted, str) else converted

    def bound_data(self, data: Any, initial: Any) -> Any:
        if self.disabled:
            return initial
        if data is None:
            return None
        try:
            return json.loads(data, cls=self.decoder)
        except json.JSONDecodeError:
            return InvalidJSONInput(data)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, InvalidJSONInput):
            return value
        return json.dumps(value, ensure_ascii=False, cls=self.encoder)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if super().has_changed(initial, data):
            return True
        # True and 1 are equal in Python and not in JSON.
        return json.dumps(initial, sort_keys=True, cls=self.encoder) != json.dumps(
            self.to_python(data), sort_keys=True, cls=self.encoder
        )


publish(__name__, "forms.fields")
