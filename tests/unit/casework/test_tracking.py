"""Following a case without signing in: what guessing gets, and whom it must not lock out."""

import pytest

from chalicelib.casework.use_cases.tracking import follow
from chalicelib.kernel import ids
from chalicelib.kernel.errors import NotFound, TooMany
from chalicelib.kernel.guesses import MAX_TRIES
from chalicelib.kernel.journal import Act, Actor, new_entry
from tests.support.builders.cases import APPLICANT, MONDAY, filed_act
from tests.support.fakes.stores import MemoryJournal, MemoryViews

NUMBER, DIGITS = "URB-2026-W-000001", "1234"


@pytest.fixture
def code(memory: tuple[MemoryJournal, MemoryViews]) -> str:
    serial = Act("SerialIssued", {"number": NUMBER, "case": "abc"})
    memory[0].append(
        new_entry("register#URB#2026#W", 1, [serial], at=MONDAY, actor=Actor()),
        new_entry("case#abc", 1, [filed_act()], at=MONDAY, actor=APPLICANT),
    )
    return ids.tracking_code("case#abc")


def tries(number: str, code: str, digits: str, times: int) -> list[type[Exception]]:
    """What that many wrong tries get."""
    got: list[type[Exception]] = []
    for _ in range(times):
        with pytest.raises((NotFound, TooMany)) as refused:
            follow(number, code, digits)
        got.append(refused.type)
    return got


def test_the_code_is_read_with_or_without_dashes_and_case(code: str) -> None:
    assert follow(NUMBER, code.lower().replace("-", " "), DIGITS).number == NUMBER


@pytest.mark.parametrize(
    "number", [NUMBER, "URB-2026-W-000009", "x" * 3000, "", "URB-2026-W-٠٠٠٠٠١"]
)
def test_wrong_codes_get_404_then_429_and_never_lock_out_the_right_one(
    code: str, number: str
) -> None:
    assert (
        tries(number, "AAAA-AAAA-AAAA-AAAA", DIGITS, MAX_TRIES + 2)
        == [NotFound] * MAX_TRIES + [TooMany] * 2
    )
    assert follow(NUMBER, code, DIGITS).number == NUMBER


def test_wrong_digits_under_the_right_code_do_lock(code: str) -> None:
    assert tries(NUMBER, code, "9999", MAX_TRIES + 1) == [NotFound] * MAX_TRIES + [TooMany]
    with pytest.raises(TooMany) as locked:
        follow(NUMBER, code, DIGITS)
    assert 1 <= int(locked.value.headers["Retry-After"]) <= 900
