"""What was redacted of a case when its retention ended, over HTTP."""

from chalicelib.casework.retention import announcements
from chalicelib.casework.use_cases import repository
from chalicelib.kernel.http import PUBLIC, Call, Door, Reply

door = Door()


@door.on(
    "GET",
    "/record/{number}/redaction",
    action="read_redaction",
    audience=PUBLIC,
    reply="redaction",
    summary="What was redacted of a case when its retention ended",
)
def show_redaction(call: Call, number: str) -> Reply:
    """Counts and days, no content; not found while everything is kept."""
    case_id = repository.find(number)
    report = announcements.report(case_id)
    return Reply(report)
