"""Every sample flow, played by random people in random order over the real rules: 500 schedules of
30 steps.
"""

from zlib import crc32

import pytest
from hypothesis import Phase, settings

from chalicelib.catalog.flows import Flow
from tests.simulation.all_flows import PLAYED, play
from tests.simulation.successors import PUBLISHED
from tests.simulation.wrong_rules import FOUND_IN, WrongRule

SCHEDULES = 500
ENOUGH = 400  # schedules within which a wrong rule must be found out; most take a handful


@pytest.mark.parametrize("flow", PUBLISHED, ids=lambda flow: flow.name)
def test_a_flow_holds_whoever_acts_in_whatever_order(flow: Flow) -> None:
    each = -(-SCHEDULES // len(PUBLISHED))
    play(flow, crc32(flow.name.encode()), settings(PLAYED, max_examples=each))


@pytest.mark.parametrize(
    ("wrong", "name"), FOUND_IN.items(), ids=lambda it: getattr(it, "__name__", "")
)
def test_a_wrong_rule_is_found_out(wrong: WrongRule, name: str) -> None:
    flow = next(flow for flow in PUBLISHED if flow.name == name)
    with pytest.raises(AssertionError):
        play(flow, 1, settings(PLAYED, max_examples=ENOUGH, phases=[Phase.generate]), wrong)
