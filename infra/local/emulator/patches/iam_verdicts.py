"""Each policy document is parsed once, and what every role was let do is remembered.

What the emulator lacks: it parses all policies of a role twice on every call, a fifth of its time for a small request;
and it keeps no record of the rights that are used, as CloudTrail does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ministack.core import iam_evaluator

from infra.local.emulator.patches import require

# Role session, statement, action, resource; of an object's address only the bucket.
Right = tuple[str, str, str, str]
_OBJECT = re.compile(r"(arn:aws:s3:::[^/]+)/.*", re.DOTALL)
_used: set[Right] = set()


def apply() -> None:
    """Remembers parsed documents by their text; statements are only ever read."""
    require(iam_evaluator, "parse_policy_document", "evaluate", "enforce")
    parse, evaluate = iam_evaluator.parse_policy_document, iam_evaluator.evaluate
    remembered = lru_cache(maxsize=1024)(parse)

    def parse_once(document: Any) -> Any:
        return remembered(document) if isinstance(document, str) else parse(document)

    def evaluate_and_note(asked: Any, *policies: Any) -> Any:
        result = evaluate(asked, *policies)
        if result.decision == "Allow" and result.matched_sid:
            resource = _OBJECT.sub(r"\1", asked.resource_arn)
            _used.add((asked.principal_arn, result.matched_sid, asked.action, resource))
        return result

    iam_evaluator.parse_policy_document = parse_once
    iam_evaluator.evaluate = evaluate_and_note


def used() -> list[dict[str, str]]:
    """The rights that were used since the start: {session, sid, action, resource}."""
    return [dict(zip(("session", "sid", "action", "resource"), right, strict=True)) for right in sorted(_used)]
