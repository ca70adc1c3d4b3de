"""What ``vivace.setup()`` does."""

from vivace.apps import apps
from vivace.conf import settings
from vivace.urls import set_script_prefix
from vivace.utils.log import configure_logging


def setup(set_prefix: bool = True) -> None:
    """Configure logging, set the prefix of URLs unless `set_prefix` is False, load applications."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    if set_prefix:
        forced = settings.FORCE_SCRIPT_NAME
        set_script_prefix("/" if forced is None else forced)
    apps.populate(settings.INSTALLED_APPS)
