"""Whatever says "until" a day holds until 24:00 of it: a line for each thing that a person reads."""

from datetime import UTC, datetime

import pytest

from chalicelib.authority.registers import change_requests
from chalicelib.certificates import acts as certificates
from chalicelib.certificates.check_page import day
from chalicelib.kernel import clock, schemas
from chalicelib.kernel.errors import Invalid
from tests.support.builders.certificates import facts

ZONE = clock.now().tzinfo
NEXT_MIDNIGHT = datetime(2029, 8, 4, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def certificate(expires_at: datetime | None) -> certificates.Certificate:
    names = {"zh": "许可证", "en": "Permit"}
    return certificates.Certificate(
        id="URB-2026-W-000001-1",
        case_number="URB-2026-W-000001",
        item="shop-sign",
        item_name=names,
        authority="URB",
        authority_name=names,
        issued_at=at("2026-08-03 09:30"),
        expires_at=expires_at,
        holder="p-li-na",
        jwt="",
    )


@pytest.mark.parametrize(
    ("what", "now", "status"),
    [
        ("the moment of issue on the last day", "2029-08-03 09:30", "valid"),
        ("its evening", "2029-08-03 23:59", "valid"),
        ("24:00", "2029-08-04 00:00", "expired"),
    ],
)
@pytest.mark.parametrize("expires_at", ["2029-08-03 09:30", "2029-08-03 23:59:59"])
def test_a_certificate_is_valid_until_the_end_of_the_day_that_it_names(
    what: str, now: str, status: str, expires_at: str
) -> None:
    issued = certificate(at(expires_at))
    assert issued.status(at(now)) == status
    assert day(issued.expires_at) == "2029-08-03"


@pytest.mark.parametrize(
    ("issued_at", "last_day"),
    [
        ("2026-08-03 09:30", "2029-08-03"),
        ("2026-08-03 00:00", "2029-08-03"),
        ("2028-02-29 17:00", "2031-02-28"),
    ],
)
def test_what_is_signed_expires_with_the_day(issued_at: str, last_day: str) -> None:
    expires_at = certificates.expiry(at(issued_at), 3)
    assert expires_at is not None
    assert day(expires_at) == last_day
    claims = certificates.payload(
        facts(), "https://minghang.example", "", {}, certificates.StatusIndex(1, 1), at(issued_at)
    )
    assert datetime.fromtimestamp(claims["exp"], ZONE) == certificates.end_of(expires_at)


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ("2029-08-03", NEXT_MIDNIGHT),
        ("2029-08-03T09:30:00+08:00", at("2029-08-03 09:30")),
        ("2029-08-03T16:00:00Z", datetime(2029, 8, 3, 16, tzinfo=UTC)),
        ("2028-02-29", datetime(2028, 3, 1, tzinfo=ZONE)),
    ],
)
def test_a_day_that_is_typed_as_the_end_belongs_to_the_period(until: str, ends: datetime) -> None:
    assert clock.until(until, ZONE) == ends
    body = {"kind": "appointment", "data": {}, "until": until}
    assert change_requests.read("c", body, at("2026-08-03 09:30")).span[1] == ends


@pytest.mark.parametrize("until", ["2029-02-31", "9999-12-31"])
def test_what_is_no_day_is_a_fault_of_the_field(until: str) -> None:
    body = {"kind": "appointment", "data": {}, "until": until}
    with pytest.raises(Invalid) as refused:
        schemas.check(schemas.named("register_change"), body)
    assert "/until" in {fault.field for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("ends", "read_as"),
    [("2029-08-04 00:00", "2029-08-03"), ("2029-08-03 12:00", "2029-08-03")],
)
def test_the_day_that_a_person_is_told_is_the_last_one(ends: str, read_as: str) -> None:
    assert clock.last_day(at(ends)).isoformat() == read_as
