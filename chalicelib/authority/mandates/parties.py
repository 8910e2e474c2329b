"""Parties: who a case can belong to. A person with an account, a company, or a person known by a
document alone.
"""

from chalicelib.kernel import ids, typed_numbers
from chalicelib.kernel.errors import Malformed

COMPANY, DOCUMENT_PARTY = "c-", "n-"
RESERVED = (COMPANY, DOCUMENT_PARTY)  # no account may be called so


def company_of(uscc: str) -> str:
    """The party that a unified social credit code names (GB 32100-2015), as somebody vouches for
    it; empty for what is none.

    Its check character is not looked at: real firms have codes with a wrong one.
    """
    try:
        return COMPANY + typed_numbers.credit_code_in_form(uscc)
    except Malformed:
        return ""


def party_from_document(kind: str, number: str, country: str = "") -> str:
    """The party behind an identity document: a keyed hash, from which nobody reads the number.

    ``number`` as ``documents`` compares it. Two countries give the same number to two people, so
    ``country`` counts where the kind of document has one.
    """
    parts = (kind, number, country) if country else (kind, number)
    return DOCUMENT_PARTY + ids.keyed_hash("document", *parts)
