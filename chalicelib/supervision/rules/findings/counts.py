"""How often each rule has found something, and how often that was a false alarm: one row a rule.

Each finding counts once. The row names what it has counted and the finding's own row does not show
yet: whoever breaks off between the two writes finds it there.
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
Counts = Mapping[str, int]


def count(finding: Finding, what: Iterable[str]) -> None:
    """Count what an entry of a finding brought, once. Raises Unavailable when every try lost."""
    for _ in range(TRIES):
        row = stores.views().get(PARTITION, finding.rule)
        before = row.data if row else {}
        pending = dict(before.get("pending", {}))
        if int(pending.get(finding.id, 0)) >= finding.version or _is_shown(finding):
            return
        data = {name: int(before.get(name, 0)) for name in NAMES}
        for name in what:
            data[name] += 1
        pending[finding.id] = finding.version
        version = row.version if row else 0
        counted = Row(
            PARTITION,
            finding.rule,
            version=version + 1,
            data={**data, "pending": _left(pending, finding.id)},
        )
        if stores.views().put(counted, expect=version):
            return
    raise Unavailable


def _is_shown(finding: Finding) -> bool:
    """Whether somebody else has counted it and gone on. Looked at after the counts were read: what
    is not among them any more is shown.
    """
    row = stores.views().get(f"finding#{finding.id}", "finding")
    return row is not None and row.version >= finding.version


def _left(pending: Mapping[str, Any], finding: str) -> dict[str, int]:
    """What is counted and not shown yet."""
    left = {}
    for id, version in pending.items():
        row = None if id == finding else stores.views().get(f"finding#{id}", "finding")
        if row is None or row.version < int(version):
            left[id] = int(version)
    return left


def by_rule() -> dict[str, Counts]:
    """The counts of every rule that has found something."""
    counts: dict[str, Counts] = {}
    for row in stores.views().partition(PARTITION):
        counts[row.sk] = {name: int(row.data[name]) for name in NAMES}
    return counts
