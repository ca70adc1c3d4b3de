"""`Signal` and `receiver`, as topics/signals of the documentation defines them.

Rules that hold here:

* Receivers are called in the order in which they were connected, but synchronous ones first when
  a signal has both kinds; asynchronous ones run concurrently.
* ``receivers`` holds ``((receiver id, sender id), receiver or weak reference, is async)``. Code
  that mutes signals swaps this list, so it is the only truth; the cache of receivers per sender
  is cleared under ``lock`` with every change made here.
* A dead weak reference only raises a flag: the list is swept when it is next used, for a
  finalizer must not take a lock that its own thread may hold.
"""

import logging
import threading
import weakref
from collections.abc import Callable, Coroutine, Hashable, Iterable, MutableMapping
from typing import Any, TypeAlias, TypeVar

from vivace.conf import settings
from vivace.utils.bridge import async_to_sync, gather, iscoroutinefunction, sync_to_async
from vivace.utils.inspect import func_accepts_kwargs
from vivace.utils.naming import say

__all__ = [
    "NONE_ID",
    "NO_RECEIVERS",
    "Signal",
    "async_to_sync",
    "func_accepts_kwargs",
    "iscoroutinefunction",
    "receiver",
    "sync_to_async",
]

Receiver: TypeAlias = Callable[..., Any]
Answer: TypeAlias = tuple[Receiver, Any]
LookupKey: TypeAlias = tuple[Hashable, Hashable]
Entry: TypeAlias = tuple[LookupKey, Any, bool]
R = TypeVar("R", bound=Receiver)


def _make_id(target: Any) -> Hashable:
    # A bound method is a new object each time it is looked up; its two halves are not.
    if hasattr(target, "__func__"):
        return id(target.__self__), id(target.__func__)
    return id(target)


NONE_ID = id(None)

# Stands in the cache for "nobody listens", which the fast way out tests by identity.
NO_RECEIVERS = object()


