"""Formats for Mongolian."""

DATE_FORMAT = "d F Y"
TIME_FORMAT = "g:i A"
SHORT_DATE_FORMAT = "j M Y"
