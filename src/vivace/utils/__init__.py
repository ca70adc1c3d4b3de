"""Leaves: small tools that know nothing of requests, settings or each other's rooms."""
