"""Telephone numbers: as people write them, and as they are kept (E.164)."""

import re
from unicodedata import ucd_3_2_0

from chalicelib.kernel.errors import Malformed

COUNTRY, COUNTRY_CODE = "CN", "+86"  # of numbers that name none
MAX_CHARACTERS = 40
# Ranges are opened faster than any list of them: lengths and prefixes alone are looked at.
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?:10|2[0-9])[0-9]{8}|[3-9][0-9]{2}[0-9]{7,8}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_WRITTEN = re.compile(r"\+?[0-9 ()./\-‐-―−~]{5,40}")
_DASHES = re.compile("[‐-―−~]")


def phone(text: str) -> str:
    """A mobile or landline number in E.164. Raises Malformed for what cannot be called."""
    written = ucd_3_2_0.normalize("NFKC", text[:MAX_CHARACTERS]).strip()
    if not _WRITTEN.fullmatch(written):
        raise Malformed("phone-form")
    number = _e164(_DASHES.sub("-", written))
    national = _national(number)
    if national and not (_MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national)):
        raise Malformed("phone-form")
    return number


def _e164(written: str) -> str:
    import phonenumbers  # takes 50 ms that only who files pays

    try:
        number = phonenumbers.parse(written, COUNTRY)
    except phonenumbers.NumberParseException:
        raise Malformed("phone-form") from None
    if not phonenumbers.is_possible_number(number):
        raise Malformed("phone-form")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_mobile(number: str) -> bool:
    """Whether text messages of this country's operators reach a number in E.164."""
    return bool(_MOBILE.fullmatch(_national(number)))


def _national(number: str) -> str:
    """The part behind this country's code; empty for numbers of other countries."""
    return number.removeprefix(COUNTRY_CODE) if number.startswith(COUNTRY_CODE) else ""


def kept(number: str) -> str:
    """A number on record in E.164: the first releases kept those of this country as they were
    written.
    """
    if _E164.fullmatch(number):
        return number
    try:
        return phone(number)
    except Malformed:
        return ""
