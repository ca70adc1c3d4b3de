"""Fields of forms. Documented in ref/forms/fields.

COMPAT: packages import the widgets and `ValidationError` from here as well.
"""

from vivace.core.exceptions import ValidationError as ValidationError
from vivace.forms.boundfield import BoundField as BoundField
from vivace.forms.fields.base import Field
from vivace.forms.fields.choices import (
    ChoiceField,
    FilePathField,
    MultipleChoiceField,
    TypedChoiceField,
    TypedMultipleChoiceField,
)
from vivace.forms.fields.files import FileField, ImageField
from vivace.forms.fields.multi import ComboField, MultiValueField, SplitDateTimeField
from vivace.forms.fields.numbers import (
    BooleanField,
    DecimalField,
    FloatField,
    IntegerField,
    NullBooleanField,
)
from vivace.forms.fields.temporal import BaseTemporalField as BaseTemporalField
from vivace.forms.fields.temporal import (
    DateField,
    DateTimeField,
    DurationField,
    TimeField,
)
from vivace.forms.fields.temporal import DateTimeFormatsIterator as DateTimeFormatsIterator
from vivace.forms.fields.text import (
    CharField,
    EmailField,
    GenericIPAddressField,
    JSONField,
    RegexField,
    SlugField,
    URLField,
    UUIDField,
)
from vivace.forms.fields.text import InvalidJSONInput as InvalidJSONInput
from vivace.forms.fields.text import JSONString as JSONString
from vivace.forms.widgets import *  # noqa: F403
from vivace.forms.widgets import FILE_INPUT_CONTRADICTION as FILE_INPUT_CONTRADICTION

__all__ = (
    "BooleanField",
    "CharField",
    "ChoiceField",
    "ComboField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DurationField",
    "EmailField",
    "Field",
    "FileField",
    "FilePathField",
    "FloatField",
    "GenericIPAddressField",
    "ImageField",
    "IntegerField",
    "JSONField",
    "MultiValueField",
    "MultipleChoiceField",
    "NullBooleanField",
    "RegexField",
    "SlugField",
    "SplitDateTimeField",
    "TimeField",
    "TypedChoiceField",
    "TypedMultipleChoiceField",
    "URLField",
    "UUIDField",
)
