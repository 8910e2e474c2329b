"""Every call to AWS of every function is cut once: never sent, or its reply lost.

One case walks from its filing through fee, supplement and decision to its certificate, while time
brings warnings. The process dies at the n-th call; whoever had asked asks again. What is on record
then is what would be there had nothing happened.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.casework.acts import ApplyDeadlines, Case, Visit, fold
from chalicelib.casework.acts.decide import MACHINE
from chalicelib.casework.execution import task_tokens
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.kernel import aws, bus, journal, stores
from chalicelib.kernel.errors import Problem
from tests.simulation import schedules, successors
from tests.simulation.actors import Killed, Slow, Violation
from tests.simulation.checks import check
from tests.simulation.world import World, living_in
from tests.support.builders import step_commands

NEVER_SENT, REPLY_LOST = "never sent", "reply lost"
FLOWS = ("fee-licence", "joint-licence")  # paying and signing; branches side by side


@dataclass
class Cut:
    """Where a process dies: at the n-th call of a function, before or after it is done."""

    function: str = ""
    call: int = 0
    how: str = NEVER_SENT
    calls: Counter[str] = field(default_factory=Counter)
    named: dict[tuple[str, int], str] = field(default_factory=dict)
    has_come: bool = False
    problems: list[str] = field(default_factory=list)

    def note(self, function: str, call: str) -> bool:
        """Count one call; whether it is the one that is cut."""
        self.calls[function] += 1
        self.named[function, self.calls[function]] = call
        is_here = (function, self.calls[function]) == (self.function, self.call)
        self.has_come |= is_here
        return is_here


class Cutting(Slow):
    """A store or a service whose calls may be cut."""

    def __init__(self, world: World, name: str, inner: Any, cut: Cut) -> None:
        super().__init__(world.stage, name, inner)
        self._cut = cut

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not callable(method):
            return method

        def call(*args: Any, **more: Any) -> Any:
            on = self._stage._on
            if on is None:
                return method(*args, **more)
            is_cut = self._cut.note(on.name.partition(" ")[0], f"{self._name}.{name}")
            if is_cut and self._cut.how == NEVER_SENT:
                raise Killed
            answer = method(*args, **more)
            if is_cut:
                raise Killed
            return answer

        return call


def cutting(world: World, patch: pytest.MonkeyPatch, cut: Cut) -> None:
    """Every call of the world's processes may be cut, and what a second try is told is noted."""
    states = Cutting(world, "states", world.states, cut)
    events = Cutting(world, "events", world, cut)
    patch.setattr(aws, "client", {"stepfunctions": states}.__getitem__)
    patch.setattr(task_tokens, "client", {"stepfunctions": states}.__getitem__)
    patch.setattr(bus, "publish", lambda told: events.publish(told))
    execute = case_commands.execute

    def executed(case: str, command: Any, authorize: Any, request: Any = None) -> Any:
        try:
            return execute(case, command, authorize, request)
        except Problem as problem:
            if request:  # a machine asks for what is to be done, not for an answer
                cut.problems.append(problem.type)
            raise

    patch.setattr(case_commands, "execute", executed)
    stores.use(
        Cutting(world, "journal", world.journal, cut),
        Cutting(world, "views", world.views, cut),
    )


def step_on(world: World, case: Case) -> None:
    """Whoever is to act acts, and time goes on."""
    for visit in case.open_visits:
        if case.step(visit).kind == "issue":
            continue  # its worker is woken by the bus
        outcome = "supplement" if is_first(case, visit) else ""
        command, actor = step_commands.answer(case, visit, outcome, today=world.official.date())
        world.act(case.id, command, actor)
        world.stage.run_out()
    world.official += timedelta(hours=30)
    world.act(case.id, ApplyDeadlines(), MACHINE)
    world.wake(case.id)
    if not case.clocks.accepted_on:
        world.reconcile()
    world.stage.run_out()


def is_first(case: Case, visit: Visit) -> bool:
    """Whether the application is looked at for the first time: it lacks something."""
    return case.step(visit).kind == "accept" and not case.submission.supplements


def walked(flow: str, cut: Cut) -> list[tuple[str, ...]]:
    """The acts of each entry of the case at its end. Raises Violation."""
    world = World(1)
    world.flow = successors.versions(flow)[0]
    world.death = world.states.faults = 0.0
    world.mends_itself = 1.0
    world.stage.chance = lambda probability: probability >= 0.5  # type: ignore[method-assign]
    with living_in(world) as patch:
        cutting(world, patch, cut)
        world.file(0)
        world.stage.run_out()
        (case_id,) = world.cases
        for _ in range(30):
            case = world.case(case_id)
            assert case is not None
            if case.clocks.ended_at:
                break
            step_on(world, case)
        schedules._rest(world)
        check(world)
        entries = world.journal.read(repository.stream_of(case_id))
        if not fold(entries).clocks.ended_at:
            raise Violation("the case has not come to its end")
    return [tuple(act.type for act in entry.acts) for entry in entries]


def every_cut(calls: Counter[str]) -> Iterator[Cut]:
    """Each call of an undisturbed walk, never sent and with its reply lost."""
    for function, count in sorted(calls.items()):
        for call in range(1, count + 1):
            for how in (NEVER_SENT, REPLY_LOST):
                yield Cut(function, call, how)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_cut_at_any_call_leaves_what_would_be_there_without_it(flow: str) -> None:
    whole = Cut()
    acts = walked(flow, whole)
    outcomes: Counter[tuple[str, str, str]] = Counter()
    for cut in every_cut(whole.calls):
        told = (cut.function, whole.named[cut.function, cut.call], cut.how)
        found = walked(flow, cut)
        assert cut.has_come, told
        assert (found, cut.problems) == (acts, whole.problems), told
        outcomes[told] += 1
    print(f"\n{flow}: {sum(outcomes.values())} cuts, all healed")
    for (function, call, how), count in sorted(outcomes.items()):
        print(f"  {function:<18} {call:<24} {how:<11} {count:>3}")


def test_a_function_that_asks_twice_for_what_it_may_ask_once_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cuts would see it: an act that is made again by whoever asks again."""
    whole = Cut()
    acts = walked("fee-licence", whole)
    monkeypatch.setattr(journal, "answered", lambda entries, key: None)
    with pytest.raises((AssertionError, Violation)):
        for cut in every_cut(whole.calls):
            assert (walked("fee-licence", cut), cut.problems) == (acts, whole.problems)
