"""Door: managers."""

from vivace.db.orm.manager import BaseManager, EmptyManager, Manager, ManagerDescriptor

__all__ = ["BaseManager", "EmptyManager", "Manager", "ManagerDescriptor"]
