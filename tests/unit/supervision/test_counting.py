"""Counters: what an entry adds, and that each entry is counted once, wherever a run is cut."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.casework.acts import ApplyDeadlines, CompleteTask, Withdraw
from chalicelib.kernel import feed
from chalicelib.supervision.matters import acts as matter_acts
from chalicelib.supervision.statistics import generations, slices
from tests.support.builders.case_walks import days_pass, go, led
from tests.support.builders.cases import APPLICANT, MONDAY, REVIEWER, Desk
from tests.unit.supervision.counting import City, Counted, Cutting, Killed, card_of, day_of, in_city

pytestmark = pytest.mark.usefixtures("registers")
GRANTED = ("accept", "review", "approve", "issue", "deliver", "archive")
DAY, MONTH = day_of(MONDAY), day_of(MONDAY)[:7]
AT_ONCE = {"days:0": 1, "in_time": 1, "unlisted_kept": 1}


def lying(days: int, *ways: str) -> Desk:
    """An accepted case that lay for some days, and then went on."""
    desk = led("heard-licence", "accept")
    days_pass(desk, days)
    return go(desk, *ways)


def supplemented() -> Desk:
    """A case whose applicant was told what is missing, and took it back."""
    desk = led("heard-licence", "accept.supplement")
    desk.do(Withdraw(), APPLICANT)
    return desk


def tacit() -> Desk:
    """A case that silence has granted."""
    desk = led("filing", "accept", tacit=True)
    desk.wait(days=40).do(ApplyDeadlines())
    return desk


def by_default() -> Desk:
    """A case that time has accepted, in an officer's entry."""
    desk = Desk()
    desk.wait(days=8).do(CompleteTask("review.2", "pass"), REVIEWER)
    return desk


FILED = {"filed": 1}
ACCEPTED = {**FILED, "accepted": 1}
# In which way a case went, and what it adds to its item over all days.
CASES: list[tuple[str, Desk, dict[str, int]]] = [
    ("filed", Desk(), FILED),
    ("granted at once", led("heard-licence", *GRANTED), {**ACCEPTED, **AT_ONCE, "granted": 1}),
    (
        "refused",
        led("heard-licence", "accept", "review", "approve.refuse"),
        {**ACCEPTED, **AT_ONCE, "refused": 1},
    ),
    ("not accepted", led("heard-licence", "accept.not_accept"), {**FILED, "not_accepted": 1}),
    ("withdrawn", supplemented(), {**FILED, "supplements": 1, "withdrawn": 1}),
    (
        "returned",
        led("heard-licence", "accept", "review", "approve.return"),
        {**ACCEPTED, "returns": 1},
    ),
    (
        "accepted by default",
        by_default(),
        {**ACCEPTED, "accepted_by_default": 1, "reminder": 1, "red": 1},
    ),
    ("ordered", led("penalty", "investigate.inform", "hear", "order"), {**FILED, **AT_ONCE, "ordered": 1}),
    ("dropped", led("levy", "accept", "assess.exempt", "order.drop"), {**ACCEPTED, **AT_ONCE, "dropped": 1}),
]  # fmt: skip


def of_item(counted: Counted) -> dict[str, int]:
    """What an item's cells of all months hold together."""
    total: dict[str, int] = {}
    for (list_name, _), counters in counted.items():
        period, _, by = list_name.partition("#")
        if by == "item" and len(period) == len(MONTH):
            for name, amount in counters.items():
                total[name] = total.get(name, 0) + amount
    return total


@pytest.mark.parametrize(("name", "desk", "expected"), CASES, ids=[name for name, _, _ in CASES])
def test_what_a_case_adds(name: str, desk: Desk, expected: Any) -> None:
    city = City()
    city.take(desk)
    with in_city(city):
        city.count()
        assert of_item(city.counted()) == expected


def test_days_months_and_authorities_hold_the_same_together() -> None:
    city = City()
    for number, (_, desk, _) in enumerate(CASES):
        city.take(desk, f"c{number}")
    with in_city(city):
        city.count()
        counted = city.counted()
    sums: dict[tuple[str, int], dict[str, int]] = {}
    for (list_name, _), counters in counted.items():
        period, _, by = list_name.partition("#")
        if by in ("authority", "item"):
            of = sums.setdefault((by, len(period)), {})
            for name, amount in counters.items():
                of[name] = of.get(name, 0) + amount
    assert len(sums) == 4
    assert len({str(sorted(of.items())) for of in sums.values()}) == 1


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, {"in_time": 1, "days:1": 1, "unlisted_kept": 1}),
        (20, {"late": 1, "days:14": 1, "unlisted_broken": 1}),
        (40, {"overdue": 1, "days:28": 1, "unlisted_broken": 1}),
    ],
)
def test_a_decision_is_counted_by_the_limit_that_it_kept(days: int, expected: Any) -> None:
    city = City()
    city.take(lying(days, "review", "approve"))
    with in_city(city):
        city.count()
        counted = of_item(city.counted())
    names = {"in_time", "late", "overdue", "unlisted_kept", "unlisted_broken"}
    assert {n: v for n, v in counted.items() if n in names or n.startswith("days")} == expected


def test_a_post_is_counted_with_its_tasks_its_warnings_and_its_load() -> None:
    city = City()
    city.take(lying(20))
    with in_city(city):
        city.count()
        counted = city.counted()
    opened = {"tasks_opened": 1, "tasks_completed": 1, "days:0": 1}
    assert counted[f"{DAY}#post", "URB/urb-window"] == opened
    assert counted["loads", "URB/urb-window"] == {f"in:{DAY}": 1, f"out:{DAY}": 1}
    assert counted["loads", "URB/urb-reviewer"] == {f"in:{DAY}": 1, "open": 1}
    assert counted[f"{MONTH}#post", "URB/urb-reviewer"]["yellow"] >= 1


