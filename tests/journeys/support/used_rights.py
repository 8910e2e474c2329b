"""The rights that functions really used, as the embedded AWS noted them, beside the record in
``tests/guards``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx

from infra.build import functions
from tests.guards import rights
from tests.guards.rights import FLOWS, Right

if TYPE_CHECKING:
    from tests.journeys.support.stack import Stack

_INDEX = re.compile(r"/index/\w+$")
_seen: set[Right] = set()


def note(stack: Stack) -> None:
    """Keep what a stack's functions have used before it is gone; a test in a function's role is not
    the function.
    """
    found = httpx.get(
        f"{stack.running.gateway}/__local/rights", timeout=30, trust_env=False
    ).json()["rights"]
    sessions = {f"sunlit-embedded-{name}": name for name in functions.FUNCTIONS}
    for right in found:
        if function := sessions.get(right["session"].rpartition("/")[2]):
            _seen.add((function, right["sid"], right["action"], _named(stack, right["resource"])))


def put_on_record(is_whole: bool) -> None:
    """Add what was used in this run to the record; of a whole run nothing else stays there."""
    allowed = {(function, statement["Sid"]) for function, statement in rights.statements()}
    found = {right for right in _seen if right[:2] in allowed}
    rights.write(found if is_whole else found | rights.recorded())


def _named(stack: Stack, arn: str) -> str:
    """The logical id of what an ARN names, with an index after it."""
    if ":stateMachine:" in arn or ":execution:" in arn:
        return FLOWS
    index = _INDEX.search(arn)
    name = _INDEX.sub("", arn).split(":", 5)[-1]
    for logical, physical in stack.resources.items():
        tail = physical.rpartition("/")[2] if physical.startswith("http") else physical
        if re.search(rf"(^|[/:]){re.escape(tail)}(-\w{{6}})?$", name):
            return logical + (index[0] if index else "")
    return arn
