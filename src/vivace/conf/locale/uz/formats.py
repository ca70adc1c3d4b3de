"""Formats for Uzbek."""

DATE_FORMAT = "j-E, Y-\\y\\i\\l"
TIME_FORMAT = "G:i"
DATETIME_FORMAT = "j-E, Y-\\y\\i\\l G:i"
YEAR_MONTH_FORMAT = "F Y-\\y\\i\\l"
MONTH_DAY_FORMAT = "j-E"
SHORT_DATE_FORMAT = "d.m.Y"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%d-%B, %Y-yil"]
DATETIME_INPUT_FORMATS = [
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S.%f",
    "%d.%m.%Y %H:%M",
    "%d-%B, %Y-yil %H:%M:%S",
    "%d-%B, %Y-yil %H:%M:%S.%f",
    "%d-%B, %Y-yil %H:%M",
]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
