"""Acts on the registers of authority: what may be decided, and what follows from it; pure."""

from chalicelib.authority.acts.absences import AbsenceRequest
from chalicelib.authority.acts.appointments import AppointmentRequest
from chalicelib.authority.acts.careers import Absence, Appointment, Career, Holding
from chalicelib.authority.acts.changes import Change
from chalicelib.authority.acts.definitions import Definition
from chalicelib.authority.acts.delegations import Delegation
from chalicelib.authority.acts.posts import Position
from chalicelib.authority.acts.webhooks import Webhook

__all__ = [
    "Absence",
    "AbsenceRequest",
    "Appointment",
    "AppointmentRequest",
    "Career",
    "Change",
    "Definition",
    "Delegation",
    "Holding",
    "Position",
    "Webhook",
]
