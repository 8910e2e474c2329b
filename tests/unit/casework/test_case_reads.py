"""Who reads a case, and why, is on record, and whose case it is can see it; without a reason no
office reads.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.authority.registers.loading import load_appointments, load_posts
from chalicelib.casework.acts import Case, CompleteTask
from chalicelib.casework.acts.values import Participants
from chalicelib.casework.handlers import CONSUMER
from chalicelib.casework.routes import access_log, cases
from chalicelib.casework.use_cases.reads import PURPOSES, put_on_record
from chalicelib.casework.use_cases.refusals import of_case
from chalicelib.casework.views.access_log import rows_of
from chalicelib.intake.routes import filing as intake
from chalicelib.kernel.journal import Actor, Entry
from chalicelib.kernel.visibility import OFFICE, OWN, SEALED
from tests.support.builders import teams
from tests.support.builders.cases import APPLICANT, MONDAY
from tests.support.builders.teams import Team
from tests.support.caller import Caller
from tests.support.city.items import published, sample

team = teams.team
NUMBER = "URB-2026-W-000001"
CASE, LOG = "GET /cases/{number}", "GET /me/access-log"
TITLE = {"zh": "监察岗", "en": "Supervisor"}
SUPERVISOR = {"id": "city-supervisor", "title": TITLE, "department": "GOV", "roles": ["supervisor"]}


@pytest.fixture
def office(team: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A case at the window, its number in the register; the routes that read it and tell of it."""
    published(sample("shop-sign"))
    load_posts([SUPERVISOR], MONDAY)
    load_appointments([{"person": "o-sup", "post": "city-supervisor"}], MONDAY)
    for door in (cases.door, access_log.door, intake.door):
        team.door.routes |= door.routes
    monkeypatch.setattr(cases.repository, "find", lambda number: "abc")
    team.file("abc")
    return team


def read(office: Team, person: str, purpose: str = "", **more: Any) -> Any:
    return office.ask(
        person, CASE, number=NUMBER, query={"purpose": purpose} if purpose else {}, **more
    )


def on_record(office: Team) -> list[Entry]:
    """The reads on record, and delivery has told of them."""
    found = [entry for entry in office.journal.entries.values() if entry.stream.startswith("read#")]
    for entry in found:
        CONSUMER.handle(entry.stream)
    return found


def told(office: Team, person: str = APPLICANT.person, **query: str) -> list[dict[str, Any]]:
    on_record(office)
    answer = office.ask(person, LOG, query=query)
    assert answer.status == 200, answer.body
    return list(answer.body["reads"])


def refusals(office: Team) -> list[str]:
    return [entry.acts[0].data["rule"] for entry in office.journal.read("refusals#abc")]


def test_an_officer_with_a_task_in_the_case_reads_it_and_that_is_an_act(office: Team) -> None:
    answer = read(office, "o-win")
    assert (answer.status, answer.body["form"]) == (200, {"sign_text": "面馆"})
    (entry,) = on_record(office)
    act = entry.acts[0]
    assert (act.type, entry.actor.post, act.data["purpose"], act.data["on"]) == (
        "CaseRead", "urb-window", "task", "2026-03-02",
    )  # fmt: skip
    assert APPLICANT.person not in str(act.data) and "o-win" not in entry.stream


def test_reading_again_the_same_day_is_the_same_act_and_another_day_another(office: Team) -> None:
    for _ in range(3):
        read(office, "o-win")
    office.ask("o-win", "GET /tasks/{task}", task=office.task("abc"))
    assert len(on_record(office)) == 1
    read(office, "o-win", "inquiry")
    read(office, "o-win-2")
    assert len(on_record(office)) == 3
    office.wait(days=1)
    read(office, "o-win")
    assert len(on_record(office)) == 4


def test_the_person_sees_which_office_read_when_and_why_but_not_who(office: Team) -> None:
    read(office, "o-win")
    office.wait(days=1)
    read(office, "o-head", "appeal")
    shown = told(office)
    assert [(one["on"], one["purpose"]) for one in shown] == [
        ("2026-03-03", "appeal"),
        ("2026-03-02", "task"),
    ]
    assert shown[0]["number"] == NUMBER and shown[0]["office"]["department"] == "URB"
    assert "o-head" not in str(shown) and "o-win" not in str(shown)
    assert told(office, "p-somebody-else") == []


