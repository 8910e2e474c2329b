"""Builders: offices, a supervisor and a case, on which cards are opened through the real rules."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority.registers.loading import load_appointments, load_posts
from chalicelib.kernel import bus, clock, journal
from chalicelib.kernel.http import Door
from chalicelib.kernel.journal import Act, Actor
from chalicelib.supervision.complaints import messages as complaint_messages
from chalicelib.supervision.complaints import projector as complaints_projector
from chalicelib.supervision.matters import messages, projector, use_cases
from chalicelib.supervision.routes import (
    complaints,
    matters,
    published_complaints,
    published_matters,
)
from tests.support.builders.cases import APPLICANT, MONDAY, POSTS, filed_act
from tests.support.caller import Caller
from tests.support.fakes.stores import MemoryJournal, MemoryViews

NUMBER, CASE = "URB-2026-W-000001", "a" * 26
STAFF = {
    "urb-window": ("URB", "window", "o-win"),
    "urb-reviewer": ("URB", "reviewer", "o-rev"),
    "urb-head": ("URB", "head", "o-head"),
    "dpf-head": ("DPF", "head", "o-dpf-head"),
    "nrp-reviewer": ("NRP", "reviewer", "o-nrp"),
    "city-supervisor": ("SUP", "supervisor", "o-sup"),
    "city-supervisor-2": ("SUP", "supervisor", "o-sup-2"),
    "city-auditor": ("GOV", "auditor", "o-aud"),
    "gov-head": ("GOV", "head", "o-gov"),
}
# How tokens name those who complain.
NAMES = {"p-li-na": "李娜"}


class Supervised:
    """A city under supervision, its clock in the hand of the test."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, stores: tuple[MemoryJournal, MemoryViews]
    ) -> None:
        self.now = MONDAY
        self.journal, self.views = stores
        self.events: list[bus.Event] = []
        monkeypatch.setattr(clock, "now", lambda: self.now)
        monkeypatch.setattr(bus, "publish", self._publish)
        title = {"zh": "岗位", "en": "Post"}
        load_posts(
            [
                {"id": post, "title": title, "department": department, "roles": [role]}
                for post, (department, role, _) in STAFF.items()
            ],
            MONDAY - timedelta(days=1),
        )
        held = [{"person": person, "post": post} for post, (_, _, person) in STAFF.items()]
        load_appointments(held, MONDAY - timedelta(days=1))
        self._file_case()
        self.door = Door()
        for each in (matters, published_matters, complaints, published_complaints):
            self.door.routes |= each.door.routes

    def _file_case(self) -> None:
        filed = filed_act(posts=POSTS, number=NUMBER)
        serial = Act("SerialIssued", {"number": NUMBER, "case": CASE})
        self.journal.append(
            journal.new_entry(f"case#{CASE}", 1, [filed], at=self.now, actor=APPLICANT),
            journal.new_entry("register#URB#2026#W", 1, [serial], at=self.now, actor=Actor()),
        )

    def _publish(self, events: Any) -> None:
        self.events += events

    def wait(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def warn(self, level: str = "yellow", clock: str = "decision", due: str = "2026-03-02") -> None:
        """The event of a broken limit of the case."""
        use_cases.open_card(
            {
                "case": CASE,
                "clock": clock,
                "level": level,
                "due": due,
                "seq": 2,
                "posts": ["urb-reviewer"],
            }
        )
        self.follow()

    def matters(self) -> list[str]:
        """Ids of all matters, the oldest first."""
        return self._ids("matter#")

    def complaints(self) -> list[str]:
        """Ids of all complaints, the oldest first."""
        return self._ids("complaint#")

    def _ids(self, prefix: str) -> list[str]:
        streams = {entry.stream: entry.at for entry in self.journal.entries.values()}
        found = [stream for stream in streams if stream.startswith(prefix)]
        return [stream.partition("#")[2] for stream in found]

    def follow(self) -> None:
        """All consequences of what is on record, twice, as streams and queues do."""
        self.events.clear()
        for matter in self.matters():
            projector.project(f"matter#{matter}")
        for complaint in self.complaints():
            complaints_projector.project(f"complaint#{complaint}")
        for event in self.events * 2:
            is_complaint = "complaint" in event.detail
            tell = complaint_messages.tell if is_complaint else messages.tell
            tell({"detail-type": event.type, "detail": event.detail})

    def sweep(self) -> dict[str, int]:
        """The minute comes."""
        swept = projector.sweep()
        self.follow()
        return swept

    def sweep_complaints(self) -> dict[str, int]:
        """The minute comes for complaints."""
        swept = complaints_projector.sweep()
        self.follow()
        return swept

    def ask(
        self, person: str, method: str, path: str, body: Any = None, **more: Any
    ) -> SimpleNamespace:
        """A request of somebody."""
        name = NAMES.get(person, "")
        answer = Caller(self.door, person, name)(method, path, body, **more)
        self.follow()
        return answer

    def told(self, person: str) -> list[str]:
        """Kinds of the messages in an inbox, the oldest first."""
        rows = [row for row in self.views.rows.values() if row.pk == f"inbox#{person}"]
        return [row.data["kind"] for row in sorted(rows, key=lambda row: row.sk)]
