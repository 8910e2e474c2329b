"""Days in the forms of the sample city: a line for each that was wrongly refused or taken."""

from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chalicelib.catalog import form_days
from tests.guards.published import every_item
from tests.support.city.items import sample

TODAY = date(2026, 11, 30)
LEAP_DAY = date(2028, 2, 29)


def told(item: str, today: date = TODAY, **answers: str) -> list[tuple[str, str]]:
    """(field, message) of everything that is wrong with the days."""
    form = sample(item)["form"]
    checker = Draft202012Validator(form, format_checker=FormatChecker())
    whole = {**form["examples"][0], **answers}
    wrong = [
        (f"/form/{error.path[0]}", str(error.validator)) for error in checker.iter_errors(whole)
    ]
    days = form_days.faults(form, answers, today, "/form")
    return [*wrong, *((fault.field, fault.message) for fault in days)]


@pytest.mark.parametrize(
    ("item", "answers"),
    [
        ("household-confirmation", {"married_on": "1998-05-20"}),
        ("household-confirmation", {"lives_there_since": "1961-01-01"}),
        ("disability-benefit", {"employed_since": "1999-12-31"}),
        ("information-disclosure", {"made_from": "1999-01-01", "made_until": "1999-01-01"}),
        ("neighbour-water", {"since": "1999-06-01"}),
        ("street-penalty", {"found_on": "2026-11-30"}),
        ("mass-event", {"first_day": "2027-02-06", "last_day": "2027-02-06"}),
        ("investment-approval", {"start_month": "2027-03", "finish_month": "2027-03"}),
        ("road-compulsion", {"found_on": "2026-11-29", "clear_by": "2026-12-01"}),
    ],
)  # fmt: skip
def test_a_day_that_can_be_is_taken(item: str, answers: dict[str, str]) -> None:
    assert told(item, **answers) == []


@pytest.mark.parametrize(
    ("item", "answers", "faults"),
    [
        ("street-penalty", {"found_on": "2099-01-01"}, [("found_on", "day-to-come")]),
        ("street-penalty", {"found_on": "2026-12-01"}, [("found_on", "day-to-come")]),
        ("street-penalty", {"found_on": "1900-01-01"}, [("found_on", "day-too-early")]),
        ("road-compulsion", {"found_on": "2026-11-29", "clear_by": "2026-11-28"}, [("clear_by", "day-before-other")]),
        ("mass-event", {"first_day": "2027-02-06", "last_day": "2027-02-05"}, [("last_day", "day-before-other")]),
        ("mass-event", {"first_day": "2099-01-01"}, [("first_day", "day-too-late")]),
        ("mass-event", {"first_day": "1900-01-01"}, [("first_day", "day-too-early")]),
        ("construction-permit", {"start_day": "2027-01-02", "finish_day": "2027-01-01"}, [("finish_day", "day-before-other")]),
        ("investment-approval", {"start_month": "2027-03", "finish_month": "2027-02"}, [("finish_month", "day-before-other")]),
        ("investment-approval", {"start_month": "1900-01"}, [("start_month", "day-too-early")]),
        ("investment-approval", {"start_month": "2099-01"}, [("start_month", "day-too-late")]),
        ("tender-filing", {"issue_day": "2026-12-02", "closing_day": "2026-12-01"}, [("closing_day", "day-before-other")]),
        ("information-disclosure", {"made_from": "2025-01-02", "made_until": "2025-01-01"}, [("made_until", "day-before-other")]),
        ("household-confirmation", {"married_on": "2026-12-01"}, [("married_on", "day-to-come")]),
        ("household-confirmation", {"married_on": "2025-02-30"}, [("married_on", "format")]),
        ("heritage-inspection", {"inspected_on": "2026-12-24"}, [("inspected_on", "day-to-come")]),
        ("reconsideration", {"learned_on": "2026-12-01"}, [("learned_on", "day-to-come")]),
        ("shop-sign-renewal", {"last_inspection": "2026-12-01"}, [("last_inspection", "day-to-come")]),
        ("shop-sign-renewal", {"expires": "2026-11-29"}, [("expires", "day-too-early")]),
        ("neighbour-water", {"since": "2999-12-31"}, [("since", "day-to-come")]),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_a_fault_of_its_field(
    item: str, answers: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    assert told(item, **answers) == [(f"/form/{field}", message) for field, message in faults]


@pytest.mark.parametrize("today", [date(1, 1, 1), LEAP_DAY, date(9999, 12, 31)])
def test_no_day_of_filing_is_too_far_for_a_bound(today: date) -> None:
    form = sample("construction-permit")["form"]
    list(form_days.faults(form, form["examples"][0], today, "/form"))


@every_item
def test_every_day_of_a_form_has_its_range_and_the_examples_keep_it(item: dict[str, Any]) -> None:
    fields = item["form"]["properties"]
    for field in fields.values():
        if field.get("format") == "date":
            assert field["x-earliest"] and field["x-latest"]
        assert field.get("x-not-before", "") in ("", *fields)
    for example in item["form"]["examples"]:
        assert list(form_days.faults(item["form"], example, TODAY, "/form")) == []
