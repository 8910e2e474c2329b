"""Whose tokens are taken: the issuers of a stage, each with keys, an audience and people (or systems) of its own."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.authority.tokens import TokenRefused
from chalicelib.kernel.settings import settings

PEOPLE, SYSTEMS = "people", "systems"
OF_SYSTEMS = "s-"
RESERVED = (OF_SYSTEMS, "c-", "n-")  # systems; companies and persons known by a document alone, who sign in nowhere
MOST_CHARACTERS = 128
_ALIAS = re.compile(r"[a-z][a-z0-9]{0,15}")
_SUBJECT = re.compile(r"[\x21-\x7e]{1,128}")
_CLIENT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MEMBERS = {"issuer", "audience", "jwks_url", "kind", "alias", "strong_acr"}


@dataclass(frozen=True)
class Issuer:
    """One issuer. ``strong_acr``: the values of ``acr`` by which it says that a sign-in had two factors."""

    issuer: str
    audience: str
    jwks_url: str
    kind: str = PEOPLE
    alias: str = ""
    strong_acr: frozenset[str] = frozenset()

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
        if len(mark + subject) > MOST_CHARACTERS:
            raise TokenRefused("sub is too long")
        return mark + subject


def read(text: str) -> Mapping[str, Issuer]:
    """Issuers by their name from JSON ``[{issuer, audience, jwks_url, kind?, alias?, strong_acr?}]``.

    Raises ValueError, which says what is wrong.
    """
    documents = json.loads(text)
    if not isinstance(documents, list) or not documents:
        raise ValueError("OIDC_ISSUERS: a list of one or more issuers is needed")
    found = [_read(document) for document in documents]
    _are_distinct("issuer", (each.issuer for each in found))
    # Two issuers under one alias could each make the same person.
    _are_distinct("alias", (f"{each.kind} {each.alias}" for each in found))
    return {each.issuer: each for each in found}


def _read(document: Any) -> Issuer:
    if not isinstance(document, dict) or not {"issuer", "audience", "jwks_url"} <= document.keys() <= _MEMBERS:
        raise ValueError(f"OIDC_ISSUERS: an issuer has issuer, audience, jwks_url and may have of {sorted(_MEMBERS)}")
    made = Issuer(**{**document, "strong_acr": frozenset(document.get("strong_acr", ()))})
    if made.kind not in (PEOPLE, SYSTEMS):
        raise ValueError(f"OIDC_ISSUERS: kind {made.kind!r} is neither {PEOPLE} nor {SYSTEMS}")
    if made.alias and not _ALIAS.fullmatch(made.alias):
        raise ValueError(f"OIDC_ISSUERS: alias {made.alias!r} is not of small letters and digits, 16 at most")
    return made


def _are_distinct(what: str, values: Iterable[str]) -> None:
    seen = list(values)
    if len(set(seen)) < len(seen):
        raise ValueError(f"OIDC_ISSUERS: two issuers of one {what}")


@lru_cache(maxsize=1)
def trusted() -> Mapping[str, Issuer]:
    """The issuers of this stage by their name."""
    return read(settings().oidc_issuers)
