"""The JSON encoder for dates, times, durations, decimals, UUIDs and lazy strings."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from typing import Any

from vivace.utils.duration import duration_iso_string
from vivace.utils.functional import Promise
from vivace.utils.naming import published
from vivace.utils.timezone import is_aware


@published("core.serializers.json.DjangoJSONEncoder")
class DjangoJSONEncoder(json.JSONEncoder):
    """JSONEncoder that knows the types above; times follow ECMA-262, with milliseconds.

    https://docs.djangoproject.com/en/5.2/topics/serialization/#djangojsonencoder
    """

    def default(self, o: Any) -> Any:
        """What stands for `o` in JSON; TypeError if nothing does."""
        if isinstance(o, datetime.datetime):
            text = o.isoformat()
            if o.microsecond:
                # Microseconds down to milliseconds; an offset may follow them.
                text = text[:23] + text[26:]
            if text.endswith("+00:00"):
                text = text.removesuffix("+00:00") + "Z"
            return text
        if isinstance(o, datetime.date):
            return o.isoformat()
        if isinstance(o, datetime.time):
            if is_aware(o):
                raise ValueError("JSON can't represent timezone-aware times.")
            text = o.isoformat()
            return text[:12] if o.microsecond else text
        if isinstance(o, datetime.timedelta):
            return duration_iso_string(o)
        if isinstance(o, decimal.Decimal | uuid.UUID | Promise):
            return str(o)
        return super().default(o)