def test_the_log_comes_page_by_page(office: Team) -> None:
    for _ in range(5):
        read(office, "o-win")
        office.wait(days=1)
    on_record(office)
    first = office.ask(APPLICANT.person, LOG, query={"limit": "3"}).body
    rest = office.ask(
        APPLICANT.person, LOG, query={"limit": "3", "cursor": first["next_cursor"]}
    ).body
    days = [one["on"] for one in (*first["reads"], *rest["reads"])]
    assert days == sorted(days, reverse=True) and len(days) == 5 and rest["next_cursor"] is None
    assert office.ask("p-other", LOG, query={"cursor": first["next_cursor"]}).status == 400


def test_applicant_and_parties_read_freely(office: Team) -> None:
    answer = read(office, APPLICANT.person)
    assert answer.status == 200 and "remarks" not in answer.body
    assert on_record(office) == []


@pytest.mark.parametrize("person", ["o-head", "o-sup"])
def test_a_head_or_supervisor_says_why_and_a_try_without_a_word_is_on_record(
    office: Team, person: str
) -> None:
    refused = read(office, person)
    assert (refused.status, refused.body["type"]) == (403, "urn:sunlit:problem:purpose-needed")
    assert refusals(office) == ["purpose-needed"] and on_record(office) == []
    purpose = "supervision" if person == "o-sup" else "statistics"
    answer = read(office, person, purpose)
    assert answer.status == 200 and "remarks" in answer.body
    assert on_record(office)[0].acts[0].data["purpose"] == purpose


@pytest.mark.parametrize("purpose", ["supervision", "complaint"])
@pytest.mark.parametrize("person", ["o-win", "o-head"])
def test_nobody_but_a_supervisor_reads_what_its_subject_learns_only_later(
    office: Team, person: str, purpose: str
) -> None:
    assert read(office, person, purpose).status == 403
    task = office.task("abc")
    answer = office.ask(person, "GET /tasks/{task}", task=task, query={"purpose": purpose})
    assert answer.body["type"].endswith(":purpose-needed")
    assert on_record(office) == []


def test_a_system_reads_for_its_tasks_and_states_no_purpose(office: Team) -> None:
    load_appointments([{"person": "s-oa", "post": "urb-window"}], MONDAY)
    system = Caller(office.door, "s-oa", claims={"kind": "systems", "scope": "tasks:read"})
    assert system(*CASE.split(), number=NUMBER).status == 200
    for purpose in PURPOSES:
        assert system(*CASE.split(), number=NUMBER, query={"purpose": purpose}).status in (403, 404)
    assert {entry.acts[0].data["purpose"] for entry in on_record(office)} == {"task"}


def test_a_supervisor_reads_for_supervision_only(office: Team) -> None:
    assert read(office, "o-sup", "statistics").status == 403
    assert read(office, "o-sup", "complaint").status == 200


@pytest.mark.parametrize(("purpose", "days"), [("supervision", 90), ("complaint", 180)])
def test_what_would_warn_somebody_is_told_later(office: Team, purpose: str, days: int) -> None:
    read(office, "o-sup", purpose)
    assert told(office) == []
    office.wait(days=days - 1)
    assert told(office) == []
    office.wait(days=1)
    assert [one["on"] for one in told(office)] == ["2026-03-02"]


@pytest.mark.parametrize("purpose", ["curiosity", "task", "act", ""])
def test_a_purpose_is_one_of_the_list(office: Team, purpose: str) -> None:
    answer = office.ask("o-head", CASE, number=NUMBER, query={"purpose": purpose})
    assert answer.status == 400
    assert on_record(office) == []


@pytest.mark.parametrize("person", ["o-dpf", "o-dpf-head", "o-coord", "p-stranger"])
@pytest.mark.parametrize("purpose", ["", "supervision", "inquiry"])
def test_other_departments_and_strangers_learn_nothing_whatever_they_say(
    office: Team, person: str, purpose: str
) -> None:
    assert read(office, person, purpose).status == 404
    assert on_record(office) == [] and refusals(office) == []


