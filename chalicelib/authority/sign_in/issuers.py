"""Whose tokens are taken: the issuers of a stage, each with keys, an audience and people (or
systems) of its own.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.authority.mandates import documents
from chalicelib.authority.sign_in.tokens import TokenRefused
from chalicelib.kernel import cache
from chalicelib.kernel.journal import FORGOTTEN
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass

PEOPLE, SYSTEMS = "people", "systems"
OF_SYSTEMS = "s-"
RESERVED = (
    OF_SYSTEMS,
    "c-",
    "n-",
    FORGOTTEN,
)
"""Systems; companies and persons known by a document alone, who sign in nowhere; those whom the
record has forgotten."""
MAX_CHARACTERS = 128
_ALIAS = re.compile(r"[a-z][a-z0-9]{0,15}")
_SUBJECT = re.compile(r"[\x21-\x7e]{1,128}")
_CLIENT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MEMBERS = {"issuer", "audience", "jwks_url", "kind", "alias", "strong_acr", "documents"}
# What OpenID Identity Assurance calls the documents that windows take, too.
_DOCUMENTS = {
    "idcard": documents.ID_CARD,
    "residence_permit": documents.RESIDENCE_PERMIT,
    "passport": documents.PASSPORT,
}


@dataclass(frozen=True)
class Issuer:
    """One issuer. ``strong_acr``: the values of ``acr`` by which it says that a sign-in had two
    factors.

    ``documents``: whether it is believed when it says which identity document somebody has.
    """

    issuer: str
    audience: str
    jwks_url: str
    kind: str = PEOPLE
    alias: str = ""
    strong_acr: frozenset[str] = frozenset()
    documents: bool = False

    def identity(self, claims: Mapping[str, Any]) -> str:
        """The principal's id, which no other issuer of the stage can give. Raises TokenRefused.

        A colon stands after an alias and nowhere else; ``s-`` begins systems and nobody else.
        """
        mark = f"{self.alias}:" if self.alias else ""
        if self.kind == SYSTEMS:
            client = claims.get("client_id")
            if not isinstance(client, str) or not _CLIENT.fullmatch(client):
                raise TokenRefused("client_id is not an id")
            return f"{OF_SYSTEMS}{mark}{client}"
        subject = claims["sub"]
        if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
            raise TokenRefused("sub is not an id")
        if not mark and (":" in subject or subject.startswith(RESERVED)):
            raise TokenRefused("sub could be another issuer's")
        if len(mark + subject) > MAX_CHARACTERS:
            raise TokenRefused("sub is too long")
        return mark + subject

    def document(self, claims: Mapping[str, Any]) -> str:
        """The party that the person's identity document stands for at windows; empty where the
        issuer vouches for none.

        Read from ``verified_claims`` (OpenID Identity Assurance); the number goes no further than
        this.
        """
        if not (self.documents and self.kind == PEOPLE):
            return ""
        for details in _shown_documents(claims.get("verified_claims")):
            party = _party(details)
            if party:
                return party
        return ""


def _shown_documents(verified: Any) -> Iterator[Mapping[str, Any]]:
    """The documents that were seen as evidence, as far as the claims can be read."""
    each_verified = verified if isinstance(verified, list) else [verified]
    for each in each_verified:
        evidence = _member(_member(each, "verification"), "evidence")
        if not isinstance(evidence, list):
            continue
        for seen in evidence:
            details = _member(seen, "document_details")
            if isinstance(details, dict) and seen.get("type") == "document":
                yield details


def _member(value: Any, name: str) -> Any:
    """A member of what should be an object; None of anything else."""
    return value.get(name) if isinstance(value, dict) else None


def _party(details: Mapping[str, Any]) -> str:
    issuer = _member(details, "issuer") or {}
    document = {
        "type": _DOCUMENTS.get(str(details.get("type")), ""),
        "number": details.get("document_number", ""),
        "country": _member(issuer, "country_code") or "",
    }
    return documents.vouched(document) if document["type"] else ""


def read(text: str) -> Mapping[str, Issuer]:
    """Issuers by their name from JSON ``[{issuer, audience, jwks_url, kind?, alias?, strong_acr?,
    documents?}]``.

    Raises ValueError, which says what is wrong.
    """
    documents = json.loads(text)
    if not isinstance(documents, list) or not documents:
        raise ValueError("OIDC_ISSUERS: a list of one or more issuers is needed")
    issuers = [_read(document) for document in documents]
    _check_distinct("issuer", (each.issuer for each in issuers))
    # Two issuers under one alias could each make the same person.
    _check_distinct("alias", (f"{each.kind} {each.alias}" for each in issuers))
    return {each.issuer: each for each in issuers}


def _read(document: Any) -> Issuer:
    if (
        not isinstance(document, dict)
        or not {"issuer", "audience", "jwks_url"} <= document.keys() <= _MEMBERS
    ):
        raise ValueError(
            f"OIDC_ISSUERS: an issuer has issuer, audience, jwks_url and may have of {sorted(_MEMBERS)}"  # noqa: E501
        )
    made = Issuer(**{**document, "strong_acr": frozenset(document.get("strong_acr", ()))})
    if made.kind not in (PEOPLE, SYSTEMS):
        raise ValueError(f"OIDC_ISSUERS: kind {made.kind!r} is neither {PEOPLE} nor {SYSTEMS}")
    if not isinstance(made.documents, bool) or (made.documents and made.kind != PEOPLE):
        raise ValueError(
            "OIDC_ISSUERS: documents is true or false, and true of people's issuers alone"
        )
    if made.alias and not _ALIAS.fullmatch(made.alias):
        raise ValueError(
            f"OIDC_ISSUERS: alias {made.alias!r} is not of small letters and digits, 16 at most"
        )
    return made


def _check_distinct(what: str, values: Iterable[str]) -> None:
    seen = list(values)
    if len(set(seen)) < len(seen):
        raise ValueError(f"OIDC_ISSUERS: two issuers of one {what}")


@cache.remembered()
def trusted() -> Mapping[str, Issuer]:
    """The issuers of this stage by their name."""
    return read(settings().oidc_issuers)
