"""The signing worker: the certificate of a granted case, signed once and reported to the case."""

from collections.abc import Mapping
from typing import Any

from chalicelib import catalog, certificates
from chalicelib.casework import desk
from chalicelib.casework.acts import Case, Issue
from chalicelib.casework.acts.decide import MACHINE
from chalicelib.certificates import CertificateFacts


def certify(event: dict[str, Any]) -> None:
    """Sign for the case of a ``CertificateDue`` event and append the issue; the first signature stays."""
    case, _ = desk.load(event["detail"]["case"])
    if not any(case.step(visit).kind == "issue" for visit in case.open_visits):
        return
    certificate = certificates.issue(facts(case))
    desk.perform(case.id, Issue(certificate), lambda _: MACHINE, None)


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
        result=item["result"]["name"],
        decided_at=case.decided_at,
        valid_years=item["result"].get("valid_years"),
        form=_public(item["form"]["properties"], case.private["form"]),
    )


def _public(fields: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that the item publishes: a certificate is shown to strangers."""
    return {name: value for name, value in form.items() if fields[name]["x-visibility"] == "public"}
