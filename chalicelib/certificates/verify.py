"""Verify a certificate offline, by the published keys.

``python -m chalicelib.certificates.verify --keys keys.json [--status-list list.jwt] <
certificate.txt``, with what GET /certificates/keys answers in keys.json, and in list.jwt what the
certificate's ``status`` points at. Needs joserfc alone: the file also runs on its own.
"""

import argparse
import base64
import hashlib
import json
import sys
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TYPE, EARLIER_TYPE, LIST_TYPE = "dc+sd-jwt", "certificate+jwt", "statuslist+jwt"
LARGEST_LIST = 1 << 20  # bytes; more is no list of ours but an attempt to fill the memory

Claims = dict[str, Any]


class InvalidCertificate(Exception):
    """Not a certificate of these keys; the text says why."""


def verify(text: str, keys: Mapping[str, Any], at: datetime, status_list: str = "") -> Claims:
    """The claims of a certificate that is genuine and in force at ``at``, as far as its holder
    discloses them.

    With ``status_list``, the signed list that the certificate points at, also not revoked. Raises
    InvalidCertificate.
    """
    jwt, disclosures = _parts(text.strip())
    kind = TYPE if "~" in text else EARLIER_TYPE
    signed = _genuine(jwt, keys, kind)
    shown = _disclosed(signed, disclosures)
    _check_in_force(signed, at)
    if status_list:
        listed = _genuine(status_list.strip(), keys, LIST_TYPE)
        _check_status(signed, listed, at)
    return shown


def _check_in_force(signed: Claims, at: datetime) -> None:
    starts, ends = signed.get("nbf"), signed.get("exp")
    if not isinstance(starts, int) or at.timestamp() < starts:
        raise InvalidCertificate("genuine, but not in force yet")
    if ends is not None and at.timestamp() >= ends:
        raise InvalidCertificate("genuine, but expired")


def contents(text: str) -> Claims:
    """What a certificate says, its signature not looked at: for who keeps it. Raises
    InvalidCertificate.
    """
    jwt, disclosures = _parts(text)
    _, payload, _ = jwt.split(".")
    return _disclosed(json.loads(_decoded(payload)), disclosures)


def _parts(text: str) -> tuple[str, list[str]]:
    """``<jwt>~<disclosure>~...~``; of the first release, a JWT alone."""
    jwt, *disclosures = text.split("~")
    if disclosures and disclosures.pop():
        raise InvalidCertificate("what follows the last ~ is no part of a certificate")
    return jwt, disclosures


def _genuine(token: str, keys: Mapping[str, Any], kind: str) -> Claims:
    from joserfc import jwt
    from joserfc.jwk import KeySet

    try:
        key_set = KeySet.import_key_set(dict(keys))  # type: ignore[arg-type]
        decoded = jwt.decode(token, key_set, algorithms=["ES256"])
    except Exception as error:  # whatever a forged text makes the library raise, it is not genuine
        raise InvalidCertificate(f"not genuine: {error}") from error
    stated = decoded.header.get("typ")
    if stated != kind:
        raise InvalidCertificate(f"not a {kind} but {stated!r}")
    return decoded.claims


def _disclosed(signed: Claims, disclosures: Sequence[str]) -> Claims:
    """The claims with what the disclosures show (RFC 9901, 7.1): each stands for one signed digest,
    or all is void.
    """
    if signed.get("_sd_alg", "sha-256") != "sha-256":
        raise InvalidCertificate("not genuine: digests of an unknown kind")
    hidden = {_digest(text): text for text in disclosures}
    if len(hidden) != len(disclosures):
        raise InvalidCertificate("not genuine: a disclosure stands twice")
    claims = dict(signed)
    claims.pop("_sd_alg", None)
    shown: Claims = _filled(claims, hidden)
    if hidden:
        raise InvalidCertificate("not genuine: a disclosure that is not signed")
    return shown


def _filled(value: Any, hidden: dict[str, str]) -> Any:
    """Takes out of ``hidden`` what it finds a place for."""
    if isinstance(value, list):
        return [_filled(each, hidden) for each in value]
    if not isinstance(value, dict):
        return value
    filled = {}
    for name, each in value.items():
        if name != "_sd":
            filled[name] = _filled(each, hidden)
    for digest in value.get("_sd", ()):
        if digest in hidden:
            name, shown = _disclosure(hidden.pop(digest))
            if name in filled or name in ("_sd", "..."):
                raise InvalidCertificate("not genuine: a disclosure that hides another claim")
            filled[name] = _filled(shown, hidden)
    return filled


def _disclosure(text: str) -> tuple[str, Any]:
    """The name and the value of a disclosed claim."""
    try:
        _, name, value = json.loads(_decoded(text))
    except (ValueError, TypeError) as error:
        raise InvalidCertificate("not genuine: a disclosure that cannot be read") from error
    if not isinstance(name, str):
        raise InvalidCertificate("not genuine: a disclosure that hides another claim")
    return name, value


def _check_status(signed: Claims, listed: Claims, at: datetime) -> None:
    """The bit at the certificate's index, in the list that it names and that is not out of date."""
    place = signed.get("status", {}).get("status_list")
    if not place:
        raise InvalidCertificate("genuine, but it stands in no status list: ask its issuer")
    if listed.get("sub") != place["uri"]:
        raise InvalidCertificate(f"another status list is needed: {place['uri']}")
    if at.timestamp() >= listed["exp"]:
        raise InvalidCertificate("the status list is out of date: fetch it again")
    index = place["idx"]
    bits = _inflated(listed["status_list"]["lst"])
    if listed["status_list"]["bits"] != 1 or index >= 8 * len(bits):
        raise InvalidCertificate("the status list does not name it")
    if bits[index // 8] >> index % 8 & 1:
        raise InvalidCertificate("genuine, but revoked")


def _inflated(text: str) -> bytes:
    inflating = zlib.decompressobj()
    return inflating.decompress(_decoded(text), LARGEST_LIST)


def _digest(disclosure: str) -> str:
    digest = hashlib.sha256(disclosure.encode())
    return _encoded(digest.digest())


def _decoded(text: str) -> bytes:
    padding = "=" * (-len(text) % 4)
    return base64.urlsafe_b64decode(text + padding)


def _encoded(raw: bytes) -> str:
    padded = base64.urlsafe_b64encode(raw).decode()
    return padded.rstrip("=")


def main(arguments: list[str] | None = None) -> int:
    """Print the claims and return 0, or say why not and return 1."""
    options = _parser().parse_args(arguments)
    at = options.at or datetime.now(UTC)
    listed = options.status_list.read_text("ascii") if options.status_list else ""
    keys = json.loads(options.keys.read_text("utf-8"))
    try:
        claims = verify(
            sys.stdin.read(),
            keys,
            at,
            listed,
        )
    except InvalidCertificate as error:
        print(f"INVALID: {error}", file=sys.stderr)
        return 1
    print(json.dumps(claims, ensure_ascii=False, indent=2))
    revoked = "not revoked" if listed else "whether it is revoked was not asked"
    print(f"VALID: {claims['jti']}, signed by {claims['iss']}; {revoked}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Verify a certificate offline.")
    parser.add_argument(
        "--keys",
        type=Path,
        required=True,
        help="file with the published JWK set",
    )
    parser.add_argument(
        "--status-list",
        type=Path,
        help="file with the signed status list that the certificate names",
    )
    parser.add_argument(
        "--at",
        type=datetime.fromisoformat,
        help="moment to judge by (RFC 3339); now when absent",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
