"""Would X have been allowed to do Y on that day, and by which rule: answered from the record, and
itself on record.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority.acts import AbsenceRequest, Delegation
from chalicelib.authority.policies import history, publication
from chalicelib.authority.policies.publication import PolicySet
from chalicelib.authority.registers import appointments, delegations
from chalicelib.authority.registers.loading import (
    load_appointments,
    load_posts,
    load_service_points,
)
from chalicelib.casework import routes as casework_routes
from chalicelib.casework.acts import CompleteTask
from chalicelib.kernel import clock, journal
from chalicelib.kernel.aggregates import ActOrigin
from chalicelib.kernel.commands import commit
from chalicelib.kernel.http import Door
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision import routes
from tests.support.builders import teams
from tests.support.builders.teams import Team
from tests.support.caller import Caller

team = teams.team

CASE = "URB-2026-W-000001"
TASK = {"case": CASE, "step": "accept"}


@pytest.fixture(autouse=True)
def office(team: Team) -> Iterator[None]:
    """A case on the register, and a supervisor and an auditor who ask."""
    for role, person in (("supervisor", "o-sup"), ("auditor", "o-aud")):
        post = {
            "id": f"city-{role}",
            "title": {"zh": "岗位", "en": "Post"},
            "department": "GOV",
            "roles": [role],
        }
        load_posts([post], team.now)
        load_appointments([{"person": person, "post": post["id"]}], team.now)
    team.file("abc")
    serial = Act("SerialIssued", {"number": CASE, "case": "abc"})
    team.journal.append(
        journal.new_entry("register#URB#2026#W", 1, [serial], at=team.now, actor=Actor())
    )
    yield


def ask(
    action: str, resource: Any = None, *, by: str = "o-sup", person: str = "o-win", **more: Any
) -> SimpleNamespace:
    door = Door()
    door.routes = {
        route: handler
        for each in (*casework_routes.doors, *routes.doors)
        for route, handler in each.routes.items()
    }
    body = {
        "person": person,
        "action": action,
        **({"resource": resource} if resource else {}),
        **more,
    }
    return Caller(door, by)("POST", "/policy-questions", body)


def rules(found: SimpleNamespace, which: str = "rules") -> list[str]:
    return [rule["id"] for rule in found.body[which]]


def questions_on_record(team: Team) -> list[Entry]:
    return [e for e in team.journal.entries.values() if e.stream.startswith("question#")]


def at(moment: datetime) -> dict[str, str]:
    return {"at": clock.stamp(moment)}


def test_who_held_the_post_was_allowed_by_the_rule_of_the_post(team: Team) -> None:
    found = ask("complete_task", TASK)
    assert (found.status, found.body["allowed"], rules(found)) == (
        200,
        True,
        ["officer-task-of-own-post"],
    )
    assert found.body["rules"][0]["title"].startswith("Who holds a task's post")
    assert [held["post"] for held in found.body["posts"]] == ["urb-window"]
    assert found.body["policies"] == publication.shipped().hash


def test_who_held_another_post_was_allowed_by_nothing(team: Team) -> None:
    found = ask("complete_task", TASK, person="o-dpf")
    assert (found.body["allowed"], rules(found)) == (False, [])
    assert "officer-task-of-own-post" in rules(found, "others")


def test_a_rule_that_forbids_is_named(team: Team) -> None:
    load_appointments([{"person": "o-win", "post": "urb-reviewer"}], team.now)
    team.wait(hours=1)
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    found = ask("complete_task", {"case": CASE, "step": "review"})
    assert (found.body["allowed"], rules(found)) == (False, ["no-second-step-by-the-same-person"])


def test_what_was_done_since_does_not_count(team: Team) -> None:
    before = team.wait(hours=1)
    team.wait(hours=1)
    load_appointments([{"person": "o-win", "post": "urb-reviewer"}], team.now)
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    review = {"case": CASE, "step": "review"}
    assert rules(ask("complete_task", review)) == ["no-second-step-by-the-same-person"]
    earlier = ask("complete_task", review, **at(before))
    assert (earlier.body["allowed"], rules(earlier)) == (False, [])
    assert [held["post"] for held in earlier.body["posts"]] == ["urb-window"]


def test_a_post_that_was_given_up_was_held_before(team: Team) -> None:
    held = team.wait(hours=1)
    team.wait(hours=1)
    appointments.end("o-win.1")
    team.wait(hours=1)
    assert not ask("complete_task", TASK).body["allowed"]
    assert ask("complete_task", TASK, **at(held)).body["allowed"]
    assert ask("list_tasks", {"post": "urb-window"}, **at(held)).body["allowed"]
    assert ask("list_tasks", {"post": "urb-window"}).body["posts"] == []


def test_the_policies_of_that_moment_are_asked(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    now = publication.shipped()
    nobody = "forbid (principal, action, resource);\n"
    strict = PolicySet(
        (*now.themes, ("x", f'@id("closed")\n@title_zh("停办")\n@title_en("Closed")\n{nobody}')),
        now.schema,
    )
    monkeypatch.setattr(history, "shipped", lambda: strict)
    history.publish(team.now)
    closed = team.wait(hours=1)
    monkeypatch.setattr(history, "shipped", lambda: now)
    history.publish(team.wait(hours=1))
    found = ask("complete_task", TASK, **at(closed))
    assert (found.body["allowed"], rules(found), found.body["policies"]) == (
        False,
        ["closed"],
        strict.hash,
    )
    assert ask("complete_task", TASK).body["allowed"]


def test_where_the_old_policies_did_not_know_the_words_the_present_ones_are_asked(
    team: Team, monkeypatch: Any
) -> None:
    now = publication.shipped()
    old = PolicySet(now.themes, now.schema.replace("barred: Set<String>", "kept_out: Set<String>"))
    monkeypatch.setattr(history, "shipped", lambda: old)
    history.publish(team.now)
    found = ask("complete_task", TASK)
    assert (found.body["allowed"], found.body["policies"]) == (True, now.hash)


def test_each_question_is_one_entry_for_asker_question_and_day(team: Team) -> None:
    for _ in range(2):
        ask("complete_task", TASK, **at(team.now))
    asked = questions_on_record(team)
    assert len(asked) == 1
    act = asked[0].acts[0]
    assert act.data["action"] == "complete_task" and act.data["rules"] == [
        "officer-task-of-own-post"
    ]
    assert "o-win" not in str(act.data) and CASE not in str(act.data)
    assert act.private["office"] == {"person": "o-win", "resource": TASK}
    assert asked[0].actor.post == "city-supervisor"
    ask("complete_task", TASK, by="o-aud", **at(team.now))
    assert len(questions_on_record(team)) == 2


@pytest.mark.parametrize("by", ["o-win", "o-head", "o-dpf-head"])
def test_only_supervisors_and_auditors_ask(team: Team, by: str) -> None:
    refused = ask("complete_task", TASK, by=by)
    assert (refused.status, rules(refused)) == (403, ["supervision-asks-the-policies"])
    assert not questions_on_record(team)


def test_citizens_are_not_asked_about(team: Team) -> None:
    refused = ask("view_case", {"case": CASE}, person="p-li-na")
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "/person")


@pytest.mark.parametrize(
    ("action", "resource", "more", "field"),
    [
        ("complete_everything", TASK, {}, "/action"),
        ("complete_task", {"post": "urb-window"}, {}, "/action"),
        ("complete_task", {"case": CASE, "step": "dance"}, {}, "/resource/step"),
        ("view_case", {"case": CASE}, {"at": "2020-01-01T00:00:00Z"}, "/resource/case"),
        ("view_case", {"case": CASE}, {"at": "2126-01-01T00:00:00Z"}, "/at"),
        ("view_case", {"case": CASE}, {"at": "2026-02-31T00:00:00Z"}, "/at"),
        ("view_case", {"case": CASE, "post": "urb-window"}, {}, "/resource"),
    ],
)
def test_a_question_that_cannot_be_asked_names_what_is_wrong(
    team: Team, action: str, resource: Any, more: Any, field: str
) -> None:
    refused = ask(action, resource, **more)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, field)


def test_an_absent_case_is_absent(team: Team) -> None:
    assert ask("view_case", {"case": "URB-2026-W-999999"}).status == 404


def test_a_case_is_asked_about_with_the_purpose_for_which_it_was_to_be_read(team: Team) -> None:
    read = {"case": CASE, "purpose": "supervision"}
    assert rules(ask("view_case", read, person="o-sup")) == ["supervisor-case-for-supervision"]
    assert not ask("view_case", {"case": CASE}, person="o-sup").body["allowed"]
    assert not ask("view_case", read, person="o-win").body["allowed"]
    assert ask("view_case", {**read, "purpose": "task"}, person="o-win").body["allowed"]


@pytest.mark.parametrize(
    "action", ["withdraw_case", "supplement_case", "state_views", "pay_case", "collect_result"]
)
def test_whose_case_it_is_cannot_be_asked_by_what_parties_do(team: Team, action: str) -> None:
    refused = ask(action, {"case": CASE})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "/action")


def test_an_officer_who_is_the_applicant_is_not_told_of_by_the_right_to_see_the_case(
    team: Team,
) -> None:
    case = team.case("abc")
    load_appointments([{"person": case.participants.applicant, "post": "city-auditor"}], team.now)
    found = ask(
        "view_case", {"case": CASE, "purpose": "inquiry"}, person=case.participants.applicant
    )
    assert (found.status, found.body["allowed"]) == (200, False)


def test_webhooks_changes_and_drafts_are_asked_about_too(team: Team) -> None:
    assert rules(ask("set_webhook", {"post": "urb-window"}, person="o-win"), "others") == [
        "administrator-webhooks"
    ]
    assert ask("approve_register_change", {"change": "a" * 26}).status == 404
    assert ask("review_item_draft", {"draft": "a" * 26}).status == 404
    assert ask("view_case", {"draft": "a" * 26, "case": CASE}).status == 422


AT_WINDOW = {"window": "urb-window", "item": "shop-sign"}


@pytest.fixture
def centre(team: Team) -> None:
    """A service centre at whose windows the bureau's post sits; it takes shop signs from then on."""
    point = {"id": "centre", "name": {"zh": "中心", "en": "Centre"}, "organization": "URB"}
    load_service_points([{**point, "items": []}], team.now)
    window = {
        "id": "urb-window",
        "title": {"zh": "窗口", "en": "Window"},
        "department": "URB",
        "roles": ["window"],
        "service_point": "centre",
    }
    load_posts([window], team.now)
    load_service_points([{**point, "items": ["shop-sign"]}], team.wait(hours=1))
    team.wait(hours=1)


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize(
    "action", ["file_at_window", "supplement_at_window", "view_at_window", "collect_at_window"]
)
def test_an_item_at_a_window_is_asked_about(team: Team, action: str) -> None:
    found = ask(action, AT_WINDOW)
    assert (found.status, found.body["allowed"]) == (200, True)
    assert rules(found) == ["window-for-who-is-present"]
    assert not ask(action, AT_WINDOW, person="o-dpf").body["allowed"]
    assert not ask(action, {**AT_WINDOW, "item": "mass-event"}).body["allowed"]


