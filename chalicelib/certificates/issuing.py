"""Issuing, revoking and cancelling certificates: what the signing worker does, each of it once."""

import secrets
from datetime import datetime

from chalicelib.certificates import acts, status_lists
from chalicelib.certificates.acts import Certificate, CertificateFacts
from chalicelib.certificates.signing import sign
from chalicelib.certificates.views import read, stream_of
from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry
from chalicelib.kernel.settings import settings

MACHINE = Actor()
SALT_BYTES = 16
TRIES = 8


def issue(facts: CertificateFacts, looks_first: bool = True) -> str:
    """Sign and put on record; returns the certificate's id, ``read`` has its text.

    Only the first one appended exists: repeating changes nothing, of two at once the later is
    dropped. Without ``looks_first`` a repetition signs in vain.
    """
    stream = stream_of(facts.id)
    if looks_first and stores.journal().get(stream, 1):
        return facts.id
    now = clock.now()
    spot = status_lists.place(facts.id, now)
    hidden, shown = acts.holder(facts, lambda: secrets.token_urlsafe(SALT_BYTES))
    issuer = settings().api_url.rstrip("/")
    claims = acts.payload(
        facts,
        issuer,
        settings().certificate_issuer,
        hidden,
        spot,
        now,
    )
    jwt, kid = sign(claims, acts.TYPE)
    text = "~".join([jwt, *shown, ""])
    issued = acts.decide_issue(facts, text, kid, spot, now)
    entry = journal.new_entry(
        stream,
        1,
        issued,
        at=now,
        actor=MACHINE,
    )
    try:
        stores.journal().append(entry)
    except AppendConflict:
        pass
    return facts.id


def revoke(certificate: str, ground: str, now: datetime, replaced_by: str = "") -> None:
    """Put the revocation on record, and sign the status list that shows it; ``ground`` is a public
    code, ``replaced_by`` the certificate that stands in its place.

    Repeating changes nothing but finishes what was left undone. Raises NotFound and Unavailable.
    """
    revoked = acts.CertificateRevoked(certificate, ground, replaced_by)
    _withdraw(certificate, to_act(revoked), now)


def cancel(certificate: str, ground: str, now: datetime) -> None:
    """Likewise for one whose holder is no more; one that is revoked stays so."""
    cancelled = acts.CertificateCancelled(certificate, ground)
    _withdraw(certificate, to_act(cancelled), now)


def _withdraw(certificate: str, act: Act, now: datetime) -> None:
    for _ in range(TRIES):
        found = read(certificate)
        if not found.is_withdrawn:
            try:
                stores.journal().append(*_withdrawal(found, act, now))
            except AppendConflict:
                continue
        if found.spot:
            status_lists.publish(found.spot.list, now)
        return
    raise Unavailable


def _withdrawal(found: Certificate, act: Act, now: datetime) -> list[Entry]:
    """The entry that takes a certificate back, and the one that sets its bit, to be appended
    together.
    """
    entries = [
        journal.new_entry(
            stream_of(found.id),
            2,
            [act],
            at=now,
            actor=MACHINE,
        )
    ]
    if found.spot:
        entries.append(status_lists.next_revocation(found.spot, now))
    return entries
