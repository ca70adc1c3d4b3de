"""The bakery's commands."""

import os
import sys

from vivace.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("VIVACE_SETTINGS_MODULE", "bakery.settings")
    execute_from_command_line(sys.argv)
