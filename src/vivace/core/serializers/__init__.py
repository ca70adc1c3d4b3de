"""Address of the serializers; only the JSON encoder is there so far."""

from vivace.utils.lazily import lazily

# Submodules are there without an import of their own, as after Django's imports.
__getattr__, __dir__ = lazily(__name__, {})
