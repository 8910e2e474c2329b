"""Posts that nobody holds: somebody hears of their work all the same; none is emptied unseen."""

from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.authority.registers.loading import load_appointments, load_posts
from chalicelib.casework.acts import ApplyDeadlines
from chalicelib.kernel import clock, stores
from chalicelib.kernel.views import Row
from tests.support.builders.case_walks import led
from tests.support.builders.cases import MONDAY, Desk
from tests.support.builders.registers import BOTH, Registers, city  # noqa: F401
from tests.support.fakes.grants import MemoryGrants
from tests.unit.casework.test_warning_messages import POSTS, inboxes, tell_all

OFFICERS = {"window": "o-win", "reviewer": "o-rev", "head": "o-head", "supervisor": "o-sup"}
CLOSING = {"id": "urb-window", "title": BOTH, "department": "URB", "roles": ["window"]}
APPOINTMENT = {"person": "o-new", "post": "urb-window", "name": "新人"}


@pytest.mark.parametrize(
    ("what", "desk", "staffed", "told"),
    [
        ("the reviewer is there", led("licence", "accept"), ("reviewer", "head"), {"o-rev"}),
        ("no reviewer: the head", led("licence", "accept"), ("window", "head"), {"o-head"}),
        ("no head either: the supervisor", led("licence", "accept"), ("supervisor",), {"o-sup"}),
        ("a window without staff", Desk(), ("reviewer", "head", "supervisor"), {"o-head"}),
        ("nobody at all", Desk(), (), set()),
    ],
)
def test_a_reminder_reaches_who_answers_for_the_post(
    what: str,
    desk: Desk,
    staffed: tuple[str, ...],
    told: set[str],
    memory: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    grants.use(MemoryGrants())
    post = {"title": BOTH, "department": "URB"}
    load_posts([{**post, "id": POSTS[role], "roles": [role]} for role in POSTS], MONDAY)
    held = [{"person": OFFICERS[role], "post": POSTS[role]} for role in staffed]
    load_appointments(held, MONDAY)
    while not desk.case.clocks.warnings:
        desk.wait(days=1).do(ApplyDeadlines())
    tell_all(desk, memory[0])
    grants.use(None)
    reminded = {
        person for person, kinds in inboxes(memory[1]).items() if "warning.reminder" in kinds
    }
    assert reminded == told


def leave_work(post: str, tasks: int) -> None:
    for number in range(tasks):
        row = Row(f"case#{number}", "task#a.1", inbox=post, inbox_at=f"2026/{number}")
        stores.views().put(row, expect=0)


@pytest.mark.parametrize(
    ("what", "tasks", "others", "left"),
    [
        ("nothing waits", 0, False, None),
        ("the last holder goes, and three tasks wait", 3, False, 3),
        ("a colleague stays", 3, True, None),
    ],
)
def test_who_ends_an_appointment_is_told_what_is_left(
    city: Registers,  # noqa: F811
    what: str,
    tasks: int,
    others: bool,
    left: int | None,
) -> None:
    if others:
        city.made("appointment", APPOINTMENT)
    leave_work("urb-window", tasks)
    ended = city.ask(
        "o-admin", "POST /appointments/{appointment}/end", appointment="o-win.1"
    )  # fmt: skip
    assert ended.status == 200, ended.body
    assert ended.body.get("tasks_left") == left


@pytest.mark.parametrize(("tasks", "status"), [(0, 201), (1, 409)])
def test_a_post_is_not_closed_over_its_work(
    city: Registers,  # noqa: F811
    tasks: int,
    status: int,
) -> None:
    leave_work("urb-window", tasks)
    assert city.propose("post", CLOSING, until=city.day(2)).status == status


def test_work_that_comes_before_the_approval_counts(city: Registers) -> None:  # noqa: F811
    change = city.propose("post", CLOSING, until=city.day(2)).body["id"]
    leave_work("urb-window", 1)
    refused = city.answer(change)
    assert refused.status == 409 and "post: 1." in str(refused.body)


@pytest.mark.parametrize(
    ("what", "begins", "status"),
    [
        ("while it is open", 1, 201),
        ("from the day on which it is closed", 3, 422),
        ("later", 30, 422),
    ],
)
def test_nobody_is_appointed_to_a_closed_post(
    city: Registers,  # noqa: F811
    what: str,
    begins: int,
    status: int,
) -> None:
    city.made("post", CLOSING, until=city.day(2))
    answer = city.propose("appointment", APPOINTMENT, **{"from": city.day(begins)})
    assert answer.status == status
    if status == 422:
        assert [fault["field"] for fault in answer.body["errors"]] == ["/data/post"]
