"""Work changes hands: hand-over by the officer, assignment by the head, and the convening of a
joint meeting.
"""

from typing import Any

import pytest

from chalicelib.authority.registers.appointments import end
from chalicelib.authority.registers.loading import load_appointments
from chalicelib.casework.acts import Claim, CompleteTask
from chalicelib.casework.use_cases import refusals
from tests.support.builders import teams
from tests.support.builders.teams import Team

team = teams.team

REASONS = ["休假"]
PENALTY = {"flow": "penalty", "item": "street-penalty"}


def give(team: Team, person: str, way: str, to: str, **more: Any) -> Any:
    body = {"to": to, "reasons": more.pop("reasons", REASONS)}
    return team.ask(person, f"POST /tasks/{{task}}/{way}", body, task=team.task("abc"), **more)


def claimed(team: Team) -> str:
    """By whom, as the case says and the inbox shows."""
    team.project("abc")
    post = team.case("abc").post_of(team.case("abc").open_visits[0])
    shown = team.inbox("o-head", post)[0]["claimed_by"] or ""
    assert shown == team.case("abc").open_visits[0].claimed_by
    return str(shown)


def test_an_officer_hands_the_own_task_over(team: Team) -> None:
    team.file("abc")
    team.do("abc", Claim("accept.0"), "o-win", "urb-window")
    answer = give(team, "o-win", "handover", "o-win-2")
    assert (answer.status, answer.body["claimed_by"]) == (200, "o-win-2")
    assert claimed(team) == "o-win-2"
    assert team.ask("o-win", "POST /tasks/{task}/claim", task=team.task("abc")).status == 409
    done = team.ask(
        "o-win-2", "POST /tasks/{task}/complete", {"outcome": "accept"}, task=team.task("abc")
    )
    assert done.status == 200


def test_nobody_hands_over_what_another_has_claimed(team: Team) -> None:
    team.file("abc")
    team.do("abc", Claim("accept.0"), "o-win", "urb-window")
    assert give(team, "o-win-2", "handover", "o-win-2").body["type"].endswith(":task-claimed")
    assert claimed(team) == "o-win"


def test_the_head_frees_the_claim_of_a_sick_officer_and_says_why(team: Team) -> None:
    team.file("abc")
    team.do("abc", Claim("accept.0"), "o-win", "urb-window")
    answer = give(team, "o-head", "assignment", "o-win-2", reasons=["王芳病假,改由同岗位人员办理"])
    assert (answer.status, answer.body["claimed_by"]) == (200, "o-win-2")
    assert claimed(team) == "o-win-2"
    entry = team.journal.read("case#abc")[-1]
    assert entry.actor.post == "urb-head", "the head acts as head, not by a post held by others"
    assert entry.acts[0].private["office"]["reasons"] == ["王芳病假,改由同岗位人员办理"]
    assert "o-win" not in str(entry.acts[0].data)


def test_the_same_assignment_twice_is_one_act(team: Team) -> None:
    team.file("abc")
    first, again = (give(team, "o-head", "assignment", "o-win", key="once") for _ in range(2))
    assert first.body == again.body
    assert len(team.journal.read("case#abc")) == 2
    assert (
        give(team, "o-head", "assignment", "o-win-2", key="once")
        .body["type"]
        .endswith(":idempotency-key-reused")
    )


@pytest.mark.parametrize(
    ("person", "way", "status"),
    [
        ("o-win", "assignment", 403), ("o-head", "handover", 403), ("o-dpf-head", "assignment", 404),
        ("o-rev", "handover", 404), ("p-li-na", "assignment", 403),
    ],
)  # fmt: skip
def test_only_the_holder_hands_over_and_only_the_head_assigns(
    team: Team, person: str, way: str, status: int
) -> None:
    team.file("abc")
    assert give(team, person, way, "o-win-2").status == status
    assert claimed(team) == ""


@pytest.mark.parametrize("way", ["handover", "assignment"])
@pytest.mark.parametrize("to", ["o-rev", "o-head", "p-li-na", "nobody"])
def test_the_new_officer_must_hold_the_tasks_post(team: Team, way: str, to: str) -> None:
    team.file("abc")
    answer = give(team, "o-win" if way == "handover" else "o-head", way, to)
    assert (answer.status, [fault["field"] for fault in answer.body["errors"]]) == (422, ["/to"])
    assert to not in str(answer.body)


def test_who_has_left_the_post_is_given_no_more_work(team: Team) -> None:
    team.file("abc")
    team.wait(hours=1)
    end("o-win-2.1")
    assert give(team, "o-head", "assignment", "o-win-2").status == 422
    assert give(team, "o-head", "assignment", "o-win").status == 200


def test_a_head_who_is_the_applicant_assigns_nothing(team: Team) -> None:
    team.file("abc")
    load_appointments([{"person": "p-li-na", "post": "urb-head"}], team.now)
    assert (
        give(team, "p-li-na", "assignment", "o-win").body["type"].endswith(":duties-not-separate")
    )


