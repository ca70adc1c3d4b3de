"""Measurements beside the peers; the method is in README.md."""
