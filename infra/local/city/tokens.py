"""Tokens of the sample city's sign-in issuers: right ones, and wrong ones for tests of the door."""

from __future__ import annotations

import base64
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from infra.local.city import signing_keys

ALGORITHM = "ES256"
AUDIENCE = "sunlit-api"
SCOPE = "openid profile"


class TokenMaker:
    """Signs tokens as ``issuer`` with the newest key in ``key_file``, made there when none is.

    ``names`` gives the legal name of each person id, as an identity provider knows it;
    ``companies`` the company {uscc, name} of each who is a legal representative, ``documents`` the
    identity document {type, number} of each who has shown one, ``addresses`` the claims of each of
    whom a mail address or a mobile number is known.
    """

    def __init__(
        self,
        issuer: str,
        key_file: Path,
        names: dict[str, str] | None = None,
        companies: dict[str, dict[str, str]] | None = None,
        documents: dict[str, dict[str, str]] | None = None,
        addresses: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self.issuer = issuer
        self.names = names or {}
        self.addresses = addresses or {}
        self.companies = companies or {}
        self.documents = documents or {}
        self._file = key_file
        self._keys = signing_keys.kept_in(key_file)

    @property
    def key(self) -> ECKey:
        """The key that signs."""
        return self._keys[0]

    def rotate(self) -> None:
        """Sign with a new key from now on; what the old ones signed stays good."""
        new = signing_keys.new()
        self._keep([new, *self._keys])

    def retire(self) -> None:
        """List the newest key alone: what older ones signed is good no more."""
        self._keep(self._keys[:1])

    def _keep(self, keys: list[ECKey]) -> None:
        self._keys = keys
        signing_keys.keep(self._file, keys)

    def jwks(self) -> dict[str, Any]:
        """The public keys, as the JWKS endpoint serves them."""
        use = {"use": "sig", "alg": ALGORITHM}
        public = [key.as_dict(private=False) for key in self._keys]
        return {"keys": [{**key, **use} for key in public]}

    def access_token(self, sub: str, seconds: int = 3600, /, **changed: Any) -> str:
        """An access token (RFC 9068) of ``sub`` for ``seconds``.

        Claims in ``changed`` replace, None removes.
        """
        claims = self._access_claims(sub, seconds)
        return self._signed("at+jwt", claims, changed)

    def system_token(self, client: str, scope: str, seconds: int = 3600, /, **changed: Any) -> str:
        """An access token of a department's system, which signed in by its credentials alone."""
        nobody_sat_before_it = dict.fromkeys(("amr", "acr", "auth_time"))
        return self.access_token(
            client,
            seconds,
            client_id=client,
            scope=scope,
            **{**nobody_sat_before_it, **changed},
        )

    def id_token(self, sub: str, seconds: int = 3600, /, **changed: Any) -> str:
        """What a client gets to know who signed in; no API may take it for an access token."""
        claims = self._claims(sub, seconds)
        return self._signed("JWT", claims, changed)

    def wrong(self, kind: str, sub: str = "p-li-na") -> str:
        """A token that every API must refuse, named by what is wrong with it: one of ``WRONG``."""
        if kind == "unsigned":
            return self._unsigned(sub)
        if kind == "foreign_key":
            return self._signed_by_another(sub)
        if kind == "tampered":
            return self._tampered(sub)
        if kind == "id_token":
            return self.id_token(sub)
        return self.access_token(sub, **_CHANGES[kind])

    def _unsigned(self, sub: str) -> str:
        head = _part({"alg": "none", "typ": "at+jwt"})
        claims = _part(self._access_claims(sub))
        return f"{head}.{claims}."

    def _signed_by_another(self, sub: str) -> str:
        """By a key that gives itself out as ours."""
        another = ECKey.generate_key("P-256").as_dict(private=True)
        another["kid"] = str(self.key.kid)
        header = self._header("at+jwt")
        claims = self._access_claims(sub)
        return jwt.encode(header, claims, ECKey.import_key(another))

    def _tampered(self, sub: str) -> str:
        head, _, signature = self.access_token(sub).split(".")
        claims = self._access_claims(sub)
        another = _part({**claims, "sub": "o-xu-admin"})
        return f"{head}.{another}.{signature}"

    def _access_claims(self, sub: str, seconds: int = 3600) -> dict[str, Any]:
        return {**self._claims(sub, seconds), "scope": SCOPE}

    def _claims(self, sub: str, seconds: int) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": sub,
            "client_id": "sunlit-local",
            "iat": now,
            "exp": now + seconds,
            "auth_time": now,
            "jti": os.urandom(12).hex(),
            "name": self.names.get(sub, sub),
            "amr": ["pwd", "otp"],
            "acr": "2",
            **self._company(sub),
            **self._document(sub),
            **self.addresses.get(sub, {}),
        }

    def _company(self, sub: str) -> dict[str, Any]:
        company = self.companies.get(sub)
        if company is None:
            return {}
        return {
            "org": company["uscc"],
            "org_name": company["name"],
            "org_role": "legal_representative",
        }

    def _document(self, sub: str) -> dict[str, Any]:
        document = self.documents.get(sub)
        return verified(document) if document else {}

    def _header(self, kind: str) -> dict[str, Any]:
        return {"alg": ALGORITHM, "kid": self.key.kid, "typ": kind}

    def _signed(self, kind: str, claims: dict[str, Any], changed: dict[str, Any]) -> str:
        named = {**claims, **changed}
        kept = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(self._header(kind), kept, self.key)


