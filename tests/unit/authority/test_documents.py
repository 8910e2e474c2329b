"""Identity documents by their kinds; one line a case."""

from typing import Any

import pytest

from chalicelib.authority.mandates import documents, party_from_document

CARD = "11010519491231002X"
# Kind, number as typed, number as compared, country.
TAKEN = [
    ("id_card", "11010519491231002x", CARD, ""),
    ("id_card", "１１０１０５１９４９１２３１００２Ｘ", CARD, ""),
    ("id_card", "110105 19491231 002X", CARD, ""),
    ("residence_permit", "810000199408230021", "810000199408230021", ""),
    ("residence_permit", "830000 19940823 0025", "830000199408230025", ""),
    ("permanent_residence", "USA110075102800", "USA110075102800", ""),
    ("permanent_residence", "usa 110075 102800", "USA110075102800", ""),
    ("permanent_residence", "911156198001010016", "911156198001010016", ""),
    ("passport", "e12345678", "E12345678", "CHN"),
    ("passport", "Ｃ０１Ｘ００Ｔ４７", "C01X00T47", "deu"),
    ("passport", "123456789", "123456789", "GBR"),
    ("passport", "P1234567", "P1234567", "XXB"),  # a refugee
    ("travel_permit", "H12345678", "H12345678", ""),
    ("travel_permit", "h12345678(01)", "H1234567801", ""),
    ("travel_permit", "01234567", "01234567", ""),
    ("travel_permit", "0123456789（Ｂ）", "0123456789B", ""),
    ("travel_document", "L1234567", "L1234567", "CHN"),
    ("military_id", "军字第1234567号", "军1234567", ""),
    ("military_id", "军字 第 1234567 号", "军1234567", ""),
    ("military_id", "军1234567", "军1234567", ""),
    ("military_id", "士字第20090101号", "士20090101", ""),
    ("military_id", "南字第0012345号", "南0012345", ""),
    ("military_id", "1234567", "1234567", ""),
]
# Kind, number, country, field and what is said of it.
REFUSED = [
    ("id_card", "110105194912310021", None, "number", "id-number-check-digit"),
    ("id_card", "110105194913310021", None, "number", "id-number-birthday"),
    ("id_card", "1101051949123100", None, "number", "id-number-form"),
    ("residence_permit", CARD, None, "number", "residence-permit-form"),
    ("residence_permit", "E1234567", None, "number", "id-number-form"),
    ("permanent_residence", "811156198001010011", None, "number", "permanent-residence-form"),
    ("permanent_residence", "12345", None, "number", "permanent-residence-form"),
    ("travel_permit", "X1", None, "number", "travel-permit-form"),
    ("military_id", "张伟", None, "number", "military-id-form"),
    ("passport", "护照1234567", "CHN", "number", "document-number-form"),
    ("passport", "E12345678", None, "country", "required"),
    ("passport", "E12345678", "ZZZ", "country", "country-unknown"),
    ("id_card", CARD, "CHN", "country", "document-without-country"),
]


def said(kind: str, number: str, country: str | None) -> dict[str, Any]:
    return {"type": kind, "number": number} | ({"country": country} if country else {})


@pytest.mark.parametrize(("kind", "typed", "compared", "country"), TAKEN)
def test_a_document_is_taken_and_compared_however_it_is_written(
    memory: Any, kind: str, typed: str, compared: str, country: str
) -> None:
    document = said(kind, typed, country)
    assert [*documents.faults(document, "/document")] == []
    read = documents.read(document)
    assert read.number == compared
    assert read.party == party_from_document(kind, compared, country.upper())
    assert read.shown["last"] == compared[-4:]


@pytest.mark.parametrize(("kind", "number", "country", "field", "why"), REFUSED)
def test_what_is_typed_is_checked_and_the_rule_is_named(
    kind: str, number: str, country: str | None, field: str, why: str
) -> None:
    faults = [*documents.faults(said(kind, number, country), "/document")]
    assert [(fault.field, fault.message) for fault in faults] == [(f"/document/{field}", why)]


def test_the_same_number_of_two_countries_is_two_people(memory: Any) -> None:
    one, other = (documents.read(said("passport", "E12345678", c)) for c in ("CHN", "DEU"))
    assert one.party != other.party


def test_an_issuers_word_is_enough(memory: Any) -> None:
    wrong_digit = said("id_card", "110105194912310021", None)
    assert documents.vouched(wrong_digit) == documents.read(wrong_digit).party
    assert documents.vouched(said("passport", "E12345678", None)) == ""
    assert documents.vouched(said("passport", "E12345678", "CHN")).startswith("n-")
    assert documents.vouched(said("id_card", "护照", None)) == ""
