"""A thousand races of two officers for one task on the deployed stack: each has one winner, and one
act on record.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import pytest

from infra.local.client import Answer, City, Client, wait
from tests.journeys.support.cases import OFFICER, Case, appointed, filed
from tests.journeys.support.stack import Stack

SEED = int(os.environ.get("RACES_SEED", "2026"))
CASES, RETURNS, AT_ONCE = (
    40,
    11,
    4,
)  # a case: acceptance, every return with its review, the last review, the decision
RACES = CASES * (2 * RETURNS + 3)
CLAIMS = 0.2  # of the races are for the claim; who wins it completes the task
SECOND = {"urb-window": "o-wei-dong", "urb-reviewer": "o-jiang-shan", "urb-approver": "o-shen-yue"}
REASONS = {"reasons": ["招牌遮挡窗户"]}
OUTCOMES: dict[str, tuple[dict[str, Any], ...]] = {
    "accept": ({"outcome": "accept"},),
    "pass": ({"outcome": "pass"},),
    "return": ({"outcome": "return", **REASONS},),
    "end": ({"outcome": "approve"}, {"outcome": "refuse", **REASONS}),
}


@dataclass
class Won:
    """A race that somebody has won: who, with which outcome, in which entry."""

    person: str
    outcome: str
    seq: int


@dataclass
class Track:
    """Two officers of every post, with connections of their own, who race for the tasks of one case
    after another.
    """

    city: City
    chance: random.Random
    pool: ThreadPoolExecutor
    start: Barrier = field(default_factory=lambda: Barrier(2))
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        """The API as somebody sees it, by this track's own connections."""
        if person not in self.clients:
            self.clients[person] = Client(self.city.origin, self.city.person(person).token, person)
        return self.clients[person]

    def race(self, post: str, path: str, bodies: list[Any]) -> tuple[str, Any, Answer]:
        """Both ask at the same moment; who has won, with which body, and the answer."""
        people = [OFFICER[post], SECOND[post]]

        def ask(lane: int) -> Answer:
            self.start.wait()
            return self.client(people[lane]).post(path, bodies[lane])

        answers = [each.result() for each in [self.pool.submit(ask, lane) for lane in range(2)]]
        assert sorted(answer.status for answer in answers) == [200, 409], answers
        winner = 0 if answers[0].status == 200 else 1
        assert answers[1 - winner].problem in ("task-already-done", "task-claimed", "case-ended"), (
            answers
        )
        return people[winner], bodies[winner], answers[winner]

    def won(self, case: Case, post: str, step: str, since: int, outcomes: str) -> Won:
        """A race for a task; one for the claim of it leaves the winner to complete it."""
        task = f"/tasks/{case.id}.{step}.{since}"
        bodies = [self.chance.choice(OUTCOMES[outcomes]) for _ in range(2)]
        if self.chance.random() >= CLAIMS:
            person, body, answer = self.race(post, f"{task}/complete", bodies)
        else:
            person, *_ = self.race(post, f"{task}/claim", [None, None])
            body = bodies[0]
            answer = self.client(person).post(f"{task}/complete", body).expect(200)
        return Won(person, body["outcome"], int(answer["receipt"]["seq"]))

    def case(self, _: int) -> tuple[Case, list[Won]]:
        """One case from its filing to its decision, every task of it raced for."""
        case = filed(self.city)
        won = [self.won(case, "urb-window", "accept", 0, "accept")]
        for end in [*["return"] * RETURNS, "end"]:
            won.append(self.won(case, "urb-reviewer", "review", won[-1].seq, "pass"))
            won.append(self.won(case, "urb-approver", "approve", won[-1].seq, end))
        return case, won


@pytest.fixture
def seconds(city: City) -> Iterator[None]:
    """Every post of the flow has a second holder."""
    with ExitStack() as held:
        for post, person in SECOND.items():
            held.enter_context(appointed(city, person, post))
        yield


def _raced(city: City, track: int) -> list[tuple[Case, list[Won]]]:
    with ThreadPoolExecutor(2) as lanes:
        made = Track(city, random.Random(SEED + track), lanes)
        try:
            return [made.case(number) for number in range(CASES // AT_ONCE)]
        finally:
            for client in made.clients.values():
                client.close()


def test_of_a_thousand_races_each_has_one_winner_and_one_act_on_record(
    city: City, stack: Stack, seconds: None
) -> None:
    for person in (*OFFICER.values(), "p-li-na"):
        city.person(person)
    with ThreadPoolExecutor(AT_ONCE) as tracks:
        raced = [
            pair for each in tracks.map(lambda n: _raced(city, n), range(AT_ONCE)) for pair in each
        ]
    assert sum(len(won) for _, won in raced) == RACES == 1000
    for case, won in raced:
        wait(lambda c=case: c.record()["ended_at"], f"the end of {case.number}")  # type: ignore[misc]
        issued = ["issued"] if won[-1].outcome == "approve" else []
        assert [outcome for _, outcome in case.outcomes()] == [
            *(each.outcome for each in won),
            *issued,
        ]
        entries = {int(row["seq"]["N"]): row for row in stack.journal(f"case#{case.id}")}
        for each in won:
            assert each.person in str(entries[each.seq]["private"]), (case.number, each)
    winners = {each.person for _, won in raced for each in won}
    assert winners == {OFFICER[post] for post in SECOND} | set(SECOND.values()), "both win some"
