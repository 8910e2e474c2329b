"""Statistics, the board, timelines and loads as they are read: by whom, filtered, page by page, and
as tables.
"""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.kernel import texts
from chalicelib.kernel.spreadsheets import harmless, table
from chalicelib.supervision.routes import boards, outlook, statistics
from chalicelib.supervision.statistics import cells, counts, pages, projector
from chalicelib.supervision.statistics.counts import Count
from tests.support.builders.matters import CASE, NUMBER, Supervised
from tests.support.caller import Caller
from tests.support.fakes.stores import MemoryJournal, MemoryViews
from tests.unit.supervision.counting import feed_id_of

DAY = "2026-03-02"


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, memory: tuple[MemoryJournal, MemoryViews]) -> Supervised:
    city = Supervised(monkeypatch, memory)
    for door in (statistics.door, boards.door, outlook.door):
        city.door.routes |= door.routes
    return city


def count(city: Supervised) -> None:
    projector.count(lambda case: None)


def get(city: Supervised, person: str, path: str, **query: Any) -> SimpleNamespace:
    number = {"number": NUMBER} if "{number}" in path else {}
    return Caller(city.door, person)("GET", path, query=query, **number)


def put(list_name: str, place: str, **counted: int) -> None:
    """A cell of the counters."""
    cell = (list_name, place)
    added = [Count(cell, name, amount) for name, amount in counted.items()]
    cells.add(1, cell, [(feed_id_of(1_000_000), added)], 0.0)


def test_everybody_reads_statistics_without_numbers_about_one_or_two(city: Supervised) -> None:
    put("2026-03#authority", "URB", filed=2, granted=1, refused=0, in_time=3, **{"days:4": 3})
    answer = get(city, "", "/statistics")
    (cell,) = answer.body["cells"]
    assert cell["counts"] == {"filed": "<3", "granted": "<3", "in_time": 3}
    assert cell["days"] == {"count": 3, "median": 4, "slow": 4}
    (exact,) = get(city, "o-sup", "/supervision-statistics").body["cells"]
    assert exact["counts"] == {"filed": 2, "granted": 1, "in_time": 3}


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 900])
def test_a_number_is_hidden_exactly_when_it_is_one_or_two(number: int) -> None:
    shown = pages.masked({"filed": number})["filed"]
    assert (shown == pages.HIDDEN) == (number in (1, 2))


def walk(city: Supervised, person: str, path: str, rows: str, **query: Any) -> list[Any]:
    """All rows, page by page, each page by the cursor of the last one."""
    found: list[Any] = []
    cursor = ""
    for _ in range(200):
        paging = {"cursor": cursor} if cursor else {}
        answer = get(city, person, path, **query, **paging)
        assert answer.status == 200, answer.body
        found += answer.body[rows]
        cursor = answer.body["next_cursor"]
        if not cursor:
            return found
    raise AssertionError("the pages do not end")


@pytest.fixture
def many(city: Supervised) -> Supervised:
    """Two offices' items on four days."""
    for day in ("2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"):
        for authority in ("DPF", "URB", "URBX"):
            put(f"{day}#authority", authority, filed=6)
            for item in ("a", "b", "c"):
                put(f"{day}#item", counts.place(authority, item), filed=2)
    return city


PERIOD = {"unit": "day", "from": "2026-02-27", "to": "2026-03-02"}


@pytest.mark.parametrize("limit", ["1", "2", "5", "100"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"by": "authority"}, 12),
        ({"by": "item"}, 36),
        ({"by": "item", "authority": "URB"}, 12),
        ({"by": "authority", "authority": "URB"}, 4),
        ({"by": "item", "code": "b"}, 12),
        ({"by": "item", "authority": "DPF", "code": "c", "from": "2026-03-01"}, 2),
        ({"by": "service-point"}, 0),
    ],
)
def test_each_cell_stands_on_one_page(
    many: Supervised, query: dict[str, str], expected: int, limit: str
) -> None:
    found = walk(many, "", "/statistics", "cells", **{**PERIOD, **query, "limit": limit})
    names = [(cell["period"], cell["authority"], cell["code"]) for cell in found]
    assert len(names) == len(set(names)) == expected
    assert [period for period, _, _ in names] == sorted((p for p, _, _ in names), reverse=True)


def test_months_of_a_period_are_listed_once_each(city: Supervised) -> None:
    for month in ("2025-12", "2026-01", "2026-02", "2026-03"):
        put(f"{month}#authority", "URB", filed=9)
    query = {"from": "2025-12-31", "to": "2026-03-02"}
    found = walk(city, "", "/statistics", "cells", **query)
    assert [cell["period"] for cell in found] == ["2026-03", "2026-02", "2026-01", "2025-12"]


