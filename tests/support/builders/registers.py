"""A small city's registers for tests: organizations, posts, people at them, and changes that two of
them make.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.authority.grants import views
from chalicelib.authority.registers import change_list, loading, public_view
from chalicelib.authority.routes import posts_held, registers
from chalicelib.authority.routes import register_changes as change_routes
from chalicelib.kernel import clock
from chalicelib.kernel.http import Door
from tests.support.builders.cases import MONDAY
from tests.support.caller import Caller
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal, MemoryViews

BOTH = {"zh": "名称", "en": "Name"}
ORGANIZATIONS = [
    {"code": "MH", "name": BOTH, "level": "city"},
    {"code": "URB", "name": BOTH, "level": "city", "parent": "MH"},
    {"code": "DPF", "name": BOTH, "level": "city", "parent": "MH"},
    {"code": "GOV", "name": BOTH, "level": "city", "parent": "MH"},
    {"code": "SHQ", "name": BOTH, "level": "district", "parent": "MH"},
]
POINT = {
    "name": BOTH,
    "organization": "GOV",
    "address": BOTH,
    "hours": BOTH,
    "phone": "0500-1",
    "items": ["shop-sign"],
}
POSTS = {
    "urb-window": ("URB", "window", ("o-win",)),
    "urb-chief-window": ("URB", "window", ("o-chief",)),
    "urb-approver": ("URB", "approver", ("o-app",)),
    "urb-head": ("URB", "head", ("o-head",)),
    "dpf-window": ("DPF", "window", ("o-dpf",)),
    "dpf-head": ("DPF", "head", ("o-dpf-head",)),
    "city-administrator": ("GOV", "administrator", ("o-admin", "o-admin-2")),
    "city-auditor": ("GOV", "auditor", ("o-aud",)),
    "city-security": ("GOV", "security", ("o-sec",)),
}


class Registers:
    """The city's registers, and everybody who asks something of them."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, stores: tuple[MemoryJournal, MemoryViews]
    ) -> None:
        self.now, self.journal, self.views, self._keys = MONDAY, *stores, 0
        monkeypatch.setattr(clock, "now", lambda: self.now)
        self.grants = MemoryGrants()
        grants.use(self.grants)
        self.forget()
        loading.load_organizations(ORGANIZATIONS, MONDAY)
        loading.load_service_points([{"id": "centre", **POINT}], MONDAY)
        posts = [
            {
                "id": post,
                "title": {"zh": post, "en": post},
                "department": department,
                "roles": [role],
            }
            | ({"service_point": "centre"} if role == "window" else {})
            for post, (department, role, _) in POSTS.items()
        ]
        loading.load_posts(posts, MONDAY)
        held = [
            {"person": p, "post": post, "name": p}
            for post, (_, _, people) in POSTS.items()
            for p in people
        ]
        loading.load_appointments(held, MONDAY)
        self.door = Door()
        for door in (posts_held.door, change_routes.door, registers.door):
            self.door.routes |= door.routes
        self.wait(minutes=1)

    @staticmethod
    def forget() -> None:
        """What a warm process remembers of the public part is forgotten."""
        views.post_of.cache_clear()
        public_view._partition.cache_clear()

    def wait(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        self.forget()
        return self.now

    def ask(
        self, person: str, route: str, body: Any = None, *, key: str = "", **more: Any
    ) -> SimpleNamespace:
        """What a route answers to a person, under a fresh key unless one is given."""
        self.forget()
        method, path = route.split(" ")
        self._keys += 1
        return Caller(self.door, person)(method, path, body, key=key or f"key-{self._keys}", **more)

    def propose(
        self, kind: str, data: dict[str, Any], person: str = "o-admin", **period: str
    ) -> SimpleNamespace:
        """A proposal, as it is answered; its list follows."""
        answer = self.ask(person, "POST /register-changes", {"kind": kind, "data": data, **period})
        if answer.status == 201:
            change_list.project(answer.body["receipt"]["stream"])
        return answer

    def answer(
        self, change: str, person: str = "o-admin-2", verdict: str = "approval", **more: Any
    ) -> SimpleNamespace:
        """What somebody's approval or rejection is answered."""
        body = {"reasons": ["不同意"]} if verdict == "rejection" else None
        answer = self.ask(
            person, f"POST /register-changes/{{change}}/{verdict}", body, change=change, **more
        )
        change_list.project(f"change#{change}")
        return answer

    def made(self, kind: str, data: dict[str, Any], **period: str) -> str:
        """What two administrators make of a change: the id of what the register holds then."""
        proposed = self.propose(kind, data, **period)
        assert proposed.status == 201, proposed.body
        approved = self.answer(proposed.body["id"])
        assert approved.status == 200, approved.body
        return str(approved.body["subject"])

    def posts_of(self, person: str) -> set[str]:
        """The posts that somebody holds now."""
        return {held["post"] for held in views.posts_held(person, self.now)}

    def day(self, days: int) -> str:
        """The day so many days from now."""
        return (self.now + timedelta(days=days)).date().isoformat()

    def last_day(self, days: int) -> str:
        """The last day of a period that is over when that day begins."""
        return self.day(days - 1)


@pytest.fixture
def city(
    memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Registers]:
    """A small city with two administrators."""
    yield Registers(monkeypatch, memory)
    grants.use(None)
    Registers.forget()
