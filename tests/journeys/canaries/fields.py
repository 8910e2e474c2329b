"""Canary values: one of its own for every personal field of every request, and who may be shown it.

``FIELDS`` is written by hand, a row a field, and a guard demands one for each field that not
everybody may see. The values are planted by ``planting`` before the journeys run; ``searching``
looks for them in all that was left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.kernel import schemas

# Who may be shown a value. ``own``: the party whose case it is; ``told``: who was told of it;
# ``agent``: who acts for the party; ``office``: who handles the case, heads or supervises;
# ``sides``: party and grantee of a mandate; ``authors`` and ``administrators``: of the catalogue
# and the registers; ``handler`` and ``reviewer``: the one who handles a complaint, and who decides the
# appeal.
OWN, TOLD, AGENT, OFFICE, SIDES, AUTHORS, ADMINISTRATORS, HANDLER, REVIEWER = (
    "own", "told", "agent", "office", "sides", "authors", "administrators", "handler", "reviewer",
)  # fmt: skip
PARTIES = f"{OWN} {TOLD} {AGENT} {OFFICE}"
SEALED = f"{OWN} {HANDLER} {REVIEWER}"
PRIVATE = f"{OWN} {AGENT} {OFFICE}"
NOBODY = ""
ACCOUNT = "the name in a token"  # of those who file, act, object and are told

# Every personal field by schema and pointer -> who may be shown it. ``*`` stands for each element
# of a list.
FIELDS: dict[str, str] = {
    "application/form": PRIVATE,
    "application/contact/phone": PRIVATE,
    "application/contact/email": PRIVATE,
    "application/materials/*/file_name": PRIVATE,
    "supplement/form": PRIVATE,
    "supplement/materials/*/file_name": PRIVATE,
    "withdrawal/reason": OFFICE,
    "statement/text": OFFICE,
    "objection/text": OFFICE,
    "ex_officio_case/form": PRIVATE,
    "ex_officio_case/concerned/name": PRIVATE,
    "ex_officio_case/concerned/contact/phone": PRIVATE,
    "ex_officio_case/concerned/contact/email": PRIVATE,
    "ex_officio_case/materials/*/file_name": PRIVATE,
    "window_application/form": PRIVATE,
    "window_application/contact/phone": PRIVATE,
    "window_application/contact/email": PRIVATE,
    "window_application/materials/*/file_name": PRIVATE,
    "window_application/present/name": PRIVATE,
    "window_application/present/document/number": NOBODY,
    "window_supplement/materials/*/file_name": PRIVATE,
    "window_supplement/form": PRIVATE,
    "guardianship/guardian/name": NOBODY,
    "guardianship/minor/name": f"{SIDES} {OFFICE}",
    "guardianship/minor/document/number": NOBODY,
    "guardianship/evidence/*/file_name": NOBODY,
    "mandate_end/reason": NOBODY,
    "task_completion/defects/*/problem": PRIVATE,
    "task_completion/defects/*/subject": PRIVATE,
    "task_completion/reasons/*": PARTIES,
    "task_completion/note": OFFICE,
    "task_completion/minutes": OFFICE,
    "task_completion/measure": PARTIES,
    "task_completion/tracking": PRIVATE,
    "task_completion/parties/*/relation": OFFICE,
    "task_batch/tasks/*/note": OFFICE,
    "task_batch/tasks/*/reasons/*": PARTIES,
    "milestone/title": OFFICE,
    "assignment/reasons/*": NOBODY,
    "procedure/ground": PARTIES,
    "procedure/evidence": NOBODY,
    "procedure_end/report": PARTIES,
    "extension/reasons/*": OFFICE,
    "extension_answer/reasons/*": PARTIES,
    "correction/text": PARTIES,
    "correction/reasons/*": PARTIES,
    "recusal/reasons/*": OFFICE,
    "supervision_order/text": OFFICE,
    "matter_answer/text": OFFICE,
    "matter_ruling/reasons/*": OFFICE,
    "finding_false/reasons/*": OFFICE,
    "finding_matter/text": OFFICE,
    "rule_change/reasons/*": NOBODY,
    "rule_change_rejection/reasons/*": NOBODY,
    "complaint_filing/text": SEALED,
    "complaint_filing/contact/phone": SEALED,
    "complaint_filing/contact/email": SEALED,
    "complaint_appeal/text": SEALED,
    "complaint_reasons/reasons/*": f"{OWN} {OFFICE}",
    "complaint_answer/reasons/*": f"{OWN} {OFFICE}",
    "complaint_order/text": OFFICE,
    "nameless_complaint/text": HANDLER,
    "nameless_complaint/contact/phone": HANDLER,
    "nameless_complaint/contact/email": HANDLER,
    "correction/name": PRIVATE,
    "reasoned/reasons/*": PARTIES,
    "item_draft/note": AUTHORS,
    "item_review/reasons/*": AUTHORS,
    "register_change/data/name": ADMINISTRATORS,
    "register_change/data/mail": ADMINISTRATORS,
}

# Fields that are not shown to everybody and hold nothing that a person wrote or is: why no canary
# is planted in them.
_AS = {
    "codes, choices, amounts and days of a closed kind": r"""
        .*/(code|method|given|version|type|outcome|opinion|way|resolution|kind|days|entry|grant|amount_fen|event
        |hearing|anonymous|on_promise|size|content_type|from|until|at|on|born_on|filing_date|acts/\*|items/\*|attendees/\*
        |invited/\*|step|purpose|country)""",
    "ids of things, which name nobody": r"""
        (?!.*/present/document/|.*/minor/).*/(upload_id|sha256|order|number|signature|task|case|post|id|authority|action
        |change|draft)""",
    "ids of accounts and parties: searched as the ids of the planted people": r"""
        .*/(person|to|grantee|party|on_behalf_of)""",
    "the second half of following a case: the code is searched as it was given out": r"follow/.*",
    "the same of a complaint": r"complaint_(follow|appeal)/tracking_code",
    "the same shape as at the window's filing, which is planted": r"""
        (window_attendance|window_supplement)/present/(name|document/number)""",
    "the same, at one task": r"""
        task_batch/tasks/\*/(defects/\*/(problem|subject)|minutes|measure|tracking|parties/\*/relation)""",
    "the form's own fields, planted at filing": r"correction/form",
    "answers that a forecast reads and keeps nowhere": r"whatif/answers",
    "no case walks a version that was found defective any more: unit tests move them": r"move/reasons/\*",
    "published with the item's acts": r"item_retirement/reasons/\*",
    "an address of a department's system, no person's": r"webhook/url",
    "names of posts and items, which are public": r"policy_question/resource/(window|item)",
    "a register's own facts; the person's in them are planted": r"register_change/data",
}
NOT_PLANTED: dict[str, re.Pattern[str]] = {
    reason: re.compile(told, re.VERBOSE) for reason, told in _AS.items()
}


@dataclass(frozen=True)
class Canary:
    """A value, the field in which it was planted, and who may be shown it, of which case."""

    value: str
    field: str
    seen_by: frozenset[str]
    case: str = ""


def reason_not_planted(field: str) -> str:
    """Why a field has no row of its own; empty where it wants one."""
    return next((reason for reason, pattern in NOT_PLANTED.items() if pattern.fullmatch(field)), "")


def personal_fields(name: str) -> Iterator[str]:
    """Pointers of a schema's fields that not everybody may see."""
    schema = schemas.load(name)
    yield from (f"{name}{at}" for at in _leaves(schema, schema["x-visibility"], schema, ""))


def _leaves(
    node: Mapping[str, Any], inherited: str, home: Mapping[str, Any], at: str
) -> Iterator[str]:
    visibility = node.get("x-visibility", inherited)
    if "$ref" in node:
        target, home = schemas.resolved(node["$ref"], home)
        yield from _leaves({"x-visibility": visibility, **target}, visibility, home, at)
        return
    below = [
        (part, at)
        for word in ("anyOf", "oneOf", "allOf")
        for part in node.get(word, ())
        if _is_object(part)
    ]
    below += [(part, f"{at}/{name}") for name, part in node.get("properties", {}).items()]
    below += [(node["items"], f"{at}/*")] if "items" in node else []
    for part, place in below:
        yield from _leaves(part, visibility, home, place)
    if not below and visibility != "public":
        yield at


def _is_object(part: Mapping[str, Any]) -> bool:
    return bool({"properties", "$ref", "items"} & part.keys())
