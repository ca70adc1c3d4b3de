"""Decorators for views, sync and async."""