@dataclass(frozen=True)
class TokenMakers:
    """The sample city's three issuers; ``scopes`` are those of each system."""

    people: TokenMaker
    province: TokenMaker
    systems: TokenMaker
    scopes: dict[str, str]

    @classmethod
    def of(
        cls,
        issuer: str,
        state_dir: Path,
        people: list[dict[str, Any]],
        systems: list[dict[str, Any]],
    ) -> TokenMakers:
        """The issuers at and under ``issuer``, with the keys that are kept in ``state_dir``."""
        names = {person["id"]: person["name"] for person in people}
        system_names = {system["id"]: system["name"] for system in systems}
        return cls(
            TokenMaker(
                issuer,
                state_dir / "sign-in-key.json",
                names,
                _of_each(people, "company"),
                _of_each(people, "document"),
                {person["id"]: addresses_of(person) for person in people},
            ),
            TokenMaker(
                f"{issuer}/province",
                state_dir / "sign-in-province-key.json",
                names,
            ),
            TokenMaker(
                f"{issuer}/systems",
                state_dir / "sign-in-systems-key.json",
                system_names,
            ),
            {system["id"]: system["scope"] for system in systems},
        )

    def token(self, sub: str, seconds: int) -> str:
        """A token of a person of the city, or of a system by its principal's id (``s-<client>``).

        Raises KeyError when there is neither.
        """
        if sub in self.people.names:
            return self.people.access_token(sub, seconds)
        client = sub.removeprefix("s-")
        return self.systems.system_token(
            client,
            self.scopes[client],
            seconds,
        )


def _of_each(people: list[dict[str, Any]], field: str) -> dict[str, Any]:
    """That field of all who have it, by their id."""
    found = {}
    for person in people:
        if field in person:
            found[person["id"]] = person[field]
    return found


def addresses_of(person: dict[str, Any]) -> dict[str, Any]:
    """What an issuer says of somebody's verified addresses.

    Source: OpenID Connect Core, 5.1.
    """
    claims: dict[str, Any] = {}
    if "mail" in person:
        claims |= {"email": person["mail"], "email_verified": True}
    if "phone" in person:
        number = f"+86{person['phone']}"
        claims |= {"phone_number": number, "phone_number_verified": True}
    return claims


def verified(document: dict[str, str]) -> dict[str, Any]:
    """What an issuer says of somebody whose document {type, number} it has seen.

    Source: OpenID Identity Assurance.
    """
    details = {
        "type": document["type"],
        "document_number": document["number"],
    }
    evidence = {"type": "document", "document_details": details}
    verification = {"trust_framework": "cn_real_name", "evidence": [evidence]}
    return {"verified_claims": {"verification": verification, "claims": {}}}


_CHANGES: dict[str, dict[str, Any]] = {
    "expired": {"iat": 1_700_000_000, "exp": 1_700_003_600},
    "without_expiry": {"exp": None},
    "not_yet_valid": {"nbf": 4_000_000_000},
    "wrong_audience": {"aud": "another-api"},
    "wrong_issuer": {"iss": "https://issuer.invalid"},
    "without_subject": {"sub": None},
}
WRONG = (*_CHANGES, "unsigned", "foreign_key", "tampered", "id_token")


def _part(document: dict[str, Any]) -> str:
    text = json.dumps(document)
    encoded = base64.urlsafe_b64encode(text.encode())
    return encoded.decode().rstrip("=")
