"""The process that starts workers, replaces those that die, and ends them.

    SIGTERM, SIGINT   end: no new connections, requests that have begun get their time
    SIGHUP            reload: one worker after another is replaced by one with the code of now
    SIGQUIT           end at once; so does a second SIGINT

It loads nothing of the project, so that there is little in it that can fail. It waits in one place,
for signals and for what workers say; all else follows from what happened there.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from vivace.management.exceptions import CommandError
from vivace.server import listener
from vivace.server.options import PREFIX, Options

_PASSWORD = f"{PREFIX}KEY_PASSWORD"

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD)

# A worker that dies young is replaced after a pause, which doubles from the one to the other.
_YOUNG = 5.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


@dataclass(frozen=True)
class Job:
    """What workers are to load: see `vivace.server.project.find_application`."""

    word: str | None
    interface: str | None
    traceback: bool = False


@dataclass(frozen=True)
class Loaded:
    """What a worker has loaded."""

    target: str
    interface: str
    warnings: tuple[str, ...]


@dataclass
class Worker:
    """A worker process; `place` is its number from 0, `replaces` the one that ends when it serves."""

    place: int
    process: subprocess.Popen[bytes]
    line: socket.socket
    born: float
    replaces: Worker | None = None
    serving: bool = False
    ending: bool = False
    killed_at: float = 0.0
    failed: str = ""
    heard: bytes = b""


@dataclass
class Supervisor:
    """Keeps `options.workers` workers serving at `bound` until a signal says to stop.

    `ready` is called when all of them serve for the first time; `say` is for the operator.
    """

    job: Job
    options: Options
    bound: socket.socket
    ready: Callable[[Loaded], Any]
    say: Callable[[str], Any]
    workers: list[Worker] = field(default_factory=list)
    started: bool = False
    stopping: bool = False
    _failure: str = ""
    _to_reload: list[int] = field(default_factory=list)
    _pauses: dict[int, float] = field(default_factory=dict)
    _due: dict[int, float] = field(default_factory=dict)
    _listening: bool = False

    def run(self) -> None:
        """Serve. Raises `CommandError` if no worker could be started in the first place."""
        self._selector = selectors.DefaultSelector()
        with self._signals() as wakeup:
            self._selector.register(wakeup, selectors.EVENT_READ)
            for place in range(self.options.workers):
                self._start(place)
            try:
                while self.workers or not self.stopping:
                    self._turn(wakeup)
            finally:
                for worker in self.workers:
                    worker.process.kill()
                self._selector.close()
        if self._failure:
            raise CommandError(self._failure)

    # --- what happens

    @contextmanager
    def _signals(self) -> Iterator[socket.socket]:
        """Have signals arrive as bytes at a socket."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        descriptor = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(descriptor)
            for number, handler in before.items():
                signal.signal(number, handler)
            ours.close()
            theirs.close()

    def _turn(self, wakeup: socket.socket) -> None:
        """Wait for something to happen, and do what follows."""
        for key, _ in self._selector.select(self._next()):
            if key.fileobj is wakeup:
                for number in wakeup.recv(4096):
                    self._take(number)
            else:
                self._listen_to(key.data)
        for worker in [each for each in self.workers if each.process.poll() is not None]:
            self._listen_to(worker)
            self._bury(worker)
        self._keep_time()

    def _take(self, number: int) -> None:
        if number == signal.SIGHUP:
            self._reload()
        elif number == signal.SIGQUIT or (number == signal.SIGINT and self.stopping):
            self._stop()
            for worker in self.workers:
                worker.process.kill()
        elif number in (signal.SIGTERM, signal.SIGINT):
            self._stop()

    def _listen_to(self, worker: Worker) -> None:
        """Read what a worker says."""
        try:
            data = worker.line.recv(1 << 16)
        except (BlockingIOError, ConnectionError):
            return
        except OSError:
            data = b""
        if not data:
            with suppress(KeyError, ValueError):
                self._selector.unregister(worker.line)
            return
        worker.heard += data
        *lines, worker.heard = worker.heard.split(b"\n")
        for line in lines:
            self._hear(worker, json.loads(line))

    def _hear(self, worker: Worker, message: dict[str, Any]) -> None:
        if "failed" in message:
            worker.failed = message["failed"]
            if self.job.traceback:
                self.say(message["traceback"].rstrip())
            return
        if worker.ending:
            return
        loaded = loaded_from(message)
        if not self._listening:
            self._listening = True
            listener.listen(self.bound, self.options)
        with suppress(OSError):
            worker.line.sendall(b"true\n")
        worker.serving = True
        if worker.replaces is not None:
            self._end(worker.replaces)
            worker.replaces = None
            self._reload_next()
            if not any(each.replaces for each in self.workers):
                self.say("Reloaded.")
        if not self.started and sum(each.serving for each in self.workers) == self.options.workers:
            self.started = True
            self.ready(loaded)

    def _bury(self, worker: Worker) -> None:
        """Take note that a worker has ended, and replace it if it should not have."""
        self.workers.remove(worker)
        with suppress(KeyError, ValueError):
            self._selector.unregister(worker.line)
        worker.line.close()
        for each in self.workers:
            if each.replaces is worker:
                each.replaces = None
        if self.stopping or worker.ending:
            return
        why = worker.failed or f"A worker {_manner(worker.process.returncode)}."
        if not self.started:
            self._failure = self._failure or worker.failed or f"{why} See above for its last words."
            self._stop()
        elif worker.replaces is not None:
            self._to_reload.clear()
            self.say(f"Not reloaded: {why} The workers with the code of before go on.")
        else:
            self._replace(worker, why)

    def _replace(self, worker: Worker, why: str) -> None:
        pause = 0.0
        if time.monotonic() - worker.born < _YOUNG:
            pause = self._pauses.get(worker.place, _SHORTEST_PAUSE)
            self._pauses[worker.place] = min(pause * 2, _LONGEST_PAUSE)
        else:
            self._pauses.pop(worker.place, None)
        self.say(f"{why} Another takes its place.")
        self._due[worker.place] = time.monotonic() + pause

    # --- what is done

    def _start(self, place: int, replaces: Worker | None = None) -> None:
        process, ours = spawn(self.job, self.options, self.bound)
        ours.setblocking(False)
        worker = Worker(place, process, ours, time.monotonic(), replaces)
        self.workers.append(worker)
        self._selector.register(ours, selectors.EVENT_READ, worker)

    def _end(self, worker: Worker) -> None:
        if not worker.ending:
            worker.ending = True
            worker.killed_at = time.monotonic() + self.options.stop_timeout
            if worker.serving:
                with suppress(OSError):
                    worker.line.sendall(b'"end"\n')
            else:
                worker.process.terminate()

    def _stop(self) -> None:
        if not self.stopping:
            self.stopping = True
            # Clients that come now are refused at once, and may try elsewhere.
            self.bound.close()
            self._to_reload.clear()
            self._due.clear()
            for worker in self.workers:
                self._end(worker)

    def _reload(self) -> None:
        """Replace one worker after another; while that goes on, a further wish starts it anew."""
        if not self.started or self.stopping:
            return
        going_on = any(worker.replaces for worker in self.workers)
        self._to_reload = list(range(self.options.workers))
        if not going_on:
            self.say("Reloading: one worker after another gets the code of now.")
            self._reload_next()

    def _reload_next(self) -> None:
        while self._to_reload and not self.stopping:
            place = self._to_reload.pop(0)
            for worker in self.workers:
                if worker.place == place and not worker.ending:
                    self._start(place, replaces=worker)
                    return

    # --- time

    def _next(self) -> float | None:
        """Seconds until something is to be done although nothing happens."""
        now = time.monotonic()
        times = list(self._due.values())
        for worker in self.workers:
            if worker.ending:
                times.append(worker.killed_at)
            elif not worker.serving:
                times.append(worker.born + self.options.start_timeout)
        return max(0.0, min(times) - now) if times else None

    def _keep_time(self) -> None:
        now = time.monotonic()
        for place in [place for place, due in self._due.items() if due <= now]:
            del self._due[place]
            self._start(place)
        for worker in self.workers:
            if worker.ending:
                if now >= worker.killed_at:
                    self.say("A worker had requests that did not end in time; it is killed.")
                    worker.killed_at = now + self.options.stop_timeout
                    worker.process.kill()
            elif not worker.serving and now >= worker.born + self.options.start_timeout:
                worker.failed = late(self.options)
                worker.process.kill()


