"""No date that a client writes anywhere makes an error of ours: it is one with which one can reckon,
or it is refused by its field or parameter.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app  # noqa: F401 - registers the routes
from chalicelib.kernel import days, schemas
from chalicelib.kernel.errors import BadRequest
from chalicelib.kernel.http import queries
from chalicelib.kernel.http.routes import installed
from tests.support.city.items import seed

DAY, MOMENT = "2026-08-31", "2026-08-31T09:30:00+08:00"
OF_TIME = {"date", "date-time", "date-or-moment"}
LIFE = timedelta(days=365 * 150)  # further than any term, retention or coming of age leads

NO_DAYS = [
    ("0001-01-01", "the first year there is"),
    ("0000-01-01", "no year"),
    ("1899-12-31", "before anybody who is alive"),
    ("2200-01-01", "after all that is planned"),
    ("9982-05-05", "comes of age after the last year"),
    ("9999-12-31", "the last day there is"),
    ("2026-02-30", "no such day"),
    ("2026-13-01", "no such month"),
    ("20260831", "another form"),
    ("2026-W35-1", "a week"),
    ("2026-8-31", "digits missing"),
    ("２０２６-08-31", "wide digits"),
    ("2026-08-31\n", "a line break after it"),
    ("today", "no date at all"),
]
NO_MOMENTS = [
    ("0001-01-01T00:00:00+14:00", "before the first moment"),
    ("9999-12-31T23:59:59-14:00", "after the last moment"),
    ("2026-08-31T09:30:00", "no zone"),
    ("2026-08-31T24:30:00Z", "no such hour"),
    ("2026-08-31T09:30:00+25:00", "no such zone"),
    ("2026-08-31 09:30:00Z", "another form"),
]


def fields(node: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of a text within a schema, with where it stands."""
    if isinstance(node, dict):
        if node.get("type") == "string":
            yield at, node
        for name, child in node.items():
            yield from fields(child, f"{at}/{name}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from fields(child, f"{at}/{number}")


BODIES = sorted({route.body for route in installed if route.body})
TEXTS = [
    *((f"{body}{at}", field) for body in BODIES for at, field in fields(schemas.load(body))),
    *((f"{item['id']}{at}", field) for item in seed() for at, field in fields(item["form"])),
]
DATES = [(where, field) for where, field in TEXTS if field.get("format") in OF_TIME]
every_date = pytest.mark.parametrize(("where", "field"), DATES, ids=[where for where, _ in DATES])
DAY_QUERIES = [
    (route, name)
    for route in installed
    for name, parameter in route.query.items()
    if parameter.form == "day"
]


def is_valid(field: dict[str, Any], text: str) -> bool:
    return schemas.Validator(field).is_valid(text)


def test_whatever_is_written_like_a_date_says_that_it_is_one() -> None:
    for where, field in TEXTS:
        pattern = field.get("pattern", "")
        takes_dates = any(re.search(pattern, text) for text in (DAY, MOMENT))
        if pattern and takes_dates and not re.search(pattern, "@ 字?"):
            takes_numbers = re.search(pattern, "2026-08-3A") or re.search(pattern, "20260831")
            assert field.get("format") in OF_TIME or takes_numbers, where


@every_date
@pytest.mark.parametrize(("text", "why"), [*NO_DAYS, *NO_MOMENTS])
def test_no_body_and_no_form_takes(where: str, field: dict[str, Any], text: str, why: str) -> None:
    assert not is_valid(field, text), why


@every_date
def test_every_date_field_takes_a_date(where: str, field: dict[str, Any]) -> None:
    assert is_valid(field, DAY) or is_valid(field, MOMENT)


@pytest.mark.parametrize(("text", "why"), NO_DAYS)
def test_no_query_takes(text: str, why: str) -> None:
    assert len(DAY_QUERIES) >= 2
    for route, name in DAY_QUERIES:
        with pytest.raises(BadRequest) as refused:
            queries.check(route, {name: text})
        assert refused.value.message == "day-unreadable", why


@given(st.text() | st.dates().map(str) | st.datetimes().map(lambda at: f"{at.isoformat()}+14:00"))
def test_what_passes_can_be_reckoned_with(text: str) -> None:
    if days.is_day(text):
        day = date.fromisoformat(text)
        assert day - LIFE < day < day + LIFE
    if days.is_moment(text):
        moment = datetime.fromisoformat(text)
        local = moment.astimezone()
        assert local - LIFE < local < local + LIFE