def test_work_is_given_to_nobody_whom_separation_of_duties_keeps_from_it(team: Team) -> None:
    load_appointments([{"person": "o-win", "post": "urb-reviewer"}], team.now)
    team.file("abc")
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    assert give(team, "o-head", "assignment", "o-win").body["type"].endswith(":duties-not-separate")
    assert give(team, "o-rev", "handover", "o-win").body["type"].endswith(":duties-not-separate")
    assert give(team, "o-head", "assignment", "o-rev").status == 200


def test_a_task_that_is_done_is_given_to_nobody(team: Team) -> None:
    team.file("abc")
    task = team.task("abc")
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    body = {"to": "nobody", "reasons": REASONS}
    answer = team.ask("o-head", "POST /tasks/{task}/assignment", body, task=task)
    assert answer.body["type"].endswith(":task-already-done")


def test_reasons_are_needed(team: Team) -> None:
    team.file("abc")
    assert give(team, "o-head", "assignment", "o-win", reasons=[]).status == 422


def convene(team: Team, person: str = "o-coord", task: str = "", **changed: Any) -> Any:
    body = {"on": "2026-03-04", "invited": ["urb-approver", "dpf-window"], **changed}
    return team.ask(person, "POST /tasks/{task}/meeting", body, task=task or team.task("abc"))


def test_the_coordinator_convenes_the_meeting_and_the_invited_see_the_case(team: Team) -> None:
    team.file("abc", **PENALTY)
    team.do(
        "abc",
        CompleteTask("investigate.0", "refer", reasons=("情节复杂",)),
        "o-rev",
        "urb-reviewer",
    )
    assert convene(team).status == 200
    assert team.case("abc").record.meetings[team.task("abc").partition(".")[2]]["invited"] == (
        "urb-approver",
        "dpf-window",
    )


def test_posts_that_do_not_exist_are_not_invited(team: Team) -> None:
    team.file("abc", **PENALTY)
    team.do(
        "abc",
        CompleteTask("investigate.0", "refer", reasons=("情节复杂",)),
        "o-rev",
        "urb-reviewer",
    )
    answer = convene(team, invited=["urb-approver", "no-such", "dpf-window", "nor-such"])
    assert (answer.status, [fault["field"] for fault in answer.body["errors"]]) == (
        422,
        ["/invited/1", "/invited/3"],
    )
    assert convene(team, on="2026-03-01").body["errors"][0]["field"] == "/on"
    assert convene(team, on="2026-02-30").status == 422
    assert not team.case("abc").record.meetings


def test_only_whose_task_the_meeting_is_convenes_it(team: Team) -> None:
    team.file("abc", **PENALTY)
    assert convene(team, "o-rev").body["errors"][0]["field"] == "/task", "no meeting at this step"
    team.do(
        "abc",
        CompleteTask("investigate.0", "refer", reasons=("情节复杂",)),
        "o-rev",
        "urb-reviewer",
    )
    assert convene(team, "o-win").status == 404
    assert convene(team, "o-head").status == 404


def test_what_was_refused_is_on_record(team: Team) -> None:
    team.file("abc")
    give(team, "o-head", "assignment", "o-rev")
    (refused,) = refusals.of_case("abc", team.now)
    assert (refused["post"], refused["rule"]) == ("urb-head", "invalid")


def free(team: Team, person: str, reasons: list[str]) -> Any:
    """Ask that the claim of the window's task end."""
    body = {"reasons": reasons}
    return team.ask(person, "POST /tasks/{task}/claim/end", body, task=team.task("abc"))


def test_the_head_frees_the_claim_of_who_is_ill_and_anybody_at_the_post_goes_on(team: Team) -> None:
    team.file("abc")
    team.do("abc", Claim("accept.0"), "o-win", "urb-window")
    answer = free(team, "o-head", ["王芳病假"])
    assert (answer.status, answer.body["claimed_by"]) == (200, None)
    assert claimed(team) == ""
    entry = team.journal.read("case#abc")[-1]
    assert (entry.acts[0].type, entry.actor.post) == ("TaskReleased", "urb-head")
    assert entry.acts[0].private["office"]["reasons"] == ["王芳病假"]


@pytest.mark.parametrize(("person", "status"), [("o-win-2", 403), ("o-dpf-head", 404)])
def test_nobody_but_the_head_ends_anothers_claim(team: Team, person: str, status: int) -> None:
    team.file("abc")
    team.do("abc", Claim("accept.0"), "o-win", "urb-window")
    assert free(team, person, ["I want it"]).status == status
    assert claimed(team) == "o-win"


def test_a_free_task_has_no_claim_to_end_and_reasons_are_needed(team: Team) -> None:
    team.file("abc")
    assert free(team, "o-head", ["nobody has it"]).status == 409
    assert free(team, "o-head", []).status == 422
