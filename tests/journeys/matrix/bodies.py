"""What the rows of the matrix send: valid under the route's schema, and leading to nothing."""

from __future__ import annotations

REASONS = ["by the matrix"]
PRESENT = {
    "present": {"name": "陈婷", "document": {"type": "id_card", "number": "110105199003070028"}},
    "identity_check": {"method": "visual"},
    "consent": {"given": True, "version": 1},
}
NEW_VERSION = {"document": {"id": "matrix-item", "authority": "URB"}}
CHANGE = {"kind": "appointment", "data": {"person": "o-matrix-late", "post": "no-such-post"}}
NO_SUCH_OUTCOME = {"outcome": "dance"}
TO_NOBODY = {"to": "o-nobody", "reasons": REASONS}
NOBODY_OF_OURS = {"person": "o-nobody", "reasons": REASONS}
YESTERDAY = {"on": "2020-01-01", "invited": ["urb-head"]}
FILE = {"content_type": "application/pdf", "size": 10, "sha256": "0" * 64}
OVER = {"grantee": "p-chen-jie", "items": ["shop-sign"], "until": "2020-01-01T00:00:00+08:00"}
BATCH = {"tasks": [{"task": "{task}", **NO_SUCH_OUTCOME}]}
MATERIALS = [{"code": "premises-proof", "upload_id": "a" * 26, "sha256": "0" * 64}]
FILING = {
    "item": "no-such-item",
    "form": {"a": 1},
    "contact": {"phone": "14000009999"},
    "materials": MATERIALS,
}
OPENING = {"item": "street-penalty", "concerned": {"name": "陈婷"}, "form": {"a": 1}}
MINOR = {
    "name": "陈乐",
    "document": {"type": "id_card", "number": "110105201903070022"},
    "born_on": "2019-03-07",
}
EVIDENCE = [{"code": "birth-certificate", "upload_id": "a" * 26, "sha256": "0" * 64}]
GUARDIANSHIP = {
    **{name: PRESENT[name] for name in ("identity_check", "consent")},
    "guardian": {"name": "陈婷", "person": "p-chen-jie"}, "minor": MINOR, "evidence": EVIDENCE,
}  # fmt: skip
SETTINGS = {
    "mail": False,
    "sms": False,
    "language": "zh-CN",
    "quiet_hours": {"from": "22:00", "until": "08:00"},
    "quiet_mail": False,
    "digest_at": None,
}
NOTICE = {
    "order": "a" * 26,
    "number": "{number}",
    "event": "paid",
    "amount_fen": 1,
    "signature": "0" * 64,
}
QUESTION = {
    "person": "o-wang-fang",
    "action": "view_task",
    "resource": {"case": "{number}", "step": "accept"},
}
# An office that there is not.
COMPLAINT = {"kind": "complaint", "department": "NOBODY", "text": "by the matrix"}
FINDINGS = {"findings": "upheld", "reasons": REASONS}
# An office without a head, whom nobody could ask.
ORDER = {"department": "NRP", "text": "by the matrix"}
ANSWER = {"way": "explained", "text": "by the matrix", "summary": "by the matrix"}
RULING = {"ruling": "settled", "reasons": REASONS, "summary": "by the matrix"}
