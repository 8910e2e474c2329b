"""Who may do what on every route, written by hand: one row each or a few, read by ``test_matrix``.

Actors are named ``role.relation``. The relation is to a case of URB, or to what belongs to URB:
``own`` (the officer's own task, the applicant's own case; for an office that there is once in the
city, that one), ``same`` (another post of URB), ``other`` (DPF), ``district`` (SHQ). A row says who
is allowed and who may see the thing but not do this to it (403); everybody else gets 404 where the
thing is nobody's business, 403 where everybody knows of it.

``told.own`` and ``document.own`` ask about cases of their own: the one was named as an interested
party, for the other a window filed. ``agent.own`` has a mandate for the case's item,
``agent.elsewhere`` for another one, ``agent.all`` for all items.
"""

from __future__ import annotations

from tests.journeys.matrix.actors import ROLES
from tests.journeys.matrix.bodies import (
    ANSWER,
    BATCH,
    CHANGE,
    COMPLAINT,
    FILE,
    FILING,
    FINDINGS,
    GUARDIANSHIP,
    NEW_VERSION,
    NO_SUCH_OUTCOME,
    NOBODY_OF_OURS,
    NOTICE,
    OPENING,
    ORDER,
    OVER,
    PRESENT,
    QUESTION,
    REASONS,
    RULING,
    SETTINGS,
    TO_NOBODY,
    YESTERDAY,
)
from tests.journeys.matrix.row import EVERYBODY, OFFICERS, REFUSED, Row

OPEN = Row(EVERYBODY)  # public: nobody is asked who they are
OWN_MATTER = Row(EVERYBODY, others=REFUSED)
AT_THE_TASK = "window.own reviewer.own substitute.own approver.own"
AT_THEIR_TASKS = f"{AT_THE_TASK} delegate.own"
ON_THE_CASE = f"{AT_THEIR_TASKS} head.own machine.own"
HEADS = "head.own head.same"
OF_URB = " ".join(
    [
        f"{AT_THEIR_TASKS} head.own hearing.own investigator.own assessor.own",
        *(f"{role}.same" for role in ROLES),
    ]
)
READERS = f"{AT_THEIR_TASKS} {HEADS}"
WINDOWS = "window.own delegate.own"
AGENTS = "agent.own agent.all"
PARTY = f"applicant.own document.own {AGENTS}"
AUTHORS, PUBLISHERS = (
    "catalogue-author.own catalogue-author.same",
    "catalogue-publisher.own catalogue-publisher.same",
)
ADMINISTRATORS = "administrator"
TAKING_AWAY = Row(
    "administrator security head.own head.same",
    others=REFUSED,
    told="administrator security",
    faults="conflict",
)
IN_URB = {"department": "URB"}
NUMBERS = Row(f"supervisor auditor {HEADS}", others=REFUSED, query=IN_URB)
BOARD = Row("supervisor auditor", others=REFUSED, query=IN_URB)
INQUIRY, SUPERVISION = {"purpose": "inquiry"}, {"purpose": "supervision"}
OF_THE_APPLICANT = {"party": "p-li-na"}


def reading(parties: str) -> tuple[Row, ...]:
    """A case's file: its parties read it freely, offices for a task while it runs, for a stated
    purpose always.
    """
    return (
        Row(parties, sees=f"{READERS} supervisor", name="ended"),
        Row(f"{parties} {READERS}", sees="supervisor", query=INQUIRY, name="ended, inquiry"),
        Row(f"{parties} supervisor", sees=READERS, query=SUPERVISION, name="ended, supervision"),
        Row(
            f"{parties} {AT_THEIR_TASKS} machine.own",
            sees=f"{HEADS} supervisor",
            running=True,
            name="running",
        ),
        Row(
            f"{parties} {READERS}",
            sees="supervisor",
            query=INQUIRY,
            running=True,
            name="running, inquiry",
        ),
        Row(
            f"{parties} supervisor",
            sees=READERS,
            query=SUPERVISION,
            running=True,
            name="running, supervision",
        ),
    )


