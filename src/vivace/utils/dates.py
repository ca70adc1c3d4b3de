"""The names of days and months, translated when shown."""

from vivace.utils.translation import gettext_lazy as _
from vivace.utils.translation import pgettext_lazy

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# As the Associated Press abbreviates them.
_AP = (
    "Jan.",
    "Feb.",
    "March",
    "April",
    "May",
    "June",
    "July",
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec.",
)

# Monday is 0, as in the standard library; January is 1.
WEEKDAYS = {number: _(name) for number, name in enumerate(_DAYS)}
WEEKDAYS_ABBR = {number: _(name[:3]) for number, name in enumerate(_DAYS)}
MONTHS = {number: _(name) for number, name in enumerate(_MONTHS, 1)}
MONTHS_3 = {number: _(name[:3].lower()) for number, name in enumerate(_MONTHS, 1)}
MONTHS_AP = {number: pgettext_lazy("abbrev. month", name) for number, name in enumerate(_AP, 1)}
# The form of the name beside a day, where a language has one of its own.
MONTHS_ALT = {number: pgettext_lazy("alt. month", name) for number, name in enumerate(_MONTHS, 1)}
