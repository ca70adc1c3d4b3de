"""Doors to the framework's own commands, one for each."""
