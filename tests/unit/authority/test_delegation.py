"""What a department has delegated to a window: in its name, within the named outcomes, and only as
long as it lasts.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import authority, catalog
from chalicelib.authority.acts import AbsenceRequest, Delegation
from chalicelib.authority.policies import hindsight
from chalicelib.authority.registers import appointments, delegations, loading
from chalicelib.casework.acts import CompleteTask
from chalicelib.casework.use_cases import repository
from chalicelib.casework.views import pages
from chalicelib.kernel.aggregates import ActOrigin
from chalicelib.kernel.commands import commit
from chalicelib.supervision import conformance
from tests.support.builders.registers import Registers, city
from tests.support.builders.teams import Team, team
from tests.support.city.items import sample

__all__ = ["city", "team"]

GIVEN = {
    "post": "urb-approver",
    "to": "urb-chief-window",
    "items": ["shop-sign"],
    "outcomes": ["approve", "refuse"],
}
UNTIL = "2036-01-01T00:00:00+08:00"
COMPLETE, VIEW = "POST /tasks/{task}/complete", "GET /tasks/{task}"


@pytest.fixture
def office(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """A team whose approver has delegated shop signs to the chief window."""
    monkeypatch.setattr(catalog, "version", lambda item, version: sample())
    title = {"zh": "首席窗口", "en": "Chief window"}
    loading.load_posts(
        [{"id": "urb-chief-window", "title": title, "department": "URB", "roles": ["window"]}],
        team.now,
    )
    held = [{"person": person, "post": "urb-chief-window"} for person in ("o-chief", "o-rev-2")]
    loading.load_appointments(held, team.now)
    loading.load_delegations([{"id": "signs", **GIVEN, "until": UNTIL}], team.now)
    team.wait(minutes=1)
    yield team


def at_approver(office: Team, name: str, **changed: Any) -> str:
    """The approver's task of a new case, accepted and reviewed."""
    office.file(name, **changed)
    office.do(name, CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    office.do(name, CompleteTask("review.2", "pass"), "o-rev-2", "urb-reviewer")
    return office.task(name)


def test_the_delegate_decides_by_the_window_and_the_record_says_so(office: Team) -> None:
    task = at_approver(office, "abc")
    assert [each["id"] for each in office.inbox("o-chief", "urb-approver")] == [task]
    assert office.ask("o-chief", VIEW, task=task).status == 200
    assert office.ask("o-chief", "POST /tasks/{task}/claim", task=task).status == 200
    assert office.ask("o-chief", COMPLETE, {"outcome": "approve"}, task=task).status == 200
    case, entries = repository.load("abc")
    assert entries[-1].actor.post == "urb-chief-window"
    assert entries[-1].acts[0].data["delegation"] == "signs"
    step = next(visit for visit in case.visits.values() if visit.step == "approve")
    shown = pages._step(case, step)
    assert (shown["delegation"], shown["office"]["title"]["en"]) == ("signs", "Chief window")
    assert conformance.report(entries, authority.covers)["conforms"]
    assert [f["rule"] for f in conformance.report(entries)["findings"]] == ["post"], (
        "no delegation, no right"
    )


@pytest.mark.parametrize("outcome", ["return", "refer"])
def test_an_outcome_that_was_not_delegated_is_refused(office: Team, outcome: str) -> None:
    task = at_approver(office, "abc")
    refused = office.ask("o-chief", COMPLETE, {"outcome": outcome, "reasons": ["再查"]}, task=task)
    assert refused.status == 403
    assert office.case("abc").status == "accepted"


def test_another_items_tasks_are_not_seen(office: Team) -> None:
    task = at_approver(office, "abc", item="disability-benefit")
    assert office.inbox("o-chief", "urb-approver") == []
    assert office.ask("o-chief", VIEW, task=task).status == 404
    assert office.ask("o-chief", COMPLETE, {"outcome": "approve"}, task=task).status == 404


def test_another_posts_tasks_are_not_seen(office: Team) -> None:
    office.file("abc")
    office.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    assert office.ask("o-chief", VIEW, task=office.task("abc")).status == 404
    assert office.ask("o-chief", "GET /tasks", query={"post": "urb-reviewer"}).status == 404


def test_duties_stay_separate_under_a_delegation(office: Team) -> None:
    task = at_approver(office, "abc")
    refused = office.ask("o-rev-2", COMPLETE, {"outcome": "approve"}, task=task)
    assert refused.status == 403, "who reviewed does not decide, by whatever post"


def test_it_ends_at_once_when_it_is_taken_back(office: Team) -> None:
    task = at_approver(office, "abc")
    assert office.ask("o-chief", "POST /tasks/{task}/claim", task=task).status == 200
    delegations.end("signs")
    assert office.ask("o-chief", COMPLETE, {"outcome": "approve"}, task=task).status == 404
    assert office.ask("o-chief", "GET /tasks", query={"post": "urb-approver"}).status == 404
    taken = office.ask("o-app", "POST /tasks/{task}/claim", task=task)
    assert taken.status == 200, "the claim of who may no longer work on it keeps nobody away"


def test_what_was_decided_before_the_end_still_conforms(office: Team) -> None:
    task = at_approver(office, "abc")
    assert office.ask("o-chief", COMPLETE, {"outcome": "approve"}, task=task).status == 200
    office.wait(days=1)
    delegations.end("signs")
    assert conformance.report(repository.load("abc")[1], authority.covers)["conforms"]


def test_the_claim_of_a_delegate_stands(office: Team) -> None:
    task = at_approver(office, "abc")
    assert office.ask("o-chief", "POST /tasks/{task}/claim", task=task).status == 200
    assert office.ask("o-app", "POST /tasks/{task}/claim", task=task).status == 409


def test_the_own_post_comes_before_what_is_delegated(office: Team) -> None:
    loading.load_appointments([{"person": "o-app", "post": "urb-chief-window"}], office.now)
    task = at_approver(office, "abc")
    assert office.ask("o-app", COMPLETE, {"outcome": "approve"}, task=task).status == 200
    entry = repository.load("abc")[1][-1]
    assert entry.actor.post == "urb-approver"
    assert "delegation" not in entry.acts[0].data


def test_several_tasks_are_decided_under_it_at_once(office: Team) -> None:
    tasks = [at_approver(office, name, number=n) for n, name in enumerate(("abc", "def"), 1)]
    body = {"tasks": [{"task": task, "outcome": "approve"} for task in tasks]}
    done = office.ask("o-chief", "POST /task-batches", body)
    assert [each["status"] for each in done.body["results"]] == [200, 200]


def test_a_substitute_decides_and_only_the_office_learns_that(office: Team) -> None:
    task = at_approver(office, "abc")
    ends = office.now.replace(year=office.now.year + 1)
    request = AbsenceRequest("o-app", "urb-approver", "o-deputy", office.now, ends)
    commit(appointments.prepare_absence(request, ActOrigin("", 0, office.now)))
    assert office.ask("o-deputy", COMPLETE, {"outcome": "approve"}, task=task).status == 200
    case, entries = repository.load("abc")
    assert entries[-1].actor.post == "urb-approver"
    assert "substitute" not in entries[-1].acts[0].data
    assert [each["substitute"] for each in pages.remarks(case)] == [True]
    assert "substitute" not in str(pages.record(case))


PROPOSAL = ("delegation", GIVEN)


def test_a_delegation_takes_two_persons_and_is_public(city: Registers) -> None:
    given = city.made(*PROPOSAL, until=city.last_day(30))
    told = city.ask("", "GET /delegations").body["delegations"]
    assert [(each["id"], each["post"]["id"], each["to"]["id"]) for each in told] == [
        (given, "urb-approver", "urb-chief-window")
    ]
    posts = {post["id"]: post for post in city.ask("", "GET /posts").body["posts"]}
    assert not posts["urb-chief-window"]["accepts_only"]
    assert posts["urb-chief-window"]["delegations"][0]["outcomes"] == ["approve", "refuse"]
    assert posts["urb-window"]["accepts_only"]


def test_the_department_that_delegates_answers_the_proposal(city: Registers) -> None:
    change = city.propose(*PROPOSAL, until=city.last_day(30)).body["id"]
    assert city.answer(change, "o-dpf-head").status == 404
    assert city.answer(change, "o-head").status == 200


def test_who_would_decide_by_it_does_not_approve_it(city: Registers) -> None:
    city.made("appointment", {"person": "o-head", "post": "urb-chief-window"})
    change = city.propose(*PROPOSAL, until=city.last_day(30)).body["id"]
    assert city.answer(change, "o-head").status == 403
    assert city.answer(change).status == 200


def delegations_of(city: Registers, person: str) -> list[str]:
    me = city.ask(person, "GET /me").body
    return [given["post"] for post in me["posts"] for given in post["delegations"]]


def test_it_holds_for_its_period_also_for_who_comes_to_the_window_later(city: Registers) -> None:
    city.made(*PROPOSAL, **{"from": city.day(1), "until": city.last_day(3)})
    city.made("appointment", {"person": "o-later", "post": "urb-chief-window"})
    held = []
    for _ in range(4):
        held.append([delegations_of(city, person) for person in ("o-chief", "o-later")])
        city.wait(days=1)
    yes, no = [["urb-approver"]] * 2, [[], []]
    assert held == [no, yes, yes, no]


@pytest.mark.parametrize("person", ["o-admin", "o-head", "o-sec"])
def test_one_person_takes_it_back_at_once(city: Registers, person: str) -> None:
    given = city.made(*PROPOSAL, until=city.last_day(30))
    city.wait(minutes=1)
    end = "POST /delegations/{delegation}/end"
    for other in ("o-chief", "o-dpf-head"):
        assert city.ask(other, end, delegation=given).status == 403
    assert delegations_of(city, "o-chief") == ["urb-approver"]
    ended = city.ask(person, end, delegation=given, key="ends-it")
    assert ended.status == 200
    assert delegations_of(city, "o-chief") == []
    assert city.ask("", "GET /delegations").body["delegations"] == []
    assert city.ask(person, end, delegation=given, key="ends-it").body == ended.body
    assert city.ask(person, end, delegation=given).status == 409
    assert city.ask("o-admin", end, delegation="nothing").status == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": "urb-approver"}, "/data/to"),
        ({"to": "urb-head"}, "/data/to"),
        ({"to": "nothing"}, "/data/to"),
        ({"post": "nothing"}, "/data/post"),
        ({"items": []}, "/data/items"),
        ({"outcomes": []}, "/data/outcomes"),
        ({"items": ["shop-sign", "shop-sign"]}, "/data/items"),
    ],
)
def test_only_another_window_is_delegated_to(
    city: Registers, changed: dict[str, Any], field: str
) -> None:
    refused = city.propose("delegation", {**GIVEN, **changed}, until=city.last_day(30))
    assert refused.status == 422
    assert field in [each["field"] for each in refused.body["errors"]]


