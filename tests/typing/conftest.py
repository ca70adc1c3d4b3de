"""What is here is read by type checkers (scripts/check), and not run."""

collect_ignore_glob = ["*.py"]
