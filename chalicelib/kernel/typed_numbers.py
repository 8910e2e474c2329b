"""Numbers that people type, often from paper: what they mean, and which rule they break.

Full width, blanks, dashes and capitals never matter. Where a place holds figures alone, an O is a
zero and an I or l a one; where it holds letters alone, the other way round.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from unicodedata import ucd_3_2_0

from chalicelib.kernel.errors import Malformed

ID_NUMBER, CREDIT_CODE = "id-number", "credit-code"
MAX_CHARACTERS = 64
EARLIEST_BIRTH = date(1880, 1, 1)
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―−﹣_·.,()（）【】\[\]]+")
_TO_FIGURES = str.maketrans("OIL", "011")
_TO_FIGURES_OF_CODES = str.maketrans("OI", "01")  # credit codes have an L, but neither O nor I
_TO_LETTERS = str.maketrans("01", "OI")
_FIGURE = "[0-9OIL]"
_CASE = re.compile(
    rf"([A-Z0-9]{{1,10}}?)-?({_FIGURE}{{4}})-?([A-Z0])-?({_FIGURE}{{6}}|[1-9IL]{_FIGURE}{{6,8}})"
)
_ON_RECORD = re.compile(r"[A-Z0-9]{1,10}-[0-9]{4}-[A-Z]-[0-9]{6,9}")
_CERTIFICATE = re.compile(rf"{_CASE.pattern}-?({_FIGURE}{{1,3}})")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_ID_CHECKS = "10X98765432"
_KIND_AND_DEGREE = re.compile("[1-7][1-4]")
_ACCOUNT = re.compile("[0-9]{12,21}")
_PROJECT = re.compile("([0-9]{4})([0-9]{6})([0-9]{2})([0-9]{2})([0-9]{6})")
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(f"[{_CREDIT_SIGNS}]{{18}}")


def plain(text: str) -> str:
    """What was typed in capitals of half width, with nothing between the characters."""
    return _BETWEEN.sub("", _half_width(text))


def _half_width(text: str) -> str:
    """Nothing of what is longer than any number."""
    if len(text) > MAX_CHARACTERS:
        return ""
    return ucd_3_2_0.normalize("NFKC", text).upper()


def case_number(text: str) -> str:
    """The number of a case as it is on record (``URB-2026-W-000032``); what cannot be one stays as
    it was typed.
    """
    parts = _CASE.fullmatch(_dashed(text))
    return _number(parts) if parts else text


def is_case_number(text: str) -> bool:
    """Whether it is the number of a case as they are on record."""
    return bool(_ON_RECORD.fullmatch(text))


def certificate_number(text: str) -> str:
    """The number of a certificate as it is on record (``URB-2026-W-000032-1``); what cannot be one
    stays as it was typed.
    """
    parts = _CERTIFICATE.fullmatch(_dashed(text))
    if parts is None:
        return text
    count = parts[5].translate(_TO_FIGURES)
    return f"{_number(parts)}-{count}"


def _dashed(text: str) -> str:
    """With one dash wherever something stood between the characters."""
    return _BETWEEN.sub("-", _half_width(text)).strip("-")


def _number(parts: re.Match[str]) -> str:
    register, year, channel, serial = parts.groups()[:4]
    return "-".join(
        [
            register.translate(_TO_LETTERS),
            year.translate(_TO_FIGURES),
            channel.translate(_TO_LETTERS),
            serial.translate(_TO_FIGURES),
        ]
    )


OF_PATHS: Mapping[str, Callable[[str], str]] = {
    "number": case_number,
    "certificate": certificate_number,
}
"""Parts of addresses that people type, by their names in the routes."""


def in_path(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts of an address, those that people type as they are on record."""
    meant = dict(parts)
    for name, reading in OF_PATHS.items():
        if name in meant:
            meant[name] = reading(meant[name])
    return meant


def tracking_code(text: str) -> str:
    """A tracking code (base32: letters, and figures from 2 to 7) without its dashes."""
    return plain(text).translate(_TO_LETTERS)


def figures(text: str) -> str:
    """What holds figures alone."""
    return plain(text).translate(_TO_FIGURES)


def id_number(text: str) -> str:
    """An identity number (GB 11643-1999) as cards show it. Raises Malformed, with the rule that it
    breaks.
    """
    number = plain(text).translate(_TO_FIGURES)
    if not _ID_NUMBER.fullmatch(number):
        raise Malformed("id-number-form")
    born = born_on(number)
    if born is None or born < EARLIEST_BIRTH:
        raise Malformed("id-number-birthday")
    total = 0
    for place, figure in enumerate(number[:17]):
        total += int(figure) * pow(2, 17 - place, 11)
    if _ID_CHECKS[total % 11] != number[17]:
        raise Malformed("id-number-check-digit")
    return number


def disability_number(text: str) -> str:
    """The number of a disability certificate: an identity number, then kind and degree. Raises
    Malformed.
    """
    number = plain(text)
    own_part = number[18:].translate(_TO_FIGURES)
    if not _KIND_AND_DEGREE.fullmatch(own_part):
        raise Malformed("disability-number-form")
    return id_number(number[:18]) + own_part


def account_number(text: str) -> str:
    """The number of a bank account. Raises Malformed."""
    number = figures(text)
    if not _ACCOUNT.fullmatch(number):
        raise Malformed("account-number-form")
    return number


def project_code(text: str) -> str:
    """The code of an investment project, as the national platform writes it
    (``2606-339900-04-01-123456``). Raises Malformed.
    """
    parts = _PROJECT.fullmatch(figures(text))
    if parts is None:
        raise Malformed("project-code-form")
    return "-".join(parts.groups())


def born_on(number: str) -> date | None:
    """The day of birth that an identity number tells; None where it tells no day."""
    parts = number[6:10], number[10:12], number[12:14]
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def credit_code(text: str) -> str:
    """A unified social credit code (GB 32100-2015). Raises Malformed, with the rule that it
    breaks.
    """
    code = credit_code_in_form(text)
    total = 0
    for place, sign in enumerate(code[:17]):
        total += _CREDIT_SIGNS.index(sign) * pow(3, place, 31)
    if _CREDIT_SIGNS[-total % 31] != code[17]:
        raise Malformed("credit-code-check-digit")
    return code


def credit_code_in_form(text: str) -> str:
    """A code whose check character is not looked at: real firms have codes with a wrong one, and
    who knows them by their register vouches for it. Raises Malformed.
    """
    code = plain(text).translate(_TO_FIGURES_OF_CODES)
    if not _CREDIT_CODE.fullmatch(code):
        raise Malformed("credit-code-form")
    return code