ROWS: dict[str, Row | tuple[Row, ...]] = {
    # ---- open to everybody
    "GET /health": OPEN,
    "GET /openapi.json": OPEN,
    "GET /catalog": OPEN,
    "GET /items": OPEN,
    "GET /items/{item}": OPEN,
    "GET /items/{item}/acts": OPEN,
    "GET /items/{item}/changes": Row(EVERYBODY, query={"from": "1", "to": "1"}),
    "GET /items/{item}/flow.mmd": OPEN,
    "GET /items/{item}/flow.svg": OPEN,
    "GET /items/{item}/versions": OPEN,
    "POST /items/{item}/what-if": Row(EVERYBODY, body={}),
    "GET /flows": OPEN,
    "GET /flows/{flow}": OPEN,
    "GET /open-data": OPEN,
    "GET /open-data/items.csv": OPEN,
    "GET /open-data/items.jsonl": OPEN,
    "GET /organizations": OPEN,
    "GET /posts": OPEN,
    "GET /posts/{post}/holders": OPEN,
    "GET /service-points": OPEN,
    "GET /delegations": OPEN,
    "GET /window-consent": OPEN,
    "GET /policies": OPEN,
    "GET /policies/{policy}": OPEN,
    "GET /public-notices": OPEN,
    "GET /record/{number}": OPEN,
    "GET /record/{number}/conformance": OPEN,
    "GET /record/{number}/refusals": OPEN,
    "GET /record/{number}/supervision": OPEN,
    "GET /published-matters": OPEN,
    "GET /supervision-limits": OPEN,
    "GET /supervision-rules": OPEN,
    "GET /supervision-rules/{rule}": OPEN,
    "GET /statistics": OPEN,
    "GET /statistics.csv": OPEN,
    "GET /forecast-accuracy": OPEN,
    "GET /usual-times": OPEN,
    "GET /published-complaints": OPEN,
    "GET /published-complaints/{month}": OPEN,
    "GET /record/{number}/redaction": Row(EVERYBODY, empty=True),
    "GET /.well-known/jwt-vc-issuer": OPEN,
    "GET /certificates/keys": OPEN,
    "GET /certificates/status-lists/{list}": OPEN,
    "GET /certificates/{certificate}/status": OPEN,
    "GET /check/{certificate}": OPEN,
    "POST /cases/{number}/follow": Row(EVERYBODY, body={"tracking_code": "{tracking}", "phone_last4": "{last4}"}),
    "POST /payments/notices": Row(EVERYBODY, faults="signature-wrong", body=NOTICE),
    # ---- one's own matters
    "GET /me": Row(f"{EVERYBODY} machine"),
    "GET /me/access-log": (
        OWN_MATTER,
        Row("applicant.own agent.all", others=REFUSED, query=OF_THE_APPLICANT, name="of a party"),
    ),
    "GET /messages": (
        OWN_MATTER,
        Row("applicant.own agent.all", others=REFUSED, query=OF_THE_APPLICANT, name="of a party"),
    ),
    "POST /messages/{message}/read": Row(EVERYBODY, others=REFUSED, told=EVERYBODY, empty=True),
    "GET /me/message-settings": OWN_MATTER,
    "POST /me/message-settings": Row(EVERYBODY, others=REFUSED, faults="changed-meanwhile", body=SETTINGS),
    "GET /cases": (
        OWN_MATTER,
        Row("applicant.own agent", others=REFUSED, query=OF_THE_APPLICANT, name="of a party"),
    ),
    "POST /uploads": Row(EVERYBODY, others=REFUSED, body=FILE),
    "POST /applications": Row(EVERYBODY, others=REFUSED, faults="invalid", body=FILING),
    "GET /mandates": OWN_MATTER,
    "POST /mandates": Row(EVERYBODY, others=REFUSED, faults="invalid", body=OVER),
    "POST /mandates/{mandate}/acceptance": Row("agent.own", sees="applicant.own", faults="conflict"),
    "POST /mandates/{mandate}/limit": Row(
        "applicant.own", sees="agent.own", faults="conflict", body={"acts": ["file"]}
    ),
    "POST /mandates/{mandate}/end": Row("applicant.own agent.own", faults="conflict", body={}),
    "GET /cases/{number}": reading(f"{PARTY} told.own"),
    "GET /cases/{number}/term": reading(f"{PARTY} told.own"),
    "GET /cases/{number}/materials/{code}": reading(PARTY),
    "POST /cases/{number}/supplements": Row(
        PARTY, sees="told.own", faults="changed-meanwhile", body={"form": {"a": 1}}
    ),
    "POST /cases/{number}/withdrawal": Row(PARTY, sees="told.own", faults="case-ended", body={}),
    "POST /cases/{number}/payment": Row(PARTY, sees="told.own", faults="nothing-to-pay"),
    "POST /cases/{number}/collection": Row(PARTY, sees="told.own", faults="case-ended"),
    "POST /cases/{number}/statements": Row(f"{PARTY} told.own", faults="case-ended", body={"text": "Nothing to add."}),
    "POST /cases/{number}/objections": Row(EVERYBODY, faults="case-ended not-in-publicity", body={"text": "I object."}),
    "GET /certificates/{certificate}": Row(PARTY),
    "GET /certificates/{certificate}/pdf": Row(PARTY),
    # ---- tasks
    "GET /tasks": (
        Row(f"window.own {HEADS} machine.own", query={"post": "urb-window"}, name="of a window"),
        Row(f"approver.own delegate.own {HEADS}", query={"post": "urb-approver"}, name="of who delegates"),
    ),
    "GET /tasks/counts": (
        Row(f"window.own {HEADS} machine.own", query={"post": "urb-window"}, name="of a window"),
        Row(f"approver.own {HEADS}", sees="delegate.own", query={"post": "urb-approver"}, name="of who delegates"),
    ),
    "GET /tasks/{task}": (
        Row("", sees=READERS, name="ended"),
        Row(READERS, query=INQUIRY, name="ended, inquiry"),
        Row("", sees=READERS, query=SUPERVISION, name="ended, supervision"),
        Row(f"{AT_THEIR_TASKS} machine.own", sees=HEADS, running=True, name="running"),
        Row(READERS, query=INQUIRY, running=True, name="running, inquiry"),
        Row("", sees=READERS, query=SUPERVISION, running=True, name="running, supervision"),
    ),
    "POST /tasks/{task}/claim": Row(f"{AT_THEIR_TASKS} machine.own", sees=HEADS, faults="case-ended"),
    "POST /tasks/{task}/release": Row(f"{AT_THEIR_TASKS} machine.own", sees=HEADS, faults="case-ended"),
    "POST /tasks/{task}/complete": (
        Row(
            f"{AT_THE_TASK} machine.own", sees=f"{HEADS} delegate.own",
            faults="case-ended", body=NO_SUCH_OUTCOME, name="as nobody can",
        ),
        Row(
            f"{AT_THEIR_TASKS} machine.own", sees=HEADS,
            faults="case-ended", body={"outcome": "approve"}, name="as was delegated",
        ),
    ),
    "POST /tasks/{task}/milestones": Row(
        f"{AT_THE_TASK} machine.own", sees=f"{HEADS} delegate.own", faults="case-ended", body={"title": "Site visited"}
    ),
    "POST /tasks/{task}/handover": Row(
        AT_THE_TASK, sees=f"{HEADS} delegate.own machine.own", faults="case-ended", body=TO_NOBODY
    ),
    "POST /tasks/{task}/assignment": Row(
        HEADS, sees=f"{AT_THEIR_TASKS} machine.own", faults="case-ended", body=TO_NOBODY
    ),
    "POST /tasks/{task}/claim/end": Row(
        HEADS,
        sees=f"{AT_THEIR_TASKS} machine.own",
        faults="case-ended",
        body={"reasons": ["by the matrix"]},
    ),
    "POST /tasks/{task}/meeting": Row(
        AT_THE_TASK, sees=f"{HEADS} delegate.own machine.own", faults="case-ended", body=YESTERDAY
    ),
    "POST /task-batches": Row(
        f"{AT_THE_TASK} machine.own", sees=f"{HEADS} delegate.own", inside=True, faults="case-ended", body=BATCH
    ),
    # ---- office acts on a case
    "POST /cases/{number}/procedures": Row(
        "approver.own", sees=ON_THE_CASE, running=True,
        faults="procedure-not-lawful", body={"kind": "tender", "days": 5, "ground": "by the matrix"},
    ),
    "POST /cases/{number}/procedures/{procedure}/end": Row(
        "approver.own", sees=ON_THE_CASE, running=True, faults="procedure-unknown", body={"report": "Done."}
    ),
    "POST /cases/{number}/extension": Row(
        "approver.own", sees=ON_THE_CASE, running=True,
        faults="extension-not-lawful", body={"days": 99, "reasons": REASONS},
    ),
    "POST /cases/{number}/extension/answer": Row(
        "head.own", sees=ON_THE_CASE, running=True,
        faults="extension-answered", body={"grant": True, "reasons": REASONS},
    ),
    "POST /cases/{number}/corrections": Row(
        "head.own", sees=ON_THE_CASE, running=True,
        faults="nothing-to-correct", body={"entry": 999, "text": "Corrected.", "reasons": REASONS},
    ),
    "POST /cases/{number}/recusals": Row(
        "head.own", sees=ON_THE_CASE, running=True, faults="invalid", body=NOBODY_OF_OURS
    ),
    "POST /cases/{number}/revocation": Row(
        "head.own", sees=ON_THE_CASE, running=True, faults="nothing-to-revoke", body={"reasons": REASONS}
    ),
    "POST /cases/{number}/refund": Row(
        "head.own", sees=ON_THE_CASE, running=True, faults="nothing-to-pay", body={"reasons": REASONS}
    ),
    "POST /cases/{number}/move": Row(
        ADMINISTRATORS, sees=ON_THE_CASE, running=True,
        faults="flow-move-not-published", body={"version": 99, "reasons": REASONS},
    ),
    "POST /cases/{number}/move/approval": Row(
        "head.own", sees=ON_THE_CASE, running=True, faults="no-move-proposed", body={"version": 99}
    ),
    "POST /ex-officio-cases": Row("investigator.own", others=REFUSED, faults="invalid", body=OPENING),
    # ---- windows
    "POST /window-applications": Row(
        WINDOWS, others=REFUSED, faults="invalid", body={**PRESENT, **FILING, "item": "shop-sign"}
    ),
    "POST /cases/{number}/window-supplements": Row(
        WINDOWS, others=REFUSED, faults="invalid", body={**PRESENT, "form": {"a": 1}}
    ),
    "POST /cases/{number}/window-view": Row(WINDOWS, others=REFUSED, faults="invalid", body=PRESENT),
    "POST /cases/{number}/window-collection": Row(WINDOWS, others=REFUSED, faults="invalid", body=PRESENT),
    "POST /guardianships": Row("window delegate.own", others=REFUSED, faults="invalid", body=GUARDIANSHIP),
    # ---- the catalogue
    "GET /item-drafts": Row("catalogue-author catalogue-publisher", others=REFUSED),
    "POST /item-drafts": Row(AUTHORS, others=REFUSED, body=NEW_VERSION),
    "GET /item-drafts/{draft}": Row(f"{AUTHORS} {PUBLISHERS}"),
    "POST /item-drafts/{draft}/revision": Row(AUTHORS, sees=PUBLISHERS, faults="changed-meanwhile", body=NEW_VERSION),
    "POST /item-drafts/{draft}/submission": Row(AUTHORS, sees=PUBLISHERS, faults="changed-meanwhile"),
    "POST /item-drafts/{draft}/withdrawal": Row(AUTHORS, sees=PUBLISHERS, faults="changed-meanwhile", body={}),
    "POST /item-drafts/{draft}/review": Row(
        PUBLISHERS, sees=AUTHORS, faults="changed-meanwhile", body={"outcome": "approve"}
    ),
    "POST /item-drafts/{draft}/publication": Row(PUBLISHERS, sees=AUTHORS, faults="changed-meanwhile", body={}),
    "POST /items/{item}/retirement": Row(
        f"{AUTHORS} {PUBLISHERS}", others=REFUSED, faults="invalid", body={"from": "2020-01-01", "reasons": REASONS}
    ),
    "POST /items/{item}/retirement/confirmation": Row(PUBLISHERS, others=REFUSED, faults="changed-meanwhile"),
    # ---- registers
    "GET /register-changes": Row("administrator head", others=REFUSED),
    "POST /register-changes": Row(ADMINISTRATORS, others=REFUSED, faults="invalid", body=CHANGE),
    "GET /register-changes/{change}": Row(f"{ADMINISTRATORS} {HEADS}"),
    "POST /register-changes/{change}/approval": Row(
        f"administrator.same administrator.other {HEADS}", sees="administrator.own", faults="change-decided"
    ),
    "POST /register-changes/{change}/rejection": Row(
        f"{ADMINISTRATORS} {HEADS}", faults="change-decided", body={"reasons": REASONS}
    ),
    "POST /appointments/{appointment}/end": TAKING_AWAY,
    "POST /delegations/{delegation}/end": TAKING_AWAY,
    "POST /absences/{absence}/end": TAKING_AWAY,
    "GET /posts/{post}/appointments": Row(OFFICERS, others=REFUSED, told=OFFICERS),
    "GET /posts/{post}/webhook": Row(f"{ADMINISTRATORS} {HEADS}", others=REFUSED),
    "POST /posts/{post}/webhook": Row(ADMINISTRATORS, others=REFUSED, body={"url": "https://127.0.0.1/hook"}),
    "POST /posts/{post}/webhook/end": Row(f"{ADMINISTRATORS} {HEADS}", others=REFUSED, empty=True),
    # ---- supervision
    "GET /supervision-matters": Row(f"supervisor auditor {OF_URB}", others=REFUSED, query={"department": "URB"}),
    "POST /supervision-matters": Row("supervisor", others=REFUSED, faults="invalid", body=ORDER),
    "GET /supervision-matters/{matter}": Row(f"supervisor auditor {OF_URB}"),
    "POST /supervision-matters/{matter}/answer": Row(
        HEADS, sees=f"supervisor auditor {OF_URB}", faults="matter-ruled", body=ANSWER
    ),
    "POST /supervision-matters/{matter}/ruling": Row(
        "supervisor", sees=f"auditor {OF_URB}", faults="matter-ruled", body=RULING
    ),
    "GET /findings": Row("supervisor auditor", others=REFUSED),
    "GET /findings/{finding}": Row("supervisor auditor", others=REFUSED, told="supervisor auditor"),
    "POST /findings/{finding}/false-alarm": Row(
        "supervisor", others=REFUSED, told="supervisor", faults="finding-judged", body={"reasons": REASONS}
    ),
    "POST /findings/{finding}/matter": Row(
        "supervisor", others=REFUSED, told="supervisor", faults="finding-judged", body={"text": "by the matrix"}
    ),
    "POST /supervision-rules/{rule}/changes": Row(
        "supervisor", others=REFUSED, told="supervisor", faults="invalid",
        body={"thresholds": {"none": 1}, "reasons": REASONS},
    ),
    "POST /supervision-rules/{rule}/changes/approval": Row(
        "supervisor administrator", others=REFUSED, faults="rule-change-answered", body={"proposal": 999}
    ),
    "POST /supervision-rules/{rule}/changes/rejection": Row(
        "supervisor administrator", others=REFUSED, faults="rule-change-answered",
        body={"proposal": 999, "reasons": REASONS},
    ),
    "POST /supervision-rules/{rule}/dry-run": Row(
        "supervisor administrator", others=REFUSED, told="supervisor administrator", faults="invalid",
        body={"thresholds": {"none": 1}},
    ),
    "GET /supervision-statistics": NUMBERS,
    "GET /supervision-statistics.csv": NUMBERS,
    "GET /cases-at-risk": NUMBERS,
    "GET /cases-at-risk.csv": NUMBERS,
    "GET /post-loads": NUMBERS,
    "GET /post-loads.csv": NUMBERS,
    "GET /supervision-board": BOARD,
    "GET /supervision-board.csv": BOARD,
    "GET /supervision-matters.csv": Row(f"supervisor auditor {OF_URB}", others=REFUSED, query=IN_URB),
    "GET /published-matters.csv": OPEN,
    "GET /cases/{number}/timeline": Row("supervisor", sees=READERS),
    # ---- complaints: one about URB, decided on appeal by the supervisor
    "POST /complaints": Row(EVERYBODY, others=REFUSED, faults="invalid", body=COMPLAINT),
    "POST /nameless-complaints": Row(EVERYBODY, faults="invalid", body=COMPLAINT),
    "POST /complaints/{complaint}/follow": Row(EVERYBODY, body={"tracking_code": "{secret}"}),
    "POST /complaints/{complaint}/appeal": Row(
        EVERYBODY, faults="appealed-before", body={"tracking_code": "{secret}", "text": "by the matrix"}
    ),
    "GET /complaints/{complaint}": Row("supervisor.own auditor.own applicant.own"),
    "POST /complaints/{complaint}/acceptance": Row("supervisor.own", sees="auditor.own", faults="complaint-accepted"),
    "POST /complaints/{complaint}/refusal": Row(
        "supervisor.own", sees="auditor.own", faults="complaint-accepted", body={"reasons": REASONS}
    ),
    "POST /complaints/{complaint}/extension": Row(
        "supervisor.own", sees="auditor.own", faults="complaint-answered", body={"reasons": REASONS}
    ),
    "POST /complaints/{complaint}/order": Row("supervisor.own", sees="auditor.own", faults="invalid", body=ORDER),
    "POST /complaints/{complaint}/answer": Row(
        "supervisor.own", sees="auditor.own", faults="complaint-answered", body=FINDINGS
    ),
    "POST /policy-questions": Row("supervisor auditor", others=REFUSED, body=QUESTION),
}  # fmt: skip


def rows_of(route: str) -> tuple[Row, ...]:
    """The rows of a route, mostly one."""
    found = ROWS[route]
    return found if isinstance(found, tuple) else (found,)
