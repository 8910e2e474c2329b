"""Numbers as people type them, often from paper; one line a case."""

from collections.abc import Callable

import pytest

from chalicelib.kernel import formats, typed_numbers
from chalicelib.kernel.errors import Malformed

Reading = Callable[[str], str]
CASE, CERTIFICATE, CODE = (
    typed_numbers.case_number,
    typed_numbers.certificate_number,
    typed_numbers.tracking_code,
)
ID, CREDIT = typed_numbers.id_number, typed_numbers.credit_code

READ = [
    (CASE, "urb-2026-w-000032", "URB-2026-W-000032"),
    (CASE, "URB2026W000032", "URB-2026-W-000032"),
    (CASE, " urb 2026 w 000032 ", "URB-2026-W-000032"),
    (CASE, "URB—2026–W−000032", "URB-2026-W-000032"),
    (CASE, "ＵＲＢ－２０２６－Ｗ－０００００１", "URB-2026-W-000001"),
    (CASE, "urb-2O26-w-OOOO32", "URB-2026-W-000032"),
    (CASE, "URB-2026-W-00000I", "URB-2026-W-000001"),
    (CASE, "urb-2026-w-00000l", "URB-2026-W-000001"),
    (CASE, "C0M-2026-0-000001", "COM-2026-O-000001"),
    (CASE, "URB-2026-W-1000001", "URB-2026-W-1000001"),
    (CASE, "URB2026W1000001", "URB-2026-W-1000001"),
    (CASE, "URB-2026-W-32", "URB-2026-W-32"),  # no number: found nowhere
    (CASE, "../etc", "../etc"),
    (CASE, "", ""),
    (CASE, "A" * 5000, "A" * 5000),
    (CERTIFICATE, "urb-2026-w-000032-1", "URB-2026-W-000032-1"),
    (CERTIFICATE, "URB2026W0000321", "URB-2026-W-000032-1"),
    (CERTIFICATE, "urb 2026 w ooo032 l", "URB-2026-W-000032-1"),
    (CERTIFICATE, "ＵＲＢ－２０２６－Ｗ－００００３２－１", "URB-2026-W-000032-1"),
    (CERTIFICATE, "URB-2026-W-1000001-12", "URB-2026-W-1000001-12"),
    (CERTIFICATE, "0", "0"),
    (CODE, "abcd-2345-efgh-67ij", "ABCD2345EFGH67IJ"),
    (CODE, "ABCD 2345 EFGH 67IJ", "ABCD2345EFGH67IJ"),
    (CODE, "ａｂｃｄ２３４５ＥＦＧＨ６７ＩＪ", "ABCD2345EFGH67IJ"),
    (CODE, "0bcd-2345-1fgh-67ij", "OBCD2345IFGH67IJ"),
    (ID, "11010519491231002x", "11010519491231002X"),
    (ID, "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    (ID, "110105 19491231 002X", "11010519491231002X"),
    (ID, "11O1O519491231OO2X", "11010519491231002X"),
    (CREDIT, "92339900004555011k", "92339900004555011K"),
    (CREDIT, "9233 9900 0045 5501 1K", "92339900004555011K"),
    (CREDIT, "9233990OOO4555O11K", "92339900004555011K"),
    (typed_numbers.credit_code_in_form, "91350203M0001QKT19", "91350203M0001QKT19"),
    (typed_numbers.disability_number, "11010519491231002x43", "11010519491231002X43"),
    (typed_numbers.account_number, "6222 0212 3456 7890 123", "6222021234567890123"),
    (typed_numbers.project_code, "２６０６—339900—04—01—123456", "2606-339900-04-01-123456"),
    (typed_numbers.project_code, "2606339900040112345 6", "2606-339900-04-01-123456"),
    (formats.last_figures, "１ ０ ０ １", "1001"),
    (formats.last_figures, "l00l", "1001"),
]  # fmt: skip
REFUSED = [
    (ID, "111111111111111111", "id-number-birthday"),
    (ID, "110105194913310025", "id-number-birthday"),  # month 13
    (ID, "110105194902300025", "id-number-birthday"),  # 30 February
    (ID, "110105049912310025", "id-number-birthday"),
    (ID, "110105194912310021", "id-number-check-digit"),
    (ID, "11010519491231002", "id-number-form"),
    (ID, "110105491231002", "id-number-form"),  # of 15 digits, withdrawn in 2013
    (ID, "1101051949123100XX", "id-number-form"),
    (ID, "张伟", "id-number-form"),
    (CREDIT, "91350203M0001QKT19", "credit-code-check-digit"),
    (CREDIT, "9133990000455520XE", "credit-code-check-digit"),
    (CREDIT, "9133990000455502S", "credit-code-form"),
    (CREDIT, "91339900004555V2XE", "credit-code-form"),
    (CREDIT, "", "credit-code-form"),
    (typed_numbers.disability_number, "11010519491231002X83", "disability-number-form"),
    (typed_numbers.disability_number, "11010519491231002143", "id-number-check-digit"),
    (typed_numbers.account_number, "12345", "account-number-form"),
    (typed_numbers.project_code, "2606-339900-04-01-12345", "project-code-form"),
    (formats.case_number, "URB-2026-W-32", "case-number-form"),
    (formats.last_figures, "12345", "last-figures-form"),
    (formats.last_figures, "一二三四", "last-figures-form"),
]  # fmt: skip


@pytest.mark.parametrize(("reading", "typed", "meant"), READ)
def test_what_is_typed_is_read_as_it_is_meant(reading: Reading, typed: str, meant: str) -> None:
    assert reading(typed) == meant
    assert reading(meant) == meant


@pytest.mark.parametrize(("reading", "typed", "why"), REFUSED)
def test_what_breaks_a_rule_is_told_which(reading: Reading, typed: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        reading(typed)


def test_parts_of_addresses_that_people_type_are_read_and_others_are_not() -> None:
    parts = {"number": "urb 2026 w 000032", "certificate": "urb2026w0000321", "task": "abc 1"}
    assert typed_numbers.in_path(parts) == {
        "number": "URB-2026-W-000032",
        "certificate": "URB-2026-W-000032-1",
        "task": "abc 1",
    }
