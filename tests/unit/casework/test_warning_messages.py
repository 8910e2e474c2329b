"""Who is told of what: the applicant of their case; officer, head and supervisor of its
warnings.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.authority.registers.loading import load_appointments, load_posts
from chalicelib.casework.acts import DECLARED, ApplyDeadlines, CompleteTask
from chalicelib.casework.consumers import case_messages
from chalicelib.casework.execution import events
from chalicelib.kernel import clock
from tests.support.builders.cases import MONDAY, WINDOW, Desk
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal, MemoryViews

OFFICES = {"window": "o-win", "reviewer": "o-rev", "head": "o-head", "supervisor": "o-sup"}
POSTS = {
    "window": "urb-window",
    "reviewer": "urb-reviewer",
    "head": "urb-head",
    "supervisor": "city-supervisor",
}


@pytest.fixture
def city(
    memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch
) -> Iterator[MemoryViews]:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    grants.use(MemoryGrants())
    post = {"title": {"zh": "岗位", "en": "Post"}, "department": "URB"}
    load_posts([{**post, "id": POSTS[role], "roles": [role]} for role in OFFICES], MONDAY)
    load_appointments(
        [{"person": person, "post": POSTS[role]} for role, person in OFFICES.items()], MONDAY
    )
    yield memory[1]
    grants.use(None)


def inboxes(views: MemoryViews) -> dict[str, list[str]]:
    """Kinds of message by person, oldest first."""
    told: dict[str, list[str]] = {}
    for row in sorted(views.rows.values(), key=lambda row: row.owner_at):
        told.setdefault(row.pk.removeprefix("inbox#"), []).append(row.data["kind"])
    return told


def tell_all(desk: Desk, journal: MemoryJournal) -> list[dict[str, Any]]:
    """Put the case on record and tell each of its events twice, as queues do."""
    journal.entries.update({(e.stream, e.seq): e for e in desk.entries})
    told = [
        event
        for entry in desk.entries
        for event in events.of_entry(desk.case, entry)
        if event.type in DECLARED
    ]
    as_sent = [{"detail-type": event.type, "detail": dict(event.detail)} for event in told]
    for event in [*as_sent, *as_sent]:
        case_messages.tell(event)
    return as_sent


def test_each_warning_reaches_whom_it_concerns_once(
    city: MemoryViews, memory: tuple[MemoryJournal, MemoryViews]
) -> None:
    desk = Desk()
    desk.do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    while desk.case.clocks.colour != "red":
        desk.at += timedelta(days=1)
        desk.do(ApplyDeadlines())
    tell_all(desk, memory[0])
    told = inboxes(city)
    assert sorted(told["o-rev"]) == sorted(
        ["warning.reminder", "warning.yellow", "warning.reminder", "warning.yellow", "warning.red"]
    )
    assert (
        told["o-head"].count("warning.yellow") == 2
        and told["o-head"].count("warning.reminder") == 0
    )
    assert told["o-sup"] == ["warning.red"]
    assert told["p-li-na"] == ["case.filed", "case.accepted"]
    assert "o-win" not in told


def test_a_warning_says_in_both_languages_which_limit_it_is(
    city: MemoryViews, memory: tuple[MemoryJournal, MemoryViews]
) -> None:
    desk = Desk()
    desk.wait(days=7).do(ApplyDeadlines())
    tell_all(desk, memory[0])
    reminder = next(row for row in city.rows.values() if row.data["kind"] == "warning.reminder")
    assert reminder.data["params"]["clock"] == {"zh": "受理", "en": "acceptance"}


def test_the_head_hears_of_an_acceptance_by_default_itself(
    city: MemoryViews, memory: tuple[MemoryJournal, MemoryViews]
) -> None:
    desk = Desk()
    desk.wait(days=8).do(ApplyDeadlines())
    tell_all(desk, memory[0])
    told = inboxes(city)
    assert told["o-head"].count("case.accepted_by_silence") == 1
    assert told["p-li-na"].count("case.accepted_by_default") == 1
    assert "case.accepted_by_silence" not in [*told["p-li-na"], *told.get("o-win", [])]


def test_without_a_head_the_supervisor_hears_of_it(
    city: MemoryViews, memory: tuple[MemoryJournal, MemoryViews]
) -> None:
    posts = {role: post for role, post in POSTS.items() if role != "head"}
    desk = Desk(posts=posts)
    desk.wait(days=8).do(ApplyDeadlines())
    tell_all(desk, memory[0])
    assert inboxes(city)["o-sup"].count("case.accepted_by_silence") == 1


def test_a_batch_reads_a_case_once_and_no_calendar(
    city: MemoryViews,
    memory: tuple[MemoryJournal, MemoryViews],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    desk.do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    desk.wait(days=60)
    desk.do(ApplyDeadlines())
    sent = tell_all(desk, memory[0])
    read = []
    monkeypatch.setattr(
        memory[0],
        "read",
        lambda stream, after=0: read.append(stream) or MemoryJournal.read(memory[0], stream, after),
    )
    batch = case_messages.Batch()
    for event in sent:
        batch.tell(event)
    assert len(sent) > 3
    assert read == [desk.entries[0].stream]
