"""``python -m vivace.as_django``: say which directory to put on PYTHONPATH."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.stdout.write(f"{Path(__file__).resolve().parent}\n")
