"""Checks of settings whose form has changed between releases."""
