"""The access log: who read a person's cases, as its subject may list it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib import authority
from chalicelib.casework.acts import Case
from chalicelib.casework.use_cases.reads import CaseRead
from chalicelib.kernel import clock, paging, stores
from chalicelib.kernel.acts import from_act
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Key, Row


def project(stream: str, age: float = 0.0) -> bool:
    """Put a read into the access log of everybody whose data it was; whether it was new.

    A handler of the feed.
    """
    entry = stores.journal().get(stream, 1)
    if entry is None:
        return False
    is_new = False
    for row in _rows(stream, entry):
        if stores.views().get(*row.key) is None and stores.views().put(row, expect=0):
            is_new = True
    return is_new


def _rows(stream: str, entry: Entry) -> Iterator[Row]:
    read: CaseRead = from_act(CaseRead, entry.acts[0])
    data = {
        "number": read.number,
        "on": read.on.isoformat(),
        "purpose": read.purpose,
        "post": entry.actor.post,
    }
    shown_from = read.sealed_until or read.on
    listed_at = f"{shown_from.isoformat()}#{clock.stamp(entry.at)}"
    logs = [log_of(person) for person in read.persons] or [reads_of(read.case)]
    for i, log in enumerate(logs):
        yield Row(
            stream,
            f"subject#{i}",
            1,
            data,
            owner=log,
            owner_at=listed_at,
        )


def log_of(person: str) -> str:
    """The owner under which the views list who read a person's cases."""
    return f"access#{person}"


def reads_of(case_id: str) -> str:
    """The owner of reads of a case of which nobody was told: retention finds them there."""
    return f"reads#{case_id}"


def listed(
    parties: Sequence[str],
    today: date,
    limit: int,
    starts: Mapping[str, Any] | None,
) -> tuple[list[dict[str, Any]], Mapping[str, Any] | None]:
    """A page of the access logs of parties, newest first; and where the next page starts.

    What is sealed today is not in it.
    """
    until = f"{today.isoformat()}~"

    def fetch(party: str, limit: int, start: paging.Start | None) -> paging.Found[Key]:
        page = stores.views().index(
            "owner",
            log_of(party),
            until=until,
            limit=limit,
            start=start,
            newest_first=True,
        )
        return [(listed_at, key) for key, listed_at in page.keys], page.next_start

    keys, next_starts = paging.merged(parties, fetch, limit, starts)
    rows = stores.views().get_many(keys)
    return [_shown(rows[key].data) for key in keys if key in rows], next_starts


def rows_of(case: Case) -> Iterator[Key]:
    """Every row that lists a read of the case.

    In its parties' access logs, or apart where nobody was told then.
    """
    logs = [reads_of(case.id), *(log_of(person) for person in sorted(case.participants.parties))]
    for log in logs:
        for key in _keys(log):
            if key[0].startswith(f"read#{case.id}#"):
                yield key


def _keys(log: str) -> Iterator[Key]:
    start: Mapping[str, Any] | None = None
    while True:
        page = stores.views().index("owner", log, limit=1000, start=start)
        for key, _ in page.keys:
            yield key
        start = page.next_start
        if start is None:
            return


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "on": data["on"],
        "number": data["number"],
        "office": authority.post_of(data["post"]),
        "purpose": data["purpose"],
    }
