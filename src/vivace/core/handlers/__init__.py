"""A door: the handlers live in ``vivace.pipeline``."""
