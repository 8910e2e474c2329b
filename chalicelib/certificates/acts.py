"""What a certificate says and what follows from issuing and revoking it; pure."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.journal import Act, Entry

ISSUED, REVOKED = "CertificateIssued", "CertificateRevoked"
HOLDER = "holder"  # the private group: who holds it, and the signed text itself
TYPE = (
    "dc+sd-jwt"  # the JOSE typ: no access token passes for a certificate, nor the other way round
)


@dataclass(frozen=True)
class CertificateFacts:
    """What is certified: ``holder`` (a person's id) may do what ``item`` permits. Names are ``{zh,
    en}``.

    ``id`` is the case's number and a count; ``valid_years`` None is without end; ``form`` holds the
    public fields of the application as decided.
    """

    id: str
    case_number: str
    holder: str
    holder_name: str = field(repr=False)
    item: str
    item_name: Mapping[str, str]
    authority: str
    authority_name: Mapping[str, str]
    result: Mapping[str, str]
    decided_at: datetime
    valid_years: int | None = None
    form: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class StatusIndex:
    """Where a certificate's status stands: the number of the status list, and the index in it."""

    list: int
    idx: int


@dataclass(frozen=True)
class Certificate:
    """A certificate as issued; ``jwt`` is what verifiers check. Those of the first release stand in
    no status list.
    """

    id: str
    case_number: str
    item: str
    item_name: Mapping[str, str]
    authority: str
    authority_name: Mapping[str, str]
    issued_at: datetime
    expires_at: datetime | None
    holder: str
    jwt: str = field(repr=False)
    spot: StatusIndex | None = None
    revoked_at: datetime | None = None

    def status(self, now: datetime) -> str:
        """``valid``, ``expired`` or ``revoked``."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "valid"


def expiry(issued_at: datetime, years: int | None) -> datetime | None:
    """The same moment ``years`` later; the 29th of February ends on the 28th."""
    if not years:
        return None
    try:
        return issued_at.replace(year=issued_at.year + years)
    except ValueError:
        return issued_at.replace(year=issued_at.year + years, day=28)


def holder(
    facts: CertificateFacts, salt: Callable[[], str]
) -> tuple[dict[str, list[str]], list[str]]:
    """The holder as digests, and the disclosures that show each part (RFC 9901, 4.2); digests are
    in no telling order.

    ``salt`` gives a fresh text of 128 random bits at each call.
    """
    parts = {"person": facts.holder, "name": facts.holder_name}
    shown = [base64url(dumps([salt(), name, value])) for name, value in parts.items()]
    return {
        "_sd": sorted(base64url(hashlib.sha256(text.encode()).digest()) for text in shown)
    }, shown


def payload(
    facts: CertificateFacts,
    issuer: str,
    issuing_authority: str,
    hidden: Mapping[str, Any],
    spot: StatusIndex,
    at: datetime,
) -> dict[str, Any]:
    """The claims that are signed (RFC 7519, SD-JWT VC), official times in Unix seconds.

    ``issuer`` is the URL of this API; ``hidden`` stands for the holder. There is no ``cnf``:
    whoever has the text may show it, as with a document on paper.
    """
    start, end = int(at.timestamp()), expiry(at, facts.valid_years)
    claims: dict[str, Any] = {"iss": issuer, "jti": facts.id, "iat": start, "nbf": start}
    claims |= {"exp": int(end.timestamp())} if end else {}
    return claims | {
        "vct": f"urn:sunlit:certificate:{facts.item}",
        "status": {"status_list": {"idx": spot.idx, "uri": list_uri(issuer, spot.list)}},
        "issuing_authority": issuing_authority,
        "_sd_alg": "sha-256",
        "credential": {
            "item": {"id": facts.item, "name": dict(facts.item_name)},
            "result": dict(facts.result),
            "case_number": facts.case_number,
            "authority": facts.authority,
            "decided_at": stamp(facts.decided_at),
            "holder": dict(hidden),
            "fields": dict(facts.form),
        },
    }


def list_uri(issuer: str, number: int) -> str:
    """Where anybody finds a status list."""
    return f"{issuer}/certificates/status-lists/{number}"


def decide_issue(
    facts: CertificateFacts, jwt: str, kid: str, spot: StatusIndex, issued_at: datetime
) -> tuple[Act, ...]:
    """The act that makes the signed text the certificate."""
    end = expiry(issued_at, facts.valid_years)
    data = {
        "certificate": facts.id,
        "case_number": facts.case_number,
        "item": facts.item,
        "item_name": dict(facts.item_name),
        "authority": facts.authority,
        "authority_name": dict(facts.authority_name),
        "issued_at": stamp(issued_at),
        "expires_at": stamp(end) if end else None,
        "kid": kid,
        "status": {"list": spot.list, "idx": spot.idx},
    }
    return (Act(ISSUED, data, {HOLDER: {"person": facts.holder, "jwt": jwt}}),)


def fold(entries: Sequence[Entry]) -> Certificate:
    """The certificate of its stream's entries: issued, and perhaps revoked."""
    act = entries[0].acts[0]
    data, private = act.data, act.private.get(HOLDER, {"person": "", "jwt": ""})
    return Certificate(
        id=data["certificate"],
        case_number=data["case_number"],
        item=data["item"],
        item_name=data["item_name"],
        authority=data["authority"],
        authority_name=data.get(
            "authority_name", {"zh": data["authority"], "en": data["authority"]}
        ),
        issued_at=parse(data["issued_at"]),
        expires_at=parse(data["expires_at"]) if data["expires_at"] else None,
        holder=private["person"],
        jwt=private["jwt"],
        spot=StatusIndex(**data["status"]) if "status" in data else None,
        revoked_at=next((e.at for e in entries[1:] if e.acts[0].type == REVOKED), None),
    )


def dumps(value: Any) -> bytes:
    """JSON as it is signed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def base64url(raw: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