@pytest.mark.usefixtures("centre")
def test_what_the_window_took_then_counts(team: Team) -> None:
    before = team.now - timedelta(minutes=90)
    found = ask("file_at_window", AT_WINDOW, **at(before))
    assert (found.body["allowed"], rules(found)) == (False, [])
    assert rules(found, "others") == ["window-for-who-is-present"]


@pytest.mark.usefixtures("centre")
def test_a_post_that_is_no_window_serves_nobody_there(team: Team) -> None:
    elsewhere = ask("file_at_window", {**AT_WINDOW, "window": "urb-reviewer"})
    assert (elsewhere.status, elsewhere.body["allowed"]) == (200, False)
    assert ask("file_at_window", {**AT_WINDOW, "window": "nothing"}).status == 404
    assert ask("complete_task", AT_WINDOW).status == 422
    assert ask("file_at_window", {"window": "urb-window"}).status == 422
    assert ask("file_at_window", {**AT_WINDOW, "post": "urb-window"}).status == 422


def test_the_end_of_an_appointment_is_asked_about(team: Team) -> None:
    entry = {"entry": "o-win.1"}
    by_head = ask("end_appointment", entry, person="o-head")
    assert (by_head.status, by_head.body["allowed"]) == (200, True)
    assert rules(by_head) == ["one-person-takes-away"]
    assert not ask("end_appointment", entry, person="o-dpf-head").body["allowed"]
    assert not ask("end_appointment", entry, person="o-win").body["allowed"]


