"""Somebody loses their post after the policies have said yes and before the act is on record."""

from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.authority.grants import views
from chalicelib.authority.registers import appointments
from chalicelib.casework.acts import AskExtension, CompleteTask
from chalicelib.casework.routes import office
from chalicelib.kernel.journal import Entry, TransactionalWrite
from tests.support.builders import teams
from tests.support.builders.teams import Team

team = teams.team

WHY = ["by the test"]
DECISIONS = [
    ("approve", "o-app", "approve", {}),
    ("approve", "o-app", "refuse", {"reasons": WHY}),
    ("accept", "o-win", "not_accept", {"reasons": WHY}),
]
ON_THE_WAY = ("accept", "review")
PLAIN = {"accept": "accept", "review": "pass"}
OFFICERS = {"accept": ("o-win", "urb-window"), "review": ("o-rev", "urb-reviewer")}
OF_THE_HEAD = [
    ("extension/answer", {"grant": True, "reasons": WHY}),
    ("corrections", {"entry": 2, "text": "Right is this.", "reasons": WHY}),
    ("recusals", {"person": "o-app", "reasons": WHY}),
]


def meanwhile(team: Team, monkeypatch: pytest.MonkeyPatch, person: str) -> None:
    """The first append of a case's entry finds that ``person`` has just lost every post."""
    append, begun = team.journal.append, []

    def late(*entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        if entries[0].stream == "case#abc" and not begun:
            begun.append(True)
            for held in views.posts_held(person, team.now):
                appointments.end(held["appointment"])
        append(*entries, writes=writes)

    monkeypatch.setattr(team.journal, "append", late)


def at_step(team: Team, step: str) -> str:
    """A case that has come to the step; its task there."""
    team.file("abc")
    for before in ON_THE_WAY:
        if before == step:
            break
        team.do(
            "abc",
            CompleteTask(f"{before}.{_since(team, before)}", PLAIN[before]),
            *OFFICERS[before],
        )
    return team.task("abc", step)


def _since(team: Team, step: str) -> str:
    return team.task("abc", step).rpartition(".")[2]


@pytest.mark.parametrize(("step", "person", "outcome", "said"), DECISIONS)
def test_nobody_decides_who_has_just_lost_the_post(
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    person: str,
    outcome: str,
    said: dict[str, Any],
) -> None:
    task = at_step(team, step)
    before = team.case("abc")
    meanwhile(team, monkeypatch, person)
    body = {"outcome": outcome, **said}
    answer = team.ask(person, "POST /tasks/{task}/complete", body, task=task)
    assert answer.status in (403, 404)
    assert authority.works_at(person, before.post_of(before.open_visits[0]), "shop-sign") is False
    assert team.case("abc") == before


@pytest.mark.parametrize(("path", "body"), OF_THE_HEAD)
def test_nobody_acts_as_head_who_has_just_lost_the_post(
    team: Team, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any]
) -> None:
    monkeypatch.setattr(office.repository, "find", lambda number: "abc")
    team.door.routes |= office.door.routes
    limits = {"acceptance_days": 5, "statutory_days": 20, "promised_days": 10}
    team.file("abc", limits={**limits, "extension_days": 10})
    team.do("abc", CompleteTask("accept.0", "accept"), *OFFICERS["accept"])
    team.do("abc", AskExtension(3, WHY), *OFFICERS["review"])
    before = team.case("abc")
    meanwhile(team, monkeypatch, "o-head")
    answer = team.ask("o-head", f"POST /cases/{{number}}/{path}", body, number="URB-2026-W-000001")
    assert answer.status in (403, 404)
    assert team.case("abc") == before


def test_a_decision_whose_author_got_another_post_meanwhile_is_made_at_the_second_try(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = at_step(team, "approve")
    append, begun = team.journal.append, []

    def late(*entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        if entries[0].stream == "case#abc" and not begun:
            begun.append(True)
            wish = appointments.AppointmentRequest("o-app", "urb-reviewer", team.now)
            appointments.appoint(wish, team.now)
        append(*entries, writes=writes)

    monkeypatch.setattr(team.journal, "append", late)
    answer = team.ask("o-app", "POST /tasks/{task}/complete", {"outcome": "approve"}, task=task)
    assert (answer.status, begun) == (200, [True])
