"""Playing schedules: a seed is a story, and the same seed is the same story."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.simulation.actors import Violation
from tests.simulation.checks import check
from tests.simulation.world import World, living_in
from tests.simulation.world_events import Life

ROUNDS = 12


def play(seed: int, mutation: Callable[[pytest.MonkeyPatch, World], None] | None = None) -> World:
    """One schedule from filing to rest, with all checks; raises Violation with the seed and the
    story's end.
    """
    world = World(seed)
    try:
        with living_in(world) as patch:
            if mutation:
                mutation(patch, world)
            _play(world)
            check(world)
    except Exception as error:  # also what the product itself cannot make sense of
        raise Violation(
            f"seed {seed}: {error!r}\n" + "\n".join(world.stage.history[-40:])
        ) from error
    return world


def _play(world: World) -> None:
    stage, life = world.stage, Life(world)
    for number in range(1 + stage.chance(0.1)):
        world.file(number)
    world.states.faults = world.random.choice([0.0, 0.0, 0.05])
    pace = world.random.choice([0.05, 0.1, 0.2])
    for _ in range(world.random.randint(40, 250)):
        if not stage.actors or stage.chance(pace):
            life.goes_on()
        else:
            stage.turn(kill=stage.chance(world.death))
    world.death = world.states.faults = 0.0
    _rest(world)
    if stage.chance(0.6):
        _finish(world, life)


def _rest(world: World) -> None:
    """Nothing more from outside: the sweep and the reconciler run until nothing moves any more."""
    for _ in range(ROUNDS):
        world.stage.run_out()
        before = _position(world)
        world.system += timedelta(minutes=2)
        for case_id in world.cases:
            world.wake(case_id, age=120.0)
        world.stage.run_out()
        world.reconcile()
        world.stage.run_out()
        if _position(world) == before:
            return
    raise Violation("the world does not come to rest")


def _finish(world: World, life: Life) -> None:
    """Everybody does their work until all cases have ended."""
    for _ in range(60):
        waiting = [c for c in world.cases if (case := world.case(c)) and not case.clocks.ended_at]
        if not waiting:
            break
        for case_id in waiting:
            life.work_on(case_id)
        for _ in range(world.random.randint(0, 40)):
            if world.stage.actors:
                world.stage.turn()
        if world.stage.chance(0.3):
            _rest(world)
    _rest(world)


def _position(world: World) -> tuple[int, ...]:
    versions = sum(row.version for row in world.views.rows.values())
    return (
        len(world.journal.entries),
        len(world.states.executions),
        versions,
        world.states.minted,
        len(world.states.waiting),
    )
