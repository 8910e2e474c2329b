"""Items over time: versions keep their numbers, begin on their day, and stay on record when the
item is retired.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import catalog
from chalicelib.authority import grants
from chalicelib.authority.acts import Position
from chalicelib.authority.registers import definitions
from chalicelib.catalog import items
from chalicelib.catalog.acts import effects, item_acts
from chalicelib.catalog.acts.effects import Effect
from chalicelib.catalog.acts.item_acts import ItemPublished, RetirementProposed
from chalicelib.catalog.browsing import item_list, lists
from chalicelib.catalog.errors import ItemRetired
from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Actor
from tests.support.builders.publishing_office import MONDAY, Office
from tests.support.city.items import published, sample, some
from tests.support.fakes.stores import MemoryJournal, MemoryViews

TOMORROW = "2026-03-03"
NEW = sample(faq=[])


@pytest.fixture
def office(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = Office(monkeypatch)
    published(*some())
    yield made
    grants.use(None)
    item_list.forget()


def in_force(item: str = "shop-sign") -> int:
    return int(catalog.current(item)["version"])


def listed() -> dict[str, int]:
    return {summary["id"]: summary["version"] for summary in item_list.read().summaries}


def test_a_version_is_in_force_from_its_day_on(office: Office) -> None:
    assert office.publish(NEW, TOMORROW) == 2
    assert in_force() == listed()["shop-sign"] == 1
    office.now = datetime(2026, 3, 2, 23, 59, 59, tzinfo=office.now.tzinfo)
    assert in_force() == listed()["shop-sign"] == 1
    office.wait(seconds=1)
    assert in_force() == listed()["shop-sign"] == 2
    assert catalog.current("shop-sign")["in_force_from"] == "2026-03-03T00:00:00.000+08:00"


def test_it_begins_in_time_also_where_this_process_reads_nothing_new(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.publish(NEW, TOMORROW)
    assert in_force() == listed()["shop-sign"] == 1
    monkeypatch.setattr(items.in_force, "FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(stores, "journal", lambda: pytest.fail("nothing is to be read"))
    office.wait(days=1)
    assert in_force() == listed()["shop-sign"] == 2


def test_what_will_be_in_force_can_be_asked_for_beforehand(office: Office) -> None:
    office.publish(NEW, TOMORROW)
    assert catalog.current("shop-sign")["version"] == 1
    assert items.current("shop-sign", MONDAY + timedelta(days=3))["version"] == 2
    assert items.current("shop-sign", MONDAY + timedelta(seconds=5))["version"] == 1
    with pytest.raises(NotFound):
        items.current("shop-sign", MONDAY - timedelta(days=3))


def test_a_later_publication_prevails_over_an_upcoming_one(office: Office) -> None:
    office.publish(NEW, "2026-03-09")
    assert office.publish(sample(life_events=None), "2026-03-05") == 3
    seen = []
    for _ in range(10):
        seen.append(in_force())
        assert listed()["shop-sign"] == seen[-1]
        office.wait(days=1)
    assert seen == [1, 1, 1, 3, 3, 3, 3, 3, 3, 3]


def test_the_usual_question_costs_one_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.publish(NEW)
    reads = list[str]()
    journal = stores.journal()
    for name in ("get", "last"):
        ask = getattr(journal, name)
        monkeypatch.setattr(
            journal,
            name,
            lambda *a, _ask=ask, _name=name, **k: reads.append(_name) or _ask(*a, **k),
        )
    items.version.cache_clear()
    items.in_force.forget()
    assert in_force() == 2 and reads == ["last"]
    assert catalog.version("shop-sign", 1)["version"] == 1 and reads == ["last", "get"]


def test_versions_keep_their_numbers_across_a_retirement(office: Office) -> None:
    office.retire()
    assert office.publish(NEW) == 2
    office.retire()
    assert office.publish(sample()) == 3, "coming back as it was is news"
    assert [catalog.version("shop-sign", number)["version"] for number in (1, 2, 3)] == [1, 2, 3]
    assert items.content(catalog.version("shop-sign", 2)) == NEW
    assert [version["version"] for version in items.versions("shop-sign")] == [3, 2, 1]
    for number in (0, 4, 5, 7):
        with pytest.raises(NotFound):
            catalog.version("shop-sign", number)
    assert in_force() == 3


def test_a_retired_item_takes_no_new_filings_and_stays_readable(office: Office) -> None:
    office.retire(day=TOMORROW)
    assert in_force() == 1
    office.wait(days=1)
    with pytest.raises(ItemRetired) as refused:
        catalog.current("shop-sign")
    assert [(fault.field, fault.message) for fault in refused.value.faults] == [
        ("/item", "item-retired")
    ]
    assert "shop-sign" not in listed() and len(listed()) == 2
    page = office("", "GET /items/{item}", item="shop-sign").body
    assert (page["version"], page["retired_from"]) == (1, "2026-03-03T00:00:00.000+08:00")
    versions = office("", "GET /items/{item}/versions", item="shop-sign").body
    assert (len(versions["versions"]), versions["retired_from"]) == (1, page["retired_from"])
    assert office("", "GET /items/{item}/changes", item="shop-sign").status == 200
    assert catalog.version("shop-sign", 1) and catalog.form_validator("shop-sign", 1)


def test_open_data_keeps_a_retired_item_with_the_day_of_its_end(office: Office) -> None:
    office.retire(day=TOMORROW)
    office.wait(days=1)
    assert {file["items"] for file in office("", "GET /open-data").body["files"]} == {3}
    lines = [
        json.loads(line) for line in office("", "GET /open-data/items.jsonl").body.splitlines()
    ]
    table = list(
        csv.DictReader(io.StringIO(office("", "GET /open-data/items.csv").body[1:], newline=""))
    )
    for rows in (lines, table):
        ends = {row["id"]: row.get("retired_from", "") for row in rows}
        assert ends == {
            "disability-benefit": "",
            "mass-event": "",
            "shop-sign": "2026-03-03T00:00:00.000+08:00",
        }


def test_an_item_that_has_not_begun_is_public_but_takes_no_filings(office: Office) -> None:
    office.publish(sample(id="tree-felling", name={"zh": "砍伐树木", "en": "Felling"}), TOMORROW)
    with pytest.raises(NotFound):
        catalog.current("tree-felling")
    assert "tree-felling" not in listed()
    assert (
        office("", "GET /items/{item}", item="tree-felling")
        .body["in_force_from"]
        .startswith(TOMORROW)
    )
    assert len(office("", "GET /items/{item}/versions", item="tree-felling").body["versions"]) == 1
    office.wait(days=1)
    assert listed()["tree-felling"] == 1 == catalog.current("tree-felling")["version"]


def found_by(words: str) -> list[tuple[lists.Rank, lists.Summary]]:
    """All that a search finds."""
    return lists.page(lists.ItemFilter(words=words), (float("-inf"), ""), 100)


def test_the_lists_row_holds_what_is_in_force_and_what_follows(office: Office, memory: Any) -> None:
    office.publish(NEW, TOMORROW)
    office.retire(day="2026-03-10")
    row = memory[1].rows[(items.LIST, "shop-sign")]
    assert row.data["version"] == 1
    assert [each.get("version", "retired") for each in row.data["later"]] == [2, "retired"]
    assert items.project("item#shop-sign") is False
    found = found_by("店招")
    assert [summary["version"] for _, summary in found if summary["id"] == "shop-sign"] == [1]
    office.wait(days=1)
    found = found_by("店招")
    assert [summary["version"] for _, summary in found if summary["id"] == "shop-sign"] == [2]
    office.wait(days=7)
    assert not found_by("店招")


def test_loading_the_city_again_does_not_undo_what_came_of_drafts(office: Office) -> None:
    office.publish(NEW)
    assert catalog.publish(sample(), holders=lambda post: [f"o-{post}"]) is False
    assert in_force() == 2
    office.retire()
    assert catalog.publish(sample()) is False
    changed = sample(life_events=None)
    assert catalog.publish(changed) is True, "what the city's data says anew is published"
    assert items.content(catalog.current("shop-sign")) == changed and in_force() == 3


LINES = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["publish", "publish", "retire", "propose"])),
    max_size=7,
)


def on_record(line: list[tuple[int, str]]) -> list[Effect]:
    """A stream whose acts begin on the days named, the first a publication; what all of its entries
    bring.
    """
    number = 0
    for seq, (day, what) in enumerate([(0, "publish"), *line], 1):
        number += what == "publish"
        starts = MONDAY + timedelta(days=day)
        act: Any = ItemPublished(number, sample(), starts)
        if what != "publish":
            act = ENDS[what](starts, ("一",))
        entry = journal.new_entry("item#shop-sign", seq, [to_act(act)], at=MONDAY, actor=Actor())
        stores.journal().append(entry)
    found = [effects.of_entry(entry) for entry in stores.journal().read("item#shop-sign")]
    return [effect for effect in found if effect]


ENDS = {"retire": item_acts.ItemRetired, "propose": RetirementProposed}


@settings(max_examples=150, deadline=None)
@given(
    line=LINES, days=st.lists(st.integers(0, 10), min_size=1, max_size=6), seen=st.integers(0, 10)
)
def test_what_is_kept_of_a_stream_answers_as_the_whole_stream_does(
    line: list[tuple[int, str]], days: list[int], seen: int
) -> None:
    before, usual, now = (stores.journal(), stores.views()), items.in_force.FRESH_SECONDS, clock.now
    views = MemoryViews()
    stores.use(MemoryJournal(), views)
    items.in_force.FRESH_SECONDS = 3600.0
    items.in_force.forget()
    try:
        whole = on_record(line)
        clock.now = lambda: MONDAY + timedelta(days=seen)
        items.project("item#shop-sign")
        for day in days:
            at = MONDAY + timedelta(days=day)
            clock.now = lambda at=at: at  # type: ignore[misc]
            held = effects.in_force(whole, at)
            assert held, "the first has begun"
            assert (
                items.shown("shop-sign")["version"] == (effects.shown(whole, at) or {})["version"]
            )
            if held.document:
                assert items.current("shop-sign")["version"] == held.document["version"]
            else:
                with pytest.raises(ItemRetired):
                    items.current("shop-sign")
            if day >= seen:
                row = item_list.ItemList(views.partition(items.LIST), views, 0.0, at)
                assert [s["version"] for s in row.listed] == (
                    [held.document["version"]] if held.document else []
                )
                assert [s["version"] for s in row.ever] == [items.shown("shop-sign")["version"]]
    finally:
        stores.use(*before)
        items.in_force.FRESH_SECONDS, clock.now = usual, now
        items.in_force.forget()


def test_a_window_that_only_accepts_is_bound_to_no_decision(office: Office) -> None:
    title = {"zh": "街道窗口", "en": "Street window"}
    definitions.define_post(
        Position("street-window", title, "URB", frozenset({"window"})), now=office.now
    )
    office.appoint("o-street", "street-window")
    posts = {**sample()["posts"], "approver": "street-window"}
    draft = office.draft(sample(faq=[], posts=posts))
    refused = office.act("o-author", draft, "submission")
    assert (refused.status, [fault["field"] for fault in refused.body["errors"]]) == (
        422,
        ["/document/posts/approver"],
    )
    assert "by delegation" in refused.body["errors"][0]["message"]
