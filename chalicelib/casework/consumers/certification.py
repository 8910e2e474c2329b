"""The signing worker: the certificate of a granted case, signed once and reported to the case; its
revocation.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import catalog, certificates
from chalicelib.casework.acts import Case, RecordCertificate
from chalicelib.casework.errors import CaseEnded
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.certificates import CertificateFacts
from chalicelib.kernel import clock
from chalicelib.kernel.aggregates import by_machine


def handle(event: dict[str, Any]) -> None:
    """An event of the bus: a certificate is due, or its revocation."""
    work = {"CertificateDue": certify, "CertificateRevocationDue": revoke}[event["detail-type"]]
    work(event["detail"]["case"])


def revoke(case_id: str) -> None:
    """Revoke the certificate of a case whose decision was revoked."""
    case, entries = repository.load(case_id)
    ground = next(
        (act.data["ground"] for e in entries for act in e.acts if act.type == "DecisionRevoked"), ""
    )
    if case.certificate and ground:
        certificates.revoke(case.certificate, ground, clock.now())


def certify(case_id: str) -> None:
    """Sign for a case and append the issue; the first signature stays."""
    case, _ = repository.load(case_id)
    if not any(case.step(visit).kind == "issue" for visit in case.open_visits):
        return
    certificate = certificates.issue(facts(case))
    try:
        case_commands.execute(case.id, RecordCertificate(certificate), by_machine)
    except CaseEnded:
        # Revoked while it was being signed: the case never knew of it, so nobody else revokes it.
        certificates.revoke(certificate, "mistaken", clock.now())


def facts(case: Case) -> CertificateFacts:
    """What the certificate says of a case."""
    item = catalog.version(case.item, case.item_version)
    assert case.decided_at is not None, "only a decided case comes to its issue"
    return CertificateFacts(
        id=f"{case.number}-1",
        case_number=case.number,
        holder=case.applicant,
        holder_name=case.private["name"],
        item=case.item,
        item_name=item["name"],
        authority=case.authority,
        authority_name=item["authority_name"],
        result=item["result"]["name"],
        decided_at=case.decided_at,
        valid_years=item["result"].get("valid_years"),
        form=_public(item["form"]["properties"], case.private["form"]),
    )


def _public(fields: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that the item publishes: a certificate is shown to strangers."""
    return {name: value for name, value in form.items() if fields[name]["x-visibility"] == "public"}
