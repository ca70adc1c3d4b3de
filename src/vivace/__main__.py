"""``python -m vivace``: the management commands."""

from vivace.management import run_program

if __name__ == "__main__":
    run_program()
