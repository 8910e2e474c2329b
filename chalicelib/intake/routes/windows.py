"""Windows over HTTP: for people who are present, with the identity check and their consent on
record.
"""

from chalicelib import casework
from chalicelib.authority import mandates
from chalicelib.intake import attendance, windows
from chalicelib.kernel import visibility
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import WINDOW, Resource
from chalicelib.kernel.http import OFFICE, PUBLIC, Call, Door, Reply

door = Door()


@door.on(
    "GET",
    "/window-consent",
    action="read_consent",
    audience=PUBLIC,
    reply="window_consent",
    summary="What a person at a window is asked to consent to",
)
def read_consent(call: Call) -> Reply:
    """The text that is read out, in the caller's language, and its version."""
    return Reply(attendance.consent(call.language))


@door.on(
    "POST",
    "/window-applications",
    action="file_at_window",
    audience=OFFICE,
    body="window_application",
    reply="filing_receipt",
    status=201,
    summary="File an application for a person who is present",
)
def file_at_window(call: Call) -> Reply:
    """By a window officer at a service point that takes the item; the person is told through every
    channel known.
    """
    who = attendance.attendance(call.body, call.now)
    window = windows.permit(call, call.body["item"], who)

    def make(state: casework.Case | None, authorization: Authorization) -> casework.Application:
        return windows.application(call, call.body, who, window)

    result = casework.file_case(
        make,
        call.actor(window.id),
        call.request,
    )
    case = result.state
    receipt = casework.filing_receipt(case, result.entry)
    return Reply(
        receipt,
        version=case.seq,
        headers={"Location": f"/cases/{case.number}"},
    )


@door.on(
    "POST",
    "/cases/{number}/window-supplements",
    action="supplement_at_window",
    audience=OFFICE,
    body="window_supplement",
    reply="receipt",
    status=201,
    summary="Supply what a person who is present has brought",
)
def supplement_at_window(call: Call, number: str) -> Reply:
    """By a window officer, for the applicant or who may act for them."""

    def make(case: casework.Case) -> casework.Supplement:
        return windows.supplement(call, call.body, case)

    result = windows.act_for_party(
        call,
        number,
        call.body,
        "supplement",
        make,
    )
    return Reply(casework.receipt(result.state, result.entry), version=result.state.seq)


@door.on(
    "POST",
    "/cases/{number}/window-collection",
    action="collect_at_window",
    audience=OFFICE,
    body="window_attendance",
    reply="receipt",
    status=201,
    summary="Hand the result over to a person who is present",
)
def collect_at_window(call: Call, number: str) -> Reply:
    """By a window officer, to the applicant or who may collect for them: the delivery is done."""

    def make(case: casework.Case) -> casework.DeliverAtWindow:
        return casework.DeliverAtWindow()

    result = windows.act_for_party(
        call,
        number,
        call.body,
        "collect",
        make,
    )
    return Reply(casework.receipt(result.state, result.entry), version=result.state.seq)


@door.on(
    "POST",
    "/cases/{number}/window-view",
    action="view_at_window",
    audience=OFFICE,
    body="window_attendance",
    reply="case",
    status=201,
    summary="Show a case to its applicant, who is present",
)
def view_at_window(call: Call, number: str) -> Reply:
    """By a window officer, to the applicant or who may act for them; it goes on record, each day
    anew.
    """

    def make(case: casework.Case) -> casework.ShowAtWindow:
        return casework.ShowAtWindow()

    result = windows.act_for_party(call, number, call.body, "", make)
    casework.read_at_window(
        result.state,
        result.entry.actor,
        call.now,
    )
    shown = {**casework.full(result.state, visibility.OWN), "remarks": []}
    return Reply(
        shown,
        version=result.state.seq,
        viewer=visibility.OWN,
    )


@door.on(
    "POST",
    "/guardianships",
    action="establish_guardianship",
    audience=OFFICE,
    body="guardianship",
    reply="mandate_shown",
    status=201,
    summary="Put the guardianship of a minor on record",
)
def establish_guardianship(call: Call) -> Reply:
    """By a window officer who has seen the proof; it holds once the guardian has accepted it
    online.
    """
    guardian = call.body["guardian"]["person"]
    party = attendance.party_of(call.body["minor"])
    facts = {"party": party, "grantee": guardian, "kind": "guardianship"}
    call.permit(Resource("Mandate", "new", facts))
    post = next(post.id for post in call.principal.posts if WINDOW in post.roles)
    mandate = windows.guardianship(call, call.body, post)
    return Reply(mandates.shown(mandate, call.now))
