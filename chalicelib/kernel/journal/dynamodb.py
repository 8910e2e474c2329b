"""The journal on DynamoDB: one conditional put per act, one transaction where two streams move
together.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.kernel import aws, clock
from chalicelib.kernel.journal import (
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
from chalicelib.kernel.tables import meta

# How DynamoDB says that the number is taken, or is being taken just now: of a put, and as a
# transaction's reasons.
TAKEN = {"ConditionalCheckFailedException", "ConditionalCheckFailed"}
LOST_RACE = TAKEN | {"TransactionConflictException", "TransactionConflict"}


class Feed(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # pynamodb leaves this one hook untyped
    """All entries in time order."""

    class Meta:
        index_name = "feed"
        projection = KeysOnlyProjection()

    feed_slot = UnicodeAttribute(hash_key=True)
    feed_id = UnicodeAttribute(range_key=True)


class Row(Model):
    """An entry as stored: public acts and private groups as JSON text, apart from each other."""

    stream = UnicodeAttribute(hash_key=True)
    seq = NumberAttribute(range_key=True)
    at = UnicodeAttribute()
    acts = UnicodeAttribute()
    post = UnicodeAttribute(null=True)
    private = UnicodeAttribute(null=True)
    commitments = UnicodeAttribute(null=True)
    key = UnicodeAttribute(null=True)
    body = UnicodeAttribute(null=True)
    leaf = UnicodeAttribute()
    feed_slot = UnicodeAttribute()
    feed_id = UnicodeAttribute()
    feed = Feed()


@lru_cache(maxsize=1)
def _row() -> type[Row]:
    return type(
        "JournalRow", (Row,), {"Meta": meta(settings().journal_table), "__module__": __name__}
    )


def _dump(entry: Entry) -> Row:
    groups = private_groups(entry.acts, entry.actor)
    private = {group: {"salt": entry.salts[group], "data": data} for group, data in groups.items()}
    return _row()(
        entry.stream,
        entry.seq,
        at=clock.stamp(entry.at),
        acts=_json([[act.type, dict(act.data)] for act in entry.acts]),
        post=entry.actor.post or None,
        private=_json(private) if private else None,
        key=entry.request.key if entry.request else None,
        body=entry.request.body if entry.request else None,
        leaf=entry.leaf,
        feed_slot=entry.feed_slot,
        feed_id=entry.feed_id,
    )


def _load(row: Row) -> Entry:
    private: dict[str, Any] = json.loads(row.private or "{}")
    person = private.pop("actor", {"salt": "", "data": {"person": ""}})
    acts = tuple(
        Act(
            kind,
            data,
            {g: p["data"][str(i)] for g, p in private.items() if str(i) in p["data"]},
        )
        for i, (kind, data) in enumerate(json.loads(row.acts))
    )
    salts = {group: p["salt"] for group, p in private.items()} | (
        {"actor": person["salt"]} if person["salt"] else {}
    )
    left: dict[str, str] = json.loads(row.commitments or "{}")
    actor = (
        stand_in(row.post or "", int(row.seq), left)
        if left
        else Actor(person["data"]["person"], row.post or "")
    )
    request = Request(row.key, row.body or "") if row.key else None
    at = clock.parse(row.at).astimezone(settings().zone)
    return Entry(
        row.stream, int(row.seq), at, acts, actor, request, row.feed_id, salts, row.leaf, left
    )


def _json(value: Any) -> str:
    return json.dumps(
        value,
        ensure_ascii=False,
        separators=(",", ":"),
    )


class Transaction(TransactWrite):
    """Counts its checks: they are sent, and answered, before what is written."""

    checks = 0

    def condition_check(self, *args: Any, **named: Any) -> None:
        """One condition more."""
        self.checks += 1
        super().condition_check(*args, **named)


class DynamoJournal:
    """See ``Journal``."""

    def read(self, stream: str, after: int = 0) -> list[Entry]:
        """Entries after ``after``, consistently."""
        table = _row()
        return [
            _load(row)
            for row in table.query(
                stream,
                table.seq > after,
                consistent_read=True,
            )
        ]

    def get(self, stream: str, seq: int) -> Entry | None:
        """One entry, consistently."""
        try:
            return _load(_row().get(stream, seq, consistent_read=True))
        except _row().DoesNotExist:
            return None

    def last(self, stream: str) -> Entry | None:
        """The newest entry, consistently."""
        rows = _row().query(
            stream,
            consistent_read=True,
            scan_index_forward=False,
            limit=1,
        )
        return next((_load(row) for row in rows), None)

    def append(self, *entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        """One put, or one transaction of puts, each on condition that its number is free."""
        free = _row().stream.does_not_exist()
        transaction = Transaction(connection=_connection())
        try:
            if len(entries) == 1 and not writes:
                _dump(entries[0]).save(condition=free)
                return
            with transaction:
                for entry in entries:
                    transaction.save(_dump(entry), condition=free)
                for row in writes:
                    row.join(transaction)
        except (PutError, TransactWriteError) as error:
            codes = _codes(error)
            if not codes or codes - LOST_RACE:
                raise
            raise AppendConflict(*_taken(error, entries, transaction.checks)) from error

    def forget(self, entry: Entry) -> None:
        """One update of two attributes, on condition of the leaf."""
        table = _row()
        actions: list[Action] = [
            table.private.remove(),
            table.commitments.set(_json(dict(entry.commitments))),
        ]
        try:
            table(entry.stream, entry.seq).update(
                actions=actions, condition=table.leaf == entry.leaf
            )
        except UpdateError as error:
            if aws.error_code(error) not in TAKEN:
                raise
            raise AppendConflict(entry.stream) from error

    def feed(self, slot: str, after: str, until: str) -> list[tuple[str, int, str]]:
        """Keys of a slot in [after, until)."""
        table = _row()
        rows = table.feed.query(slot, table.feed_id.between(after, until))
        return [(row.stream, int(row.seq), row.feed_id) for row in rows if row.feed_id < until]


def _codes(error: PutError | TransactWriteError) -> set[str]:
    if isinstance(error, TransactWriteError) and error.cancellation_reasons:
        return {reason.code for reason in error.cancellation_reasons if reason}
    return {aws.error_code(error)}


def _taken(
    error: PutError | TransactWriteError, entries: Sequence[Entry], checks: int
) -> list[str]:
    if isinstance(error, PutError):
        return [entries[0].stream] if aws.error_code(error) in TAKEN else []
    reasons = error.cancellation_reasons[checks : checks + len(entries)]
    return [
        entry.stream
        for entry, reason in zip(entries, reasons, strict=False)
        if reason and reason.code in TAKEN
    ]


@lru_cache(maxsize=1)
def _connection() -> Connection:
    return Connection(
        connect_timeout_seconds=aws.CONNECT_SECONDS,
        read_timeout_seconds=aws.READ_SECONDS,
        max_retry_attempts=aws.ATTEMPTS - 1,
    )
