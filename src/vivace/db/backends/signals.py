"""The signal of an opened connection: arguments `connection`; its sender is the connection's class."""

from vivace.dispatch import Signal

connection_created = Signal()
