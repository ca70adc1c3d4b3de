"""Servers that stay up, and have their turns of load one after the other, round by round."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.load.processors import Moment, Processors, Span
from benchmarks.load.servers import Contender, Server
from benchmarks.load.wrk import Load, load
from benchmarks.measure import Times, agree

# A turn in which others had more than this of a processor is taken again, so often at most.
DISTURBED = 0.05
TRIES = 2


@dataclass(frozen=True)
class Turn:
    """A server under load for a while: what the clients saw, and what it took."""

    load: Load
    span: Span

    @property
    def per_request(self) -> float:
        """Seconds that its processor had for the server, for each request that it answered."""
        return self.span.available / self.load.requests

    @property
    def cost(self) -> float:
        """Seconds that the server worked, for each request."""
        return self.span.server / self.load.requests


class Race:
    """The contenders' servers, and what each turn of load came to."""

    def __init__(self, rounds: int, seconds: int, connections: int, processors: Processors) -> None:
        self.rounds = rounds
        self.seconds = seconds
        self.connections = connections
        self.processors = processors
        self.servers: list[Server] = []
        self.turns: dict[str, list[Turn]] = {}
        self.disagreements: list[str] = []

    def run(self, those: Sequence[Contender]) -> None:
        """Start all, compare what they answer, and load each in each round."""
        try:
            for contender in those:
                self.servers.append(Server(contender, self.processors.servers))
                print(f"  {contender.name} is up", flush=True)
            self.compare()
            for server in self.servers:
                self.load(server)
            self.go_round()
        finally:
            for server in self.servers:
                server.end()

    def compare(self) -> None:
        """Note what the contenders disagree about: status, content type, what the JSON says."""
        seen = []
        for server in self.servers:
            status, kind, body = server.get(server.contender.path)
            said = json.loads(body) if status == 200 else body
            seen.append((server.contender.name, (status, kind.lower().partition(";")[0], said)))
        self.disagreements += agree(seen)

    def go_round(self) -> None:
        began = time.monotonic()
        order = list(self.servers)
        for number in range(1, self.rounds + 1):
            for server in order:
                name = server.contender.name
                turn = self.turn(server)
                self.turns.setdefault(name, []).append(turn)
                if turn.load.fault:
                    self.disagreements.append(f"{name}: {turn.load.fault}")
            # Nobody is always behind the same neighbour.
            order.reverse()
            order.append(order.pop(0))
            took = time.monotonic() - began
            print(f"  round {number} of {self.rounds}, {took:.0f} s", flush=True)

    def turn(self, server: Server) -> Turn:
        """One turn: the first in which nobody else was there, or the best of a few."""
        tries: list[Turn] = []
        while len(tries) < TRIES:
            before = Moment.now(self.processors, server.processor_time())
            done = self.load(server)
            after = Moment.now(self.processors, server.processor_time())
            tries.append(Turn(done, Span.between(before, after)))
            if tries[-1].span.disturbed <= DISTURBED:
                return tries[-1]
        return min(tries, key=lambda each: each.span.disturbed)

    def load(self, server: Server) -> Load:
        return load(
            server.url,
            connections=self.connections,
            seconds=self.seconds,
            core=self.processors.load,
        )

    # ------------------------------------------------------------------ numbers

    def times(self) -> dict[str, Times]:
        """By title, in nanoseconds: a request's time, latencies, and the processor's time."""
        of: dict[str, Callable[[Turn], float]] = {
            "time per request": lambda turn: turn.per_request,
            "processor's time per request": lambda turn: turn.cost,
            "latency, 50%": lambda turn: turn.load.p50,
            "latency, 99%": lambda turn: turn.load.p99,
        }
        return {
            title: Times(
                {name: [what(turn) * 1e9 for turn in turns] for name, turns in self.turns.items()}
            )
            for title, what in of.items()
        }

    def disturbed(self) -> float:
        """Which share of the turns others disturbed."""
        turns = [turn for each in self.turns.values() for turn in each]
        return sum(turn.span.disturbed > DISTURBED for turn in turns) / max(1, len(turns))
