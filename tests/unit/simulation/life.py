"""What happens to a world from outside: people work, time passes, executions are killed, consumers are woken."""

from datetime import timedelta
from typing import Any

from chalicelib.casework import delivery
from chalicelib.casework.acts import Case, Claim, Command, Complete, Release, Supplement, Tick, Visit, Withdraw
from chalicelib.casework.acts.decide import MACHINE, TAKES
from chalicelib.kernel.journal import Actor
from tests.unit.simulation.world import World

MOST_EXECUTIONS = 8  # live ones of one case
DEFECTS = ({"subject": "rendering", "problem": "unreadable"},)
OFTEN = {"work": 60, "wake": 12, "again": 9, "kill": 6, "time": 5, "reconcile": 4, "withdraw": 1, "blackout": 1}
APPLICANT = Actor("p-li-na")


class Life:
    """One schedule's bent: what happens in it more often than elsewhere."""

    def __init__(self, world: World) -> None:
        self.world, self.random = world, world.random
        self.often = dict(OFTEN)
        self.often[self.random.choice(list(OFTEN))] *= 4

    def goes_on(self) -> None:
        """One thing happens."""
        kind = self.random.choices(list(self.often), list(self.often.values()))[0]
        self.world.stage.history.append(f"-- {kind}")
        getattr(self, f"_{kind}")(self.random.choice(self.world.cases))

    def work_on(self, case_id: str) -> None:
        """Somebody does what is to be done: an officer what the inbox shows, or whoever may what the case allows."""
        world, case = self.world, self.world.case(case_id)
        if case is None:
            return
        rows = [row for row in world.views.rows.values() if row.pk == f"case#{case_id}" and row.inbox]
        visits = [case.visits[v] for row in rows if (v := row.sk.removeprefix("task#")) in case.visits]
        if not visits or world.stage.chance(0.3):
            visits = [visit for visit in case.visits.values() if visit.is_open or world.stage.chance(0.1)]
        if visits:
            world.act(case_id, *self._answer(case, self.random.choice(visits)))

    def _answer(self, case: Case, visit: Visit) -> tuple[Command, Actor]:
        step, chance = case.step(visit), self.world.stage.chance
        if step.kind == "supplement":
            return Supplement([{"code": "sign-rendering"}]), APPLICANT
        if step.kind == "issue":
            return Tick(), MACHINE  # its worker is woken by the bus alone
        officer = Actor(f"o-{step.id}-{self.random.choice('aab')}", case.post_of(visit))
        if chance(0.15):
            return self.random.choice([Claim(visit.id), Release(visit.id)]), officer
        liked = [o for o in step.outcomes if not step.outcomes[o].startswith("end:") or chance(0.15)]
        outcome = self.random.choice([step.plain, *liked])
        told: dict[str, Any] = {"reasons": ["reason"], "defects": DEFECTS, "opinion": "agree"}
        return Complete(visit.id, outcome, **{name: told[name] for name in TAKES.get(outcome, ())}), officer

    def _work(self, case_id: str) -> None:
        self.work_on(case_id)

    def _wake(self, case_id: str) -> None:
        self.world.wake(case_id, self.random.choice([0.0, delivery.GRACE]))

    def _again(self, case_id: str) -> None:
        """Another execution beside those that run."""
        if (case := self.world.case(case_id)) and len(self.world.live(case_id)) < MOST_EXECUTIONS:
            self.world.number += 1
            run = f"extra{self.world.number}"
            self.world.attempt("another execution", lambda: delivery.start(case, run))

    def _kill(self, case_id: str) -> None:
        if live := self.world.live(case_id):
            self.world.states.kill(self.random.choice(live))

    def _time(self, case_id: str) -> None:
        self.world.official += timedelta(hours=self.random.choice([1, 30, 200]))
        self.world.act(case_id, Tick(), MACHINE)

    def _reconcile(self, case_id: str) -> None:
        self.world.reconcile()

    def _withdraw(self, case_id: str) -> None:
        self.world.act(case_id, Withdraw(), APPLICANT)

    def _blackout(self, case_id: str) -> None:
        """Every execution is lost, as when the emulator restarts."""
        for case in self.world.cases:
            for execution in self.world.live(case):
                self.world.states.kill(execution, "FAILED")
