"""Personal data planted before the first journey, looked for after the last: found where it may be,
and nowhere else.

It runs after all other journeys (``conftest``), so it searches what they have made of the city,
too.
"""

from __future__ import annotations

import base64

import pytest

from tests.journeys.canaries.fields import ACCOUNT, FIELDS, NOBODY, OFFICE
from tests.journeys.canaries.planting import GUARDIAN, NEIGHBOUR, OWNER, Planted
from tests.journeys.canaries.search import Search, revealed
from tests.journeys.support.cases import OFFICER


@pytest.fixture(scope="module")
def search(planted: Planted) -> Search:
    """The city after everything, when its people have looked at their own once more."""
    numbers = [
        case["number"]
        for case in planted.client(OWNER).get("/cases", limit=100).expect(200)["cases"]
    ]
    for number in numbers:
        planted.client(OWNER).get(f"/cases/{number}").expect(200)
        planted.client(NEIGHBOUR).get(f"/cases/{number}")
        for post in ("huc-head", "urb-head", "ftu-head"):
            planted.officer(post).get(f"/cases/{number}", purpose="inquiry")
    planted.client(GUARDIAN).get("/mandates").expect(200)
    at_window = planted.numbers_of["at-window"]
    planted.officer("psb-head").get(f"/cases/{at_window}", purpose="inquiry").expect(200)
    planted.client("o-lu-yao").get(f"/item-drafts/{planted.numbers_of['drafts']}").expect(200)
    _supervision_reads(planted)
    return Search(planted)


def _supervision_reads(planted: Planted) -> None:
    """What offices have written to each other about their cases, and what rules have found."""
    supervisor, head = planted.officer("city-supervisor"), planted.officer("urb-head")
    matters = supervisor.get("/supervision-matters", department="URB", limit="100").expect(200)
    for matter in matters["matters"]:
        for reader in (supervisor, head):
            reader.get(f"/supervision-matters/{matter['id']}").expect(200)
    false_alarm = planted.numbers_of["false-alarm"]
    supervisor.get(f"/findings/{false_alarm}").expect(200)


def test_every_field_has_been_planted(planted: Planted) -> None:
    assert {canary.field for canary in planted.canaries.values()} == {*FIELDS, ACCOUNT}


def test_no_answer_told_anybody_what_is_not_for_them(search: Search) -> None:
    assert sorted(set(search.answers())) == []


def test_who_may_see_a_value_was_shown_it(search: Search) -> None:
    list(search.answers())
    shown = {field for field, seen_by in FIELDS.items() if seen_by != NOBODY}
    assert sorted(shown - search.seen) == []


def test_no_table_keeps_a_value_outside_its_place(search: Search) -> None:
    assert sorted(set(search.tables())) == []


def test_what_is_kept_is_kept_where_it_can_be_forgotten(search: Search) -> None:
    list(search.tables())
    numbers = {
        field for field in FIELDS if field.endswith("document/number")
    }  # nothing needs them, nothing keeps them
    assert sorted(set(FIELDS) - numbers - search.kept) == []
    assert not numbers & search.kept


def test_logs_events_executions_queues_keys_mail_and_metrics_hold_none(search: Search) -> None:
    assert sorted(set(search.elsewhere())) == []


def test_the_search_would_find_what_it_looks_for(search: Search) -> None:
    value = next(value for value, canary in search.canaries.items() if canary.seen_by == {OFFICE})
    said = {"who": "", "method": "GET", "path": "/", "headers": {}, "body": f'{{"x": "{value}"}}'}
    assert len(list(search._answer(said))) == 1
    assert list(search._answer({**said, "who": "p-li-na"})) and list(
        search._answer({**said, "who": OWNER})
    )
    assert not list(search._answer({**said, "who": OFFICER["city-supervisor"]}))
    assert "kanari-text" in revealed(
        "eyJ4IjoiYSJ9." + base64.urlsafe_b64encode(b'{"x":"kanari-text"}').decode()
    )
    assert "Kanari" in revealed("<" + "Kanari".encode("utf-16-be").hex() + "> Tj")
