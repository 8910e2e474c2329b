"""Actors that take turns: each call to a store or a service is a moment at which another actor may
go first.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """The process died at this very moment; no handler of the product may catch it."""


class Violation(AssertionError):
    """The world has come to a state that the protocol promises never to come to."""


class Actor:
    """One running process: its name, what it does, and how often it gets a turn."""

    def __init__(self, stage: "Stage", name: str, work: Callable[[], Any], mortal: bool) -> None:
        self.name, self.mortal = name, mortal
        # Weights over two orders of magnitude: some actors sleep through whole lives of others.
        self.weight = 2.0 ** -stage.random.randint(0, 7)
        self.thread = greenlet(work, stage.main)

    @property
    def is_done(self) -> bool:
        return self.thread.dead


class Stage:
    """Who is on, whose turn it is, and what has happened so far."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.main = getcurrent()
        self.actors: list[Actor] = []
        self.history: list[str] = []
        self._on: Actor | None = None

    def enter(self, name: str, work: Callable[[], Any], mortal: bool = False) -> None:
        """Let an actor come on; ``work`` runs bit by bit from its first turn."""
        self.actors.append(Actor(self, name, work, mortal))

    def pause(self, before: str) -> None:
        """Called by the actor whose turn it is: others may run before it does what it is about to
        do.
        """
        if self._on is not None:
            self.history.append(f"{self._on.name}: {before}")
            self.main.switch()

    def turn(self, kill: bool = False) -> None:
        """One actor's turn, until it next pauses; with ``kill`` it dies there, if it is mortal."""
        actor = self.random.choices(self.actors, [a.weight for a in self.actors])[0]
        self._on = actor
        try:
            if kill and actor.mortal and actor.thread:  # one that has not begun has nothing to lose
                self.history.append(f"{actor.name}: killed")
                actor.thread.throw(Killed)
            else:
                actor.thread.switch()
        except Killed:
            pass
        finally:
            self._on = None
        if actor.is_done:
            self.actors.remove(actor)

    def run_out(self, most: int = 20_000) -> None:
        """Turns until nobody is on any more."""
        for _ in range(most):
            if not self.actors:
                return
            self.turn()
        raise Violation("the actors never come to an end")

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random.random() < probability


class Slow:
    """A store or a service behind a network: every call pauses first."""

    def __init__(self, stage: Stage, name: str, inner: Any) -> None:
        self._stage, self._name, self._inner = stage, name, inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def call(*args: Any, **more: Any) -> Any:
            self._stage.pause(f"{self._name}.{name}")
            return method(*args, **more)

        return call
