"""Who is told what: events of a case become messages to its applicant, or to the officers, head and supervisor."""

from collections.abc import Iterator
from typing import Any

from chalicelib import authority, notify
from chalicelib.casework import desk
from chalicelib.casework.acts import Case
from chalicelib.kernel import clock
from chalicelib.notify import Message

TO_APPLICANT = {
    "CaseFiled": "case.filed",
    "SupplementRequested": "case.supplement_requested",
    "CaseAccepted": "case.accepted",
    "CaseAcceptedByDefault": "case.accepted_by_default",
    "CaseNotAccepted": "case.not_accepted",
    "CaseGranted": "case.granted",
    "CaseRefused": "case.refused",
    "CaseWithdrawn": "case.withdrawn",
    "CertificateIssued": "certificate.issued",
}
CLOCKS = {
    "supplement": {"zh": "补正", "en": "supplement"},
    "acceptance": {"zh": "受理", "en": "acceptance"},
    "decision": {"zh": "决定", "en": "decision"},
}
# A reminder goes to who acts; a breach also to the head; a grave one to the supervisor too.
ROLES_TOLD = {"reminder": (), "yellow": ("head",), "red": ("head", "supervisor")}


def tell(event: dict[str, Any]) -> None:
    """One bus event; telling it twice is telling it once."""
    detail, kind = event["detail"], event["detail-type"]
    case, _ = desk.load(detail["case"])
    if kind == "WarningRaised":
        for person, mail in _warned(case, detail):
            notify.send(person, _warning(case, detail), mail)
        return
    params = {name: detail[name] for name in ("accepted_on", "decide_by") if name in detail}
    mail = str(case.private["contact"].get("email", ""))
    notify.send(case.applicant, _message(detail, TO_APPLICANT[kind], "", params), mail)


def _warning(case: Case, detail: dict[str, Any]) -> Message:
    kind, _, visit = detail["clock"].partition(".")
    clock_name = case.step(case.visits[visit]).title if kind == "step" else CLOCKS[kind]
    params: dict[str, Any] = {"clock": dict(clock_name), "due": detail["due"]}
    return _message(detail, f"warning.{detail['level']}", detail["level"], params)


def _message(detail: dict[str, Any], kind: str, level: str, params: dict[str, Any]) -> Message:
    source = f"{detail['case']}#{detail['seq']}.{detail['act']}"
    return Message(source, kind, params, detail["number"], clock.parse(detail["at"]), level)


def _warned(case: Case, detail: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(person, mail) of everybody who is told, each once: holders of the post that is to act, head, supervisor.

    The applicant is told where it is the applicant's turn.
    """
    if detail["clock"].startswith("supplement."):
        yield case.applicant, str(case.private["contact"].get("email", ""))
        return
    posts = [*detail["posts"], *(case.posts[role] for role in ROLES_TOLD[detail["level"]] if role in case.posts)]
    people = {holder.person: holder.mail for post in posts if post for holder in authority.holders_of(post)}
    yield from people.items()
