"""Rules that watch certificates and reads: a hit, a near miss and a false alarm of each."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.casework.acts import Case
from chalicelib.casework.acts.values import Record
from chalicelib.supervision.rules import documents
from chalicelib.supervision.rules.watched import Read, Registered
from tests.support.builders.case_walks import finish, led
from tests.support.builders.cases import MONDAY
from tests.support.builders.watched import found_in

HIT, NEAR_MISS, FALSE_ALARM = "hit", "near miss", "false alarm"


def certificate(case: Case | None) -> Registered:
    return Registered("URB-2026-W-000001-1", "URB-2026-W-000001", MONDAY, case)


def refused() -> Case:
    desk = led("licence", "accept", "review")
    finish(desk, "approve", "refuse")
    return desk.case


def read(purpose: str, cases: int = 1, **record: Any) -> Read:
    case = replace(led("licence", "accept").case, record=Record(**record))
    return Read(case, "mark", MONDAY, purpose, "urb-head", "reader-day", cases)


APPEALED = {"links": ({"relation": "appeal", "number": "GOV-2026-W-000001"},)}
RENEWED = {"links": ({"relation": "renewal", "number": "URB-2026-W-000002"},)}
CORRECTED = {"corrections": ({"entry": 1, "at": MONDAY + timedelta(days=2)},)}
BEFORE = {"corrections": ({"entry": 1, "at": MONDAY - timedelta(days=2)},)}
CASES = [
    ("certificate-without-case", HIT, "no such case", lambda: certificate(None)),
    ("certificate-without-case", HIT, "it was refused", lambda: certificate(refused())),
    ("certificate-without-case", HIT, "nothing is decided", lambda: certificate(led("licence", "accept").case)),
    ("certificate-without-case", NEAR_MISS, "granted, not issued yet", lambda: certificate(led("licence", "accept", "review", "approve").case)),
    ("certificate-without-case", FALSE_ALARM, "revoked since", lambda: certificate(replace(led("licence", "accept", "review", "approve").case, status="revoked"))),
    ("read-without-need", HIT, "nobody has appealed", lambda: read("appeal")),
    ("read-without-need", HIT, "renewed, not appealed", lambda: read("appeal", **RENEWED)),
    ("read-without-need", HIT, "corrected before it was read", lambda: read("correction", **BEFORE)),
    ("read-without-need", NEAR_MISS, "corrected two days later", lambda: read("correction", **CORRECTED)),
    ("read-without-need", FALSE_ALARM, "an appeal is on record", lambda: read("appeal", **APPEALED)),
    ("read-without-need", FALSE_ALARM, "an inquiry needs no more than that", lambda: read("inquiry")),
    ("read-in-bulk", HIT, "twenty on a day", lambda: read("inquiry", 20)),
    ("read-in-bulk", NEAR_MISS, "nineteen", lambda: read("inquiry", 19)),
    ("read-in-bulk", FALSE_ALARM, "one, as everybody does", lambda: read("inquiry")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "kind", "what", "made"), CASES, ids=[f"{rule}: {what}" for rule, _, what, _ in CASES]
)
def test_a_rule_finds_what_it_says_and_nothing_else(
    rule: str, kind: str, what: str, made: Any
) -> None:
    hit = found_in(rule, made())
    assert (hit is not None) == (kind == HIT)
    if hit:
        assert hit.key, "it is about no entries of one case"


def test_every_such_rule_has_all_three() -> None:
    told = {(rule, kind) for rule, kind, _, _ in CASES}
    rules = [rule.id for rule in documents.published().values() if rule.watches != documents.CASE]
    assert told == {(rule, kind) for rule in rules for kind in (HIT, NEAR_MISS, FALSE_ALARM)}
