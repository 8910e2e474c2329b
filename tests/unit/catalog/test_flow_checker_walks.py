"""What the checker finds sound is walked lawfully whichever way: decided once, issued once, nothing
out of order.
"""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.flows.checker import check_flow
from tests.support.builders.broken_flows import JOINT, LICENCE, Template
from tests.support.builders.full_flows import WHOLE

CARRIED_OUT = {"issue", "deliver", "verify", "archive"}
BEFORE = {
    "accept",
    "supplement",
    "hear",
    "hearing",
    "meeting",
    "publicity",
    "joint",
    "decide",
    "order",
}
ENDS = ("granted", "ordered", "refused", "dropped", "lapsed", "revoked", "not_accepted")
Marks = frozenset[str]  # what has happened on the way: accepted, decided, issued


def ways(step: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from [("next", step["next"])] if step["kind"] == "joint" else step["outcomes"].items()


def walked(flow: Template) -> Iterator[tuple[Marks, str, str, str]]:
    """Every way that a case can take: what happened before, the kind that it leaves, how, and the
    kind or end.
    """
    seen = set[tuple[Marks, str]]()
    pending: list[tuple[Marks, str]] = [(frozenset(), flow["start"])]
    if "tacit" in flow:
        pending.append((frozenset({"accepted", "decided"}), flow["tacit"]))
    while pending:
        marks, name = pending.pop()
        if (marks, name) in seen:
            continue
        seen.add((marks, name))
        step = flow["steps"][name]
        for outcome, target in ways(step):
            happened = {
                "accept": "accepted",
                "approve": "decided",
                "order": "decided",
                "issued": "issued",
            }.get(outcome)
            after = marks | {happened} if happened else marks
            onward = target if target.startswith("end:") else flow["steps"][target]["kind"]
            yield after, step["kind"], outcome, onward
            if target in flow["steps"]:
                pending.append((after, target))


def is_lawful(marks: Marks, left: str, outcome: str, entered: str) -> bool:
    if entered in ("end:granted", "end:ordered"):
        return "decided" in marks
    if entered in CARRIED_OUT and "decided" not in marks:
        return False
    if entered in BEFORE and "decided" in marks:
        return False
    if entered == "issue" and "issued" in marks:
        return False
    asked = {"hear": "inform", "hearing": "hearing", "meeting": "refer", "supplement": "supplement"}
    return outcome == asked.get(entered, outcome) and not (
        entered == "accept" and "accepted" in marks
    )


def test_the_whole_flows_are_walked_lawfully() -> None:
    for flow in (LICENCE, JOINT, *WHOLE):
        assert check_flow(flow) == []
        assert all(is_lawful(*way) for way in walked(flow))


@settings(max_examples=150, deadline=None)
@given(
    data=st.data(),
    flow=st.sampled_from([LICENCE, JOINT, *WHOLE]).map(copy.deepcopy),
    times=st.integers(1, 2),
)
def test_whatever_is_led_elsewhere_is_told_or_still_lawful(
    data: st.DataObject, flow: Template, times: int
) -> None:
    targets = st.sampled_from([*flow["steps"], *(f"end:{end}" for end in ENDS)])
    places = [
        (step["outcomes"], outcome)
        for step in flow["steps"].values()
        for outcome in step.get("outcomes", ())
    ]
    for _ in range(times):
        outcomes, outcome = data.draw(st.sampled_from(places))
        outcomes[outcome] = data.draw(targets)
    if not check_flow(flow):
        assert [way for way in walked(flow) if not is_lawful(*way)] == []