class Signal:
    """Something that happens, and the receivers to be told of it.

    `use_caching` remembers the receivers per sender; senders must then allow weak references.
    """

    def __init__(self, use_caching: bool = False) -> None:
        self.receivers: list[Entry] = []
        self.lock = threading.Lock()
        self.use_caching = use_caching
        self.sender_receivers_cache: MutableMapping[Any, Any] = (
            weakref.WeakKeyDictionary() if use_caching else {}
        )
        self._dead_receivers = False

    def connect(
        self,
        receiver: Receiver,
        sender: Any = None,
        weak: bool = True,
        dispatch_uid: Hashable | None = None,
    ) -> None:
        """Tell `receiver`, a function or coroutine function taking ``**kwargs``, of this signal.

        `sender` limits that to one sender. `weak` False keeps the receiver alive. A receiver is
        connected once per sender, or once per `dispatch_uid` if one is given. While ``DEBUG`` is
        on, raises `TypeError` and `ValueError` for what cannot be called with keywords.
        """
        if settings.configured and settings.DEBUG:
            if not callable(receiver):
                raise TypeError("Signal receivers must be callable.")
            if not func_accepts_kwargs(receiver):
                raise ValueError("Signal receivers must accept keyword arguments (**kwargs).")

        key = self._key(receiver, sender, dispatch_uid)
        is_async = iscoroutinefunction(receiver)
        held: Any = self._weakly(receiver) if weak else receiver
        with self.lock:
            self._clear_dead_receivers()
            if not any(entry[0] == key for entry in self.receivers):
                self.receivers.append((key, held, is_async))
            self.sender_receivers_cache.clear()

    @staticmethod
    def _key(receiver: Any, sender: Any, dispatch_uid: Hashable | None) -> LookupKey:
        return dispatch_uid if dispatch_uid else _make_id(receiver), _make_id(sender)

    def _weakly(self, receiver: Receiver) -> Any:
        if hasattr(receiver, "__self__") and hasattr(receiver, "__func__"):
            # The method object dies at once; what has to be watched is the instance.
            weakref.finalize(receiver.__self__, self._remove_receiver).atexit = False
            return weakref.WeakMethod(receiver)
        weakref.finalize(receiver, self._remove_receiver).atexit = False
        return weakref.ref(receiver)

    def disconnect(
        self,
        receiver: Receiver | None = None,
        sender: Any = None,
        dispatch_uid: Hashable | None = None,
    ) -> bool:
        """Undo `connect` with the same arguments; tell whether there was something to undo."""
        key = self._key(receiver, sender, dispatch_uid)
        with self.lock:
            self._clear_dead_receivers()
            for index, entry in enumerate(self.receivers):
                if entry[0] == key:
                    del self.receivers[index]
                    self.sender_receivers_cache.clear()
                    return True
            self.sender_receivers_cache.clear()
        return False

    def has_listeners(self, sender: Any = None) -> bool:
        """Whether anybody would be told of this signal from `sender`."""
        sync_receivers, async_receivers = self._live_receivers(sender)
        return bool(sync_receivers) or bool(async_receivers)

    def send(self, sender: Any, **named: Any) -> list[Answer]:
        """Call the receivers and return their answers, ``[(receiver, answer), ...]``.

        An exception ends the round and goes to the caller. Asynchronous receivers run, all
        together, in an event loop of their own after the synchronous ones.
        """
        if not self.receivers or (
            self.use_caching and self.sender_receivers_cache.get(sender) is NO_RECEIVERS
        ):
            return []
        sync_receivers, async_receivers = self._live_receivers(sender)
        answers = [
            (receiver, receiver(signal=self, sender=sender, **named)) for receiver in sync_receivers
        ]
        if async_receivers:

            async def tell() -> list[Answer]:
                return await _gather(
                    (receiver, receiver(signal=self, sender=sender, **named))
                    for receiver in async_receivers
                )

            answers.extend(async_to_sync(tell)())
        return answers

    async def asend(self, sender: Any, **named: Any) -> list[Answer]:
        """`send` for asynchronous callers.

        The synchronous receivers run one after another in one hop through `sync_to_async`, while
        the asynchronous ones run concurrently.
        """
        if not self.receivers or (
            self.use_caching and self.sender_receivers_cache.get(sender) is NO_RECEIVERS
        ):
            return []
        sync_receivers, async_receivers = self._live_receivers(sender)
        named = {"signal": self, "sender": sender, **named}
        if not sync_receivers:
            return await _gather((r, r(**named)) for r in async_receivers)

        def tell() -> list[Answer]:
            return [(receiver, receiver(**named)) for receiver in sync_receivers]

        told, answers = await gather(
            sync_to_async(tell)(), gather(*(r(**named) for r in async_receivers))
        )
        return [*told, *zip(async_receivers, answers, strict=True)]

    def send_robust(self, sender: Any, **named: Any) -> list[Answer]:
        """`send`, but an `Exception` of a receiver is logged and becomes its answer."""
        if not self.receivers or (
            self.use_caching and self.sender_receivers_cache.get(sender) is NO_RECEIVERS
        ):
            return []
        sync_receivers, async_receivers = self._live_receivers(sender)
        named = {"signal": self, "sender": sender, **named}
        answers = [(receiver, self._ask(receiver, named)) for receiver in sync_receivers]
        if async_receivers:

            async def tell() -> list[Answer]:
                return await _gather((r, self._aask(r, named)) for r in async_receivers)

            answers.extend(async_to_sync(tell)())
        return answers

    async def asend_robust(self, sender: Any, **named: Any) -> list[Answer]:
        """`asend`, but an `Exception` of a receiver is logged and becomes its answer."""
        if not self.receivers or (
            self.use_caching and self.sender_receivers_cache.get(sender) is NO_RECEIVERS
        ):
            return []
        sync_receivers, async_receivers = self._live_receivers(sender)
        named = {"signal": self, "sender": sender, **named}
        if not sync_receivers:
            return await _gather((r, self._aask(r, named)) for r in async_receivers)

        def tell() -> list[Answer]:
            return [(receiver, self._ask(receiver, named)) for receiver in sync_receivers]

        told, answers = await gather(
            sync_to_async(tell)(), gather(*(self._aask(r, named) for r in async_receivers))
        )
        return [*told, *zip(async_receivers, answers, strict=True)]

    def _ask(self, receiver: Receiver, named: dict[str, Any]) -> Any:
        try:
            return receiver(**named)
        except Exception as err:
            self._log_robust_failure(receiver, err)
            return err

    async def _aask(self, receiver: Receiver, named: dict[str, Any]) -> Any:
        try:
            return await receiver(**named)
        except Exception as err:
            self._log_robust_failure(receiver, err)
            return err

    def _log_robust_failure(self, receiver: Receiver, err: Exception) -> None:
        logging.getLogger(say("dispatch")).error(
            "Error calling %s in Signal.send_robust() (%s)",
            getattr(receiver, "__qualname__", receiver),
            err,
            exc_info=err,
        )

    def _clear_dead_receivers(self) -> None:
        # The caller holds the lock.
        if self._dead_receivers:
            self._dead_receivers = False
            self.receivers = [
                entry
                for entry in self.receivers
                if not (isinstance(entry[1], weakref.ReferenceType) and entry[1]() is None)
            ]

    def _live_receivers(self, sender: Any) -> tuple[list[Receiver], list[Receiver]]:
        """The synchronous and the asynchronous receivers for `sender` that are alive."""
        if self.use_caching and not self._dead_receivers:
            cached = self.sender_receivers_cache.get(sender)
            if cached is NO_RECEIVERS:
                return [], []
            if cached is not None:
                return self._alive(cached)
        with self.lock:
            self._clear_dead_receivers()
            sender_id = _make_id(sender)
            chosen = [
                (held, is_async)
                for (_, wanted), held, is_async in self.receivers
                if wanted in (NONE_ID, sender_id)
            ]
            if self.use_caching:
                self.sender_receivers_cache[sender] = chosen or NO_RECEIVERS
        return self._alive(chosen)

    @staticmethod
    def _alive(chosen: Iterable[tuple[Any, bool]]) -> tuple[list[Receiver], list[Receiver]]:
        both: tuple[list[Receiver], list[Receiver]] = ([], [])
        for held, is_async in chosen:
            receiver = held() if isinstance(held, weakref.ReferenceType) else held
            if receiver is not None:
                both[is_async].append(receiver)
        return both

    def _remove_receiver(self, receiver: Any = None) -> None:
        self._dead_receivers = True


async def _gather(calls: Iterable[tuple[Receiver, Coroutine[Any, Any, Any]]]) -> list[Answer]:
    pairs = list(calls)
    answers = await gather(*(coroutine for _, coroutine in pairs))
    return [(receiver, answer) for (receiver, _), answer in zip(pairs, answers, strict=True)]


def receiver(signal: Signal | list[Signal] | tuple[Signal, ...], **kwargs: Any) -> Callable[[R], R]:
    """Connect the decorated function to `signal`, or to each of a list or tuple of signals.

    `kwargs` are those of `Signal.connect`.
    """

    def connect(func: R) -> R:
        signals = signal if isinstance(signal, list | tuple) else (signal,)
        for one in signals:
            one.connect(func, **kwargs)
        return func

    return connect
