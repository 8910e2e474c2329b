"""The journal on DynamoDB: one conditional put per act, one transaction where two streams move
together.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pynamodb.exceptions import CancellationReason, TransactWriteError
from pynamodb.expressions.operand import Path

from chalicelib.kernel import aws, cache, clock
from chalicelib.kernel.journal import (
    ACTOR,
    Act,
    Actor,
    AppendConflict,
    Entry,
    Request,
    TransactionalWrite,
    private_groups,
    stand_in,
)
from chalicelib.kernel.settings import settings
from chalicelib.kernel.tables import ConditionFailed, Item, Table, Transaction

# How DynamoDB says, of an item of a transaction, that its number is taken; and, of all of it or of
# one item, that others are writing it just now.
TAKEN = "ConditionalCheckFailed"
RACING = {"TransactionConflictException", "TransactionConflict"}

KEYS = {"stream": "S", "seq": "N"}
FEED = {"feed": ("feed_slot", "feed_id")}
IS_FREE = Path("stream").does_not_exist()


@cache.remembered()
def _table() -> Table:
    return Table(settings().journal_table, KEYS, FEED)


def item_of(entry: Entry) -> Item:
    """An entry as stored: public acts and private groups as JSON text, apart from each other; what
    is empty is absent.
    """
    groups = private_groups(entry.acts, entry.actor)
    private = {group: {"salt": entry.salts[group], "data": data} for group, data in groups.items()}
    texts = {
        "at": clock.stamp(entry.at),
        "acts": _json([[act.type, dict(act.data)] for act in entry.acts]),
        "post": entry.actor.post,
        "private": _json(private) if private else "",
        "leaf": entry.leaf,
        "feed_slot": entry.feed_slot,
        "feed_id": entry.feed_id,
    }
    if entry.request:
        texts |= {"key": entry.request.key, "body": entry.request.body}
    item = {name: {"S": text} for name, text in texts.items() if text}
    item["stream"] = {"S": entry.stream}
    item["seq"] = {"N": str(entry.seq)}
    return item


def _entry(item: Item) -> Entry:
    texts = {name: value["S"] for name, value in item.items() if "S" in value}
    seq = int(item["seq"]["N"])
    private: dict[str, Any] = json.loads(texts.get("private", "{}"))
    salts = {group: part["salt"] for group, part in private.items()}
    left: dict[str, str] = json.loads(texts.get("commitments", "{}"))
    post = texts.get("post", "")
    person = private.pop(ACTOR, None)
    actor = Actor(person["data"]["person"] if person else "", post)
    request = Request(texts["key"], texts.get("body", "")) if "key" in texts else None
    return Entry(
        texts["stream"],
        seq,
        clock.parse(texts["at"]).astimezone(settings().time_zone),
        _acts(json.loads(texts["acts"]), private),
        stand_in(post, seq, left) if left else actor,
        request,
        texts["feed_id"],
        salts,
        texts["leaf"],
        left,
    )


def _acts(public: Sequence[tuple[str, Any]], private: Mapping[str, Any]) -> tuple[Act, ...]:
    """The acts with what each of them has in the private groups."""
    acts = []
    for i, (kind, data) in enumerate(public):
        groups = {}
        for group, part in private.items():
            if str(i) in part["data"]:
                groups[group] = part["data"][str(i)]
        acts.append(Act(kind, data, groups))
    return tuple(acts)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class DynamoJournal:
    """See ``Journal``."""

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        """Entries after ``after``, consistently."""
        later = Path("seq") > {"N": str(after)} if after else None
        return [_entry(item) for item in _table().query(stream, later)]

    def get(self, stream: str, seq: int) -> Entry | None:
        """One entry, consistently."""
        item = _table().get(stream, str(seq))
        return _entry(item) if item else None

    def last(self, stream: str) -> Entry | None:
        """The newest entry, consistently."""
        items, _ = _table().page(stream, consistent_read=True, scan_index_forward=False, limit=1)
        return _entry(items[0]) if items else None

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        """One put, or one transaction of puts, each on condition that its number is free."""
        if len(entries) == 1 and not writes:
            _append_one(entries[0])
        else:
            _append_together(entries, writes)

    def forget(self, entry: Entry) -> None:
        """One update of two attributes, on condition of the leaf."""
        commitments = {"S": _json(dict(entry.commitments))}
        changed = _table().update(
            entry.stream,
            str(entry.seq),
            [Path("private").remove(), Path("commitments").set(commitments)],
            Path("leaf") == {"S": entry.leaf},
        )
        if changed is None:
            raise AppendConflict(entry.stream)

    def feed(self, slot: str, after: str, until: str) -> list[tuple[str, int, str]]:
        """Keys of a slot in [after, until)."""
        between = Path("feed_id").between({"S": after}, {"S": until})
        found: list[tuple[str, int, str]] = []
        start: Mapping[str, Any] | None = None
        while True:
            items, start = _table().page(slot, between, index_name="feed", start=start)
            for item in items:
                feed_id = item["feed_id"]["S"]
                if feed_id < until:
                    found.append((item["stream"]["S"], int(item["seq"]["N"]), feed_id))
            if not start:
                return found


def _append_one(entry: Entry) -> None:
    try:
        _table().put(item_of(entry), IS_FREE)
    except ConditionFailed as failed:
        raise _taken({entry.stream: failed.standing}) from failed
    except Exception as error:
        if aws.error_code(error) in RACING:
            raise AppendConflict from error
        raise


def _append_together(entries: Sequence[Entry], writes: Sequence[TransactionalWrite]) -> None:
    transaction = Transaction()
    for entry in entries:
        transaction.put(_table(), item_of(entry), IS_FREE)
    for write in writes:
        write.join(transaction)
    try:
        transaction.commit()
    except TransactWriteError as error:
        if not _is_lost_race(error):
            raise
        reasons = transaction.reasons_of_puts(error)
        taken: dict[str, Item | None] = {}
        free: set[str] = set()
        for entry, reason in zip(entries, reasons, strict=False):
            if reason is None:
                free.add(entry.stream)
            elif reason.code == TAKEN:
                taken[entry.stream] = reason.raw_item
        raise _taken(taken, free) from error


def _is_lost_race(error: TransactWriteError) -> bool:
    """Whether others were first, or are writing just now; and nothing else went wrong."""
    reasons: list[CancellationReason | None] = error.cancellation_reasons
    codes = {reason.code for reason in reasons if reason}
    return bool(codes or aws.error_code(error) in RACING) and codes <= {TAKEN, *RACING}


def _taken(standing: Mapping[str, Item | None], free: Iterable[str] = ()) -> AppendConflict:
    entries = {stream: _entry(item) for stream, item in standing.items() if item}
    return AppendConflict(*standing, standing=entries, free=free)
