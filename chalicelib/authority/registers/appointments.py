"""Appointments and absences: an act on a career and the grants that follow from it, in one
transaction.
"""

from datetime import datetime

from chalicelib.authority.acts import AbsenceRequest, Appointment, AppointmentRequest, Career
from chalicelib.authority.acts.absences import EndAbsence
from chalicelib.authority.acts.appointments import EndAppointment
from chalicelib.authority.acts.careers import Absence
from chalicelib.authority.registers import careers
from chalicelib.authority.registers.careers import CAREERS, stream_of
from chalicelib.kernel.aggregates import ActOrigin, Authorize, Prepared, by_machine
from chalicelib.kernel.commands import execute
from chalicelib.kernel.journal import Request

MAX_CHARACTERS = 140


def appoint(request: AppointmentRequest, now: datetime | None = None) -> Appointment:
    """Appoint a person without a change that two have agreed on. Raises as the rule does."""
    stream = stream_of(request.person)
    result = execute(
        CAREERS,
        stream,
        request,
        by_machine,
        now=now,
    )
    return result.state.find(careers.new_id(stream, result.entry.seq))


def prepare_appointment(request: AppointmentRequest, origin: ActOrigin) -> Prepared[Career]:
    """The appointment, ready to be written. Raises as ``appointments.appoint`` does."""
    return careers.prepared(
        request.person,
        request,
        origin,
    )


def prepare_absence(request: AbsenceRequest, origin: ActOrigin) -> Prepared[Career]:
    """The absence and its substitute, ready to be written. Raises as ``absences`` does."""
    return careers.prepared(
        request.person,
        request,
        origin,
    )


def new_id(prepared: Prepared[Career]) -> str:
    """Under which id an appointment or absence is held that is about to be written."""
    return careers.new_id(prepared.entry.stream, prepared.entry.seq)


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
