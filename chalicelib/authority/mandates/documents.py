"""Identity documents: of which kinds they are, what each kind's number looks like, and which party
stands behind one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from typing import Any

from chalicelib.authority.mandates.countries import COUNTRIES
from chalicelib.authority.mandates.parties import party_from_document
from chalicelib.kernel import typed_numbers
from chalicelib.kernel.errors import Fault, Malformed
from chalicelib.kernel.values import dataclass

ID_CARD, RESIDENCE_PERMIT, PERMANENT_RESIDENCE = (
    "id_card",
    "residence_permit",
    "permanent_residence",
)
PASSPORT, TRAVEL_DOCUMENT = "passport", "travel_document"
TRAVEL_PERMIT, MILITARY_ID = "travel_permit", "military_id"
OF_A_COUNTRY = (PASSPORT, TRAVEL_DOCUMENT)
LAST = 4  # characters of a number that are kept to show

# What is left of a number between blanks and brackets.
_ANY = re.compile("[0-9A-Z]{5,20}")
# 军字第1234567号, also without the words between: what the letters and the figures say.
_MILITARY = re.compile("([㐀-鿿]{1,4}?)字?第?([0-9]{4,10})号?")
# Residents of Hong Kong and Macao: a letter and eight figures, then how often it was renewed.
# Residents of Taiwan: eight figures; formerly ten, and how often in brackets.
_TRAVEL_PERMIT = re.compile("[HM][0-9]{8}(?:[0-9]{2})?|[0-9]{8}|[0-9]{10}[0-9A-Z]?|[A-Z][0-9]{7,8}")
# Until 2023 three letters of the country and twelve figures, since then as identity numbers.
_PERMANENT_RESIDENCE = re.compile("[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]")
_OLD_CARD = 15  # characters of a card of foreigners until 2023
# Hong Kong, Macao, Taiwan (GB/T 2260).
_RESIDENCE_PERMIT = re.compile("8[123]0000[0-9]{11}[0-9X]")


@dataclass(frozen=True)
class Document:
    """A document by its kind, its number as it is compared, and its country where the kind has
    one.
    """

    kind: str
    number: str = field(repr=False)
    country: str = ""

    @property
    def party(self) -> str:
        """The person behind it."""
        return party_from_document(self.kind, self.number, self.country)

    @property
    def shown(self) -> dict[str, str]:
        """What the record keeps of it: its kind, its country and the end of its number."""
        named = {"type": self.kind, "last": self.number[-LAST:]}
        return named | ({"country": self.country} if self.country else {})

    @property
    def born_on(self) -> date | None:
        """The day of birth that its number tells; None for a number that tells none."""
        tells = self.kind in (ID_CARD, RESIDENCE_PERMIT)
        return typed_numbers.born_on(self.number) if tells else None


def read(said: Mapping[str, Any]) -> Document:
    """A document ``{type, number, country?}`` with its number as all spellings of it compare,
    right or wrong.
    """
    kind = str(said.get("type", ""))
    number = _compared(kind, str(said.get("number", "")))
    country = str(said.get("country", "")) if kind in OF_A_COUNTRY else ""
    return Document(kind, number, typed_numbers.plain(country))


def _compared(kind: str, typed: str) -> str:
    number = typed_numbers.plain(typed)
    if kind == MILITARY_ID:
        parts = _MILITARY.fullmatch(number)
        return "".join(parts.groups()) if parts else number
    return typed_numbers.figures(typed) if kind == ID_CARD else number


def faults(said: Mapping[str, Any], at: str) -> Iterable[Fault]:
    """What is wrong with a document that somebody has typed, and that stands ``at``."""
    document = read(said)
    try:
        _check_number(document)
    except Malformed as malformed:
        yield malformed.at(f"{at}/number")
    if document.kind not in OF_A_COUNTRY:
        if "country" in said:
            yield Fault(f"{at}/country", "document-without-country")
    elif not document.country:
        yield Fault(f"{at}/country", "required")
    elif document.country not in COUNTRIES:
        yield Fault(f"{at}/country", "country-unknown")


def _check_number(document: Document) -> None:
    """Raise Malformed, with the rule that the number breaks."""
    kind, number = document.kind, document.number
    match kind:
        case "id_card":
            typed_numbers.id_number(number)
        case "residence_permit":
            typed_numbers.id_number(number)
            _check_form(_RESIDENCE_PERMIT, number, "residence-permit-form")
        case "permanent_residence":
            _check_form(_PERMANENT_RESIDENCE, number, "permanent-residence-form")
            if len(number) != _OLD_CARD:
                typed_numbers.id_number(number)
        case "travel_permit":
            _check_form(_TRAVEL_PERMIT, number, "travel-permit-form")
        case "military_id":
            is_plain = _ANY.fullmatch(number)
            is_of_words = re.fullmatch("[㐀-鿿]{1,4}[0-9]{4,10}", number)
            if not (is_plain or is_of_words):
                raise Malformed("military-id-form")
        case _:
            _check_form(_ANY, number, "document-number-form")


def _check_form(form: re.Pattern[str], number: str, message: str) -> None:
    if not form.fullmatch(number):
        raise Malformed(message)


def vouched(said: Mapping[str, Any]) -> str:
    """The party behind a document for which an issuer vouches: its word is enough, whatever a check
    digit says. Empty where it names no number, or a passport without its country.
    """
    document = read(said)
    needs_country = document.kind in OF_A_COUNTRY
    if needs_country and document.country not in COUNTRIES:
        return ""
    is_number = _ANY.fullmatch(document.number)
    return document.party if is_number else ""
