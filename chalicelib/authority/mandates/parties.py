"""Parties: who a case can belong to. A person with an account, a company, or a person known by a
document alone.
"""

import re
from datetime import date

from chalicelib.kernel import ids

COMPANY, DOCUMENT_PARTY = "c-", "n-"
RESERVED = (COMPANY, DOCUMENT_PARTY)  # no account may be called so
ID_CARD = "id_card"
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_CARD = re.compile(r"[0-9]{17}[0-9X]")
_ID_CARD_CHECKS = "10X98765432"


def company_of(uscc: str) -> str:
    """The party that a unified social credit code names; empty for what is none (GB 32100-2015)."""
    if not _USCC.fullmatch(uscc):
        return ""
    total = 0
    for place, sign in enumerate(uscc[:17]):
        total += _USCC_SIGNS.index(sign) * pow(3, place, 31)
    is_code = _USCC_SIGNS[-total % 31] == uscc[17]
    return COMPANY + uscc if is_code else ""


def party_from_document(kind: str, number: str) -> str:
    """The party behind an identity document: a keyed hash, from which nobody reads the number."""
    return DOCUMENT_PARTY + ids.keyed_hash(
        "document",
        kind,
        number.upper(),
    )


def is_id_card(number: str) -> bool:
    """Whether it can be the number of a resident identity card (GB 11643-1999)."""
    if not _ID_CARD.fullmatch(number) or born_on(number) is None:
        return False
    total = 0
    for place, digit in enumerate(number[:17]):
        total += int(digit) * pow(2, 17 - place, 11)
    return _ID_CARD_CHECKS[total % 11] == number[17]


def born_on(id_card: str) -> date | None:
    """The day of birth that the number of an identity card tells; None where it tells no day."""
    digits = id_card[6:10], id_card[10:12], id_card[12:14]
    try:
        return date(*map(int, digits))
    except ValueError:
        return None
