"""Durations as text: the form that `parse_duration` reads, and ISO 8601."""

from __future__ import annotations

import datetime

__all__ = [
    "duration_iso_string",
    "duration_microseconds",
    "duration_string",
]


def _get_duration_components(duration: datetime.timedelta) -> tuple[int, int, int, int, int]:
    days = duration.days
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return days, hours, minutes, seconds, duration.microseconds


def duration_string(duration: datetime.timedelta) -> str:
    """``[D ]HH:MM:SS[.uuuuuu]``; a negative duration has negative days and a positive time."""
    days, hours, minutes, seconds, microseconds = _get_duration_components(duration)
    text = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
    if days:
        text = f"{days} {text}"
    if microseconds:
        text += f".{microseconds:06d}"
    return text


def duration_iso_string(duration: datetime.timedelta) -> str:
    """``[-]PnDTnnHnnMnn[.uuuuuu]S`` (ISO 8601)."""
    sign = ""
    if duration < datetime.timedelta(0):
        sign = "-"
        duration = -duration
    days, hours, minutes, seconds, microseconds = _get_duration_components(duration)
    fraction = f".{microseconds:06d}" if microseconds else ""
    return f"{sign}P{days}DT{hours:02d}H{minutes:02d}M{seconds:02d}{fraction}S"


def duration_microseconds(delta: datetime.timedelta) -> int:
    """The whole duration in microseconds."""
    return (24 * 60 * 60 * delta.days + delta.seconds) * 1_000_000 + delta.microseconds
