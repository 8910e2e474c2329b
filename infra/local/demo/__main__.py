"""``make demo``: six cases walk through the public API of a throwaway city, to their end."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time

from infra.local.city import sample
from infra.local.client import City, UnexpectedAnswerError
from infra.local.demo import fined_case, first_case, other_cases, silent_case
from infra.local.demo.show import DIM, Show
from infra.local.demo.walk import Walk
from infra.local.emulator.embedded import EmbeddedError, start

INTERRUPTED = 130  # as a shell says it


def main() -> int:
    """0 when every answer was as promised, 1 at the first that was not; nothing is left running."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(INTERRUPTED))
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell's background job starts with it ignored
    show, begun = Show(), time.monotonic()
    state = tempfile.mkdtemp(prefix="sunlit-demo-")
    try:
        done = _walk(show, state, begun)
    except (EmbeddedError, UnexpectedAnswerError) as error:
        show.end(str(error), is_well=False)
        return 1
    except KeyboardInterrupt:
        show.end("Stopped; nothing is left running.", is_well=False)
        return INTERRUPTED
    finally:
        shutil.rmtree(state, ignore_errors=True)
    show.end(f"{done}; {time.monotonic() - begun:.1f} s in all", is_well=True)
    return 0


def _walk(show: Show, state: str, begun: float) -> str:
    """Walks through a city of its own, so that the one of ``make run`` is not touched."""
    show.line("Starting an embedded AWS, deploying Sunlit and loading the sample city ...")
    with start(state, persist=False) as running:
        sample.make_ready(running)
        took = f"ready after {time.monotonic() - begun:.1f} s"
        show.line(
            f"明杭市 Minghang, a fictional city, is {took}  {show.paint(running.gateway, DIM)}"
        )
        city = City(running.gateway)
        try:
            walk = Walk(city, show)
            first_case.run(walk)
            other_cases.run(walk)
            fined_case.run(walk)
            silent_case.run(walk, running.client("cloudwatch"))
            return f"6 cases, {city.requests} requests, every answer as its schema promises"
        finally:
            city.close()


if __name__ == "__main__":
    sys.exit(main())
