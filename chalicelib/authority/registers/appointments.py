"""Appointments and absences: an act on a career and the grants that follow from it, in one
transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from chalicelib.authority.acts import (
    AbsenceRequest,
    Appointment,
    AppointmentRequest,
    Career,
    absences,
    appointments,
    career_acts,
    periods,
)
from chalicelib.authority.acts.absences import EndAbsence, EndSubstitutions, NameSubstitute
from chalicelib.authority.acts.appointments import EndAppointment
from chalicelib.authority.acts.careers import Absence
from chalicelib.authority.grants import after, rows
from chalicelib.kernel import stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import (
    ActOrigin,
    Aggregate,
    Authorize,
    Decision,
    Prepared,
    by_machine,
)
from chalicelib.kernel.commands import execute, prepare
from chalicelib.kernel.journal import Entry, Request, TransactionalWrite

MAX_CHARACTERS = 140
CareerCommand = (
    AppointmentRequest
    | EndAppointment
    | AbsenceRequest
    | NameSubstitute
    | EndAbsence
    | EndSubstitutions
)


def appoint(request: AppointmentRequest, now: datetime | None = None) -> Appointment:
    """Appoint a person without a change that two have agreed on. Raises as the rule does."""
    stream = stream_of(request.person)
    result = execute(CAREERS, stream, request, by_machine, now=now)
    return result.state.find(_new_id(stream, result.entry.seq))


def prepare_appointment(request: AppointmentRequest, origin: ActOrigin) -> Prepared[Career]:
    """The appointment, ready to be written. Raises as ``appointments.appoint`` does."""
    return _prepare(request.person, request, origin)


def prepare_absence(request: AbsenceRequest, origin: ActOrigin) -> Prepared[Career]:
    """The absence and its substitute, ready to be written. Raises as ``absences`` does."""
    return _prepare(request.person, request, origin)


def new_id(prepared: Prepared[Career]) -> str:
    """Under which id an appointment or absence is held that is about to be written."""
    return _new_id(prepared.entry.stream, prepared.entry.seq)


def end(
    appointment: str,
    authorize: Authorize[Career] = by_machine,
    request: Request | None = None,
    now: datetime | None = None,
) -> Appointment:
    """End an appointment at once; repeating the request returns the same. Raises NotFound,
    Conflict.
    """
    stream = stream_of(person_of(appointment))
    command = EndAppointment(appointment)
    result = execute(
        CAREERS,
        stream,
        command,
        authorize,
        request,
        now=now,
    )
    return result.state.find(appointment)


def end_absence(
    absence: str,
    authorize: Authorize[Career] = by_machine,
    request: Request | None = None,
    now: datetime | None = None,
) -> Absence:
    """Back at work at once; repeating the request returns the same. Raises NotFound, Conflict."""
    stream = stream_of(person_of(absence))
    result = execute(
        CAREERS,
        stream,
        EndAbsence(absence),
        authorize,
        request,
        now=now,
    )
    return result.state.absence(absence)


def person_of(appointment: str) -> str:
    """Who is appointed or absent by that id: ``<person>.<n>``."""
    if len(appointment) > MAX_CHARACTERS:
        return ""
    return appointment.rpartition(".")[0]


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


def _new_id(stream: str, seq: int) -> str:
    person = stream.partition("#")[2]
    return f"{person}.{seq}"


def _prepare(person: str, command: CareerCommand, origin: ActOrigin) -> Prepared[Career]:
    stream = stream_of(person)
    prepared = prepare(
        CAREERS,
        stream,
        command,
        partial(origin.in_stream, stream),
    )
    assert prepared is not None, "every command on a career is put on record"
    return prepared


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
    payload = appointments.appoint(
        career,
        request,
        _new_id(origin.stream, origin.seq),
        is_post=rows.is_known(rows.post_row(request.post)),
        now=origin.now,
    )
    return Decision([to_act(payload)], writes=after.post_again(request.post))


def _be_absent(away: Career, request: AbsenceRequest, origin: ActOrigin) -> Decision:
    absence = _new_id(origin.stream, origin.seq)
    resting = absences.resting_appointment(away, request, origin.now)
    substitution = _prepare(
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
    acts = [to_act(appointments.end(career, appointment, origin.now))]
    by_substitute: dict[str, list[str]] = {}
    for absence in career.absences:
        is_over = periods.is_over(absence.span, origin.now)
        if absence.appointment == appointment and not is_over:
            acts.append(to_act(absences.end(career, absence.id, origin.now)))
            by_substitute.setdefault(absence.substitute, []).append(absence.id)
    entries, writes = [], list[TransactionalWrite]()
    for substitute, ended in by_substitute.items():
        prepared = _prepare(substitute, EndSubstitutions(tuple(ended)), origin)
        entries.append(prepared.entry)
        writes += prepared.writes
    return Decision(acts, entries, writes)


def _end_absence(away: Career, absence: str, origin: ActOrigin) -> Decision:
    payload = absences.end(away, absence, origin.now)
    substitute = away.absence(absence).substitute
    prepared = _prepare(substitute, EndSubstitutions((absence,)), origin)
    return Decision(
        [to_act(payload)],
        [prepared.entry],
        prepared.writes,
    )


def _rows_after(career: Career, entry: Entry) -> Sequence[TransactionalWrite]:
    post = career_acts.post_of(entry.acts[0], career)
    return after.of_career(career, post, entry.at)


CAREERS: Aggregate[Career, CareerCommand] = Aggregate(career_acts.fold, _decide, _rows_after)
"""What a person holds, and the rows by which everybody knows it."""
