"""`Signal` and `receiver`."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from vivace.conf import settings
from vivace.dispatch import Signal, receiver


def answer(**kwargs: Any) -> Any:
    return kwargs.get("value")


def other(**kwargs: Any) -> str:
    return "other"


def fail(**kwargs: Any) -> None:
    raise ValueError("boo")


async def answer_later(**kwargs: Any) -> str:
    return "later"


async def fail_later(**kwargs: Any) -> None:
    raise ValueError("later boo")


class Sender:
    pass


class Listener:
    def hear(self, **kwargs: Any) -> str:
        return "heard"

    def __call__(self, **kwargs: Any) -> str:
        return "called"


@pytest.fixture
def debug() -> Iterator[None]:
    before = settings.DEBUG
    settings.DEBUG = True
    yield
    settings.DEBUG = before


class TestConnect:
    def test_answers_come_with_their_receivers(self) -> None:
        signal = Signal()
        signal.connect(answer)
        assert signal.send(sender=Sender, value=3) == [(answer, 3)]

    def test_receiver_is_given_signal_and_sender(self) -> None:
        signal = Signal()
        seen: list[Any] = []

        def keep(signal: Signal, sender: Any, **kwargs: Any) -> None:
            seen.append((signal, sender, kwargs))

        signal.connect(keep)
        signal.send(Sender, a=1)
        assert seen == [(signal, Sender, {"a": 1})]

    def test_same_receiver_once(self) -> None:
        signal = Signal()
        signal.connect(answer)
        signal.connect(answer)
        assert len(signal.send(None)) == 1

    def test_dispatch_uid_counts_instead_of_the_receiver(self) -> None:
        signal = Signal()
        signal.connect(answer, dispatch_uid="u")
        signal.connect(other, dispatch_uid="u")
        assert [one for one, _ in signal.send(None)] == [answer]
        assert signal.disconnect(dispatch_uid="u") is True
        assert signal.send(None) == []

    def test_bound_method_is_recognized(self) -> None:
        signal, listener = Signal(), Listener()
        signal.connect(listener.hear)
        assert signal.send(None) == [(listener.hear, "heard")]
        assert signal.disconnect(listener.hear) is True

    @pytest.mark.usefixtures("debug")
    def test_in_debug_unusable_receivers_are_refused(self) -> None:
        with pytest.raises(TypeError, match=r"^Signal receivers must be callable\.$"):
            Signal().connect(5)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="must accept keyword arguments"):
            Signal().connect(lambda sender: None)


class TestSenders:
    @pytest.mark.parametrize("caching", [False, True])
    def test_only_the_sender_wanted(self, caching: bool) -> None:
        signal = Signal(use_caching=caching)
        signal.connect(answer, sender=Sender)
        signal.connect(other)
        for _ in range(2):
            assert [one for one, _ in signal.send(Sender)] == [answer, other]
            assert [one for one, _ in signal.send(Listener)] == [other]

    @pytest.mark.parametrize("caching", [False, True])
    def test_has_listeners(self, caching: bool) -> None:
        signal = Signal(use_caching=caching)
        assert signal.has_listeners(Sender) is False
        signal.connect(answer, sender=Sender)
        assert signal.has_listeners(Sender) is True
        assert signal.has_listeners(Listener) is False

    def test_cached_silence_ends_with_a_connection(self) -> None:
        signal = Signal(use_caching=True)
        signal.connect(other, sender=Listener)
        assert signal.send(Sender) == []
        signal.connect(answer, sender=Sender)
        assert len(signal.send(Sender)) == 1
        signal.disconnect(answer, sender=Sender)
        assert signal.send(Sender) == []

    def test_disconnect_wants_the_same_sender(self) -> None:
        signal = Signal()
        signal.connect(answer, sender=Sender)
        assert signal.disconnect(answer) is False
        assert signal.disconnect(answer, sender=Sender) is True
        assert signal.disconnect(answer, sender=Sender) is False


class TestWeakness:
    @pytest.mark.parametrize("caching", [False, True])
    def test_dead_receivers_are_forgotten(self, caching: bool) -> None:
        signal, listener = Signal(use_caching=caching), Listener()
        signal.connect(listener.hear, sender=Sender)
        signal.connect(listener, sender=Sender)
        assert len(signal.send(Sender)) == 2
        del listener
        gc.collect()
        assert signal.send(Sender) == []
        assert signal.receivers == []

    def test_strong_receivers_stay(self) -> None:
        signal = Signal()
        signal.connect(lambda **kwargs: "kept", weak=False)
        gc.collect()
        assert [value for _, value in signal.send(None)] == ["kept"]


class TestAsync:
    def test_send_runs_asynchronous_receivers_after_the_others(self) -> None:
        signal = Signal()
        signal.connect(answer_later)
        signal.connect(other)
        assert signal.send(None) == [(other, "other"), (answer_later, "later")]

    def test_asend_answers_in_the_same_order(self) -> None:
        signal = Signal()
        signal.connect(answer_later)
        signal.connect(other)
        assert asyncio.run(signal.asend(None)) == [(other, "other"), (answer_later, "later")]

    def test_asynchronous_receivers_run_concurrently(self) -> None:
        async def main() -> list[Any]:
            signal, both = Signal(), asyncio.Barrier(2)

            async def first(**kwargs: Any) -> str:
                await both.wait()
                return "first"

            async def second(**kwargs: Any) -> str:
                await both.wait()
                return "second"

            signal.connect(first)
            signal.connect(second)
            async with asyncio.timeout(30):
                return [value for _, value in await signal.asend(None)]

        assert asyncio.run(main()) == ["first", "second"]

    def test_send_inside_a_loop_says_what_to_do(self) -> None:
        signal = Signal()
        signal.connect(answer_later)

        async def main() -> None:
            signal.send(None)

        with pytest.raises(RuntimeError, match="You cannot use AsyncToSync"):
            asyncio.run(main())


class TestErrors:
    def test_send_passes_them_on(self) -> None:
        signal = Signal()
        signal.connect(fail)
        with pytest.raises(ValueError, match="boo"):
            signal.send(None)

    @pytest.mark.parametrize("colour", ["sync", "async"])
    def test_robust_answers_with_them_and_logs(
        self, colour: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        signal = Signal()
        for one in (fail, other, fail_later):
            signal.connect(one)
        with caplog.at_level(logging.ERROR, logger="vivace.dispatch"):
            if colour == "sync":
                answers = signal.send_robust(None)
            else:
                answers = asyncio.run(signal.asend_robust(None))
        assert [one for one, _ in answers] == [fail, other, fail_later]
        assert [str(value) for _, value in answers] == ["boo", "other", "later boo"]
        assert answers[0][1].__traceback__ is not None
        assert sorted(record.getMessage() for record in caplog.records) == [
            "Error calling fail in Signal.send_robust() (boo)",
            "Error calling fail_later in Signal.send_robust() (later boo)",
        ]
        assert {record.name for record in caplog.records} == {"vivace.dispatch"}


class TestReceiver:
    def test_connects_to_one_or_many(self) -> None:
        first, second = Signal(), Signal()

        @receiver(first, sender=Sender)
        @receiver([first, second])
        def hear(**kwargs: Any) -> str:
            return "heard"

        assert len(first.send(Sender)) == 2
        assert len(second.send(None)) == 1


def test_receivers_can_be_swapped_to_mute_a_signal() -> None:
    signal = Signal(use_caching=True)
    signal.connect(answer)
    assert len(signal.send(Sender)) == 1
    muted, signal.receivers = signal.receivers, []
    signal.sender_receivers_cache.clear()
    assert signal.send(Sender) == []
    signal.receivers = muted
    assert len(signal.send(Sender)) == 1


@pytest.mark.parametrize("caching", [False, True])
def test_budget_silence_costs_one_call(caching: bool) -> None:
    """A signal nobody listens to is one Python call, however often it is sent."""
    signal = Signal(use_caching=caching)
    calls: list[str] = []

    def count(frame: Any, event: str, arg: Any) -> None:
        if event == "call":
            calls.append(frame.f_code.co_name)

    sys.setprofile(count)
    try:
        signal.send(Sender)
        signal.send(Sender)
    finally:
        sys.setprofile(None)
    assert calls == ["send", "send"]
