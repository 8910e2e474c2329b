"""Which journeys share a city, and in which order: each file belongs to one city.

A city takes half a minute of processor time to deploy and load, so those that only move its clock
share one, and those that break it share another. Within a city the order matters: whoever asks
whether an alarm has rung comes before whoever rings it, whoever counts from one comes first.
"""

from __future__ import annotations

PLANTED = "the planted city"  # all files that are not named here
BROKEN = "a city that is broken"
MOVED = "a city whose clock is moved"
NONE = "no city, or one for a single test"

ORDER = {
    "abuse/test_many_cases_at_once.py": BROKEN,  # register numbers from 1, and no troubles
    "abuse/test_any_requests.py": BROKEN,  # strange filings and proposals stay
    "abuse/test_faults.py": BROKEN,
    "abuse/test_floods_and_keys.py": BROKEN,  # the last: limits and keys stay changed
    "lifecycle/test_deadlines.py": MOVED,  # the first red warning, the first case of a year
    "lifecycle/test_supervision.py": MOVED,
    "lifecycle/test_statistics.py": MOVED,
    "lifecycle/test_complaints.py": MOVED,
    "lifecycle/test_retention.py": MOVED,
    "lifecycle/test_messages.py": MOVED,
    "lifecycle/test_every_item.py": MOVED,
    "lifecycle/test_flow_language.py": MOVED,
    "lifecycle/test_what_if.py": MOVED,
    "abuse/test_system_messages.py": MOVED,
    "lifecycle/test_days_off.py": MOVED,
    "lifecycle/test_item_publishing.py": MOVED,  # items stay changed and retired
    "lifecycle/test_ended_parties.py": MOVED,  # after all: one of the sample people is dead then
    "lifecycle/test_demo.py": NONE,
    "lifecycle/test_half_year.py": NONE,
}
LAST = "canaries/test_canaries.py"  # it looks through what all others have left


def city_of(file: str) -> str:
    """The city of a file below ``tests/journeys``."""
    return ORDER.get(file, PLANTED)


def gives(file: str, planted: bool, own: bool) -> bool:
    """Whether a test of the file may ask for the planted city, or for one beside it."""
    city = city_of(file)
    return (city == PLANTED or not planted) and (city in (MOVED, BROKEN) or not own)


def position(file: str) -> int:
    """Where a file stands among all; "" is any other test.

    The planted city takes longest, so it begins first, with the search at its end.
    """
    order = [LAST, *ORDER, ""]
    return order.index(file) if file in order else -1
