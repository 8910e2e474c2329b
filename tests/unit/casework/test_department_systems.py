"""A department's system: told by signed messages, reporting milestones, late like an officer, held
to its scopes.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import authority, notify
from chalicelib.authority import CedarEngine, grants
from chalicelib.authority.registers import webhooks
from chalicelib.casework.acts import ApplyDeadlines, Claim, CompleteTask, Report
from chalicelib.casework.consumers import department_systems
from chalicelib.casework.errors import MilestonesMany, TaskClaimedByOther, TaskDone
from chalicelib.casework.execution import events
from chalicelib.casework.use_cases.permissions import task_resource
from chalicelib.casework.views import pages
from chalicelib.kernel import aws
from chalicelib.kernel.authorization import Post, Principal, permit
from chalicelib.kernel.errors import Invalid, NotFound, StrongerSignInNeeded
from chalicelib.kernel.journal import Actor
from tests.support.builders.cases import APPROVER, REVIEWER, WINDOW, Desk
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal, MemoryViews

SYSTEM = Actor("s-urb-oa", "urb-reviewer")
URL = "https://oa.urb.example/hooks"


def at_review(**changes: Any) -> Desk:
    """A case at its reviewer, who is a system."""
    desk = Desk(**changes)
    desk.do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    return desk


def report(
    desk: Desk, title: str = "现场踏勘完成", actor: Actor = SYSTEM, hours: float = 0
) -> list[str]:
    """The acts of a report of something that was reached so many hours ago."""
    return desk.do(Report(desk.open("review"), title, desk.at - timedelta(hours=hours)), actor)


def test_a_milestone_is_on_record_for_the_office_and_the_task_stays_open() -> None:
    desk = at_review()
    assert report(desk, hours=2) == ["MilestoneReported"]
    told = desk.case.record.remarks[-1]
    assert (told["note"], told["post"], told["act"]) == (
        "现场踏勘完成",
        "urb-reviewer",
        "MilestoneReported",
    )
    assert "踏勘" not in str(desk.entries[-1].acts[0].data), "the public part says no text"
    assert desk.open("review")


def test_a_milestone_lies_in_the_past_and_on_an_open_task_of_ones_own() -> None:
    desk = at_review()
    with pytest.raises(Invalid) as caught:
        report(desk, hours=-1)
    assert caught.value.faults[0].message == "moment-to-come"
    with pytest.raises(Invalid) as caught:
        report(desk, hours=24)
    assert caught.value.faults[0].message == "moment-before-case"
    desk.do(Claim(desk.open("review")), REVIEWER)
    with pytest.raises(TaskClaimedByOther):
        report(desk)
    visit = desk.open("review")
    desk.do(CompleteTask(visit, "pass"), REVIEWER)
    with pytest.raises(TaskDone):
        desk.do(Report(visit, "x", desk.at), REVIEWER)


def test_a_system_that_reports_without_end_is_stopped() -> None:
    desk = at_review()
    for number in range(20):
        report(desk, f"第{number}步")
    with pytest.raises(MilestonesMany):
        report(desk)


def test_a_systems_lateness_counts_like_an_officers() -> None:
    by_system, by_person = at_review(), at_review()
    report(by_system)
    by_system.do(Claim(by_system.open("review")), SYSTEM)
    by_person.do(Claim(by_person.open("review")), REVIEWER)
    warned = [each.wait(days=60).do(ApplyDeadlines()) for each in (by_system, by_person)]
    assert warned[0] == warned[1] and "WarningRaised" in warned[0]
    assert "urb-reviewer" in str([act.data for act in by_system.entries[-1].acts])
    assert by_system.case.clocks.colour == by_person.case.clocks.colour == "red"


def test_a_system_that_did_one_step_is_kept_from_the_next_like_a_person() -> None:
    desk = at_review()
    desk.do(CompleteTask(desk.open("review"), "pass"), Actor("s-urb-oa", "urb-reviewer"))
    visit = desk.case.visits[desk.open("approve")]
    assert "s-urb-oa" in desk.case.excluded_persons(visit)


# ---- strong sign-in and scopes
# --------------------------------------------------------------------------
def officer(person: str = "o-app", post: str = "urb-approver", **more: Any) -> Principal:
    """Who holds a post."""
    return Principal(person, posts=(Post(post, "URB", frozenset({"approver"})),), **more)


@pytest.fixture
def office(
    memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch
) -> Iterator[MemoryGrants]:
    """Posts of the Urban Management Bureau, and a register of webhooks."""
    fake = MemoryGrants()
    grants.use(fake)
    monkeypatch.setattr(
        authority,
        "post_of",
        lambda post: {"title": {"zh": "岗", "en": "post"}, "department": "URB"},
    )
    monkeypatch.setattr(webhooks, "_root", lambda: b"root")
    webhooks.posts_told.cache_clear()
    yield fake
    webhooks.posts_told.cache_clear()
    grants.use(None)


@pytest.mark.usefixtures("office")
def test_a_decision_that_wants_a_strong_sign_in_asks_a_weak_one_to_step_up() -> None:
    desk = at_review(strong_sign_in=["decide"])
    desk.do(CompleteTask(desk.open("review"), "pass"), REVIEWER)
    task = task_resource(desk.case, desk.case.visits[desk.open("approve")])
    assert task.facts["strong"]
    permit(CedarEngine(), officer(is_strong=True), "complete_task", task)
    permit(CedarEngine(), officer(), "claim_task", task)
    with pytest.raises(StrongerSignInNeeded) as caught:
        permit(CedarEngine(), officer(), "complete_task", task)
    assert "insufficient_user_authentication" in caught.value.headers["WWW-Authenticate"]
    assert caught.value.status == 401


@pytest.mark.usefixtures("office")
def test_who_may_not_decide_anyway_is_not_asked_to_step_up() -> None:
    desk = at_review(strong_sign_in=["decide"])
    desk.do(CompleteTask(desk.open("review"), "pass"), REVIEWER)
    task = task_resource(desk.case, desk.case.visits[desk.open("approve")])
    for stranger in (
        officer("o-rev"),
        officer(post="dpf-approver"),
        officer("s-oa", is_system=True),
    ):
        with pytest.raises(Exception) as caught:
            permit(CedarEngine(), stranger, "complete_task", task)
        assert not isinstance(caught.value, StrongerSignInNeeded)


@pytest.mark.usefixtures("office")
def test_no_other_step_and_no_other_item_wants_it() -> None:
    desk = at_review(strong_sign_in=["decide"])
    assert not task_resource(desk.case, desk.case.visits[desk.open("review")]).facts["strong"]
    plain = at_review()
    plain.do(CompleteTask(plain.open("review"), "pass"), REVIEWER)
    assert not task_resource(plain.case, plain.case.visits[plain.open("approve")]).facts["strong"]


# ---- webhooks
# -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("office")
def test_a_post_has_one_address_and_each_registration_a_secret_of_its_own() -> None:
    with pytest.raises(NotFound):
        webhooks.of("urb-reviewer")
    first = webhooks.register("urb-reviewer", URL)
    second = webhooks.register("urb-reviewer", URL + "/2")
    assert webhooks.of("urb-reviewer") == second
    assert (
        webhooks.secret(first)
        != webhooks.secret(second)
        != webhooks.secret(webhooks.register("other", URL))
    )
    assert webhooks.posts_told() == {"urb-reviewer", "other"}


@pytest.mark.usefixtures("office")
def test_an_ended_address_is_told_nothing_and_is_ended_once(
    memory: tuple[MemoryJournal, MemoryViews],
) -> None:
    webhooks.register("urb-reviewer", URL)
    assert webhooks.end("urb-reviewer").url == ""
    for ask in (lambda: webhooks.of("urb-reviewer"), lambda: webhooks.end("urb-reviewer")):
        with pytest.raises(NotFound):
            ask()
    assert webhooks.posts_told() == frozenset()
    kept = memory[0].read("webhook#urb-reviewer")
    assert [entry.acts[0].type for entry in kept] == ["WebhookRegistered", "WebhookEnded"]
    assert URL not in str([entry.acts[0].data for entry in kept])


def test_opened_tasks_are_told_for_posts_with_a_system_and_no_others() -> None:
    desk = at_review()
    posts = frozenset({"urb-reviewer"})
    told = [each for entry in desk.entries for each in events.of_entry(desk.case, entry, posts)]
    opened = [each for each in told if each.type == "TaskOpened"]
    assert [(each.detail["post"], each.detail["visit"]) for each in opened] == [
        ("urb-reviewer", "review.2")
    ]
    assert not [
        e
        for entry in desk.entries
        for e in events.of_entry(desk.case, entry)
        if e.type == "TaskOpened"
    ]
    first = Desk()
    (opened_first,) = [
        each for each in events.of_entry(first.case, first.entries[0], frozenset({"urb-window"}))
        if each.type == "TaskOpened"
    ]  # fmt: skip
    assert opened_first.detail["visit"] == "accept.0"


DETAIL = {
    "case": "a" * 26, "number": "URB-2026-W-000001", "item": "shop-sign", "item_version": 1, "authority": "URB",
    "seq": 2, "act": 0, "at": "2026-03-02T09:30:00.000+08:00", "visit": "review.2", "step": "review",
    "post": "urb-reviewer",
}  # fmt: skip


def record(detail: dict[str, Any], number: int = 1, tries: int = 1) -> dict[str, Any]:
    """A message of the queue."""
    return {
        "messageId": f"m{number}", "receiptHandle": f"r{number}", "body": json.dumps({"detail": detail}),
        "attributes": {"ApproximateReceiveCount": str(tries)},
    }  # fmt: skip


class Queue:
    """Notes what is put off, and for how long."""

    def __init__(self) -> None:
        self.put_off: dict[str, int] = {}

    def change_message_visibility(self, **asked: Any) -> None:
        """See SQS."""
        self.put_off[asked["ReceiptHandle"]] = asked["VisibilityTimeout"]


class Systems:
    """The systems of the departments: those that are ``away`` take nothing."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.asked: list[str] = []
        self.told: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    def take(self, url: str, head: dict[str, str], body: bytes, inside: Any) -> None:
        """See ``notify.tell_system``."""
        self.asked.append(url)
        if url in self.away:
            raise notify.NotTold("TimeoutError")
        self.told.append((url, head, json.loads(body)))


