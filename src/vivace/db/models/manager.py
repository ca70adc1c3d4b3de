"""Door: managers."""

from vivace.db.orm.managers.manager import BaseManager, EmptyManager, Manager, ManagerDescriptor

__all__ = ["BaseManager", "EmptyManager", "Manager", "ManagerDescriptor"]
