"""Builders for the life of an item: an office whose people write, judge and retire items, at
moments a test names.
"""

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from chalicelib.authority import CedarEngine, grants
from chalicelib.authority.acts import AppointmentRequest, Position
from chalicelib.authority.grants import views
from chalicelib.authority.registers import appointments, definitions
from chalicelib.catalog import items
from chalicelib.catalog.browsing import item_list
from chalicelib.catalog.publishing import repository
from chalicelib.catalog.routes import browsing, publishing
from chalicelib.catalog.routes import items as catalog
from chalicelib.kernel import clock, schemas
from chalicelib.kernel.http.serving import serve
from tests.support.city.items import Document, sample
from tests.support.fakes.grants import MemoryGrants

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)
AUTHOR, PUBLISHER = "catalogue-author", "catalogue-publisher"
POSTS = {
    "urb-author": ("URB", AUTHOR, "o-author"),
    "urb-publisher": ("URB", PUBLISHER, "o-publisher"),
    "dpf-author": ("DPF", AUTHOR, "o-dpf"),
    "legal-author": ("GOV", AUTHOR, "o-legal"),
    "legal-publisher": ("GOV", PUBLISHER, "o-judge"),
    "urb-window": ("URB", "window", "o-window"),
    "urb-reviewer": ("URB", "reviewer", "o-reviewer"),
    "urb-approver": ("URB", "approver", "o-approver"),
    "urb-head": ("URB", "head", "o-head"),
    "city-supervisor": ("GOV", "supervisor", "o-supervisor"),
}
DOORS = (publishing.door, browsing.door, catalog.door)


class Office:
    """The people of the posts above, their requests, and the clock by which they act."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self._keys = MONDAY, 0
        monkeypatch.setattr(clock, "now", lambda: self.now)
        monkeypatch.setattr(items.in_force, "FRESH_SECONDS", 0.0)
        grants.use(MemoryGrants())
        views.post_of.cache_clear()
        items.version.cache_clear()
        items.in_force.forget()
        item_list.forget()
        for post, (department, role, person) in POSTS.items():
            title = {"zh": "岗位", "en": post}
            definitions.define_post(
                Position(post, title, department, frozenset({role})), now=self.now
            )
            self.appoint(person, post)

    def appoint(self, person: str, post: str) -> None:
        """Somebody holds a post from now on."""
        appointments.appoint(
            AppointmentRequest(person, post, self.now, name="王芳", mail="w@example.org"),
            self.now,
        )

    def changes_sides(self, person: str) -> None:
        """An author leaves that office and becomes a publisher."""
        appointments.end(f"{person}.1", now=self.now)
        self.appoint(person, "urb-publisher")

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def __call__(
        self,
        person: str,
        route: str,
        body: Any = None,
        *,
        match: int | str = "",
        key: str = "",
        **more: Any,
    ) -> SimpleNamespace:
        """What a route answers to a person, under a fresh key unless one is given; replies must fit
        their schema.
        """
        method, path = route.split(" ")
        query = more.pop("query", {})
        known, handler = next(
            (r, h)
            for door in DOORS
            for r, h in door.routes.items()
            if (r.method, r.path) == (method, path)
        )
        self._keys += 1
        self.wait(milliseconds=1)
        headers = {
            "content-type": "application/json",
            "idempotency-key": key or f"key-{self._keys}",
        }
        headers |= {"accept-language": "en"} | ({"if-match": f'"{match}"'} if match != "" else {})
        claims = {"principalId": person, "name": quote("王芳")} if person else None
        raw = SimpleNamespace(
            headers=headers, query_params=query, raw_body=json.dumps(body).encode(),
            context={"authorizer": claims, "path": path.format(**more)},
        )  # fmt: skip
        answer = serve(known, CedarEngine(), handler, raw, more)
        read = json.loads(answer.body) if known.reply or answer.status_code >= 300 else answer.body
        if known.reply and answer.status_code < 300:
            assert [error.message for error in schemas.named(known.reply).iter_errors(read)] == []
        tag = str(answer.headers.get("ETag", "")).strip('"')
        return SimpleNamespace(status=answer.status_code, body=read, version=int(tag or 0))

    def draft(self, document: Document | None = None, person: str = "o-author") -> str:
        """A new draft's id."""
        made = self(person, "POST /item-drafts", {"document": document or sample(faq=[])})
        assert made.status == 201, made.body
        return str(made.body["id"])

    def act(self, person: str, draft: str, what: str, body: Any = None) -> SimpleNamespace:
        """An act on a draft as it is now."""
        seq = repository.load(draft)[0].seq
        return self(person, f"POST /item-drafts/{{draft}}/{what}", body, match=seq, draft=draft)

    def approved(self, document: Document | None = None) -> str:
        """A draft that only waits to be published."""
        draft = self.draft(document)
        assert self.act("o-author", draft, "submission").status == 200
        assert self.act("o-publisher", draft, "review", {"outcome": "approve"}).status == 200
        return draft

    def publish(self, document: Document | None = None, day: str = "") -> int:
        """Walk a draft to its publication; the version that it became."""
        draft = self.approved(document)
        done = self.act("o-publisher", draft, "publication", {"from": day} if day else {})
        assert done.status == 200, done.body
        items.project(f"item#{done.body['item']}")
        return int(done.body["version"])

    def retire(self, item: str = "shop-sign", day: str = "2026-03-02") -> None:
        """Propose and confirm."""
        made = self(
            "o-author",
            "POST /items/{item}/retirement",
            {"from": day, "reasons": ["改为备案"]},
            item=item,
        )
        assert made.status == 201, made.body
        sure = self(
            "o-publisher",
            "POST /items/{item}/retirement/confirmation",
            match=made.version,
            item=item,
        )
        assert sure.status == 200, sure.body
        items.project(f"item#{item}")
