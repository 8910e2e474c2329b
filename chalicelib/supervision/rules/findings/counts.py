"""How often each rule has found something, and how often that was a false alarm: one row a rule.

Each finding counts once: its own row says what is done, and this one names those that were counted
last, for who broke off between the two writes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.kernel import stores
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.views import Row
from chalicelib.supervision.rules.findings.acts import Finding

PARTITION = "rules#counts"
NAMES = ("found", "in_history", "false", "taken_up")
TRIES = 8
KEPT = 100  # findings that are named: more than are ever between the two writes
Counts = Mapping[str, int]


def count(finding: Finding, what: Iterable[str]) -> None:
    """Count what an entry of a finding brought, once. Raises Unavailable when every try lost."""
    for _ in range(TRIES):
        row = stores.views().get(PARTITION, finding.rule)
        before = row.data if row else {}
        latest = {id: int(version) for id, version in before.get("latest", {}).items()}
        if latest.get(finding.id, 0) >= finding.version:
            return
        data: dict[str, Any] = {name: int(before.get(name, 0)) for name in NAMES}
        for name in what:
            data[name] += 1
        version = row.version if row else 0
        counted = Row(
            PARTITION,
            finding.rule,
            version=version + 1,
            data={**data, "latest": _latest(latest, finding)},
        )
        if stores.views().put(counted, expect=version):
            return
    raise Unavailable


def _latest(latest: Mapping[str, int], finding: Finding) -> dict[str, int]:
    """The findings that were counted last, this one at the end."""
    counted = dict(latest)
    counted.pop(finding.id, None)
    counted[finding.id] = finding.version
    kept = list(counted)[-KEPT:]
    return {id: counted[id] for id in kept}


def by_rule() -> dict[str, Counts]:
    """The counts of every rule that has found something."""
    counts: dict[str, Counts] = {}
    for row in stores.views().partition(PARTITION):
        counts[row.sk] = {name: int(row.data[name]) for name in NAMES}
    return counts
