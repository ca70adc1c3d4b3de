"""The signals of models. Defined by ref/signals of the documentation.

`ModelSignal` takes ``"app_label.ModelName"`` for a sender, also of a model that is not there yet.
"""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from vivace.apps.registry import apps as global_apps
from vivace.db.schema.references import make_model_tuple
from vivace.dispatch import Signal
from vivace.utils.naming import publish

__all__ = [
    "ModelSignal",
    "class_prepared",
    "m2m_changed",
    "on_change",
    "post_delete",
    "post_init",
    "post_migrate",
    "post_save",
    "pre_delete",
    "pre_init",
    "pre_migrate",
    "pre_save",
]

class_prepared = Signal()

_listeners: list[Callable[[], None]] = []


def on_change(listener: Callable[[], None]) -> None:
    """Have `listener` called whenever the receivers of a model's signal change.

    For whatever is decided once by who listens.
    """
    _listeners.append(listener)


def _tell() -> None:
    for listener in _listeners:
        listener()


class ModelSignal(Signal):
    """A signal whose sender is a model, or names one: ``"app_label.ModelName"``."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "receivers":
            # COMPAT: what mutes signals for a while puts another list in the place of this one.
            _tell()

    def _lazy_method(
        self,
        method: Callable[..., Any],
        apps: Any,
        receiver: Callable[..., Any] | None,
        sender: Any,
        **kwargs: Any,
    ) -> Any:
        # The checks of models tell of a sender that never comes, by the arguments held here.
        change: Callable[..., Any] = self._change
        with_sender = partial(change, method, receiver, **kwargs)
        if not isinstance(sender, str):
            return with_sender(sender)
        registry = apps or global_apps
        registry.lazy_model_operation(with_sender, make_model_tuple(sender))
        return None

    def _change(
        self,
        method: Callable[..., Any],
        receiver: Callable[..., Any] | None,
        sender: Any,
        **kwargs: Any,
    ) -> Any:
        answer = method(receiver, sender, **kwargs)
        _tell()
        return answer

    def connect(
        self,
        receiver: Callable[..., Any],
        sender: Any = None,
        weak: bool = True,
        dispatch_uid: Hashable | None = None,
        apps: Any = None,
    ) -> None:
        """`Signal.connect`; `sender` may be a model's name, looked up in the registry `apps`."""
        self._lazy_method(
            super().connect, apps, receiver, sender, weak=weak, dispatch_uid=dispatch_uid
        )

    def disconnect(
        self,
        receiver: Callable[..., Any] | None = None,
        sender: Any = None,
        dispatch_uid: Hashable | None = None,
        apps: Any = None,
    ) -> Any:
        """Undo `connect`; a sender that is named gives no answer, for it may not be there yet."""
        return self._lazy_method(
            super().disconnect, apps, receiver, sender, dispatch_uid=dispatch_uid
        )


pre_init = ModelSignal(use_caching=True)
post_init = ModelSignal(use_caching=True)
pre_save = ModelSignal(use_caching=True)
post_save = ModelSignal(use_caching=True)
pre_delete = ModelSignal(use_caching=True)
post_delete = ModelSignal(use_caching=True)
m2m_changed = ModelSignal(use_caching=True)

pre_migrate = Signal()
post_migrate = Signal()


publish(__name__, "db.models.signals", "ModelSignal")
