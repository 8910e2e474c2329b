"""Use cases on findings: raised by a rule once, judged by supervision."""

from datetime import datetime

from chalicelib import authority, casework
from chalicelib.kernel import ids
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import (
    Aggregate,
    Authorize,
    CommandResult,
    by_machine,
)
from chalicelib.kernel.commands import execute
from chalicelib.kernel.journal import Actor, Entry, Request, new_entry
from chalicelib.supervision import records
from chalicelib.supervision.errors import FindingWithoutOffice
from chalicelib.supervision.matters.commands import OpenMatter
from chalicelib.supervision.matters.rules import opening
from chalicelib.supervision.matters.values import ORDER, Answerable, Subject
from chalicelib.supervision.rules.documents import Rule
from chalicelib.supervision.rules.findings import acts
from chalicelib.supervision.rules.findings.acts import (
    Finding,
    FindingCommand,
    FindingRaised,
    MarkFalse,
    TakeUp,
)
from chalicelib.supervision.rules.watched import Hit

PREFIX = "finding#"
FindingResult = CommandResult[Finding | None]
FINDINGS: Aggregate[Finding | None, FindingCommand] = Aggregate(acts.fold, acts.decide)
"""One thing that one rule has found."""


def id_of(rule: Rule, case: str, hit: Hit) -> str:
    """What makes it the same finding, however often and by which version of the rule it is
    found.
    """
    entries = " ".join(str(seq) for seq in hit.entries)
    about = (hit.key,) if hit.key else (case, entries)
    return ids.digest("finding", rule.id, *about)


def find(finding: str) -> Finding:
    """A finding as it is on record. Raises NotFound."""
    return records.find(PREFIX, finding, acts.fold)


def raise_once(finding: str, raised: FindingRaised) -> bool:
    """Put it on record, if it is not; whether it was new."""
    result = execute(
        FINDINGS,
        PREFIX + finding,
        raised,
        by_machine,
        known=(),
    )
    return result.is_new


def mark_false(
    finding: str,
    reasons: tuple[str, ...],
    authorize: Authorize[Finding | None],
    request: Request,
) -> FindingResult:
    """Supervision calls it a false alarm. Raises NotFound, Conflict."""
    return _change(
        finding,
        MarkFalse(reasons),
        authorize,
        request,
    )


def take_up(
    finding: str,
    text: str,
    now: datetime,
    actor: Actor,
    authorize: Authorize[Finding | None],
    request: Request,
) -> FindingResult:
    """Supervision orders the office to answer, by a matter that names the finding. Raises
    NotFound, Conflict.
    """
    found = find(finding)
    matter = ids.digest(ORDER, PREFIX + finding)
    entry = _opening(
        found,
        matter,
        text,
        now,
        actor,
    )
    command = TakeUp(matter, entry)
    return _change(
        finding,
        command,
        authorize,
        request,
    )


def _opening(finding: Finding, matter: str, text: str, now: datetime, actor: Actor) -> Entry:
    """The first entry of the matter. Raises Conflict where no office could answer."""
    heads = authority.posts_of_department(finding.department, "head")
    if not heads:
        raise FindingWithoutOffice
    wanted = OpenMatter(
        ORDER,
        Subject(finding.department, finding.case, finding.number, finding.item),
        Answerable((), tuple(heads), actor.post),
        {"finding": finding.id},
        text=text,
    )
    calendar = casework.read_calendar()
    opened = opening(wanted, calendar.date_of(now), calendar)
    return new_entry(
        f"matter#{matter}",
        1,
        [to_act(opened)],
        at=now,
        actor=actor,
    )


def _change(
    finding: str,
    command: FindingCommand,
    authorize: Authorize[Finding | None],
    request: Request,
) -> FindingResult:
    find(finding)
    return execute(
        FINDINGS,
        PREFIX + finding,
        command,
        authorize,
        request,
    )
