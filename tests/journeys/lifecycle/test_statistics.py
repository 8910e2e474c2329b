"""What a few cases add is counted once on the deployed stack, and read by everybody and by
supervision.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta

from infra.local.client import City, Json, wait
from tests.journeys.support.cases import OFFICER, reviewed
from tests.journeys.support.stack import Stack

SUPERVISOR, HEAD = OFFICER["city-supervisor"], OFFICER["urb-head"]
CASES = 3


def _cell(city: City, by: str, code: str | None = None) -> Json | None:
    """The only cell of URB, once it is there."""
    city.tick("supervision")
    query = {"by": by, "department": "URB"} | ({"code": code} if code else {})
    found = city.person(SUPERVISOR).get("/supervision-statistics", params=query).expect(200)
    cells: list[Json] = found["cells"]
    return cells[0] if cells else None


def test_a_few_cases_are_counted_exactly_and_read(own_stack: Stack) -> None:
    city = own_stack.city
    cases = [reviewed(city) for _ in range(CASES)]

    def counted() -> Json | None:
        cell = _cell(city, "authority")
        return cell if cell and cell["counts"].get("accepted", 0) >= CASES else None

    cell: Json = wait(counted, "all cases to be counted")
    assert (cell["counts"]["filed"], cell["counts"]["accepted"]) == (CASES, CASES)
    for _ in range(3):
        assert _cell(city, "authority") == cell, "again adds nothing"
    window = _cell(city, "post", "urb-window")
    assert window and window["counts"]["tasks_completed"] == CASES

    query = {"authority": "URB"}
    page = city.anybody().get("/statistics", params=query).expect(200)
    assert [row["counts"]["filed"] for row in page["cells"]] == [CASES]
    answer = city.anybody().get("/statistics.csv", params=query).expect(200)
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["authority"], row["filed"]) == ("URB", str(CASES))

    posts = city.person(HEAD).get("/post-loads").expect(200)["posts"]
    waiting = {post["post"]: post["open"] for post in posts}
    assert (waiting["urb-window"], waiting["urb-approver"]) == (0, CASES)

    _to_the_next_day(city)

    def usual() -> Json | None:
        city.tick("supervision")
        items = city.anybody().get("/usual-times").expect(200)["items"]
        steps = [step for item in items for step in item["steps"] if step["count"] == CASES]
        return items if steps else None

    assert wait(usual, "what is usual to be published")
    at_risk = city.person(HEAD).get("/cases-at-risk").expect(200)
    assert at_risk["cases"] == [], "what was done within the day is not late"

    due = datetime.fromisoformat(cases[0].page()["due"]["statutory_by"]).date()
    _to(city, due + timedelta(days=1))

    def carded() -> Json | None:
        city.tick("deadline")
        city.tick("supervision")
        board = city.person(SUPERVISOR).get("/supervision-board", params={"level": "red"})
        rows: list[Json] = board.expect(200)["rows"]
        return rows[0] if rows and rows[0]["open"] == CASES else None

    card: Json = wait(carded, "the red cards on the board")
    assert (card["authority"], card["kind"], card["today"]) == ("URB", "card", CASES)
    timeline = city.person(SUPERVISOR).get(f"/cases/{cases[0].number}/timeline").expect(200)
    assert {clock["state"] for clock in timeline["clocks"]} == {"running"}
    assert "red" in {matter["level"] for matter in timeline["matters"]}


def _to_the_next_day(city: City) -> None:
    _to(city, city.official_time().date() + timedelta(days=1))


def _to(city: City, day: date) -> None:
    """To the first seconds of a day."""
    zone = city.official_time().tzinfo
    moment = datetime.combine(day, time(0, 0, 5), zone)
    city.move_clock(set=moment.isoformat())
