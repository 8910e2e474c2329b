"""What a certificate says and what follows from issuing and revoking it; pure."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib.kernel.acts import from_act, private, public, to_act
from chalicelib.kernel.clock import stamp
from chalicelib.kernel.journal import Act, Entry
from chalicelib.kernel.values import dataclass

HOLDER = "holder"  # the private group: who holds it, and the signed text itself
# The JOSE typ: no access token passes for a certificate, nor the other way round.
TYPE = "dc+sd-jwt"


@dataclass(frozen=True)
class CertificateFacts:
    """What is certified: ``holder`` (a person's id) may do what ``item`` permits. Names are ``{zh,
    en}``.

    ``id`` is the case's number and a count; ``valid_years`` None is without end; ``form`` holds the
    public fields of the application as decided. ``replaces`` is the certificate that showed it
    wrong, and ``counts_from`` when its years began.
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
    replaces: str = ""
    counts_from: datetime | None = None
    form: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class StatusIndex:
    """Where a certificate's status stands: the number of the status list, and the index in it."""

    list: int
    idx: int


@dataclass(frozen=True, kw_only=True)
class CertificateIssued:
    """The signed text has become a certificate; of the first release it stands in no status list
    and names its authority by code.
    """

    certificate: str = public()
    case_number: str = public()
    item: str = public()
    item_name: Mapping[str, str] = public()
    authority: str = public()
    authority_name: Mapping[str, str] = public(default={})
    issued_at: datetime = public()
    expires_at: datetime | None = public(default=None, always=True)
    kid: str = public(default="")
    replaces: str = public(default="")
    status: StatusIndex | None = public(default=None)
    person: str = private(HOLDER)
    jwt: str = private(HOLDER)


@dataclass(frozen=True)
class CertificateRevoked:
    """It is no longer valid; ``ground`` is a public code. ``replaced_by`` is the certificate that
    stands in its place.
    """

    certificate: str = public()
    ground: str = public()
    replaced_by: str = public(default="")


@dataclass(frozen=True)
class CertificateCancelled:
    """Its holder is no more: nobody can hold it (Administrative Licensing Law, Art. 70). Nothing
    was wrong with it, unlike with one that is revoked.
    """

    certificate: str = public()
    ground: str = public()


REVOKED = CertificateRevoked.__name__
CANCELLED = CertificateCancelled.__name__


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
    replaces: str = ""
    replaced_by: str = ""
    cancelled_at: datetime | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back before its time, in whichever way."""
        return bool(self.revoked_at or self.cancelled_at)

    def status(self, now: datetime) -> str:
        """``valid``, ``expired``, ``revoked`` or ``cancelled``."""
        if self.revoked_at:
            return "revoked"
        if self.cancelled_at:
            return "cancelled"
        if self.expires_at and now >= end_of(self.expires_at):
            return "expired"
        return "valid"

    @property
    def last_day(self) -> date | None:
        """The day until whose 24:00 it is valid; None without end."""
        return self.expires_at.date() if self.expires_at else None


def expiry(issued_at: datetime, years: int | None) -> datetime | None:
    """The last second of the same day ``years`` later; the 29th of February ends on the 28th."""
    if not years:
        return None
    year = issued_at.year + years
    last_second = issued_at.replace(hour=23, minute=59, second=59, microsecond=0)
    try:
        return last_second.replace(year=year)
    except ValueError:
        return last_second.replace(year=year, day=28)


def end_of(moment: datetime) -> datetime:
    """24:00 of the day that a certificate names as its last. Those of earlier releases were issued
    until a moment of that day.
    """
    next_day = moment.date() + timedelta(days=1)
    return datetime.combine(next_day, time(), moment.tzinfo)


def holder(
    facts: CertificateFacts, salt: Callable[[], str]
) -> tuple[dict[str, list[str]], list[str]]:
    """The holder as digests, and the disclosures that show each part (RFC 9901, 4.2); digests are
    in no telling order.

    ``salt`` gives a fresh text of 128 random bits at each call.
    """
    parts = {"person": facts.holder, "name": facts.holder_name}
    disclosures = []
    for name, value in parts.items():
        disclosure = dumps([salt(), name, value])
        disclosures.append(base64url(disclosure))
    digests = [_digest(disclosure) for disclosure in disclosures]
    return {"_sd": sorted(digests)}, disclosures


def _digest(disclosure: str) -> str:
    digest = hashlib.sha256(disclosure.encode())
    return base64url(digest.digest())


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
    start = int(at.timestamp())
    claims = {
        "iss": issuer,
        "jti": facts.id,
        "iat": start,
        "nbf": start,
        "vct": f"urn:sunlit:certificate:{facts.item}",
        "status": {"status_list": {"idx": spot.idx, "uri": list_uri(issuer, spot.list)}},
        "issuing_authority": issuing_authority,
        "_sd_alg": "sha-256",
        "credential": _credential(facts, hidden),
    }
    end = expiry(facts.counts_from or at, facts.valid_years)
    if end:
        claims["exp"] = int(end_of(end).timestamp())
    return claims


def _credential(facts: CertificateFacts, hidden: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "item": {"id": facts.item, "name": dict(facts.item_name)},
        "result": dict(facts.result),
        "case_number": facts.case_number,
        "authority": facts.authority,
        "decided_at": stamp(facts.decided_at),
        "holder": dict(hidden),
        "fields": dict(facts.form),
    }


def list_uri(issuer: str, number: int) -> str:
    """Where anybody finds a status list."""
    return f"{issuer}/certificates/status-lists/{number}"


def decide_issue(
    facts: CertificateFacts, jwt: str, kid: str, spot: StatusIndex, issued_at: datetime
) -> tuple[Act, ...]:
    """The act that makes the signed text the certificate."""
    issued = CertificateIssued(
        certificate=facts.id,
        case_number=facts.case_number,
        item=facts.item,
        item_name=facts.item_name,
        authority=facts.authority,
        authority_name=facts.authority_name,
        issued_at=issued_at,
        expires_at=expiry(facts.counts_from or issued_at, facts.valid_years),
        kid=kid,
        replaces=facts.replaces,
        status=spot,
        person=facts.holder,
        jwt=jwt,
    )
    return (to_act(issued),)


def fold(entries: Sequence[Entry]) -> Certificate:
    """The certificate of its stream's entries: issued, and perhaps revoked or cancelled."""
    first, *later = entries
    issued: CertificateIssued = from_act(CertificateIssued, first.acts[0])
    revoked_at, cancelled_at, replaced_by = None, None, ""
    for entry in later[:1]:
        if entry.acts[0].type == REVOKED:
            revoked: CertificateRevoked = from_act(CertificateRevoked, entry.acts[0])
            revoked_at, replaced_by = entry.at, revoked.replaced_by
        elif entry.acts[0].type == CANCELLED:
            cancelled_at = entry.at
    return Certificate(
        id=issued.certificate,
        case_number=issued.case_number,
        item=issued.item,
        item_name=issued.item_name,
        authority=issued.authority,
        authority_name=issued.authority_name or dict.fromkeys(("zh", "en"), issued.authority),
        issued_at=issued.issued_at,
        expires_at=issued.expires_at,
        holder=issued.person,
        jwt=issued.jwt,
        spot=issued.status,
        revoked_at=revoked_at,
        replaces=issued.replaces,
        replaced_by=replaced_by,
        cancelled_at=cancelled_at,
    )


def dumps(value: Any) -> bytes:
    """JSON as it is signed."""
    text = json.dumps(
        value,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return text.encode()


def base64url(raw: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    padded = base64.urlsafe_b64encode(raw).decode()
    return padded.rstrip("=")
