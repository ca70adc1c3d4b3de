"""The exceptions that HTTP itself raises."""

from vivace.utils.naming import publish

__all__ = ["Http404"]


class Http404(Exception):
    """There is nothing at this address; the response is the URLconf's ``handler404``."""


publish(__name__, "http.response")