@pytest.fixture
def sent(office: MemoryGrants, monkeypatch: pytest.MonkeyPatch) -> Systems:
    """A reviewer's and a window's system."""
    made, queue = Systems(), Queue()
    monkeypatch.setattr(notify, "tell_system", made.take)
    monkeypatch.setattr(aws, "client", lambda service: queue)
    monkeypatch.setattr(made, "queue", queue, raising=False)
    monkeypatch.setattr(department_systems, "_away", {})
    webhooks.register("urb-reviewer", URL)
    webhooks.register("urb-window", URL + "/window")
    return made


def test_a_system_is_told_which_task_and_nothing_about_persons(sent: Systems) -> None:
    assert department_systems.handle({"Records": [record(DETAIL)]}) == {"batchItemFailures": []}
    ((url, head, body),) = sent.told
    assert url == URL
    assert body == {
        "type": "task.opened",
        "timestamp": DETAIL["at"],
        "data": {
            "task": f"{DETAIL['case']}.review.2", "number": "URB-2026-W-000001", "item": "shop-sign",
            "item_version": 1, "step": "review", "post": "urb-reviewer",
        },
    }  # fmt: skip
    assert head["webhook-id"] == f"task_{DETAIL['case']}_review_2"


def test_an_absent_system_holds_up_no_other_and_is_tried_again_later_and_later(
    sent: Systems,
) -> None:
    sent.away = {URL}
    batch = [record(DETAIL, 1, tries=1), record(DETAIL | {"post": "urb-window"}, 2)]
    assert department_systems.handle({"Records": batch}) == {
        "batchItemFailures": [{"itemIdentifier": "m1"}]
    }
    assert [url for url, _, _ in sent.told] == [URL + "/window"]
    waits = []
    for tries in range(1, 9):
        department_systems._away.clear()
        department_systems.handle({"Records": [record(DETAIL, 1, tries)]})
        waits.append(sent.queue.put_off["r1"])  # type: ignore[attr-defined]
    assert waits == [*department_systems.AGAIN_AFTER, department_systems.AGAIN_AFTER[-1]]
    assert all(wait < 12 * 3600 for wait in waits), "SQS takes no more"


