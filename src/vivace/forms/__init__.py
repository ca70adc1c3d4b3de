"""Forms. Documented in topics/forms and ref/forms.

What needs models is imported when it is first asked for: forms lie below the ORM, whose fields know
how they are shown in a form.
"""

from typing import TYPE_CHECKING

from vivace.core.exceptions import ValidationError as ValidationError
from vivace.forms import boundfield, fields, forms, widgets
from vivace.forms.boundfield import *  # noqa: F403
from vivace.forms.fields import *  # noqa: F403
from vivace.forms.forms import *  # noqa: F403
from vivace.forms.widgets import *  # noqa: F403
from vivace.utils.lazily import lazily

if TYPE_CHECKING:
    from vivace.forms import formsets as formsets
    from vivace.forms import models as models
    from vivace.forms.formsets import *  # noqa: F403
    from vivace.forms.models import *  # noqa: F403

_LATER = {
    "formsets": "BaseFormSet all_valid formset_factory",
    "models": (
        "ALL_FIELDS BaseInlineFormSet BaseModelForm BaseModelFormSet ModelChoiceField ModelForm "
        "ModelMultipleChoiceField fields_for_model inlineformset_factory model_to_dict "
        "modelform_factory modelformset_factory"
    ),
}

__all__ = [
    "ValidationError",
    *boundfield.__all__,
    *fields.__all__,
    *forms.__all__,
    *widgets.__all__,
    *(name for names in _LATER.values() for name in names.split()),
]


__getattr__, __dir__ = lazily(__name__, _LATER)
