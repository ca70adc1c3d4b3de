"""Signals: receivers that are told when something happens elsewhere."""

from vivace.dispatch.dispatcher import Signal, receiver

__all__ = ["Signal", "receiver"]
