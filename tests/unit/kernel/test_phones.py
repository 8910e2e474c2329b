"""Telephone numbers as people write them; one line a case."""

import pytest

from chalicelib.kernel import phones
from chalicelib.kernel.errors import Malformed

# As written, as kept, whether text messages reach it.
NUMBERS = [
    ("13800000000", "+8613800000000", True),
    ("138 0000 0000", "+8613800000000", True),
    ("138-0000-0000", "+8613800000000", True),
    ("１３８００００００００", "+8613800000000", True),
    (" 13800000000 ", "+8613800000000", True),
    ("+8613800000000", "+8613800000000", True),
    ("+86 138 0000 0000", "+8613800000000", True),
    ("8613800000000", "+8613800000000", True),
    ("008613800000000", "+8613800000000", True),
    ("19912345678", "+8619912345678", True),
    ("14000001001", "+8614000001001", True),  # a range that is not open yet
    ("0571-87654321", "+8657187654321", False),
    ("0571 8765 4321", "+8657187654321", False),
    ("0571—87654321", "+8657187654321", False),
    ("(010) 8765 4321", "+861087654321", False),
    ("（０２１）８７６５－４３２１", "+862187654321", False),
    ("0755-8765432", "+867558765432", False),
    ("+86 0571 87654321", "+8657187654321", False),
    ("0500-88001000", "+8650088001000", False),
    ("400-820-8820", "+864008208820", False),
    ("+852 9123 4567", "+85291234567", False),
    ("+49 30 1234567", "+49301234567", False),
    ("+1 (202) 555-0100", "+12025550100", False),
]
NO_NUMBERS = [
    "", "-", "+", "abc", "110", "12345", "87654321", "1380000000", "138000000000", "021 1234567",
    "+999 1234567", "0571-87654321转8", "13800000000\u202e", "1" * 41, "+86 110", "一三八",
]  # fmt: skip


@pytest.mark.parametrize(("written", "kept", "is_mobile"), NUMBERS)
def test_a_number_is_kept_as_e164(written: str, kept: str, is_mobile: bool) -> None:
    assert phones.phone(written) == kept
    assert phones.phone(kept) == kept
    assert phones.is_mobile(kept) == is_mobile


@pytest.mark.parametrize("written", NO_NUMBERS)
def test_what_cannot_be_called_is_no_number(written: str) -> None:
    with pytest.raises(Malformed, match="phone-form"):
        phones.phone(written)


@pytest.mark.parametrize(
    ("on_record", "kept"),
    [("14000001001", "+8614000001001"), ("+8613800000000", "+8613800000000"), ("5551", "")],
)
def test_numbers_of_the_first_releases_are_read_as_well(on_record: str, kept: str) -> None:
    assert phones.kept(on_record) == kept
