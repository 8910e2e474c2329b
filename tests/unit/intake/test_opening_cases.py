"""An officer who has just lost the post opens no case against anybody."""

from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.authority.grants import views
from chalicelib.authority.registers import appointments, loading
from chalicelib.kernel.journal import Entry, TransactionalWrite
from tests.support.builders.filings import example
from tests.support.builders.representation import TITLE, Town, town
from tests.support.city.items import published, sample

__all__ = ["town"]

OFFICER, POST = "o-inv", "urb-investigator"


def body() -> dict[str, Any]:
    return {
        "item": "street-penalty",
        "concerned": {"name": "陈婷"},
        "form": example("street-penalty"),
        "materials": [],
    }


@pytest.fixture
def office(town: Town) -> Town:
    published(sample("street-penalty"))
    post = {"id": POST, "title": TITLE, "department": "URB", "roles": ["investigator"]}
    loading.load_posts([post], town.now)
    loading.load_appointments([{"person": OFFICER, "post": POST}], town.now)
    return town


def test_who_holds_the_post_opens_a_case_once(office: Town) -> None:
    answers = [office.ask(OFFICER, "POST /ex-officio-cases", body(), key="k") for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body["number"] == answers[1].body["number"]


@pytest.mark.parametrize("is_lost", [True, False])
def test_nobody_opens_a_case_who_has_just_lost_the_post(
    office: Town, monkeypatch: pytest.MonkeyPatch, is_lost: bool
) -> None:
    append, begun = office.journal.append, []

    def late(*entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        if entries[0].stream.startswith("case#") and not begun:
            begun.append(True)
            for held in views.posts_held(OFFICER, office.now):
                _change(held["appointment"], is_lost)
        append(*entries, writes=writes)

    monkeypatch.setattr(office.journal, "append", late)
    answer = office.ask(OFFICER, "POST /ex-officio-cases", body())
    assert begun and answer.status == (403 if is_lost else 201), answer.body
    cases = [stream for stream, _ in office.journal.entries if stream.startswith("case#")]
    assert len(cases) == (0 if is_lost else 1)


def _change(appointment: str, is_lost: bool) -> None:
    """The officer loses the post, or gets another one beside it."""
    if is_lost:
        appointments.end(appointment)
        return
    loading.load_appointments([{"person": OFFICER, "post": "urb-reviewer"}], views.clock.now())
