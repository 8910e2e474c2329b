"""A calendar has changed, and limits of the case with it."""

from dataclasses import replace
from datetime import date

from chalicelib.casework.acts.declaration import CaseAct, Messages, Payload, declare, payload
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.casework.acts.values import MovedLimit, Recount


@payload
class LimitsRecounted(Payload):
    """Limits that run are due on other days, since the calendar of ``before`` gave way to
    ``calendar`` (editions): once for each case and edition. ``cause`` is the State Council's
    ``notice`` of years, or days off of the city, ``day_off``; ``named`` are these years or days.
    """

    before: str
    calendar: str
    cause: str
    named: tuple[str, ...]
    moved: tuple[MovedLimit, ...]

    def on(self, day: date) -> Recount:
        """What the case keeps of it."""
        return Recount(
            on=day,
            cause=self.cause,
            named=self.named,
            moved=self.moved,
        )


def _recounted(case: Case, act: LimitsRecounted, at: ActStamp) -> Case:
    recount = act.on(at.time.date())
    clocks = replace(
        case.clocks,
        calendar=act.calendar,
        recounts=(*case.clocks.recounts, recount),
    )
    return replace(case, clocks=clocks)


declare(
    CaseAct(
        LimitsRecounted,
        transition=_recounted,
        event=("before", "calendar", "cause", "named", "moved"),
        message=Messages(applicant="case.limits_recounted", parties="case.limits_recounted"),
        page=None,
        moves_limits=True,
    )
)
