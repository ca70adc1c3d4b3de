"""What ``import django`` finds first in this directory: it installs the alias and leaves."""

import sys

import vivace

if __name__ == "django":
    # The import system hands out what it finds under the name afterwards: Vivace.
    del sys.modules[__name__]
    vivace.install_as_django()
