"""Vivace: Django's documented programming model on a core that decides at boot."""

__version__ = "0.1.0"
