"""Conformance over HTTP, open to everybody: did a case walk as its flow was published?"""

from chalicelib import authority, casework
from chalicelib.kernel.http import PUBLIC, Call, Door, Reply
from chalicelib.supervision import conformance

door = Door()


@door.on(
    "GET",
    "/record/{number}/conformance",
    action="check_conformance",
    audience=PUBLIC,
    reply="conformance",
    summary="Whether a case walked as its flow was published",
)
def check_conformance(call: Call, number: str) -> Reply:
    """Journal and published flow are read a second time, apart from the rules that handled the
    case.
    """
    case_id = casework.find(number)
    entries = casework.read(case_id)
    report = conformance.report(entries, authority.covers)
    return Reply(report)
