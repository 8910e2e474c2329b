"""What may be done to a supervision matter, by whom in which order, and what time brings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import journal
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Decision
from chalicelib.kernel.errors import Fault, Invalid, NotFound
from chalicelib.supervision.errors import (
    AnswerReturnedBefore,
    MatterIsAnswered,
    MatterIsRuled,
    MatterIsUnanswered,
    NothingToReturn,
)
from chalicelib.supervision.matters import limits
from chalicelib.supervision.matters.acts import (
    AnswerGiven,
    AnswerReturned,
    MatterClimbed,
    MatterOpened,
    MatterRuled,
    Payload,
)
from chalicelib.supervision.matters.commands import (
    AnswerMatter,
    MatterCommand,
    OpenMatter,
    RuleMatter,
)
from chalicelib.supervision.matters.values import (
    ACCOUNTABILITY,
    ANSWERED,
    GOVERNMENT,
    HEAD,
    HELD_TO_ACCOUNT,
    OFFICERS,
    RETURNED,
    RULED,
    RULINGS,
    SUPERVISOR,
    WITHDRAWN,
    Matter,
)

MAX_RETURNS = 1


def decide(
    matter: Matter | None, command: MatterCommand, origin: ActOrigin, calendar: WorkingCalendar
) -> Decision:
    """The acts that follow: first what time has brought, then the command's own.

    Raises NotFound, Conflict, Invalid.
    """
    if isinstance(command, OpenMatter):
        return _opening(matter, command, origin, calendar)
    if matter is None:
        raise NotFound
    climbs = list(climbs_of(matter, origin, calendar))
    now = _after(matter, climbs)
    match command:
        case AnswerMatter():
            return _acts([*climbs, _answered(now, command, origin, calendar)])
        case RuleMatter():
            return _ruling(now, climbs, command, origin, calendar)
    return _acts(climbs)


def _acts(payloads: Sequence[Payload]) -> Decision:
    return Decision([to_act(payload) for payload in payloads])


def _opening(
    matter: Matter | None, command: OpenMatter, origin: ActOrigin, calendar: WorkingCalendar
) -> Decision:
    if matter:
        return Decision([])
    opened = opening(command, calendar.date_of(origin.now), calendar)
    return _acts([opened])


def opening(command: OpenMatter, today: date, calendar: WorkingCalendar) -> MatterOpened:
    """The first act of a matter: a red card, and what has no officer to answer it, is the head's
    from the beginning.
    """
    answerable = command.answerable
    is_grave = command.level == "red" or command.kind == ACCOUNTABILITY
    rung = HEAD if is_grave and answerable.heads else OFFICERS
    if not answerable.officers:
        rung = HEAD if answerable.heads else SUPERVISOR
    return MatterOpened(
        kind=command.kind,
        department=command.subject.department,
        officers=answerable.officers,
        heads=answerable.heads,
        supervisor=answerable.supervisor,
        rung=rung,
        due=limits.last_day(command.kind, command.level, rung, today, calendar),
        level=command.level,
        case=command.subject.case,
        number=command.subject.number,
        item=command.subject.item,
        measure=command.measure,
        cause=command.cause,
        text=command.text,
    )


def climbs_of(
    matter: Matter, origin: ActOrigin, calendar: WorkingCalendar
) -> Iterator[MatterClimbed]:
    """Who was silent until the end of their last day has lost the matter to the next rung; each
    turn is counted from the last day of the one before, whenever it is looked at.
    """
    while is_overdue(matter, origin, calendar):
        climb = _climb(matter, calendar)
        yield climb
        matter = _after(matter, [climb])


def is_overdue(matter: Matter, origin: ActOrigin, calendar: WorkingCalendar) -> bool:
    """Whether the present rung has let its last day pass, and there is one above it."""
    if matter.due is None or matter.rung == GOVERNMENT:
        return False
    return origin.now >= calendar.end_of(matter.due)


def _climb(matter: Matter, calendar: WorkingCalendar) -> MatterClimbed:
    assert matter.due is not None, "only what is overdue climbs"
    rung = limits.above(matter.rung)
    if rung == HEAD and not matter.answerable.heads:
        rung = SUPERVISOR
    if rung == GOVERNMENT:
        return MatterClimbed(rung)
    due = limits.last_day(
        matter.kind,
        matter.level,
        rung,
        matter.due,
        calendar,
    )
    return MatterClimbed(rung, due)


def _answered(
    matter: Matter, command: AnswerMatter, origin: ActOrigin, calendar: WorkingCalendar
) -> AnswerGiven:
    if matter.status == RULED:
        raise MatterIsRuled
    if not matter.waits_for_office:
        raise MatterIsAnswered
    due = _ruling_due(matter, origin, calendar)
    return AnswerGiven(command.way, due, command.summary, command.text)


def _ruling_due(matter: Matter, origin: ActOrigin, calendar: WorkingCalendar) -> date:
    """An answer that comes late does not give supervision more time than it has already."""
    today = calendar.date_of(origin.now)
    due = limits.last_day(
        matter.kind,
        matter.level,
        SUPERVISOR,
        today,
        calendar,
    )
    if matter.rung in (SUPERVISOR, GOVERNMENT) and matter.due:
        return matter.due
    return due


def _ruling(
    matter: Matter,
    climbs: list[MatterClimbed],
    command: RuleMatter,
    origin: ActOrigin,
    calendar: WorkingCalendar,
) -> Decision:
    _check_ruling(matter, command)
    if command.ruling == RETURNED:
        return _acts([*climbs, _returned(matter, command, origin, calendar)])
    ruled = MatterRuled(
        command.ruling,
        command.summary,
        command.measure,
        command.accountable,
        command.reasons,
    )
    decision = _acts([*climbs, ruled])
    if command.ruling != HELD_TO_ACCOUNT:
        return decision
    measure = _measure(matter, command, origin, calendar)
    return replace(decision, entries=[measure])


def _check_ruling(matter: Matter, command: RuleMatter) -> None:
    if matter.status == RULED:
        raise MatterIsRuled
    if command.ruling not in RULINGS[matter.kind]:
        allowed = ", ".join(RULINGS[matter.kind])
        raise Invalid(faults=[Fault("/ruling", "ruling-of-other-kind", {"rulings": allowed})])
    if (command.ruling == HELD_TO_ACCOUNT) != bool(command.measure):
        raise Invalid(faults=[Fault("/measure", "measure-with-accountability")])
    # Whoever is obliged is heard first, unless they have let all their time pass; what should not
    # have been asked is taken back at any time.
    is_heard_first = command.ruling != WITHDRAWN
    if is_heard_first and matter.waits_for_office and matter.rung in (OFFICERS, HEAD):
        raise MatterIsUnanswered
    if command.ruling == RETURNED and matter.status != ANSWERED:
        raise NothingToReturn
    if command.ruling == RETURNED and matter.returned >= MAX_RETURNS:
        raise AnswerReturnedBefore


def _returned(
    matter: Matter, command: RuleMatter, origin: ActOrigin, calendar: WorkingCalendar
) -> AnswerReturned:
    rung = HEAD if matter.answerable.heads else OFFICERS
    due = limits.last_day(
        matter.kind,
        matter.level,
        rung,
        calendar.date_of(origin.now),
        calendar,
    )
    return AnswerReturned(rung, due, command.summary, command.reasons)


def _measure(
    matter: Matter, command: RuleMatter, origin: ActOrigin, calendar: WorkingCalendar
) -> journal.Entry:
    """The first entry of the matter by which the office says how the measure was carried out."""
    wanted = OpenMatter(
        ACCOUNTABILITY,
        matter.subject,
        replace(matter.answerable, officers=()),
        {"matter": matter.id},
        text="\n".join(command.reasons),
        measure=command.measure,
    )
    opened = opening(
        wanted,
        calendar.date_of(origin.now),
        calendar,
    )
    return journal.new_entry(
        f"matter#{command.accountable}",
        1,
        [to_act(opened)],
        at=origin.now,
        actor=origin.actor,
    )


def _after(matter: Matter, climbs: Sequence[MatterClimbed]) -> Matter:
    """The matter as it stands after what time has brought, before that is on record."""
    for climb in climbs:
        matter = climb.moved(matter)
    return matter
