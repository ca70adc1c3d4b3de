"""Door: the JSON encoder lives in `vivace.utils.json`."""

from vivace.utils.json import DjangoJSONEncoder

__all__ = ["DjangoJSONEncoder"]
