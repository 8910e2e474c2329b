"""What may be done to a complaint, by whom in which order, and what time brings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import journal
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Decision
from chalicelib.kernel.errors import NotFound
from chalicelib.supervision.complaints import limits
from chalicelib.supervision.complaints.acts import (
    AnswerExtended,
    AppealAnswered,
    ByTime,
    ComplaintAccepted,
    ComplaintAnswered,
    ComplaintAppealed,
    ComplaintClimbed,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintRefused,
    OfficeAsked,
)
from chalicelib.supervision.complaints.commands import (
    AcceptComplaint,
    AnswerComplaint,
    AppealComplaint,
    ApplyTime,
    AskOffice,
    ComplaintCommand,
    ExtendAnswer,
    FileComplaint,
    Handling,
    RefuseComplaint,
)
from chalicelib.supervision.complaints.values import (
    ACCEPTED,
    ANSWERED,
    APPEALED,
    CLOSED,
    FILED,
    REFUSED,
    Complaint,
)
from chalicelib.supervision.errors import (
    AppealedBefore,
    AppealTooLate,
    ComplaintIsAccepted,
    ComplaintIsAnswered,
    ComplaintIsNotAccepted,
    ComplaintWithAnother,
    ExtendedBefore,
    NothingToAppeal,
)
from chalicelib.supervision.matters import rules as matters
from chalicelib.supervision.matters.commands import OpenMatter
from chalicelib.supervision.matters.values import ORDER, Answerable
from chalicelib.supervision.matters.values import Subject as MatterSubject

APPEALABLE = (ANSWERED, REFUSED)
IN_HAND = (ACCEPTED, APPEALED)


def decide(
    complaint: Complaint | None,
    command: ComplaintCommand,
    origin: ActOrigin,
    calendar: WorkingCalendar,
) -> Decision:
    """The acts that follow: first what time has brought, then the command's own.

    Raises NotFound, Conflict.
    """
    today = calendar.date_of(origin.now)
    if isinstance(command, FileComplaint):
        return _acts([_filed(command, today, calendar)])
    if complaint is None:
        raise NotFound
    brought = list(brought_by_time(complaint, origin, calendar))
    now = _after(complaint, brought)
    match command:
        case ApplyTime():
            return _acts(brought)
        case AppealComplaint():
            return _acts([*brought, _appealed(now, command, today, calendar)])
    if now.handler != complaint.handler:
        raise ComplaintWithAnother
    decision = _handled(now, command, origin, calendar)
    first = _acts(brought).acts
    return replace(decision, acts=[*first, *decision.acts])


def _acts(payloads: Sequence[Any]) -> Decision:
    return Decision([to_act(payload) for payload in payloads])


def _filed(command: FileComplaint, today: date, calendar: WorkingCalendar) -> ComplaintFiled:
    subject, complainant = command.subject, command.complainant
    return ComplaintFiled(
        kind=command.kind,
        scope=subject.scope,
        ladder=command.ladder,
        due=limits.last_day(limits.ACCEPT, today, calendar),
        department=subject.department,
        text=command.text,
        person=complainant.person,
        name=complainant.name,
        contact=complainant.contact,
        anonymous=complainant.anonymous,
        number=subject.number,
        posts=subject.posts,
        persons=subject.persons,
    )


def brought_by_time(
    complaint: Complaint, origin: ActOrigin, calendar: WorkingCalendar
) -> Iterator[ByTime]:
    """What follows of days gone by; each turn is counted from the last day of the one before,
    whenever it is looked at.
    """
    while is_overdue(complaint, origin, calendar):
        acts = list(_lapsed(complaint, calendar))
        yield from acts
        complaint = _after(complaint, acts)


def is_overdue(complaint: Complaint, origin: ActOrigin, calendar: WorkingCalendar) -> bool:
    """Whether its last day is over, and something follows from that."""
    if complaint.due is None or not moves_by_time(complaint):
        return False
    return origin.now >= calendar.end_of(complaint.due)


def moves_by_time(complaint: Complaint) -> bool:
    """Whether anything follows when its last day is over: the last of the ladder keeps it."""
    if complaint.status == CLOSED:
        return False
    return complaint.status not in IN_HAND or bool(complaint.next_handler)


def _lapsed(complaint: Complaint, calendar: WorkingCalendar) -> Iterator[ByTime]:
    """Not accepted in time, it counts as accepted, and climbs; not answered in time, it climbs; not
    appealed in time, it is over.
    """
    assert complaint.due is not None, "only what is overdue lapses"
    if complaint.status in APPEALABLE:
        yield ComplaintClosed()
        return
    turn = limits.CLIMB
    if complaint.status == FILED:
        turn = limits.ANSWER
        due = limits.last_day(turn, complaint.due, calendar)
        yield ComplaintAccepted(due, by_default=True)
    if complaint.next_handler:
        due = limits.last_day(turn, complaint.due, calendar)
        yield ComplaintClimbed(complaint.next_handler, due)


def _appealed(
    complaint: Complaint, command: AppealComplaint, today: date, calendar: WorkingCalendar
) -> ComplaintAppealed:
    if complaint.appealed_at:
        raise AppealedBefore
    if complaint.status == CLOSED:
        raise AppealTooLate
    if complaint.status not in APPEALABLE:
        raise NothingToAppeal
    due = limits.last_day(limits.REVIEW, today, calendar)
    return ComplaintAppealed(command.reviewer, due, command.text)


def _handled(
    complaint: Complaint, command: Handling, origin: ActOrigin, calendar: WorkingCalendar
) -> Decision:
    today = calendar.date_of(origin.now)
    match command:
        case AcceptComplaint():
            _check_filed(complaint)
            due = limits.last_day(limits.ANSWER, today, calendar)
            return _acts([ComplaintAccepted(due)])
        case RefuseComplaint():
            _check_filed(complaint)
            due = limits.last_day(limits.APPEAL, today, calendar)
            return _acts([ComplaintRefused(due, command.reasons)])
    _check_in_hand(complaint)
    match command:
        case ExtendAnswer():
            return _acts([_extended(complaint, command, calendar)])
        case AskOffice():
            return _asked(complaint, command, origin, calendar)
        case AnswerComplaint():
            return _acts([_answered(complaint, command, today, calendar)])


def _check_filed(complaint: Complaint) -> None:
    if complaint.status != FILED:
        raise ComplaintIsAccepted


def _check_in_hand(complaint: Complaint) -> None:
    if complaint.status == FILED:
        raise ComplaintIsNotAccepted
    if complaint.status not in IN_HAND:
        raise ComplaintIsAnswered


def _extended(
    complaint: Complaint, command: ExtendAnswer, calendar: WorkingCalendar
) -> AnswerExtended:
    if complaint.is_extended or complaint.appealed_at:
        raise ExtendedBefore
    assert complaint.due is not None, "what is to be answered is due"
    due = limits.last_day(limits.EXTENSION, complaint.due, calendar)
    return AnswerExtended(due, command.reasons)


def _answered(
    complaint: Complaint, command: AnswerComplaint, today: date, calendar: WorkingCalendar
) -> ComplaintAnswered | AppealAnswered:
    if complaint.appealed_at:
        return AppealAnswered(command.findings, command.reasons)
    due = limits.last_day(limits.APPEAL, today, calendar)
    return ComplaintAnswered(command.findings, due, command.reasons)


def _asked(
    complaint: Complaint, command: AskOffice, origin: ActOrigin, calendar: WorkingCalendar
) -> Decision:
    """The office's matter is opened in the same transaction; it names the complaint, and no case,
    whose number would tell who complains.
    """
    wanted = OpenMatter(
        ORDER,
        MatterSubject(command.department),
        Answerable((), command.heads, origin.actor.post),
        {"complaint": complaint.id},
        text=command.text,
    )
    opened = matters.opening(wanted, calendar.date_of(origin.now), calendar)
    entry = journal.new_entry(
        f"matter#{command.matter}",
        1,
        [to_act(opened)],
        at=origin.now,
        actor=origin.actor,
    )
    decision = _acts([OfficeAsked(command.matter)])
    return replace(decision, entries=[entry])


def _after(complaint: Complaint, acts: Sequence[ByTime]) -> Complaint:
    """The complaint as it stands after what time has brought, before that is on record."""
    for act in acts:
        complaint = act.moved(complaint)
    return complaint
