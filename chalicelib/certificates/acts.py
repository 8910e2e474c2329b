"""What a certificate says and what follows from issuing it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.kernel.clock import parse, stamp
from chalicelib.kernel.journal import Act, Entry

ISSUED = "CertificateIssued"
HOLDER = "holder"  # the private group: who holds it, and the signed text itself
TYPE = "certificate+jwt"  # the JOSE typ: no access token passes for a certificate, nor the other way round


@dataclass(frozen=True)
class CertificateFacts:
    """What is certified: ``holder`` (a person's id) may do what ``item`` permits. Names are ``{zh, en}``.

    ``valid_years`` None is without end; ``form`` holds the fields of the application as decided.
    """

    id: str
    case_number: str
    holder: str
    holder_name: str = field(repr=False)
    item: str
    item_name: Mapping[str, str]
    authority: str
    result: Mapping[str, str]
    decided_at: datetime
    valid_years: int | None = None
    form: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Certificate:
    """A certificate as issued; ``jwt`` is what verifiers check."""

    id: str
    case_number: str
    item: str
    item_name: Mapping[str, str]
    authority: str
    issued_at: datetime
    expires_at: datetime | None
    holder: str
    jwt: str = field(repr=False)

    def status(self, now: datetime) -> str:
        """``valid`` or ``expired``."""
        return "expired" if self.expires_at and self.expires_at <= now else "valid"


def expiry(issued_at: datetime, years: int | None) -> datetime | None:
    """The same moment ``years`` later; the 29th of February ends on the 28th."""
    if not years:
        return None
    try:
        return issued_at.replace(year=issued_at.year + years)
    except ValueError:
        return issued_at.replace(year=issued_at.year + years, day=28)


def payload(facts: CertificateFacts, issuer: str, issued_at: datetime) -> dict[str, Any]:
    """The claims that are signed (RFC 7519), official times in Unix seconds."""
    start, end = int(issued_at.timestamp()), expiry(issued_at, facts.valid_years)
    claims: dict[str, Any] = {"iss": issuer, "sub": facts.holder, "jti": facts.id, "iat": start, "nbf": start}
    claims |= {"exp": int(end.timestamp())} if end else {}
    return claims | {
        "credential": {
            "item": {"id": facts.item, "name": dict(facts.item_name)},
            "result": dict(facts.result),
            "case_number": facts.case_number,
            "authority": facts.authority,
            "decided_at": stamp(facts.decided_at),
            "holder": {"person": facts.holder, "name": facts.holder_name},
            "fields": dict(facts.form),
        }
    }


def decide_issue(facts: CertificateFacts, jwt: str, kid: str, issued_at: datetime) -> tuple[Act, ...]:
    """The act that makes the signed text the certificate."""
    end = expiry(issued_at, facts.valid_years)
    data = {
        "certificate": facts.id,
        "case_number": facts.case_number,
        "item": facts.item,
        "item_name": dict(facts.item_name),
        "authority": facts.authority,
        "issued_at": stamp(issued_at),
        "expires_at": stamp(end) if end else None,
        "kid": kid,
    }
    return (Act(ISSUED, data, {HOLDER: {"person": facts.holder, "jwt": jwt}}),)


def fold(entry: Entry) -> Certificate:
    """The certificate of its stream's one entry."""
    act = entry.acts[0]
    data, private = act.data, act.private.get(HOLDER, {"person": "", "jwt": ""})
    return Certificate(
        id=data["certificate"],
        case_number=data["case_number"],
        item=data["item"],
        item_name=data["item_name"],
        authority=data["authority"],
        issued_at=parse(data["issued_at"]),
        expires_at=parse(data["expires_at"]) if data["expires_at"] else None,
        holder=private["person"],
        jwt=private["jwt"],
    )
