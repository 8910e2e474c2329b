"""Which policies were in force when: every published set on record, whole, in one stream."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.authority.acts import declared
from chalicelib.authority.policies.publication import PolicySet, shipped
from chalicelib.kernel import stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision, by_machine
from chalicelib.kernel.commands import execute
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

STREAM = "policies"


@dataclass(frozen=True)
class PoliciesPublished:
    """A set of policies is in force: each theme's text, and the schema."""

    hash: str
    schema: str
    themes: Mapping[str, str]

    def apply(self, newest: PolicySet | None, entry: Entry) -> PolicySet | None:
        """In the place of the one before."""
        themes = sorted(self.themes.items())
        return PolicySet(tuple(themes), self.schema)


ACTS = declared.declared(PoliciesPublished)


def fold(stream: str, entries: Iterable[Entry]) -> PolicySet | None:
    """The newest set; None before the first."""
    return declared.fold(None, entries, ACTS)


def publish(now: datetime) -> bool:
    """Put the shipped set on record unless it is the newest there; whether that was so."""
    result = execute(
        POLICIES,
        STREAM,
        shipped(),
        by_machine,
        now=now,
    )
    return result.is_new


def in_force_since() -> datetime | None:
    """Since when the shipped set is on record as the newest; None while it is not."""
    last = stores.journal().last(STREAM)
    if last is None or fold(STREAM, [last]) != shipped():
        return None
    return last.at


def in_force_at(moment: datetime) -> PolicySet:
    """The set that was on record at that moment; the shipped one where the record begins later."""
    entries = stores.journal().read(STREAM)
    then = fold(STREAM, [entry for entry in entries if entry.at <= moment])
    return then or shipped()


def _decide(newest: PolicySet | None, wanted: PolicySet, origin: ActOrigin) -> Decision:
    if wanted == newest:
        return Decision([])
    payload = PoliciesPublished(
        wanted.hash,
        wanted.schema,
        dict(wanted.themes),
    )
    return Decision([to_act(payload)])


POLICIES: Aggregate[PolicySet | None, PolicySet] = Aggregate(fold, _decide)
"""The sets of policies, the newest of which is in force."""
