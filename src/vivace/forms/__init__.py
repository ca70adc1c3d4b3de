"""Forms. Documented in topics/forms and ref/forms."""

from vivace.core.exceptions import ValidationError as ValidationError
from vivace.forms.boundfield import *  # noqa: F403
from vivace.forms.fields import *  # noqa: F403
from vivace.forms.forms import *  # noqa: F403
from vivace.forms.widgets import *  # noqa: F403
