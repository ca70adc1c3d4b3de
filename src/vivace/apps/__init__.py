"""The installed applications: their configurations and the registry that holds them."""

from vivace.apps.config import AppConfig
from vivace.apps.registry import apps

__all__ = ["AppConfig", "apps"]