def test_a_system_that_was_not_reached_is_not_tried_with_every_message(sent: Systems) -> None:
    sent.away = {URL}
    for number in range(5):
        department_systems.handle({"Records": [record(DETAIL, number)]})
    assert sent.asked == [URL]


def test_what_is_told_again_bears_the_same_id(sent: Systems) -> None:
    for _ in range(2):
        department_systems.handle({"Records": [record(DETAIL)]})
    assert len({head["webhook-id"] for _, head, _ in sent.told}) == 1


def test_a_message_for_an_ended_address_is_done_with(sent: Systems) -> None:
    webhooks.end("urb-reviewer")
    assert department_systems.handle({"Records": [record(DETAIL)]}) == {"batchItemFailures": []}
    assert sent.told == []


def test_the_page_of_a_task_shows_a_milestone_with_its_moment(office: MemoryGrants) -> None:
    desk = at_review()
    report(desk, hours=3)
    (shown,) = pages.remarks(desk.case)
    assert (shown["act"], shown["note"]) == ("MilestoneReported", "现场踏勘完成")
    assert shown["reached_at"] < shown["at"]


def test_who_decided_by_a_strong_sign_in_is_not_the_system(office: MemoryGrants) -> None:
    desk = at_review(strong_sign_in=["review"])
    task = task_resource(desk.case, desk.case.visits[desk.open("review")])
    system = Principal(
        "s-urb-oa", posts=(Post("urb-reviewer", "URB", frozenset({"reviewer"})),), is_system=True,
        scopes=frozenset({"tasks:read", "tasks:act"}),
    )  # fmt: skip
    assert CedarEngine().allows(system, "claim_task", task)
    assert not CedarEngine().allows(system, "complete_task", task)
    assert APPROVER.person not in desk.case.excluded_persons(desk.case.visits[desk.open("review")])


