"""Tokens of the sample city's sign-in issuer: right ones for people, and wrong ones for tests of the door."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
AUDIENCE = "sunlit-api"
SCOPE = "openid profile"


class TokenMaker:
    """Signs tokens as ``issuer`` with a key that is kept in ``key_file``, made there when there is none.

    ``names`` gives the legal name of each person id, as an identity provider knows it.
    """

    def __init__(self, issuer: str, key_file: Path, names: dict[str, str] | None = None) -> None:
        self.issuer = issuer
        self.names = names or {}
        self.key = _kept_key(key_file)

    def jwks(self) -> dict[str, Any]:
        """The public keys, as the JWKS endpoint serves them."""
        public = {**self.key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}
        return {"keys": [public]}

    def access_token(self, sub: str, seconds: int = 3600, /, **changed: Any) -> str:
        """An access token (RFC 9068) of ``sub`` for ``seconds``; ``changed`` claims replace, None removes."""
        return self._signed({"typ": "at+jwt"}, {**self._claims(sub, seconds), "scope": SCOPE}, changed)

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
        }

    def _signed(self, header: dict[str, Any], claims: dict[str, Any], changed: dict[str, Any]) -> str:
        kept = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid, **header}, kept, self.key)


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


def _kept_key(path: Path) -> ECKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = ECKey.generate_key("P-256", auto_kid=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        aside.touch(mode=0o600)
        aside.write_text(json.dumps(made.as_dict(private=True)))
        os.replace(aside, path)
    return ECKey.import_key(json.loads(path.read_text()))
