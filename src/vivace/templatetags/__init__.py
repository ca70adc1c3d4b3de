"""Libraries of tags and filters that templates get with ``{% load %}``."""
