"""What happens in a city from outside, one thing at a time, and how a case is brought to its
end.
"""

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from chalicelib.casework.acts import (
    Assign,
    Case,
    Claim,
    CompleteTask,
    Convene,
    EndProcedure,
    FileObjection,
    LinkCase,
    Pay,
    Supplement,
    Visit,
    fold,
    next_moment,
)
from chalicelib.casework.acts.decide import MACHINE
from chalicelib.casework.use_cases.repository import calendar
from chalicelib.catalog.flows.step_kinds import END, OFFICE
from chalicelib.kernel.errors import KeyReused
from chalicelib.kernel.journal import Actor
from chalicelib.supervision import conformance
from tests.simulation import law, side_requests
from tests.simulation.city import City
from tests.simulation.permits import Asked
from tests.simulation.side_requests import HEAD, STRANGER, WHY
from tests.support.builders import step_commands
from tests.support.builders.step_commands import APPLICANT, NEIGHBOUR

HAPPENINGS = {
    "work": 14, "party": 2, "office": 3, "hold": 2, "applicant": 1, "withdrawal": 1, "revocation": 2, "move": 1,
    "approval": 1, "stale": 1, "again": 2, "time": 3, "silence": 2, "deliver": 2, "lost": 1,
    "link": 1, "counter": 1,
}  # fmt: skip
ENOUGH = 120  # acts within which every case can end


