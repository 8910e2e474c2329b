"""One key, one body: whatever a route writes, and wherever, another body under its key is refused.

Where a path names a thing, that thing's stream tells. The routes here name none, and each of them
is played: its row says who asks, what, and what else under the same key.
"""

from collections.abc import Callable
from typing import Any

import pytest

import app  # noqa: F401  # puts every route into ``installed``
from chalicelib.kernel.http.routes import installed
from tests.support.builders.representation import COMPANY, UNTIL, Town, town
from tests.unit.intake.test_windows import attended, guardianship_body

__all__ = ["town"]

FILE = {"content_type": "application/pdf", "size": 10, "sha256": "0" * 64}
OFFER = {"grantee": "p-clerk", "until": UNTIL}
Body = dict[str, Any]


def filing(town: Town) -> tuple[Body, Body]:
    body = town.application("p-mother")
    return body, body | {"contact": {"phone": "14000001002"}}


def at_window(town: Town) -> tuple[Body, Body]:
    body = town.application("o-mid", **attended())
    return body, body | {"contact": {"phone": "14000001002"}}


def guarding(town: Town) -> tuple[Body, Body]:
    body = guardianship_body(town)
    other = {
        "name": "李小乐",
        "born_on": "2016-03-01",
        "document": {"type": "passport", "number": "E12345678", "country": "CHN"},
    }
    return body, body | {"minor": other}


PLAYED: dict[str, tuple[str, Callable[[Town], tuple[Body, Body]]]] = {
    "POST /uploads": ("p-mother", lambda town: (FILE, FILE | {"size": 11})),
    "POST /applications": ("p-mother", filing),
    "POST /mandates": ("p-boss", lambda town: (OFFER, OFFER | {"party": COMPANY})),
    "POST /window-applications": ("o-mid", at_window),
    "POST /guardianships": ("o-mid", guarding),
}
# Played beside the rules of their own contexts, in the tests that are named.
ELSEWHERE = {
    "POST /complaints": "tests/unit/supervision/test_complaints.py",
    "POST /nameless-complaints": "tests/unit/supervision/test_complaints.py",
    "POST /me/message-settings": "its stream is the caller's own: tests/unit/notify",
    "POST /ex-officio-cases": "filed as applications are: POST /applications",
    "POST /item-drafts": "tests/unit/catalog/test_publishing_routes.py",
    "POST /register-changes": "tests/unit/authority/test_registers.py",
    "POST /supervision-matters": "its key names its stream, as that of POST /item-drafts does",
    "POST /task-batches": "tests/unit/casework/test_task_batches.py, task by task",
}


def test_every_route_whose_path_names_nothing_is_played() -> None:
    named = {
        f"{route.method} {route.path}"
        for route in installed
        if route.writes and "{" not in route.path
    }
    assert named == PLAYED.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("route", PLAYED)
def test_another_body_under_the_same_key_is_refused(town: Town, route: str) -> None:
    person, bodies = PLAYED[route]
    body, other = bodies(town)
    first = town.ask(person, route, body, key="same")
    assert first.status == 201, first.body
    refused = town.ask(person, route, other, key="same")
    assert (refused.status, refused.body["type"]) == (
        422,
        "urn:sunlit:problem:idempotency-key-reused",
    )
    again = town.ask(person, route, body, key="same")
    assert again.status == 201
    assert town.ask(person, route, other, key="other").status == 201


def test_a_key_whose_request_was_refused_may_bring_a_better_one(town: Town) -> None:
    wrong = town.ask("p-boss", "POST /mandates", OFFER | {"grantee": "p-boss"}, key="same")
    assert wrong.status == 422
    assert town.ask("p-boss", "POST /mandates", OFFER, key="same").status == 201
