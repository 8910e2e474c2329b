"""When the calendar changes, what was counted on it is counted anew: a new year's notice, or a day
off of the city's own, moves open cases in inboxes and in the due index, and puts on their record
which limits are due on other days. Pages count for themselves.
"""

from chalicelib.casework.acts import Case, RecountLimits
from chalicelib.casework.errors import CaseEnded
from chalicelib.casework.execution import delivery, task_tokens
from chalicelib.casework.execution.reconciler import open_cases
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.kernel import aws, log, stores
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.views import Row

PLACE = ("calendar", "counted")
DONE, FAILED = "recounted", "failed"


def recount() -> dict[str, int]:
    """Count every open case anew where the calendar is not the one of the last time. Safe to
    repeat; while a case fails, the next run begins again.
    """
    repository.forget_calendar()
    calendar = repository.read_calendar()
    marker = stores.views().get(*PLACE)
    if marker and marker.data["calendar"] == calendar.edition:
        return {DONE: 0, FAILED: 0}
    counts = {DONE: 0, FAILED: 0}
    before = marker.data["calendar"] if marker else ""
    for case_id in open_cases():
        counts[_recounted(case_id, before)] += 1
    if not counts[FAILED]:
        _remember(calendar.edition, marker)
    log.line(
        "calendar changed",
        counts={"RecountFailures": counts[FAILED]},
        acted=counts[DONE],
    )
    return counts


def _remember(edition: str, marker: Row | None) -> None:
    before = marker.version if marker else 0
    row = Row(*PLACE, version=before + 1, data={"calendar": edition})
    stores.views().put(row, expect=before)


def _recounted(case_id: str, before: str) -> str:
    """One case; a case that cannot be folded or written must not keep its neighbours waiting."""
    try:
        case, entries = repository.load(case_id)
        show(case)
        case_commands.execute(
            case_id,
            RecountLimits(before),
            by_machine,
            known=entries,
        )
    except CaseEnded:  # in between
        return DONE
    except Exception as error:
        log.failure("recount failed", error, case=case_id, passing=aws.is_passing(error))
        return FAILED
    return DONE


def show(case: Case) -> None:
    """Move the open tasks of a case in their inboxes, and the case in the due index.

    Where an act comes in between, its delivery writes the row: that counts by the new calendar.
    """
    for visit in case.open_visits:
        stores.views().update_open(task_tokens.task_row(case, visit))
    stores.views().put(delivery.case_row(case), expect=case.seq)
