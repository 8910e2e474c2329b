"""``make bench``: every number of what Sunlit costs, as JSON lines.

``python -m tests.bench [group ...]`` prints those of some groups.

Groups: ``counts`` (calls, transitions, units, dollars), ``load``, ``catalogue`` (every item's
transitions, search), ``cpu`` (intake and cold start), ``emulator`` (CPU of the embedded AWS per
call), ``growth`` (pages, lists and sweeps among little and among much), ``messages`` (telling
somebody, in process), ``demo``. With
``--base REV`` that revision is measured in turn, and stands beside. Exits 1 when a number could
not be measured; nothing is left running.
"""

import argparse
import os
import signal
import sys
import time
from typing import Any

from tests.bench import groups
from tests.bench.report import BenchError, emit, say

LIMIT_SECONDS, LIMIT_SECONDS_WITH_BASE = 900, 2400


def main() -> int:
    """Run the groups one after the other; what fails in one does not keep the others from
    running.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help=", ".join(groups.ALL))
    parser.add_argument("--base", metavar="REV", help="a git revision to measure in turn")
    chosen = parser.parse_args()
    wanted = chosen.groups or list(groups.ALL)
    if unknown := set(wanted) - set(groups.ALL):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LIMIT_SECONDS_WITH_BASE if chosen.base else LIMIT_SECONDS)
    started = time.monotonic()
    emit("machine", f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    failures = groups.run_beside(chosen.base, wanted) if chosen.base else groups.run(wanted)
    say(f"{time.monotonic() - started:.0f} s; {failures} groups failed")
    return 1 if failures else 0


def _too_long(*_: Any) -> None:
    raise BenchError("the bench took more than its time")


if __name__ == "__main__":
    sys.exit(main())