@pytest.mark.parametrize(
    ("query", "problem", "facts"),
    [
        ({"from": "2026-03-03", "to": "2026-03-02"}, "period-reversed", {}),
        ({"unit": "day", "from": "2025-01-01"}, "period-too-long", {"most": 92}),
        ({"from": "1901-01-01", "to": "2199-01-01"}, "period-too-long", {"most": 92}),
        (
            {"by": "post"},
            "query-value-unknown",
            {"parameter": "by", "allowed": "authority, item, service-point"},
        ),
    ],
)
def test_what_cannot_be_asked_is_told(
    city: Supervised, query: Any, problem: str, facts: Any
) -> None:
    answer = get(city, "", "/statistics", **query)
    assert answer.status == 400
    said = answer.body["errors"][0]["message"] if "errors" in answer.body else answer.body["detail"]
    assert said == texts.say(problem, "en", **facts)


READ_BY_SUPERVISION = ("/supervision-statistics", "/cases-at-risk", "/post-loads")


@pytest.mark.parametrize("path", [*READ_BY_SUPERVISION, "/supervision-board"])
@pytest.mark.parametrize("table_too", ["", ".csv"])
def test_heads_read_what_is_counted_of_their_office_and_supervision_all(
    city: Supervised, path: str, table_too: str
) -> None:
    is_board = path == "/supervision-board"
    expected = {
        ("o-sup", ""): 200,
        ("o-aud", "DPF"): 200,
        ("o-head", "URB"): 403 if is_board else 200,
        ("o-head", "DPF"): 403,
        ("o-rev", "URB"): 403,
    }
    for (person, department), status in expected.items():
        query = {"department": department} if department else {}
        assert get(city, person, path + table_too, **query).status == status, person


def test_a_card_is_on_the_board_from_its_opening_to_its_ruling(city: Supervised) -> None:
    city.warn("red")
    count(city)
    (row,) = get(city, "o-sup", "/supervision-board").body["rows"]
    assert (row["authority"], row["level"], row["item"]) == ("URB", "red", "shop-sign")
    assert (row["open"], row["today"], row["this_week"], row["older"]) == (1, 1, 0, 0)
    for days, age in ((1, "this_week"), (9, "older")):
        city.wait(days=days)
        (row,) = get(city, "o-sup", "/supervision-board", department="URB").body["rows"]
        assert (row["open"], row[age], row["oldest"]) == (1, 1, DAY)
    assert get(city, "o-sup", "/supervision-board", level="yellow").body["rows"] == []
    assert get(city, "o-sup", "/supervision-board", department="DPF").body["rows"] == []


def test_a_post_s_load_is_read_by_its_head(city: Supervised) -> None:
    count(city)
    (row,) = get(city, "o-head", "/post-loads").body["posts"]
    assert (row["post"], row["open"], row["days_behind"]) == ("urb-window", 1, None)


def test_a_timeline_shows_entries_clocks_and_cards_and_is_a_read_on_record(
    city: Supervised,
) -> None:
    city.warn("red")
    answer = get(city, "o-sup", "/cases/{number}/timeline")
    assert answer.status == 200, answer.body
    page = answer.body
    assert [entry["acts"] for entry in page["entries"]] == [["CaseFiled"]]
    assert [visit["step"] for visit in page["visits"]] == ["accept"]
    assert {moment["level"] for moment in page["coming"]} == {"reminder", "red", "deemed"}
    assert [matter["level"] for matter in page["matters"]] == ["red"]
    reads = [s for s, _ in city.journal.entries if s.startswith(f"read#{CASE}#")]
    assert len(reads) == 1
    assert get(city, "o-head", "/cases/{number}/timeline").status == 403


def test_a_table_says_the_same_as_the_list(many: Supervised) -> None:
    query = {**PERIOD, "by": "item"}
    answer = get(many, "", "/statistics.csv", **query)
    assert not answer.body.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.body)))
    cells_ = walk(many, "", "/statistics", "cells", **query)
    told = [(row["period"], row["authority"], row["code"], row["filed"]) for row in rows]
    assert told == [(c["period"], c["authority"], c["code"], "<3") for c in cells_]
    short = get(many, "", "/statistics.csv", **query, limit="7")
    assert short.body.count("\r\n") == 8
    assert short.headers["Next-Cursor"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("URB", "URB"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_of_a_table_is_a_formula(text: str, cell: str) -> None:
    assert harmless(text) == cell
    read = list(csv.reader(io.StringIO(table(["a"], [{"a": text}]), newline="")))
    assert read == [["a"], [cell]]
