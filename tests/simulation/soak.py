"""More schedules than ``make test`` has time for: ``python -m tests.simulation.soak <how many>
[first seed]``.

First those of the flow protocol, then as many of random people over the rules of every flow, 30
steps each.
"""

import sys
import time

from hypothesis import settings

import tests.conftest  # noqa: F401  # the environment that settings need
from tests.simulation import all_flows, schedules
from tests.simulation.successors import PUBLISHED


def main(count: int, first: int) -> None:
    """Play the schedules one after the other; a bad one ends the run with its story."""
    begun = time.perf_counter()
    for seed in range(first, first + count):
        schedules.play(seed)
        if (seed - first + 1) % 1000 == 0:
            print(
                f"{seed - first + 1} schedules of the protocol, {time.perf_counter() - begun:.0f} s",
                flush=True,
            )
    each = -(-count // len(PUBLISHED))
    for flow in PUBLISHED:
        all_flows.play(flow, first, settings(all_flows.PLAYED, max_examples=each))
        print(f"{each} schedules of {flow.name}, {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"{count} schedules of each kind from seed {first}: all sound")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
