"""Builders: a city whose cases are watched, with the events and the minute in the hand of the
test.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import catalog
from chalicelib.authority.registers.loading import load_appointments, load_organizations, load_posts
from chalicelib.kernel import bus, cache, clock, journal
from chalicelib.kernel.http import Door
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision.matters import projector as matters_projector
from chalicelib.supervision.routes import findings, rules
from chalicelib.supervision.rules.city import settings
from chalicelib.supervision.rules.findings import messages, projector
from chalicelib.supervision.rules.running import history, live
from tests.support.builders.cases import MONDAY, Desk
from tests.support.caller import Caller
from tests.support.fakes.stores import MemoryJournal, MemoryViews

REGISTER = "register#URB#2026#W"
STAFF = {
    "urb-head": ("URB", "head", "o-head"),
    "city-supervisor": ("SUP", "supervisor", "o-sup"),
    "city-supervisor-2": ("SUP", "supervisor", "o-sup-2"),
    "city-auditor": ("GOV", "auditor", "o-aud"),
    "city-admin": ("GOV", "administrator", "o-adm"),
}
NAME = {"zh": "机关", "en": "Office"}
ITEM = {"code": "1" * 31, "fee": {"amount_fen": 5000}}


class Watching:
    """The city."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, stores: tuple[MemoryJournal, MemoryViews]
    ) -> None:
        self.journal, self.views = stores
        self.now = MONDAY + timedelta(days=40)
        self.events: list[bus.Event] = []
        monkeypatch.setattr(clock, "now", lambda: self.now)
        monkeypatch.setattr(bus, "publish", self._publish)
        monkeypatch.setattr(catalog, "version", lambda item, number: ITEM)
        before = MONDAY - timedelta(days=1)
        load_organizations([{"code": "URB", "name": NAME, "level": "city"}], before)
        posts = [
            {"id": post, "title": NAME, "department": department, "roles": [role]}
            for post, (department, role, _) in STAFF.items()
        ]
        load_posts(posts, before)
        held = [{"person": person, "post": post} for post, (_, _, person) in STAFF.items()]
        load_appointments(held, before)
        self.door = Door()
        for door in (rules.door, findings.door):
            self.door.routes |= door.routes

    def _publish(self, events: Any) -> None:
        self.events += events

    def keep(self, desk: Desk, number: int = 1) -> list[Entry]:
        """A case on record under a serial of its own, with the events that nobody has handled."""
        case = f"case{number}"
        kept = [_numbered(entry, case, number) for entry in desk.entries]
        serial = Act("SerialIssued", {"number": _number(number), "case": case})
        self.journal.append(
            kept[0],
            journal.new_entry(REGISTER, number, [serial], at=kept[0].at, actor=Actor()),
        )
        for entry in kept[1:]:
            self.journal.append(entry)
        return kept

    def tell(self, entries: Sequence[Entry]) -> None:
        """The events of a case's entries, in one batch, as the queue brings them."""
        batch = live.Batch()
        for entry in entries:
            if live.watched_types() & {act.type for act in entry.acts}:
                case = entry.stream.partition("#")[2]
                batch.watch({"case": case, "seq": entry.seq})
        self.follow()

    def streams(self, kind: str) -> list[str]:
        """All streams of a kind."""
        streams = {stream for stream, _ in self.journal.entries}
        return sorted(stream for stream in streams if stream.startswith(f"{kind}#"))

    def follow(self) -> None:
        """All consequences of what is on record."""
        for stream in self.streams("finding"):
            projector.project(stream)
        for stream in self.streams("matter"):
            matters_projector.project(stream)
        for stream in self.streams("rule"):
            settings.project(stream)
        cache.clear()

    def sweep(self) -> dict[str, int]:
        """The minute comes."""
        swept = history.step()
        self.follow()
        return swept

    def found(self) -> dict[str, dict[str, Any]]:
        """What is listed, by rule: the last one of each."""
        answer = self.ask("o-sup", "GET", "/findings", query={"limit": "100"})
        return {each["rule"]: each for each in answer.body["findings"]}

    def counts(self, rule: str) -> dict[str, int]:
        """The public numbers of a rule."""
        answer = self.ask("", "GET", "/supervision-rules/{rule}", rule=rule)
        counts: dict[str, int] = answer.body["counts"]
        return counts

    def ask(
        self, person: str, method: str, path: str, body: Any = None, **more: Any
    ) -> SimpleNamespace:
        """A request of somebody."""
        answer = Caller(self.door, person)(method, path, body, **more)
        self.follow()
        return answer

    def told(self, event: bus.Event) -> None:
        """An event reaches people, twice."""
        for _ in range(2):
            messages.tell({"detail-type": event.type, "detail": event.detail})


def _number(number: int) -> str:
    return f"URB-2026-W-{number:06d}"


def _numbered(entry: Entry, case: str, number: int) -> Entry:
    acts = []
    for act in entry.acts:
        data = {**act.data, "number": _number(number)} if act.type == "CaseFiled" else act.data
        acts.append(replace(act, data=data))
    return journal.new_entry(
        f"case#{case}", entry.seq, acts, at=entry.at, actor=entry.actor, request=entry.request
    )
