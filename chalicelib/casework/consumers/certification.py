"""The signing worker: the certificate of a granted case, signed once and reported to the case; its
revocation and cancellation.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib import authority, catalog, certificates
from chalicelib.casework.acts import Case, RecordCertificate, RecordReplacement
from chalicelib.casework.errors import CaseEnded, TaskDone
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.certificates import Certificate, CertificateFacts
from chalicelib.kernel import cache, clock
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry

NAMES_KEPT = 60  # seconds for which a process remembers what an authority is called
ENDED = "holder-ended"  # the ground on which one is cancelled whose holder is no more
CORRECTED = "corrected"  # the ground on which a certificate is revoked that showed what was wrong


def handle(event: dict[str, Any], is_first_try: bool = False) -> None:
    """An event of the bus: a certificate is due, its revocation, or its cancellation."""
    case_id = event["detail"]["case"]
    match event["detail-type"]:
        case "CertificateDue":
            certify(case_id, is_first_try)
        case "CertificateCancellationDue":
            case, _ = repository.load(case_id)
            _cancel(case)
        case _:
            revoke(case_id)


def _cancel(case: Case) -> None:
    """Cancel the certificate of a holder who is no more."""
    if case.participants.applicant_ended and case.decision.certificate:
        certificates.cancel(case.decision.certificate, ENDED, clock.now())


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
        if case.is_replacement_due:
            _replace(case)
        return
    certificate = certificates.issue(facts(case), looks_first=not is_first_try)
    issued = RecordCertificate(certificate)
    try:
        result = case_commands.execute(
            case.id,
            issued,
            by_machine,
            known=entries,
        )
    except CaseEnded:
        # Revoked while it was being signed: the case never knew of it, so nobody else revokes it.
        certificates.revoke(certificate, "mistaken", clock.now())
        return
    if result.state.is_replacement_due:  # corrected while it was being signed
        _replace(result.state)
    _cancel(result.state)


def _replace(case: Case) -> None:
    """Sign anew what was corrected, and revoke what showed it wrong: it counts from the same day,
    and each names the other. Repeating changes nothing but finishes what was left undone.
    """
    earlier = _earlier(case)
    replacement = dataclasses.replace(
        facts(case),
        replaces=case.decision.certificate,
        counts_from=earlier[0].issued_at,
    )
    certificate = certificates.issue(replacement)
    for each in earlier:
        certificates.revoke(each.id, CORRECTED, clock.now(), replaced_by=certificate)
    try:
        replaced = case_commands.execute(
            case.id,
            RecordReplacement(certificate),
            by_machine,
        )
        _cancel(replaced.state)
    except (TaskDone, CaseEnded):
        case, _ = repository.load(case.id)
        if case.decision.certificate != certificate:
            # The decision was revoked meanwhile: nobody else revokes what the case never knew of.
            certificates.revoke(certificate, "mistaken", clock.now())


def _earlier(case: Case) -> list[Certificate]:
    """The certificates of a case that were signed before its last correction, oldest first."""
    signed = []
    for count in range(1, case.decision.replacements + 1):
        try:
            signed.append(certificates.read(f"{case.number}-{count}"))
        except NotFound:  # the correction came before anything was signed
            continue
    return signed


def facts(case: Case) -> CertificateFacts:
    """What the certificate says of a case."""
    item = catalog.version(case.item, case.item_version)
    assert case.clocks.decided_at is not None, "only a decided case comes to its issue"
    return CertificateFacts(
        id=case.next_certificate,
        case_number=case.number,
        holder=case.participants.applicant,
        holder_name=case.participants.applicant_name,
        item=case.item,
        item_name=item["name"],
        authority=case.authority,
        authority_name=_authority_name(case, item),
        result=item["result"]["name"],
        decided_at=case.clocks.decided_at,
        valid_years=item["result"].get("valid_years"),
        form=_public(item["form"]["properties"], case.submission.form),
    )


def _authority_name(case: Case, item: catalog.Document) -> Mapping[str, str]:
    """What the authority is called on the day of issue: an item's version may be older than its
    name.
    """
    names: Mapping[str, str] = _organization_name(case.authority) or item["authority_name"]
    return names


@cache.remembered(max_size=256, seconds=NAMES_KEPT)
def _organization_name(code: str) -> Mapping[str, str] | None:
    return authority.organization_name_on(code, clock.now())


def _public(fields: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that the item publishes: a certificate is shown to strangers."""
    shown = {}
    for name, value in form.items():
        if fields[name]["x-visibility"] == "public":
            shown[name] = value
    return shown