def test_an_entry_is_asked_about_as_it_was_then(team: Team) -> None:
    before = at(team.now - timedelta(days=1))
    early = ask("end_appointment", {"entry": "o-win.1"}, person="o-head", **before)
    assert (early.status, early.body["errors"][0]["field"]) == (422, "/resource/entry")
    for unknown in ("o-win.7", "nobody.1"):
        assert ask("end_appointment", {"entry": unknown}, person="o-head").status == 404
    other = ask("view_case", {"entry": "o-win.1"}, person="o-head")
    assert (other.status, other.body["errors"][0]["field"]) == (422, "/action")


def test_the_ends_of_absences_and_delegations_are_asked_about(team: Team) -> None:
    until = team.now + timedelta(days=9)
    away = AbsenceRequest("o-app", "urb-approver", "o-deputy", team.now, until)
    absence = appointments.prepare_absence(away, ActOrigin("", 0, team.now))
    commit(absence)
    entry = {"entry": appointments.new_id(absence)}
    assert ask("end_absence", entry, person="o-head").body["allowed"]
    assert not ask("end_absence", entry, person="o-app").body["allowed"]
    given = ("urb-approver", "urb-window", ("shop-sign",), ("approve",))
    delegations.grant(Delegation("signs", *given, team.now, until), team.now)
    assert ask("end_delegation", {"entry": "signs"}, person="o-head").body["allowed"]
    assert not ask("end_delegation", {"entry": "signs"}, person="o-dpf-head").body["allowed"]
    assert ask("end_delegation", {"entry": "others"}, person="o-head").status == 404


def test_a_set_of_the_past_is_asked_though_newer_facts_are_known_today(
    team: Team, monkeypatch: Any
) -> None:
    schema = publication.shipped().schema.replace("  known_as: Set<String>,\n", "")
    older = PolicySet((("then", ONE_RULE),), schema)
    monkeypatch.setattr(history, "in_force_at", lambda moment: older)
    found = ask("view_task", TASK)
    assert found.body["policies"] == older.hash and rules(found) == ["everything-then"]


ONE_RULE = """@id("everything-then")
@title_zh("当时")
@title_en("Then")
permit (principal, action == Action::"view_task", resource);
"""
