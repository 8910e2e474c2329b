"""A person's career as one aggregate: what each command comes to, and the rows that follow, also
where two careers change in one transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from chalicelib.authority.acts import (
    AbsenceRequest,
    AppointmentRequest,
    Career,
    absences,
    appointments,
    career_acts,
    periods,
)
from chalicelib.authority.acts.absences import EndAbsence, EndSubstitutions, NameSubstitute
from chalicelib.authority.acts.appointments import EndAppointment
from chalicelib.authority.grants import after, rows
from chalicelib.kernel import stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision, Prepared
from chalicelib.kernel.commands import prepare
from chalicelib.kernel.journal import Entry, TransactionalWrite

CareerCommand = (
    AppointmentRequest
    | EndAppointment
    | AbsenceRequest
    | NameSubstitute
    | EndAbsence
    | EndSubstitutions
)


def stream_of(person: str) -> str:
    """The stream of a person's career."""
    return f"appointments#{person}"


def career_of(person: str, moment: datetime | None = None) -> Career:
    """The person's appointments and absences, read consistently; as they were on record at a moment
    gone by, where one is named.
    """
    stream = stream_of(person)
    entries = stores.journal().read(stream)
    if moment:
        entries = [entry for entry in entries if entry.at <= moment]
    return career_acts.fold(stream, entries)


def new_id(stream: str, seq: int) -> str:
    """The id of what an entry makes: an appointment or an absence."""
    person = stream.partition("#")[2]
    return f"{person}.{seq}"


def prepared(person: str, command: CareerCommand, origin: ActOrigin) -> Prepared[Career]:
    """A command on a career, ready to be written. Raises Problem."""
    stream = stream_of(person)
    entry = prepare(
        CAREERS,
        stream,
        command,
        partial(origin.in_stream, stream),
    )
    assert entry is not None, "every command on a career is put on record"
    return entry


def _decide(career: Career, command: CareerCommand, origin: ActOrigin) -> Decision:
    match command:
        case AppointmentRequest():
            return _appoint(career, command, origin)
        case EndAppointment():
            return _end_appointment(career, command.appointment, origin)
        case AbsenceRequest():
            return _be_absent(career, command, origin)
        case NameSubstitute():
            return Decision([to_act(absences.name_substitute(career, command))])
        case EndAbsence():
            return _end_absence(career, command.absence, origin)
        case EndSubstitutions():
            ended = absences.end_substitutions(command)
            return Decision([to_act(payload) for payload in ended])


def _appoint(career: Career, request: AppointmentRequest, origin: ActOrigin) -> Decision:
    post = rows.post_row(request.post)
    payload = appointments.appoint(
        career,
        request,
        new_id(origin.stream, origin.seq),
        is_post=rows.is_known(post),
        is_closed=rows.is_closed(post, request.starts),
        now=origin.now,
    )
    return Decision([to_act(payload)], writes=after.post_again(request.post))


def _be_absent(away: Career, request: AbsenceRequest, origin: ActOrigin) -> Decision:
    absence = new_id(origin.stream, origin.seq)
    resting = absences.resting_appointment(away, request, origin.now)
    substitution = prepared(
        request.substitute,
        NameSubstitute(request, absence),
        origin,
    )
    payload = absences.grant(away, request, absence, resting)
    return Decision(
        [to_act(payload)],
        entries=[substitution.entry],
        writes=[*substitution.writes, *after.post_again(request.post)],
    )


def _end_appointment(career: Career, appointment: str, origin: ActOrigin) -> Decision:
    """Who stands in for nobody stands there no longer."""
    acts = [
        to_act(
            appointments.end(
                career,
                appointment,
                origin.now,
            )
        )
    ]
    by_substitute: dict[str, list[str]] = {}
    for absence in career.absences:
        is_over = periods.is_over(absence.span, origin.now)
        if absence.appointment == appointment and not is_over:
            acts.append(
                to_act(
                    absences.end(
                        career,
                        absence.id,
                        origin.now,
                    )
                )
            )
            by_substitute.setdefault(absence.substitute, []).append(absence.id)
    entries, writes = [], list[TransactionalWrite]()
    for substitute, ended in by_substitute.items():
        substitution = prepared(
            substitute,
            EndSubstitutions(tuple(ended)),
            origin,
        )
        entries.append(substitution.entry)
        writes += substitution.writes
    return Decision(acts, entries, writes)


def _end_absence(away: Career, absence: str, origin: ActOrigin) -> Decision:
    payload = absences.end(away, absence, origin.now)
    substitute = away.absence(absence).substitute
    substitution = prepared(substitute, EndSubstitutions((absence,)), origin)
    return Decision(
        [to_act(payload)],
        [substitution.entry],
        substitution.writes,
    )


def _rows_after(career: Career, entry: Entry) -> Sequence[TransactionalWrite]:
    post = career_acts.post_of(entry.acts[0], career)
    return after.of_career(career, post, entry.at)


CAREERS: Aggregate[Career, CareerCommand] = Aggregate(career_acts.fold, _decide, _rows_after)
"""What a person holds, and the rows by which everybody knows it."""
