"""Tokens of the sample city's sign-in issuers: right ones for people and systems, wrong ones for tests of the door."""

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

ALGORITHM = "ES256"
AUDIENCE = "sunlit-api"
SCOPE = "openid profile"


class TokenMaker:
    """Signs tokens as ``issuer`` with the newest of the keys that are kept in ``key_file``, made there when none is.

    ``names`` gives the legal name of each person id, as an identity provider knows it; ``companies`` the company
    {uscc, name} of each who is a legal representative, ``documents`` the identity document {type, number} of each who
    has shown one.
    """

    def __init__(
        self,
        issuer: str,
        key_file: Path,
        names: dict[str, str] | None = None,
        companies: dict[str, dict[str, str]] | None = None,
        documents: dict[str, dict[str, str]] | None = None,
    ) -> None:
        self.issuer = issuer
        self.names = names or {}
        self.companies = companies or {}
        self.documents = documents or {}
        self._file = key_file
        self._keys = _kept_keys(key_file)

    @property
    def key(self) -> ECKey:
        """The key that signs."""
        return self._keys[0]

    def rotate(self) -> None:
        """Sign with a new key from now on; the old ones stay listed, so what they signed stays good."""
        self._keep([_new_key(), *self._keys])

    def retire(self) -> None:
        """List the newest key alone: what older ones signed is good no more."""
        self._keep(self._keys[:1])

    def _keep(self, keys: list[ECKey]) -> None:
        self._keys = keys
        _keep_keys(self._file, keys)

    def jwks(self) -> dict[str, Any]:
        """The public keys, as the JWKS endpoint serves them."""
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM} for key in self._keys]}

    def access_token(self, sub: str, seconds: int = 3600, /, **changed: Any) -> str:
        """An access token (RFC 9068) of ``sub`` for ``seconds``; ``changed`` claims replace, None removes."""
        return self._signed({"typ": "at+jwt"}, {**self._claims(sub, seconds), "scope": SCOPE}, changed)

    def system_token(self, client: str, scope: str, seconds: int = 3600, /, **changed: Any) -> str:
        """An access token of a department's system, which signed in by its client credentials alone."""
        claims = dict.fromkeys(("amr", "acr", "auth_time"))
        return self.access_token(client, seconds, client_id=client, scope=scope, **(claims | changed))

    def id_token(self, sub: str, seconds: int = 3600, /, **changed: Any) -> str:
        """What a client gets to know who signed in; no API may take it for an access token."""
        return self._signed({"typ": "JWT"}, self._claims(sub, seconds), changed)

    def wrong(self, kind: str, sub: str = "p-li-na") -> str:
        """A token that every API must refuse, named by what is wrong with it; see ``WRONG`` for the kinds."""
        claims = {**self._claims(sub, 3600), "scope": SCOPE}
        if kind == "unsigned":
            return ".".join([_part({"alg": "none", "typ": "at+jwt"}), _part(claims), ""])
        if kind == "foreign_key":
            forged = ECKey.import_key({**ECKey.generate_key("P-256").as_dict(private=True), "kid": str(self.key.kid)})
            return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt", "kid": self.key.kid}, claims, forged)
        if kind == "tampered":
            head, _, signature = self.access_token(sub).split(".")
            return ".".join([head, _part({**claims, "sub": "o-xu-admin"}), signature])
        if kind == "id_token":
            return self.id_token(sub)
        return self.access_token(sub, **_CHANGES[kind])

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
            **(verified(self.documents[sub]) if sub in self.documents else {}),
        }

    def _company(self, sub: str) -> dict[str, Any]:
        company = self.companies.get(sub)
        if company is None:
            return {}
        return {"org": company["uscc"], "org_name": company["name"], "org_role": "legal_representative"}

    def _signed(self, header: dict[str, Any], claims: dict[str, Any], changed: dict[str, Any]) -> str:
        kept = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid, **header}, kept, self.key)


@dataclass(frozen=True)
class TokenMakers:
    """The sample city's three issuers; ``scopes`` are those of each system."""

    people: TokenMaker
    province: TokenMaker
    systems: TokenMaker
    scopes: dict[str, str]

    @classmethod
    def of(
        cls, issuer: str, state_dir: Path, people: list[dict[str, Any]], systems: list[dict[str, Any]]
    ) -> TokenMakers:
        """The issuers at and under ``issuer``, with the keys that are kept in ``state_dir``."""
        names = {person["id"]: person["name"] for person in people}
        companies = {person["id"]: person["company"] for person in people if "company" in person}
        documents = {person["id"]: person["document"] for person in people if "document" in person}
        return cls(
            TokenMaker(issuer, state_dir / "sign-in-key.json", names, companies, documents),
            TokenMaker(f"{issuer}/province", state_dir / "sign-in-province-key.json", names),
            TokenMaker(
                f"{issuer}/systems",
                state_dir / "sign-in-systems-key.json",
                {system["id"]: system["name"] for system in systems},
            ),
            {system["id"]: system["scope"] for system in systems},
        )

    def token(self, sub: str, seconds: int) -> str:
        """A token of a person of the city, or of a system by its principal's id (``s-<client>``). Raises KeyError."""
        client = sub.removeprefix("s-")
        if sub not in self.people.names:
            return self.systems.system_token(client, self.scopes[client], seconds)
        return self.people.access_token(sub, seconds)


def verified(document: dict[str, str]) -> dict[str, Any]:
    """What an issuer says of somebody whose document {type, number} it has seen (OpenID Identity Assurance)."""
    details = {"type": document["type"], "document_number": document["number"]}
    evidence = [{"type": "document", "document_details": details}]
    return {
        "verified_claims": {"verification": {"trust_framework": "cn_real_name", "evidence": evidence}, "claims": {}}
    }


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
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", auto_kid=True)


def _keep_keys(path: Path, keys: list[ECKey]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_text(json.dumps({"keys": [key.as_dict(private=True) for key in keys]}))
    os.replace(aside, path)


def _kept_keys(path: Path) -> list[ECKey]:
    """The keys in the file, the newest first; of an earlier launcher there is one, bare."""
    if not path.exists():
        _keep_keys(path, [_new_key()])
    kept = json.loads(path.read_text())
    return [ECKey.import_key(key) for key in kept.get("keys", [kept])]
