"""Mandates: who may act for whom, granted by the party itself, accepted by who is to act; guardians
of minors.
"""

from chalicelib.authority.mandates import documents, persons
from chalicelib.authority.mandates.acts import (
    MandateAccepted,
    MandateEnded,
    MandateGranted,
    MandateLimited,
)
from chalicelib.authority.mandates.pages import shown
from chalicelib.authority.mandates.parties import company_of, party_from_document
from chalicelib.authority.mandates.rights import covers, held_by, told_of
from chalicelib.authority.mandates.rules import MandateRequest
from chalicelib.authority.mandates.use_cases import establish, moves
from chalicelib.authority.mandates.values import ACTS, GUARDIANSHIP, Mandate, Scope

GRANTED, ACCEPTED, LIMITED, ENDED = (
    payload.__name__ for payload in (MandateGranted, MandateAccepted, MandateLimited, MandateEnded)
)
"""The act types, as they are on record."""

__all__ = [
    "ACCEPTED",
    "ACTS",
    "ENDED",
    "GRANTED",
    "GUARDIANSHIP",
    "LIMITED",
    "Mandate",
    "MandateRequest",
    "Scope",
    "company_of",
    "covers",
    "documents",
    "establish",
    "held_by",
    "moves",
    "party_from_document",
    "persons",
    "shown",
    "told_of",
]
