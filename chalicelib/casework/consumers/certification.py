"""The signing worker: the certificate of a granted case, signed once and reported to the case; its
revocation.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib import catalog, certificates
from chalicelib.casework.acts import Case, RecordCertificate
from chalicelib.casework.errors import CaseEnded
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.certificates import CertificateFacts
from chalicelib.kernel import clock
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.journal import Entry


def handle(event: dict[str, Any], is_first_try: bool = False) -> None:
    """An event of the bus: a certificate is due, or its revocation."""
    case_id = event["detail"]["case"]
    if event["detail-type"] == "CertificateDue":
        certify(case_id, is_first_try)
    else:
        revoke(case_id)


def revoke(case_id: str) -> None:
    """Revoke the certificate of a case whose decision was revoked."""
    case, entries = repository.load(case_id)
    ground = _ground_of_revocation(entries)
    if case.decision.certificate and ground:
        certificates.revoke(case.decision.certificate, ground, clock.now())


def _ground_of_revocation(entries: Sequence[Entry]) -> str:
    for entry in entries:
        for act in entry.acts:
            if act.type == "DecisionRevoked":
                return str(act.data["ground"])
    return ""


def certify(case_id: str, is_first_try: bool = False) -> None:
    """Sign for a case and append the issue; the first signature stays.

    The case tells whether it has its certificate. Only a try before this one can have signed and
    not told the case, so at the first one nobody looks for that.
    """
    case, entries = repository.load(case_id)
    if case.visit_of_kind("issue") is None:
        return
    certificate = certificates.issue(facts(case), looks_first=not is_first_try)
    issued = RecordCertificate(certificate)
    try:
        case_commands.execute(
            case.id,
            issued,
            by_machine,
            known=entries,
        )
    except CaseEnded:
        # Revoked while it was being signed: the case never knew of it, so nobody else revokes it.
        certificates.revoke(certificate, "mistaken", clock.now())


def facts(case: Case) -> CertificateFacts:
    """What the certificate says of a case."""
    item = catalog.version(case.item, case.item_version)
    assert case.clocks.decided_at is not None, "only a decided case comes to its issue"
    return CertificateFacts(
        id=f"{case.number}-1",
        case_number=case.number,
        holder=case.participants.applicant,
        holder_name=case.participants.applicant_name,
        item=case.item,
        item_name=item["name"],
        authority=case.authority,
        authority_name=item["authority_name"],
        result=item["result"]["name"],
        decided_at=case.clocks.decided_at,
        valid_years=item["result"].get("valid_years"),
        form=_public(item["form"]["properties"], case.submission.form),
    )


def _public(fields: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that the item publishes: a certificate is shown to strangers."""
    shown = {}
    for name, value in form.items():
        if fields[name]["x-visibility"] == "public":
            shown[name] = value
    return shown
