"""Django's address for generated fields; their home is `vivace.db.query.generated`."""

from vivace.db.query.generated import GeneratedField

__all__ = ["GeneratedField"]
