"""Two departments at work: officers with posts, cases in their inboxes, and requests through the
door.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.authority.grants import views
from chalicelib.authority.registers.loading import load_appointments, load_posts
from chalicelib.casework.acts import Case, Command, fold
from chalicelib.casework.execution import delivery, task_tokens
from chalicelib.casework.routes import batches, inbox
from chalicelib.casework.routes import tasks as one_task
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.kernel import clock, journal
from chalicelib.kernel.http import Door
from chalicelib.kernel.journal import Actor
from chalicelib.kernel.views import Row
from tests.support.authorized import authorized
from tests.support.builders.cases import APPLICANT, LIMITS, MONDAY, filed_act
from tests.support.caller import Caller
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal, MemoryViews

# Post: department, role, holders.
STAFF = {
    "urb-window": ("URB", "window", ("o-win", "o-win-2")),
    "urb-reviewer": ("URB", "reviewer", ("o-rev", "o-rev-2")),
    "urb-approver": ("URB", "approver", ("o-app",)),
    "urb-head": ("URB", "head", ("o-head",)),
    "dpf-window": ("DPF", "window", ("o-dpf",)),
    "dpf-head": ("DPF", "head", ("o-dpf-head",)),
    "city-coordinator": ("GOV", "coordinator", ("o-coord",)),
}
POSTS = {
    "window": "urb-window",
    "reviewer": "urb-reviewer",
    "approver": "urb-approver",
    "head": "urb-head",
    "investigator": "urb-reviewer",
    "coordinator": "city-coordinator",
}


class Team:
    """The city's officers and the cases that they work on."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, stores: tuple[MemoryJournal, MemoryViews]
    ) -> None:
        self.now, self.journal, self.views, self._keys = MONDAY, *stores, 0
        monkeypatch.setattr(clock, "now", lambda: self.now)
        grants.use(MemoryGrants())
        views.post_of.cache_clear()
        title = {"zh": "岗位", "en": "Post"}
        load_posts(
            [
                {"id": p, "title": title, "department": d, "roles": [r]}
                for p, (d, r, _) in STAFF.items()
            ],
            MONDAY,
        )
        held = [
            {"person": person, "post": post}
            for post, (_, _, people) in STAFF.items()
            for person in people
        ]
        load_appointments(held, MONDAY)
        doors = (inbox.door, one_task.door, batches.door)
        self.door = Door()
        self.door.routes = {
            route: handler for door in doors for route, handler in door.routes.items()
        }

    def wait(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def file(self, name: str, flow: str = "licence", number: int = 1, **changed: Any) -> str:
        """A case, its first task in an inbox; the case's id."""
        filed = filed_act(
            flow,
            **({"number": f"URB-2026-W-{number:06d}", "posts": POSTS, "limits": LIMITS} | changed),
        )
        stream = repository.stream_of(name)
        self.journal.append(journal.new_entry(stream, 1, [filed], at=self.now, actor=APPLICANT))
        self.project(name)
        return name

    def case(self, name: str) -> Case:
        """The case as it stands."""
        return fold(self.journal.read(repository.stream_of(name)))

    def do(self, name: str, command: Command, person: str, post: str) -> None:
        """Somebody acts, and the views follow."""
        case_commands.execute(name, command, authorized(Actor(person, post)), None)
        self.project(name)

    def project(self, name: str) -> None:
        """Bring the views up to date, as delivery and the flow's steps do."""
        case = self.case(name)
        for visit in case.visits.values():
            if visit.is_open:
                self.views.add_token(task_tokens.task_row(case, visit), f"token-{visit.id}")
            else:
                self.views.close(*task_tokens.task_key(name, visit))
        self.views.put(delivery.case_row(case))

    def task(self, name: str, step: str = "") -> str:
        """The id of its open task."""
        return next(f"{name}.{v.id}" for v in self.case(name).open_visits if step in ("", v.step))

    def stand(self, name: str, post: str = "urb-window", due: str = "", **shown: Any) -> None:
        """Only the rows of a task, with what they show: for inboxes that no case has to be walked
        for.
        """
        stream, step = repository.stream_of(name), shown.pop("step", "accept")
        number, item = shown.pop("number", name), shown.pop("item", "shop-sign")
        data = {
            "number": number,
            "item": item,
            "step": step,
            "opened_at": clock.stamp(MONDAY),
            "due_at": due,
        }
        row = Row(
            stream, f"task#{step}.0", data=data, inbox=post, inbox_at=f"{due or '9999'}/{number}"
        )
        self.views.put(row)
        claims = {f"{step}.0": shown["claimed_by"]} if shown.get("claimed_by") else {}
        self.views.put(
            Row(
                stream,
                "case",
                1,
                {"colour": shown.get("colour", ""), "item": item, "claims": claims},
            )
        )

    def ask(
        self, person: str, route: str, body: Any = None, *, key: str = "", **more: Any
    ) -> SimpleNamespace:
        """What a route answers to a person, under a fresh key unless one is given."""
        method, path = route.split(" ")
        self._keys += 1
        return Caller(self.door, person)(method, path, body, key=key or f"key-{self._keys}", **more)

    def inbox(self, person: str, post: str, **query: str) -> list[dict[str, Any]]:
        """All tasks of an inbox, page after page."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.ask(person, "GET /tasks", query={"post": post, **query})
            assert page.status == 200, page.body
            found += page.body["tasks"]
            if not page.body["next_cursor"]:
                return found
            query["cursor"] = page.body["next_cursor"]


@pytest.fixture
def team(
    memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Team]:
    """The officers of two departments, nothing to do yet."""
    yield Team(monkeypatch, memory)
    grants.use(None)
    views.post_of.cache_clear()
