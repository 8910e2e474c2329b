"""Many cases at once, with everything that can happen to them, while executions are lost: each
comes to its end.
"""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from botocore.exceptions import ClientError

from infra.local.client import City, Client, new_key, wait
from tests.journeys.support.cases import OFFICER, PEOPLE, Case, application
from tests.journeys.support.stack import Stack

CASES, HANDS = 24, 6
SEED = int(os.environ.get("CROWD_SEED", "2026"))
REASONS = ["理由充分"]
DONE_BEFORE = "urn:sunlit:problem:task-already-done"
DEFECTS = [{"subject": "premises-proof", "problem": "缺产权人同意"}]


class _Hand:
    """One pair of hands with connections of its own: it walks one case after another to whatever
    end chance has.
    """

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.chance = city, random.Random(seed)
        self.clients: dict[str, Client] = {}

    def client(self, person: str) -> Client:
        if person not in self.clients:
            self.clients[person] = Client(self.city.origin, self.city.person(person).token, person)
        return self.clients[person]

    def act(self, case: Case, post: str, outcome: str, **more: object) -> None:
        """Complete the task, now and then twice under one key."""
        officer, key = self.client(OFFICER[post]), new_key()
        task = officer.wait_for_task(post, case.number)["id"]
        answer = officer.complete(task, outcome, key=key, **more)
        while answer.status == 409 and answer["type"] == DONE_BEFORE:
            # The inbox was a moment behind, and showed the task of before the supplement.
            key, task = new_key(), officer.wait_for_task(post, case.number)["id"]
            answer = officer.complete(task, outcome, key=key, **more)
        answer.expect(200)
        if self.chance.random() < 1 / 3:
            officer.complete(task, outcome, key=key, **more).expect(200)

    def walk(self) -> tuple[Case, list[str]]:
        """(case, the outcomes that its public record must show)"""
        person = self.client(
            self.chance.choice(["p-zhang-wei", "p-li-na", "p-chen-jie", "p-liu-yang"])
        )
        receipt = person.post("/applications", application(self.city, person)).expect(201)
        case, done = Case(self.city, receipt, person), []
        if self.chance.random() < 0.3:
            self.act(case, "urb-window", "supplement", defects=DEFECTS)
            case.supplement()
            done += ["supplement", "supplied"]
        if self.chance.random() < 0.15:
            self.act(case, "urb-window", "not_accept", reasons=REASONS)
            return case, [*done, "not_accept"]
        self.act(case, "urb-window", "accept")
        done.append("accept")
        while self.chance.random() < 0.3:
            self.act(case, "urb-reviewer", "pass")
            self.act(case, "urb-approver", "return", reasons=REASONS)
            done += ["pass", "return"]
        if self.chance.random() < 0.2:
            person.post(f"/cases/{case.number}/withdrawal", {}).expect(201)
            return case, [*done, "withdraw"]
        self.act(case, "urb-reviewer", "pass")
        last = self.chance.choice(["approve", "approve", "refuse"])
        self.act(case, "urb-approver", last, **({"reasons": REASONS} if last == "refuse" else {}))
        return case, [*done, "pass", last, *(["issued"] if last == "approve" else [])]

    def walks(self, count: int) -> list[tuple[Case, list[str]]]:
        try:
            return [self.walk() for _ in range(count)]
        finally:
            for client in self.clients.values():
                client.close()


def _lose_some_executions(stack: Stack, chance: random.Random) -> None:
    states = stack.client("stepfunctions")
    for each in stack.executions():
        if chance.random() < 0.3:
            with suppress(ClientError):  # it has ended meanwhile
                states.stop_execution(executionArn=each["executionArn"])


def test_a_crowd_of_cases_comes_to_its_ends_though_executions_are_lost(own_stack: Stack) -> None:
    city, chance = own_stack.city, random.Random(SEED)
    for person in PEOPLE:
        city.person(person)
    with ThreadPoolExecutor(HANDS) as pool:
        walking = [pool.submit(_Hand(city, SEED + n).walks, CASES // HANDS) for n in range(HANDS)]
        while not all(each.done() for each in walking):
            _lose_some_executions(own_stack, chance)
            city.tick()
    walked = [pair for each in walking for pair in each.result()]
    for case, outcomes in walked:
        wait(lambda c=case: c.record()["ended_at"], f"the end of {case.number}")  # type: ignore[misc]
        assert [outcome for _, outcome in case.outcomes()] == outcomes, case.number
    city.tick()
    ended = {case.id for case, _ in walked}
    wait(
        lambda: not ended & {e["name"].partition("-")[0] for e in own_stack.executions()},
        "every execution to end",
    )
    for post in ("urb-window", "urb-reviewer", "urb-approver"):
        assert not city.person(OFFICER[post]).tasks(post)
    _everybody_was_told_once(walked)
    numbers = sorted(case.number for case, _ in walked)
    assert len(set(numbers)) == CASES and int(numbers[-1][-6:]) == CASES
    assert not set(own_stack.troubles()) - {"VisitsWithoutTask sunlit"}, own_stack.troubles()


def _everybody_was_told_once(walked: list[tuple[Case, list[str]]]) -> None:
    kinds = {
        "supplement": "case.supplement_requested",
        "not_accept": "case.not_accepted",
        "accept": "case.accepted",
        "withdraw": "case.withdrawn",
        "approve": "case.granted",
        "refuse": "case.refused",
        "issued": "certificate.issued",
    }
    for case, outcomes in walked:
        expected = sorted(
            ["case.filed", *(kinds[outcome] for outcome in outcomes if outcome in kinds)]
        )
        assert (
            wait(lambda e=expected, c=case: _told(c) if len(_told(c)) >= len(e) else [], "messages")
            == expected
        )  # type: ignore[misc]


def _told(case: Case) -> list[str]:
    """Kinds of the messages on a case that its applicant has."""
    return sorted(
        message["kind"] for message in case.city.person(case.applicant.person).messages(case.number)
    )