def test_once_the_case_has_ended_a_task_of_old_is_no_reason(office: Team) -> None:
    office.do(
        "abc",
        CompleteTask("accept.0", "not_accept", reasons=("the reason",)),
        "o-win",
        "urb-window",
    )
    assert office.case("abc").clocks.ended_at
    assert read(office, "o-win").status == 403
    old = "abc.accept.0"
    assert (
        office.ask("o-win", "GET /tasks/{task}", task=old).body["type"].endswith(":purpose-needed")
    )
    assert on_record(office) == []
    assert read(office, "o-win", "inquiry").status == 200
    assert (
        office.ask("o-win", "GET /tasks/{task}", task=old, query={"purpose": "inquiry"}).status
        == 200
    )


def test_the_head_opens_a_task_of_the_department_for_a_purpose(office: Team) -> None:
    task = office.task("abc")
    assert (
        office.ask("o-head", "GET /tasks/{task}", task=task)
        .body["type"]
        .endswith(":purpose-needed")
    )
    answer = office.ask("o-head", "GET /tasks/{task}", task=task, query={"purpose": "inquiry"})
    assert (answer.status, answer.body["id"]) == (200, task)
    assert on_record(office)[0].actor.post == "urb-head"


def test_a_material_is_read_as_the_case_is(office: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake.casework, "find", lambda number: "abc")
    path = "GET /cases/{number}/materials/{code}"
    asked = {"number": NUMBER, "code": "sign-rendering"}
    assert office.ask("o-head", path, **asked).status == 403
    assert office.ask("o-win", path, **asked).status == 404, "this case holds none"
    assert len(on_record(office)) == 1


def test_the_viewer_follows_from_how_the_case_was_opened(
    office: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    full = cases.pages.full

    def noting(case: Case, viewer: str) -> dict[str, Any]:
        seen.append(viewer)
        return full(case, viewer)

    monkeypatch.setattr(cases.pages, "full", noting)
    for person, purpose in (
        (APPLICANT.person, ""),
        ("o-win", ""),
        ("o-win", "inquiry"),
        ("o-sup", "complaint"),
    ):
        read(office, person, purpose)
    assert seen == [OWN, OFFICE, OFFICE, SEALED]


def test_two_same_reads_at_once_are_one_act(office: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    read(office, "o-win")
    with monkeypatch.context() as late:
        late.setattr(office.journal, "get", lambda stream, seq: None)  # the other is not there yet
        assert read(office, "o-win").status == 200
    assert len(on_record(office)) == 1


def test_the_read_is_on_record_before_it_is_answered(
    office: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*entries: Entry, **beside: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(office.journal, "append", away)
    assert read(office, "o-win").status == 500


def test_the_days_are_those_of_the_stage(office: Team) -> None:
    office.now = MONDAY.replace(hour=23, minute=59)
    read(office, "o-win")
    office.now += timedelta(minutes=2)
    read(office, "o-win")
    assert sorted(entry.acts[0].data["on"] for entry in on_record(office)) == [
        "2026-03-02",
        "2026-03-03",
    ]


def test_who_becomes_a_party_is_told_of_the_next_reading_also_on_the_same_day(office: Team) -> None:
    case, reader = office.case("abc"), Actor("o-win", "urb-window")
    put_on_record(case, reader, "task", office.now)
    interested = {**case.participants.interested, "p-neighbour": "next door"}
    with_party = replace(case, participants=replace(case.participants, interested=interested))
    assert "p-neighbour" in with_party.participants.parties
    for _ in range(2):
        put_on_record(with_party, reader, "task", office.now)
    assert len(told(office, "p-neighbour")) == 1 and len(told(office)) == 2


def test_a_reading_of_which_nobody_can_be_told_is_still_found_when_its_time_is_over(
    office: Team,
) -> None:
    nobody = replace(office.case("abc"), participants=Participants())
    assert not nobody.participants.parties
    put_on_record(nobody, Actor("o-head", "urb-head"), "inquiry", office.now)
    (entry,) = on_record(office)
    assert [key[0] for key in rows_of(nobody)] == [entry.stream]


def test_what_a_supervisor_tried_is_told_the_public_as_late_as_their_reading(office: Team) -> None:
    for person in ("o-sup", "o-head"):
        read(office, person)
    known = [one["post"] for one in of_case("abc", office.now)]
    assert known == ["urb-head"]
    later = [one["post"] for one in of_case("abc", office.now + timedelta(days=90))]
    assert later == ["city-supervisor", "urb-head"]
