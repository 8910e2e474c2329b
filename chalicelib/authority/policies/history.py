"""Which policies were in force when: every published set on record, whole, in one stream."""

from datetime import datetime

from chalicelib.authority.policies.publication import PolicySet, shipped
from chalicelib.kernel import journal, stores
from chalicelib.kernel.journal import Act, Actor, Entry

PUBLISHED = "PoliciesPublished"
STREAM = "policies"


def publish(now: datetime) -> bool:
    """Put the shipped set on record unless it is the newest there; whether that was so."""
    wanted, last = shipped(), stores.journal().last(STREAM)
    if last and _set_of(last) == wanted:
        return False
    data = {"hash": wanted.hash, "schema": wanted.schema, "themes": dict(wanted.themes)}
    entry = journal.new_entry(
        STREAM, last.seq + 1 if last else 1, [Act(PUBLISHED, data)], at=now, actor=Actor()
    )
    stores.journal().append(entry)
    return True


def in_force_since() -> datetime | None:
    """Since when the shipped set is on record as the newest; None while it is not."""
    last = stores.journal().last(STREAM)
    return last.at if last and _set_of(last) == shipped() else None


def in_force_at(moment: datetime) -> PolicySet:
    """The set that was on record at that moment; the shipped one where the record begins later."""
    earlier = [entry for entry in stores.journal().read(STREAM) if entry.at <= moment]
    return _set_of(earlier[-1]) if earlier else shipped()


def _set_of(entry: Entry) -> PolicySet:
    data = entry.acts[0].data
    return PolicySet(tuple(sorted(data["themes"].items())), data["schema"])
