"""The exceptions that HTTP itself raises."""

__all__ = ["Http404"]


class Http404(Exception):
    """There is nothing at this address; the response is the URLconf's ``handler404``."""
