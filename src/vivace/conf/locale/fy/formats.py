"""Formats for Frisian."""