def test_a_delegation_covers_what_it_names_and_nothing_else(city: Registers) -> None:
    known = Delegation(
        "d",
        "urb-approver",
        "urb-chief-window",
        ("shop-sign",),
        ("approve",),
        city.now,
        city.wait(days=1),
    )
    asked: list[Any] = ["urb-chief-window", "urb-approver", "shop-sign", "approve", known.starts]
    assert known.covers(*asked)
    for place, other in enumerate(["urb-window", "urb-head", "mass-event", "refuse", known.ends]):
        assert not known.covers(*[*asked[:place], other, *asked[place + 1 :]])


def test_two_delegations_to_one_window_stand_side_by_side(city: Registers) -> None:
    first = city.made(*PROPOSAL, until=city.last_day(30))
    city.made(
        "delegation",
        {**GIVEN, "post": "urb-head", "items": ["mass-event"]},
        until=city.last_day(30),
    )
    assert delegations_of(city, "o-chief") == ["urb-approver", "urb-head"]
    city.wait(minutes=1)
    city.ask("o-admin", "POST /delegations/{delegation}/end", delegation=first)
    assert delegations_of(city, "o-chief") == ["urb-head"]


def test_what_has_ceased_to_be_a_window_decides_nothing_by_delegation(city: Registers) -> None:
    city.made("delegation", GIVEN, until=city.last_day(100))
    city.wait(minutes=1)
    held = {post["post"]: post for post in city.ask("o-chief", "GET /me").body["posts"]}
    assert held["urb-chief-window"]["delegations"]
    post = {
        "id": "urb-chief-window",
        "title": {"zh": "审查", "en": "Reviewer"},
        "department": "URB",
    }
    city.made("post", {**post, "roles": ["reviewer"]})
    city.wait(minutes=1)
    held = {post["post"]: post for post in city.ask("o-chief", "GET /me").body["posts"]}
    assert held["urb-chief-window"]["delegations"] == []
    assert city.ask("", "GET /delegations").body["delegations"] == []
    assert hindsight.posts_on("o-chief", city.now)[0]["delegations"] == []
