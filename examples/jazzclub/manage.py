#!/usr/bin/env python
"""The jazz club's command line."""

import os
import sys

from vivace.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("VIVACE_SETTINGS_MODULE", "jazzclub.settings")
    execute_from_command_line(sys.argv)
