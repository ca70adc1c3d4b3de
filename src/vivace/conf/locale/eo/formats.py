"""Formats for Esperanto."""

DATE_FORMAT = "j\\-\\a \\d\\e F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j\\-\\a \\d\\e F Y\\, \\j\\e H:i"
YEAR_MONTH_FORMAT = "F \\d\\e Y"
MONTH_DAY_FORMAT = "j\\-\\a \\d\\e F"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = [
    "%Y-%m-%d",
    "%y-%m-%d",
    "%Y %m %d",
    "%Y.%m.%d",
    "%d-a de %b %Y",
    "%d %b %Y",
    "%d-a de %B %Y",
    "%d %B %Y",
    "%d %m %Y",
    "%d/%m/%Y",
]
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%y-%m-%d %H:%M:%S",
    "%y-%m-%d %H:%M",
]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
