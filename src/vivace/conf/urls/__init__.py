"""Door: what a URLconf may import from here, and the error views it has unless it names its own."""

from vivace.urls import include
from vivace.views import defaults

__all__ = ["handler400", "handler403", "handler404", "handler500", "include"]

handler400 = defaults.bad_request
handler403 = defaults.permission_denied
handler404 = defaults.page_not_found
handler500 = defaults.server_error
