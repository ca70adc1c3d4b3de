"""Django's address for these functions; their home is `vivace.db.query.functions.json`."""

from vivace.db.query.functions.json import JSONArray, JSONObject

__all__ = ["JSONArray", "JSONObject"]