WARNING = {
    "case": DETAIL["case"], "number": "URB-2026-W-000001", "item": "shop-sign", "item_version": 1,
    "authority": "URB", "seq": 7, "act": 1, "at": DETAIL["at"], "level": "red",
    "clock": "step.review.2", "due": "2026-12-01", "posts": ["urb-reviewer", "urb-window", "urb-head"],
}  # fmt: skip


def warned(tries: int = 1) -> dict[str, Any]:
    """A warning as the queue brings it."""
    event = {"detail-type": "WarningRaised", "detail": WARNING}
    return record({}, tries=tries) | {"body": json.dumps(event)}


def test_a_warning_is_told_to_the_system_of_each_post_that_it_concerns(sent: Systems) -> None:
    assert department_systems.handle({"Records": [warned()]}) == {"batchItemFailures": []}
    assert [url for url, _, _ in sent.told] == [URL, URL + "/window"], "the head has no system"
    (_, head, body), _ = sent.told
    assert head["webhook-id"] == f"warning_{DETAIL['case']}_7_1_urb-reviewer"
    assert body == {
        "type": "warning.raised",
        "timestamp": DETAIL["at"],
        "data": {
            "number": "URB-2026-W-000001", "item": "shop-sign", "item_version": 1, "level": "red",
            "clock": "step.review.2", "due": "2026-12-01", "post": "urb-reviewer",
        },
    }  # fmt: skip


def test_the_administrator_sees_what_became_of_the_newest_messages(sent: Systems) -> None:
    sent.away = {URL}
    assert department_systems.handle({"Records": [warned(tries=3)]})["batchItemFailures"]
    failed = webhooks.noted("urb-reviewer", webhooks.NOT_TAKEN)
    assert failed and (failed["reason"], failed["tries"]) == ("TimeoutError", 3)
    assert webhooks.noted("urb-reviewer", webhooks.TAKEN) is None
    sent.away = set()
    department_systems._away.clear()
    department_systems.handle({"Records": [warned(tries=4)]})
    taken = webhooks.noted("urb-reviewer", webhooks.TAKEN)
    assert taken and taken["message"] == failed["message"]
    window = [head["webhook-id"] for url, head, _ in sent.told if url.endswith("/window")]
    assert len(window) == 2 and len(set(window)) == 1, "told again under the same id"


def test_a_message_that_was_taken_stays_taken_where_that_cannot_be_noted(
    sent: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*told: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(authority, "note_webhook", fails)
    assert department_systems.handle({"Records": [record(DETAIL)]}) == {"batchItemFailures": []}