def spawn(
    job: Job, options: Options, bound: socket.socket
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A worker process that loads the project, and the line to it."""
    ours, theirs = socket.socketpair()
    flags = [f"-W{each}" for each in sys.warnoptions]
    with theirs:
        process = subprocess.Popen(
            [sys.executable, *flags, "-P", "-m", "vivace.server.worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(), bound.fileno()),
            stdin=subprocess.DEVNULL,
            # SECURITY: what the application does not need, it need not have.
            env={name: value for name, value in os.environ.items() if name != _PASSWORD},
            # What the terminal sends to the group is for the supervisor to take.
            process_group=0,
        )
    message = {
        "word": job.word,
        "interface": job.interface,
        "path": sys.path,
        "options": options.as_json(),
        "listening": bound.fileno(),
    }
    with suppress(OSError):
        ours.sendall(json.dumps(message).encode() + b"\n")
    return process, ours


def late(options: Options) -> str:
    """What is said of a worker that takes too long to load the project."""
    return (
        f"The project was not loaded within {options.start_timeout:g} seconds. Find out what it "
        "waits for, or give it a longer --start-timeout."
    )


def loaded_from(message: dict[str, Any]) -> Loaded:
    """What a worker said it has loaded."""
    return Loaded(message["loaded"], message["interface"], tuple(message["warnings"]))


def _manner(status: int | None) -> str:
    """How a process ended."""
    if status is not None and status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended by itself, with status {status}"
