"""Widgets. Documented in ref/forms/widgets and topics/forms/media."""

from vivace.forms.renderers import get_default_renderer as get_default_renderer
from vivace.forms.utils import flatatt as flatatt
from vivace.forms.utils import to_current_timezone as to_current_timezone
from vivace.forms.widgets.base import Widget
from vivace.forms.widgets.choices import (
    CheckboxSelectMultiple,
    NullBooleanSelect,
    RadioSelect,
    Select,
    SelectMultiple,
)
from vivace.forms.widgets.choices import ChoiceWidget as ChoiceWidget
from vivace.forms.widgets.dates import SelectDateWidget
from vivace.forms.widgets.files import FILE_INPUT_CONTRADICTION as FILE_INPUT_CONTRADICTION
from vivace.forms.widgets.files import ClearableFileInput, FileInput
from vivace.forms.widgets.inputs import (
    CheckboxInput,
    ColorInput,
    DateInput,
    DateTimeInput,
    EmailInput,
    HiddenInput,
    MultipleHiddenInput,
    NumberInput,
    PasswordInput,
    SearchInput,
    TelInput,
    Textarea,
    TextInput,
    TimeInput,
    URLInput,
)
from vivace.forms.widgets.inputs import DateTimeBaseInput as DateTimeBaseInput
from vivace.forms.widgets.inputs import Input as Input
from vivace.forms.widgets.inputs import boolean_check as boolean_check
from vivace.forms.widgets.media import MEDIA_TYPES as MEDIA_TYPES
from vivace.forms.widgets.media import Media, MediaDefiningClass, Script
from vivace.forms.widgets.media import MediaAsset as MediaAsset
from vivace.forms.widgets.media import MediaOrderConflictWarning as MediaOrderConflictWarning
from vivace.forms.widgets.media import media_property as media_property
from vivace.forms.widgets.multi import (
    MultiWidget,
    SplitDateTimeWidget,
    SplitHiddenDateTimeWidget,
)

__all__ = (
    "CheckboxInput",
    "CheckboxSelectMultiple",
    "ClearableFileInput",
    "ColorInput",
    "DateInput",
    "DateTimeInput",
    "EmailInput",
    "FileInput",
    "HiddenInput",
    "Media",
    "MediaDefiningClass",
    "MultiWidget",
    "MultipleHiddenInput",
    "NullBooleanSelect",
    "NumberInput",
    "PasswordInput",
    "RadioSelect",
    "Script",
    "SearchInput",
    "Select",
    "SelectDateWidget",
    "SelectMultiple",
    "SplitDateTimeWidget",
    "SplitHiddenDateTimeWidget",
    "TelInput",
    "TextInput",
    "Textarea",
    "TimeInput",
    "URLInput",
    "Widget",
)
