"""What a few cases add is counted once on the deployed stack, and read by everybody and by
supervision.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta

from infra.local.client import City, wait
from tests.journeys.support.cases import OFFICER, reviewed
from tests.journeys.support.stack import Stack

SUPERVISOR, HEAD = OFFICER["city-supervisor"], OFFICER["urb-head"]
CASES = 3
NAMES = ("filed", "accepted", "tasks_completed")


def _numbers(city: City, by: str, code: str = "") -> dict[str, int]:
    """What is counted of URB this month; nothing while there is no cell."""
    city.tick("supervision")
    query = {"by": by, "department": "URB"} | ({"code": code} if code else {})
    found = city.person(SUPERVISOR).get("/supervision-statistics", **query).expect(200)
    counts = found["cells"][0]["counts"] if found["cells"] else {}
    return {name: counts.get(name, 0) for name in NAMES}


def _open(city: City) -> dict[str, int]:
    posts = city.person(HEAD).get("/post-loads").expect(200)["posts"]
    return {post["post"]: post["open"] for post in posts}


def _red(city: City) -> int:
    """How many red cards of URB are open."""
    city.tick("deadline")
    city.tick("supervision")
    query = {"level": "red", "department": "URB"}
    board = city.person(SUPERVISOR).get("/supervision-board", **query).expect(200)
    return sum(row["open"] for row in board["rows"])


def test_a_few_cases_are_counted_exactly_and_read(own_stack: Stack) -> None:
    city = own_stack.city
    before = _numbers(city, "authority")
    window_before = _numbers(city, "post", "urb-window")
    waiting_before = _open(city)
    cases = [reviewed(city) for _ in range(CASES)]
    expected = {**before, "filed": before["filed"] + CASES, "accepted": before["accepted"] + CASES}

    assert wait(lambda: _numbers(city, "authority") == expected, "all cases to be counted")
    for _ in range(3):
        assert _numbers(city, "authority") == expected, "again adds nothing"
    window = _numbers(city, "post", "urb-window")
    assert window["tasks_completed"] == window_before["tasks_completed"] + CASES
    waiting = _open(city)
    assert waiting["urb-approver"] == waiting_before.get("urb-approver", 0) + CASES
    assert waiting["urb-window"] == waiting_before.get("urb-window", 0)

    query = {"authority": "URB"}
    page = city.anybody().get("/statistics", **query).expect(200)
    assert [row["counts"]["filed"] for row in page["cells"]] == [expected["filed"]]
    table = city.anybody().request("GET", "/statistics.csv", valid=False, params=query)
    (row,) = csv.DictReader(io.StringIO(table.raw.decode()))
    assert (row["authority"], row["filed"]) == ("URB", str(expected["filed"]))

    _to(city, city.official_time().date() + timedelta(days=1))

    def usual() -> set[str]:
        city.tick("supervision")
        items = city.anybody().get("/usual-times").expect(200)["items"]
        known = [item for item in items if item["until"] == str(city.official_time().date())]
        return {s["step"] for item in known for s in item["steps"] if s["median"] is not None}

    assert wait(lambda: {"accept", "review"} <= usual(), "what is usual to be published")
    at_risk = city.person(HEAD).get("/cases-at-risk").expect(200)
    numbers = {case.number for case in cases}
    assert not numbers & {found["number"] for found in at_risk["cases"]}, "ten days are left"

    red_before = _red(city)
    due = datetime.fromisoformat(cases[0].page()["due"]["statutory_by"]).date()
    _to(city, due + timedelta(days=1))
    assert wait(lambda: _red(city) >= red_before + CASES, "the red cards on the board")
    timeline = city.person(SUPERVISOR).get(f"/cases/{cases[0].number}/timeline").expect(200)
    assert {clock["state"] for clock in timeline["clocks"]} == {"running"}
    assert "red" in {matter["level"] for matter in timeline["matters"]}


def _to(city: City, day: date) -> None:
    """To the first seconds of a day."""
    zone = city.official_time().tzinfo
    moment = datetime.combine(day, time(0, 0, 5), zone)
    city.move_clock(set=moment.isoformat())
