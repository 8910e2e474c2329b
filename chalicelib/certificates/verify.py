"""Verify a certificate offline, by the published keys.

``python -m chalicelib.certificates.verify --keys keys.json < certificate.jwt``, with what GET /certificates/keys
answers in keys.json. Needs joserfc alone: the file also runs on its own.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

TYPE = "certificate+jwt"


class InvalidCertificate(Exception):
    """Not a certificate of these keys; the text says why."""


def verify(text: str, keys: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The claims of a certificate that is genuine and in force at ``at``. Raises InvalidCertificate."""
    try:
        token = jwt.decode(text.strip(), KeySet.import_key_set(dict(keys)), algorithms=["ES256"])  # type: ignore[arg-type]
    except Exception as error:  # whatever a forged text makes the library raise, it is not genuine
        raise InvalidCertificate(f"not genuine: {error}") from error
    if token.header.get("typ") != TYPE:
        raise InvalidCertificate(f"not a certificate but {token.header.get('typ')!r}")
    starts, ends = token.claims.get("nbf"), token.claims.get("exp")
    if not isinstance(starts, int) or at.timestamp() < starts:
        raise InvalidCertificate("genuine, but not in force yet")
    if ends is not None and at.timestamp() >= ends:
        raise InvalidCertificate("genuine, but expired")
    return token.claims


def main(arguments: list[str] | None = None) -> int:
    """Print the claims and return 0, or say why not and return 1."""
    parser = argparse.ArgumentParser(description="Verify a certificate offline.")
    parser.add_argument("--keys", type=Path, required=True, help="file with the published JWK set")
    parser.add_argument(
        "--at",
        type=datetime.fromisoformat,
        default=None,
        help="moment to judge by (RFC 3339); now when absent",
    )
    options = parser.parse_args(arguments)
    at = options.at or datetime.now(UTC)
    try:
        claims = verify(sys.stdin.read(), json.loads(options.keys.read_text("utf-8")), at)
    except InvalidCertificate as error:
        print(f"INVALID: {error}", file=sys.stderr)
        return 1
    print(json.dumps(claims, ensure_ascii=False, indent=2))
    print(f"VALID: {claims['jti']}, signed by {claims['iss']}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
