"""More schedules of the protocol than ``make test`` has time for: ``python -m tests.soak <how many> [first seed]``."""

import sys
import time

import tests.conftest  # noqa: F401  # the environment that settings need
from tests.unit.simulation.schedules import play


def main(count: int, first: int) -> None:
    """Play the schedules one after the other; a bad one ends the run with its story."""
    begun = time.perf_counter()
    for seed in range(first, first + count):
        play(seed)
        if (seed - first + 1) % 1000 == 0:
            print(f"{seed - first + 1} schedules, {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"{count} schedules from seed {first}: all sound")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