class Citizens:
    """Everybody who acts in a city; the ``way`` of each happening says who, and how."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.number = 0
        self.checked = ""

    def happens(self, kind: str, way: int) -> None:
        """One thing happens, rightly or not; whatever is refused must leave no trace in the
        case.
        """
        random = Random(
            f"{way} {kind} {self.city.case.seq}"
        )  # small numbers are drawn often: they are to differ
        if hasattr(self, f"_{kind}"):
            getattr(self, f"_{kind}")(random)
        elif asked := getattr(side_requests, kind)(self.city.case, random.choice):
            command, actor = asked
            is_right = not actor.person or random.random() < 0.8
            self._ask(command, actor if is_right else random.choice(self._others(actor.post)))
        if kind == "move" and random.random() < 0.7:
            self._ask(*side_requests.approval(self.city.case, random.choice))
        self.check()

    def walk(self, random: Random) -> None:
        """The case goes some way, mostly plainly; then perhaps nobody does anything for a while."""
        for _ in range(random.randint(0, 5)):
            if self.city.case.clocks.ended_at:
                break
            if random.random() < 0.6:
                self._bring_on(self.city.case)
            else:
                self._work(random)
        if random.random() < 0.3:
            self._silence(random)
        self.check()

    def check(self) -> None:
        """What must be true after every step."""
        entries = self.city.entries
        if entries[-1].leaf == self.checked:
            return
        self.checked = entries[-1].leaf
        found = conformance.findings(entries, self.city.case)
        assert not found, f"does not conform: {found}"
        assert not (breaches := list(law.breaches(entries))), f"against the law: {breaches}"
        known = {key: entry.seq for key, (_, _, entry) in self.city.accepted.items()}
        made = {entry.request.key: entry.seq for entry in entries[1:] if entry.request}
        assert made == known and len(entries) == 1 + len(known) + self.city.by_machines, (
            "lost or doubled"
        )

    def _ask(self, command: Asked, actor: Actor) -> None:
        self.number += 1
        self.city.ask(command, actor, f"key-{self.number}" if actor.person else "")

    def _others(self, post: str) -> list[Actor]:
        """Who should not be the one: parties, people of other posts, people with a hand in the
        case, at this post.
        """
        case = self.city.case
        hands = sorted({visit.by for visit in case.visits.values() if visit.by})
        people = [
            case.participants.applicant or "p-nobody",
            NEIGHBOUR.person,
            STRANGER.person,
            *hands,
        ]
        posts = sorted({*case.rules.posts.values()})
        return [
            *(Actor(person, post) for person in people),
            *(Actor("o-elsewhere", other) for other in posts),
        ]

    def _work(self, random: Random) -> None:
        """Work on an open task: mostly by the right officer, mostly onward."""
        case = self.city.case
        if not case.open_visits:
            return
        visit = random.choice(case.open_visits)
        step = case.step(visit)
        likely = [
            name for name, to in step.outcomes.items() if step.decided or not to.startswith(END)
        ]
        outcome = random.choice(
            [step.plain, *(likely if random.random() < 0.85 else step.outcomes)]
        )
        number, today = random.choice([0, 0, 0, 1]), self.city.at.date()
        command, actor = step_commands.answer(case, visit, outcome, number, today=today)
        if step.language.actor == OFFICE and random.random() < 0.15:
            actor = random.choice(self._others(actor.post))
        if isinstance(command, CompleteTask) and command.resolution:
            target = case.flow.steps[step.outcomes["resolved"]]
            command = CompleteTask(
                visit.id,
                "resolved",
                minutes="minutes",
                resolution=random.choice([*target.outcomes]),
            )
        if isinstance(command, Pay) and random.random() < 0.3:
            command = Pay(
                f"order-{random.randint(1, 2)}", "paid", command.amount_fen + random.randint(0, 1)
            )
        if isinstance(command, CompleteTask) and random.random() < 0.15:
            command = replace(command, **_twist(random))
        self._ask(command, actor)

    def _stale(self, random: Random) -> None:
        """An order for what is over, was never begun, or is no outcome here."""
        case = self.city.case
        step = random.choice([*case.flow.steps.values()])
        known = [visit for visit in case.visits.values() if visit.step == step.id]
        visit = random.choice(
            [*known, Visit(step.id, random.randint(0, case.seq), case.clocks.filed_at)]
        )
        outcome = random.choice([*step.outcomes, "approve", "pass", "withdraw"])
        command = random.choice(
            [
                CompleteTask(visit.id, outcome, WHY),
                Claim(visit.id),
                Convene(visit.id, case.clocks.received_on, []),
            ]
        )
        self._ask(command, step_commands.officer(case, visit))

    def _again(self, random: Random) -> None:
        """A request comes again; under its key, another request is refused."""
        if not self.city.accepted:
            return
        key = random.choice([*self.city.accepted])
        self.city.again(key)
        _, actor, _ = self.city.accepted[key]
        problem = (
            self.city.ask(FileObjection("other"), actor, key) if random.random() < 0.3 else None
        )
        assert problem is None or isinstance(problem, KeyReused)

    def _time(self, random: Random) -> None:
        """Time passes; the sweep sees it, or does not."""
        self.city.pass_time(random.choice([1, 20, 100, 400]))
        if random.random() < 0.6:
            self._watch()

    def _silence(self, random: Random) -> None:
        """Nobody does anything until something falls due, and again."""
        for _ in range(random.randint(1, 3)):
            if moment := next_moment(self.city.case, calendar()):
                self.city.at = max(self.city.at, moment)
                self._watch()

    def _watch(self) -> None:
        self.city.deliver()
        self.city.sweep()

    def _deliver(self, random: Random) -> None:
        """Delivery is woken, perhaps more than once; Step Functions opens what it has to;
        certificates are signed.
        """
        for _ in range(random.choice([1, 1, 2])):
            self.city.deliver()
        self.city.open_tasks()
        self.city.sign()

    def _link(self, random: Random) -> None:
        """Another case is about this one."""
        self._ask(LinkCase("appeal", f"URB-2026-W-{random.randint(1, 2):06}"), MACHINE)

    def _lost(self, random: Random) -> None:
        """Executions are lost."""
        self.city.deliver()
        self.city.lose_executions()

    # ---- to the end
    # ---------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """By lawful acts and time alone the case comes to an end."""
        for _ in range(ENOUGH):
            self._watch()
            self.city.open_tasks()
            if self.city.case.clocks.ended_at:
                break
            self._bring_on(self.city.case)
            self.check()
        assert self.city.case.clocks.ended_at, (
            f"the case cannot end: it stands at {self.city.case.open_visits}"
        )
        self.city.deliver()
        rows = self.city.views.partition(self.city.stream, "task#")
        assert all(row.closed and not row.inbox for row in rows), "done, and still in an inbox"
        assert fold(self.city.entries) == self.city.case, (
            "folded in one go, the journal tells of another case"
        )

    def _bring_on(self, case: Case) -> None:
        """Whatever is in the way first; then the first open visit."""
        visit = case.open_visits[0]
        post = next((case.post_of(v) for v in case.open_visits if case.post_of(v)), "")
        if case.clocks.open_procedures and post:
            self._must(
                EndProcedure(case.clocks.open_procedures[0].id, "report"),
                Actor("o-colleague", post),
            )
        elif (
            case.submission.owed
            and case.clocks.accepted_on
            and not case.clocks.decided_at
            and case.step(visit).kind != "supplement"
        ):
            self._must(Supplement([{"code": code} for code in case.submission.owed]), APPLICANT)
        else:
            self._answer(case, visit)

    def _answer(self, case: Case, visit: Visit) -> None:
        step = case.step(visit)
        bound = case.decision.resolutions.get(visit.step, "")
        today, certificate = self.city.at.date(), f"certificate-{case.seq}"
        command, actor = step_commands.answer(
            case, visit, bound or step.plain, 9, certificate, today
        )
        if step.kind == "publicity":
            self._silence(Random(0))
        elif visit.claimed_by not in ("", actor.person) and step.language.actor == OFFICE:
            self._must(Assign(visit.id, actor.person, WHY, by_head=True), HEAD)
        else:
            self._must(command, actor)

    def _must(self, command: Asked, actor: Actor) -> None:
        before = self.city.case.seq
        self._ask(command, actor)
        assert self.city.case.seq > before, (
            f"refused although it should be lawful: {command} by {actor}"
        )


def _twist(random: Random) -> dict[str, Any]:
    """Something of a completion that is missing or wrong."""
    wrong = {
        "reasons": (),
        "measure": "",
        "amount_fen": random.choice([1, 5000, 999999]),
        "outcome": random.choice(["approve", "pass", "order", "archived"]),
    }
    name = random.choice([*wrong])
    return {name: wrong[name]}


def story(city: City) -> Iterable[str]:
    """The journal in words, for whom a test has failed."""
    for entry in city.entries:
        yield (
            f"{entry.seq} {entry.at:%m-%d %H:%M} {entry.actor.person}/{entry.actor.post} "
            + ", ".join(
                f"{act.type} {dict(act.data) if act.type != 'CaseFiled' else act.data['flow']}"
                for act in entry.acts
            )
        )
