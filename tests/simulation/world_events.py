"""What happens to a world from outside: people work, time passes, executions are killed, consumers
are woken.
"""

from datetime import timedelta

from chalicelib.casework.acts import ApplyDeadlines, Case, Claim, Command, Release, Visit
from chalicelib.casework.acts.decide import MACHINE as NOBODY
from chalicelib.casework.execution import delivery
from chalicelib.catalog.flows.step_kinds import APPLICANT, END, MACHINE, PARTIES
from chalicelib.kernel.journal import Actor
from tests.simulation import side_requests
from tests.simulation.world import World
from tests.support.builders import step_commands

MAX_EXECUTIONS = 8  # live ones of one case
OFTEN = {
    "work": 60,
    "wake": 8,
    "batch": 8,
    "again": 9,
    "kill": 6,
    "time": 5,
    "reconcile": 4,
    "blackout": 1,
    "party": 3,
    "applicant": 2,
    "office": 4,
    "hold": 2,
    "counter": 1,
    "move": 2,
    "withdrawal": 1,
    "revocation": 2,
    "recusal": 1,
}


class Life:
    """One schedule's bent: what happens in it more often than elsewhere."""

    def __init__(self, world: World) -> None:
        self.world, self.random = world, world.random
        self.often = dict(OFTEN)
        self.often[self.random.choice(list(OFTEN))] *= 4
        if world.flow.tacit:
            self.often["time"] *= 6

    def goes_on(self) -> None:
        """One thing happens."""
        kind = self.random.choices(list(self.often), list(self.often.values()))[0]
        self.world.stage.history.append(f"-- {kind}")
        case_id = self.random.choice(self.world.cases)
        case = self.world.case(case_id)
        if case and case.transfer.proposal and self.world.stage.chance(0.3):
            self._asked("approval", case_id)
        elif hasattr(side_requests, kind):
            self._asked(kind, case_id)
        else:
            getattr(self, f"_{kind}")(case_id)

    def work_on(self, case_id: str) -> None:
        """Somebody does what is to be done: an officer what the inbox shows, or whoever may what
        the case allows.
        """
        world, case = self.world, self.world.case(case_id)
        if case is None:
            return
        rows = [
            row for row in world.views.rows.values() if row.pk == f"case#{case_id}" and row.inbox
        ]
        visits = [
            case.visits[v] for row in rows if (v := row.sk.removeprefix("task#")) in case.visits
        ]
        if not visits or world.stage.chance(0.3):
            visits = [
                visit for visit in case.visits.values() if visit.is_open or world.stage.chance(0.1)
            ]
        if not visits:
            return
        visit = self.random.choice(visits)
        step = case.step(visit)
        is_theirs = step.language.actor in (APPLICANT, PARTIES, MACHINE)
        silence = 0.5 if step.kind == "pay" else 0.2
        if is_theirs and world.stage.chance(silence):
            self._time(case_id)  # nothing comes from them, and silence says something too
        else:
            world.act(case_id, *self._answer(case, visit))

    def _answer(self, case: Case, visit: Visit) -> tuple[Command, Actor]:
        step, chance = case.step(visit), self.world.stage.chance
        if step.kind == "issue":
            return ApplyDeadlines(), NOBODY  # its worker is woken by the bus alone
        number = self.random.choice((0, 0, 1))
        if case.post_of(visit) and chance(0.15):
            claim: Command = self.random.choice([Claim(visit.id), Release(visit.id)])
            return claim, step_commands.officer(case, visit, number)
        liked = [
            o
            for o in step.outcomes
            if step.decided or not step.outcomes[o].startswith(END) or chance(0.15)
        ]
        outcome = self.random.choice([step.plain, *liked])
        return step_commands.answer(case, visit, outcome, number, today=self.world.official.date())

    def _work(self, case_id: str) -> None:
        self.work_on(case_id)

    def _wake(self, case_id: str) -> None:
        self.world.wake(case_id, self.random.choice([0.0, delivery.GRACE]))

    def _batch(self, case_id: str) -> None:
        """The stream brings some entries together, or brings them again."""
        if case := self.world.case(case_id):
            first = self.random.randint(1, case.seq)
            self.world.stream(case_id, first, self.random.randint(first, case.seq))

    def _again(self, case_id: str) -> None:
        """Another execution beside those that run."""
        if (case := self.world.case(case_id)) and len(self.world.live(case_id)) < MAX_EXECUTIONS:
            self.world.number += 1
            run = f"extra{self.world.number}"
            self.world.attempt("another execution", lambda: delivery.start(case, run))

    def _kill(self, case_id: str) -> None:
        if live := self.world.live(case_id):
            self.world.states.kill(self.random.choice(live))

    def _time(self, case_id: str) -> None:
        self.world.official += timedelta(hours=self.random.choice([1, 30, 200, 400]))
        self.world.act(case_id, ApplyDeadlines(), NOBODY)

    def _reconcile(self, case_id: str) -> None:
        self.world.reconcile()

    def _asked(self, kind: str, case_id: str) -> None:
        """Somebody asks for something beside the steps."""
        case = self.world.case(case_id)
        if case and (asked := getattr(side_requests, kind)(case, self.random.choice)):
            self.world.act(case_id, *asked)

    def _blackout(self, case_id: str) -> None:
        """Every execution is lost, as when the emulator restarts."""
        for case in self.world.cases:
            for execution in self.world.live(case):
                self.world.states.kill(execution, "FAILED")
