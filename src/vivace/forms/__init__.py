"""Forms. Documented in topics/forms and ref/forms.

What needs models is imported when it is first asked for: forms lie below the ORM, whose fields know
how they are shown in a form.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vivace.core.exceptions import ValidationError as ValidationError
from vivace.forms import boundfield, fields, forms, widgets
from vivace.forms.boundfield import *  # noqa: F403
from vivace.forms.fields import *  # noqa: F403
from vivace.forms.forms import *  # noqa: F403
from vivace.forms.widgets import *  # noqa: F403

if TYPE_CHECKING:
    from vivace.forms import formsets as formsets
    from vivace.forms import models as models
    from vivace.forms.formsets import *  # noqa: F403
    from vivace.forms.models import *  # noqa: F403

_LATER = {
    **dict.fromkeys(("BaseFormSet", "all_valid", "formset_factory"), "formsets"),
    **dict.fromkeys(
        (
            "ALL_FIELDS",
            "BaseInlineFormSet",
            "BaseModelForm",
            "BaseModelFormSet",
            "ModelChoiceField",
            "ModelForm",
            "ModelMultipleChoiceField",
            "fields_for_model",
            "inlineformset_factory",
            "model_to_dict",
            "modelform_factory",
            "modelformset_factory",
        ),
        "models",
    ),
}

__all__ = [
    "ValidationError",
    *boundfield.__all__,
    *fields.__all__,
    *forms.__all__,
    *widgets.__all__,
    *_LATER,
]


def __getattr__(name: str) -> Any:
    if name in ("formsets", "models"):
        return import_module(f"{__name__}.{name}")
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "formsets", "models"})