def test_a_window_that_filed_a_case_is_counted_with_all_that_becomes_of_it() -> None:
    city = City()
    desk = led("heard-licence", "accept.not_accept")
    city.take(desk)
    city.put_at_window("case#abc", "sp-urb")
    with in_city(city):
        city.count()
        counted = city.counted()
    assert counted[f"{DAY}#service-point", "URB/sp-urb"] == {"filed": 1, "not_accepted": 1}


def test_how_long_steps_took_is_kept_by_item_step_and_post() -> None:
    city = City()
    city.take(lying(1, "review"))
    with in_city(city):
        city.count()
        counted = city.counted()
    next_day = day_of(MONDAY + timedelta(days=1))
    assert counted["times#shop-sign", DAY] == {"accept/urb-window:0": 1}
    assert counted["times#shop-sign", next_day] == {"review/urb-reviewer:1": 1}


def test_a_card_stands_on_the_board_until_it_is_ruled() -> None:
    city = City()
    card = card_of(city, "yellow")
    with in_city(city):
        city.count()
        opened = city.counted()
        assert opened["board", "URB/card/yellow/shop-sign"] == {DAY: 1}
        assert opened[f"{DAY}#authority", "URB"] == {"card_opened": 1}
        card.add(matter_acts.AnswerGiven("explained", MONDAY.date(), "the reason"))
        card.add(matter_acts.MatterRuled("upheld", "as it was"))
        city.count()
        ruled = city.counted()
    assert ruled["board", "URB/card/yellow/shop-sign"] == {}
    expected = {"card_opened": 1, "card_answered": 1, "card_ruled": 1}
    assert ruled[f"{DAY}#authority", "URB"] == expected


# ---- each entry once ----------------------------------------------------------------------------


def busy() -> City:
    """A city with closed slices, entries that came just now, and a card."""
    city = City()
    city.take(led("heard-licence", *GRANTED), "old")
    city.take(lying(20, "review"), "late", put_at=city.now - feed.CLOSING - 90)
    city.take(Desk(), "new", put_at=city.now - 5)
    card_of(city, "red")
    return city


def expected_of(city: City) -> Counted:
    """What is counted where nothing is cut."""
    with in_city(city):
        city.count()
        counted = city.counted()
        city.count()
        assert city.counted() == counted, "again adds nothing"
    city.views.rows.clear()
    return counted


def test_what_came_just_now_is_counted_at_once_and_not_again_when_its_slice_closes() -> None:
    city = busy()
    expected = expected_of(city)
    with in_city(city):
        for minutes in (0, 1, 9, 10, 11, 12, 30, 180):
            city.now += 60 * minutes
            city.count()
            assert city.counted() == expected
        assert expected[f"{DAY}#item", "URB/shop-sign"]["filed"] == 3


def test_a_late_entry_beside_counted_ones_is_counted() -> None:
    city = City()
    city.take(Desk(), "a", put_at=city.now - 5)
    with in_city(city):
        city.count()
        city.take(Desk(), "b", put_at=city.now - 300)
        city.count()
        city.now += 3600
        city.count()
        assert city.counted()[f"{DAY}#item", "URB/shop-sign"] == {"filed": 2}


def test_a_run_that_is_cut_at_any_call_counts_the_same_when_it_is_run_again() -> None:
    expected = expected_of(busy())
    calls: list[str] = []
    city = busy()
    with in_city(city, Cutting(city.journal, calls), Cutting(city.views, calls)):
        city.count()
    assert len(calls) > 60
    for at in range(1, len(calls) + 1):
        for is_sent in (False, True):
            city = busy()
            _cut(city, at, is_sent)
            with in_city(city):
                city.now += 60 * (at % 13)
                city.count()
                assert city.counted() == expected, (at, is_sent, calls[at - 1])


def _cut(city: City, at: int, is_sent: bool) -> None:
    calls: list[str] = []
    journal, views = Cutting(city.journal, calls), Cutting(city.views, calls)
    for cutting in (journal, views):
        cutting.at, cutting.is_sent = at, is_sent
    with in_city(city, journal, views), pytest.raises(Killed):
        city.count()


def test_a_slice_of_many_entries_is_counted_minute_by_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = expected_of(busy())
    monkeypatch.setattr(slices, "MOST", 3)
    city = busy()
    with in_city(city):
        city.count()
        assert city.counted() == expected


def test_counters_are_made_anew_beside_the_ones_that_are_read() -> None:
    city = busy()
    expected = expected_of(city)
    with in_city(city):
        city.count()
        broken = next(row for row in city.views.rows.values() if "counted" in row.data)
        city.views.rows[broken.key] = broken.__class__(
            broken.pk, broken.sk, 99, {**broken.data, "counted": {"filed": 1_000_000}}
        )
        assert generations.begin(city.begun)
        assert city.counted() != expected, "the old ones are read until the new ones are there"
        city.count()
        assert generations.read().serving == 2
        assert city.counted() == expected
        city.take(Desk(), "more", put_at=city.now - 5)
        city.count()
        assert city.counted()[f"{DAY}#item", "URB/shop-sign"]["filed"] == 4


def test_a_stream_that_cannot_be_read_keeps_no_other_from_being_counted() -> None:
    city = busy()
    expected = expected_of(city)
    city.put_unknown("case#odd")
    with in_city(city):
        city.count()
        assert city.counted() == expected
