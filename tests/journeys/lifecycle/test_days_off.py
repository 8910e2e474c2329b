"""A day off of the city's own, on the deployed stack: inbox, case page and due index move."""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.deadlines import WorkingCalendar
from infra.local.client import wait
from tests.journeys.support.cases import OFFICER, changed, filed
from tests.journeys.support.stack import Stack
from tests.support.builders.cases import ZONE

NAME = {"zh": "建市纪念日", "en": "Founding Day of the city"}
SECONDS = 90  # a process may know the days of half a minute ago


def test_a_day_off_moves_what_was_due(own_stack: Stack) -> None:
    city = own_stack.city
    case = filed(city)
    window = city.person(OFFICER["urb-window"])
    due_at = window.wait_for_task("urb-window", case.number)["due_at"]
    accept_by = case.page()["due"]["accept_by"]
    calendar = WorkingCalendar(ZONE)
    tomorrow = city.official_time().date() + timedelta(days=1)
    day_off = calendar.on_or_after(tomorrow)
    later = calendar.add_working_days(date.fromisoformat(accept_by), 1)
    changed(city, "day_off", {"day": day_off.isoformat(), "name": NAME})

    def has_moved() -> bool:
        city.tick("feed")
        task = window.wait_for_task("urb-window", case.number)
        page = case.page()["due"]
        return bool(task["due_at"] > due_at and page["accept_by"] == later.isoformat())

    assert wait(has_moved, "what is due to move by a day", seconds=SECONDS)
    changed(city, "day_off", {"day": day_off.isoformat(), "name": NAME, "is_off": False})
