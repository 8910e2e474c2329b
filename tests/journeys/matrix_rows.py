"""Who may do what on every route, written by hand: one row each, read by ``test_matrix``.

Actors are named ``role.relation``. The relation is to a case of URB, or to what belongs to URB: ``own`` (the officer's
own task, the applicant's own case; for an office that there is once in the city, that one), ``same`` (another post of
URB), ``other`` (DPF), ``district`` (SHQ). A row says who is allowed and who may see the thing but not do this to it
(403); everybody else gets 404 where the thing is nobody's business, 403 where everybody knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ALLOWED, SIGN_IN, REFUSED, HIDDEN = "allowed", "sign in", "refused", "hidden"
EVERYBODY, OFFICERS = "everybody", "officers"


@dataclass(frozen=True)
class Row:
    """``allowed`` and ``sees``: names of actors, a role alone for all its relations; what the ``others`` get.

    A thing that there is not is hidden from all in office, or from those ``told`` alone, where others may not even
    ask; with ``empty`` there is nothing of the kind, so that the allowed get 404. With ``in_progress`` the case is one
    that is still at its review, else one that has ended. Bodies and queries have ``{task}`` and the like filled in;
    they are valid, and lead to nothing.
    """

    allowed: str = ""
    sees: str = ""
    others: str = HIDDEN
    told: str = ""
    empty: bool = False
    in_progress: bool = False
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)

    def says(self, name: str, in_office: bool, absent: bool) -> str:
        """What somebody named so gets about the thing."""
        if absent:
            return HIDDEN if not self.told or _names(self.told, name, in_office) else REFUSED
        if _names(self.allowed, name, in_office):
            return HIDDEN if self.empty else ALLOWED
        return REFUSED if _names(self.sees, name, in_office) else self.others


def _names(told: str, name: str, in_office: bool) -> bool:
    """Machines are allowed nothing unless they are named."""
    words, role = told.split(), name.partition(".")[0]
    if name in words or role in words:
        return True
    return role != "machine" and (EVERYBODY in words or (in_office and OFFICERS in words))


REASONS = ["by the matrix"]
OPEN = Row(EVERYBODY)  # public: nobody is asked who they are
OWN_MATTER = Row(EVERYBODY, others=REFUSED)
OF_THE_APPLICANT = Row("applicant.own")
AT_THE_TASK = "window.own reviewer.own approver.own"
ON_THE_CASE = "window.own reviewer.own head.own machine.own"
HEADS = "head.own head.same"
AUTHORS, PUBLISHERS = "catalogue-author.own catalogue-author.same", "catalogue-publisher.own catalogue-publisher.same"
ADMINISTRATORS = "administrator"
TAKING_AWAY = Row("administrator security head.own head.same", others=REFUSED, told="administrator security")
PRESENT = {
    "present": {"name": "陈婷", "document": {"type": "id_card", "number": "110105199003070028"}},
    "identity_check": {"method": "visual"},
    "consent": {"given": True, "version": 1},
}
NEW_VERSION = {"document": {"id": "matrix-item", "authority": "URB"}}
CHANGE = {"kind": "appointment", "data": {"person": "o-matrix-late", "post": "no-such-post"}}
NO_SUCH_OUTCOME = {"outcome": "dance"}
TO_NOBODY = {"to": "o-nobody", "reasons": REASONS}
YESTERDAY = {"on": "2020-01-01", "invited": ["urb-head"]}
FILE = {"content_type": "application/pdf", "size": 10, "sha256": "0" * 64}
OF_NO_ITEM = {"grantee": "p-chen-jie", "items": ["no-such-item"], "until": "2036-01-01T00:00:00+08:00"}
BATCH = {"tasks": [{"task": "{task}", **NO_SUCH_OUTCOME}]}
MATERIALS = [{"code": "premises-proof", "upload_id": "a" * 26, "sha256": "0" * 64}]
FILING = {"item": "no-such-item", "form": {"a": 1}, "contact": {"phone": "14000009999"}, "materials": MATERIALS}
OPENING = {"item": "street-penalty", "concerned": {"name": "陈婷"}, "form": {"a": 1}}
MINOR = {"name": "陈乐", "document": {"type": "id_card", "number": "110105201903070022"}, "born_on": "2019-03-07"}
EVIDENCE = [{"code": "birth-certificate", "upload_id": "a" * 26, "sha256": "0" * 64}]
GUARDIANSHIP = {
    **{name: PRESENT[name] for name in ("identity_check", "consent")},
    "guardian": {"name": "陈婷", "person": "p-chen-jie"}, "minor": MINOR, "evidence": EVIDENCE,
}  # fmt: skip
ROWS: dict[str, Row] = {
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
    "GET /record/{number}/redaction": Row(EVERYBODY, empty=True),
    "GET /.well-known/jwt-vc-issuer": OPEN,
    "GET /certificates/keys": OPEN,
    "GET /certificates/status-lists/{list}": OPEN,
    "GET /certificates/{certificate}/status": OPEN,
    "GET /check/{certificate}": OPEN,
    "POST /cases/{number}/follow": Row(EVERYBODY, body={"tracking_code": "{tracking}", "phone_last4": "{last4}"}),
    "POST /payments/notices": Row(EVERYBODY, body={}),
    # ---- one's own matters
    "GET /me": Row(f"{EVERYBODY} machine"),
    "GET /me/access-log": OWN_MATTER,
    "GET /messages": OWN_MATTER,
    "GET /cases": OWN_MATTER,
    "POST /uploads": Row(EVERYBODY, others=REFUSED, body=FILE),
    "POST /applications": Row(EVERYBODY, others=REFUSED, body=FILING),
    "GET /mandates": OWN_MATTER,
    "POST /mandates": Row(EVERYBODY, others=REFUSED, body=OF_NO_ITEM),
    "POST /mandates/{mandate}/acceptance": Row("", sees="applicant.own"),
    "POST /mandates/{mandate}/limit": Row("applicant.own", body={"acts": ["file"]}),
    "POST /mandates/{mandate}/end": Row("applicant.own", body={}),
    "GET /cases/{number}": Row("applicant.own", sees=f"{AT_THE_TASK} {HEADS} supervisor machine.own"),
    "GET /cases/{number}/materials/{code}": Row("applicant.own", sees=f"{AT_THE_TASK} {HEADS} supervisor machine.own"),
    "POST /cases/{number}/supplements": Row("applicant.own", body={"form": {"a": 1}}),
    "POST /cases/{number}/withdrawal": Row("applicant.own", body={}),
    "POST /cases/{number}/payment": OF_THE_APPLICANT,
    "POST /cases/{number}/collection": OF_THE_APPLICANT,
    "POST /cases/{number}/statements": Row("applicant.own", body={"text": "Nothing to add."}),
    "POST /cases/{number}/objections": Row(EVERYBODY, body={"text": "I object."}),
    "GET /certificates/{certificate}": OF_THE_APPLICANT,
    "GET /certificates/{certificate}/pdf": OF_THE_APPLICANT,
    # ---- tasks
    "GET /tasks": Row(f"window.own {HEADS} machine.own", query={"post": "urb-window"}),
    "GET /tasks/counts": Row(f"window.own {HEADS} machine.own", query={"post": "urb-window"}),
    "GET /tasks/{task}": Row(f"{AT_THE_TASK} machine.own", sees=HEADS),
    "POST /tasks/{task}/claim": Row(f"{AT_THE_TASK} machine.own", sees=HEADS),
    "POST /tasks/{task}/release": Row(f"{AT_THE_TASK} machine.own", sees=HEADS),
    "POST /tasks/{task}/complete": Row(f"{AT_THE_TASK} machine.own", sees=HEADS, body=NO_SUCH_OUTCOME),
    "POST /tasks/{task}/milestones": Row(f"{AT_THE_TASK} machine.own", sees=HEADS, body={"title": "Site visited"}),
    "POST /tasks/{task}/handover": Row(AT_THE_TASK, sees=f"{HEADS} machine.own", body=TO_NOBODY),
    "POST /tasks/{task}/assignment": Row(HEADS, sees=f"{AT_THE_TASK} machine.own", body=TO_NOBODY),
    "POST /tasks/{task}/meeting": Row(AT_THE_TASK, sees=f"{HEADS} machine.own", body=YESTERDAY),
    "POST /task-batches": Row(f"{OFFICERS} machine", body=BATCH),
    # ---- office acts on a case
    "POST /cases/{number}/procedures": Row(
        "reviewer.own", sees="window.own head.own machine.own", in_progress=True,
        body={"kind": "tender", "days": 5, "ground": "by the matrix"},
    ),
    "POST /cases/{number}/procedures/{procedure}/end": Row(
        "reviewer.own", sees="window.own head.own machine.own", in_progress=True, body={"report": "Done."}
    ),
    "POST /cases/{number}/extension": Row(
        "reviewer.own", sees="window.own head.own machine.own", in_progress=True, body={"days": 99, "reasons": REASONS}
    ),
    "POST /cases/{number}/extension/answer": Row(
        "head.own", sees="window.own reviewer.own machine.own", in_progress=True,
        body={"grant": True, "reasons": REASONS},
    ),
    "POST /cases/{number}/corrections": Row(
        "head.own", sees="window.own reviewer.own machine.own", in_progress=True,
        body={"entry": 999, "text": "Corrected.", "reasons": REASONS},
    ),
    "POST /cases/{number}/revocation": Row(
        "head.own", sees="window.own reviewer.own machine.own", in_progress=True, body={"reasons": REASONS}
    ),
    "POST /cases/{number}/refund": Row(
        "head.own", sees="window.own reviewer.own machine.own", in_progress=True, body={"reasons": REASONS}
    ),
    "POST /cases/{number}/move": Row(
        ADMINISTRATORS, sees=ON_THE_CASE, in_progress=True, body={"version": 99, "reasons": REASONS}
    ),
    "POST /cases/{number}/move/approval": Row(
        "head.own", sees="window.own reviewer.own machine.own", in_progress=True, body={"version": 99}
    ),
    "POST /ex-officio-cases": Row("", others=REFUSED, body=OPENING),
    # ---- windows
    "POST /window-applications": Row("window.own", others=REFUSED, body={**PRESENT, **FILING, "item": "shop-sign"}),
    "POST /cases/{number}/window-supplements": Row("window.own", others=REFUSED, body={**PRESENT, "form": {"a": 1}}),
    "POST /cases/{number}/window-view": Row("window.own", others=REFUSED, body=PRESENT),
    "POST /cases/{number}/window-collection": Row("window.own", others=REFUSED, body=PRESENT),
    "POST /guardianships": Row("window", others=REFUSED, body=GUARDIANSHIP),
    # ---- the catalogue
    "GET /item-drafts": Row("catalogue-author catalogue-publisher", others=REFUSED),
    "POST /item-drafts": Row(AUTHORS, others=REFUSED, body=NEW_VERSION),
    "GET /item-drafts/{draft}": Row(f"{AUTHORS} {PUBLISHERS}"),
    "POST /item-drafts/{draft}/revision": Row(AUTHORS, sees=PUBLISHERS, body=NEW_VERSION),
    "POST /item-drafts/{draft}/submission": Row(AUTHORS, sees=PUBLISHERS),
    "POST /item-drafts/{draft}/withdrawal": Row(AUTHORS, sees=PUBLISHERS, body={}),
    "POST /item-drafts/{draft}/review": Row(PUBLISHERS, sees=AUTHORS, body={"outcome": "approve"}),
    "POST /item-drafts/{draft}/publication": Row(PUBLISHERS, sees=AUTHORS, body={}),
    "POST /items/{item}/retirement": Row(
        f"{AUTHORS} {PUBLISHERS}", others=REFUSED, body={"from": "2020-01-01", "reasons": REASONS}
    ),
    "POST /items/{item}/retirement/confirmation": Row(PUBLISHERS, others=REFUSED),
    # ---- registers
    "GET /register-changes": Row("administrator head", others=REFUSED),
    "POST /register-changes": Row(ADMINISTRATORS, others=REFUSED, body=CHANGE),
    "GET /register-changes/{change}": Row(f"{ADMINISTRATORS} {HEADS}"),
    "POST /register-changes/{change}/approval": Row(
        f"administrator.same administrator.other administrator.district {HEADS}", sees="administrator.own"
    ),
    "POST /register-changes/{change}/rejection": Row(f"{ADMINISTRATORS} {HEADS}", body={"reasons": REASONS}),
    "POST /appointments/{appointment}/end": TAKING_AWAY,
    "POST /delegations/{delegation}/end": TAKING_AWAY,
    "POST /absences/{absence}/end": TAKING_AWAY,
    "GET /posts/{post}/appointments": Row(OFFICERS, others=REFUSED, told=OFFICERS),
    "GET /posts/{post}/webhook": Row(f"{ADMINISTRATORS} {HEADS}", others=REFUSED),
    "POST /posts/{post}/webhook": Row(ADMINISTRATORS, others=REFUSED, body={"url": "https://127.0.0.1/hook"}),
    "POST /posts/{post}/webhook/end": Row(f"{ADMINISTRATORS} {HEADS}", others=REFUSED, empty=True),
    "POST /policy-questions": Row(
        "supervisor auditor", others=REFUSED,
        body={"person": "o-wang-fang", "action": "view_task", "resource": {"case": "{number}", "step": "accept"}},
    ),
}  # fmt: skip
