"""Vivace: Django's documented programming model on a core that decides at boot."""

from importlib import import_module

from vivace.alias import install_as_django
from vivace.utils.version import get_version

__version__ = "0.1.0"

# While the alias is on, `install_as_django` puts the Django release here that is implemented.
VERSION: tuple[int, int, int, str, int] = (0, 1, 0, "final", 0)

__all__ = ["VERSION", "get_version", "install_as_django", "setup"]


def setup(set_prefix: bool = True) -> None:
    """Configure logging, set the prefix of URLs, and load the installed applications.

    Every program that is not started by the management commands or a server's entry point calls
    this first. `set_prefix` False leaves the prefix of URLs as it is. Defined by ref/applications.
    """
    # Imported when called: to import the package must cost nothing and need no settings.
    import_module("vivace.boot.sequence").setup(set_prefix)
