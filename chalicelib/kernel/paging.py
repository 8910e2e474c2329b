"""Page cursors: encrypted for caller and list, so that they tell nothing and foreign or changed
ones are refused.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from chalicelib.kernel import ids
from chalicelib.kernel.errors import BadCursor

T = TypeVar("T")
Start = Mapping[str, Any]
Found = tuple[Sequence[tuple[str, T]], Start | None]
"""Some things of a list, newest first, each after what it is sorted by; and where the next page
starts.
"""
Fetch = Callable[[str, int, Start | None], Found[T]]
"""(list, limit, start) -> what is found there."""


def give(start: Start | None, *binding: str) -> str | None:
    """A cursor for the next page (None at the end), valid only for the same ``binding`` (caller,
    list, filter).
    """
    if not start:
        return None
    return str(_box(binding).encrypt(json.dumps(start, sort_keys=True).encode()).decode())


def take(cursor: str, *binding: str) -> Start | None:
    """What ``give`` wrapped. Raises BadCursor for anything else."""
    if not cursor:
        return None
    from cryptography.fernet import InvalidToken

    try:
        start: Start = json.loads(_box(binding).decrypt(cursor))
    except (InvalidToken, ValueError):  # what is not even ASCII is a ValueError
        raise BadCursor from None
    return start


def _box(binding: tuple[str, ...]) -> Any:
    """A start names rows that the caller need not know of, so cursors are encrypted, under a key
    for each binding.
    """
    from cryptography.fernet import (
        Fernet,
    )  # 30 ms that only lists of several pages need pay

    key = ids.keyed_hash("cursor", *binding, bits=255).encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key).digest()))


def merged(
    lists: Iterable[str],
    fetch: Fetch[T],
    limit: int,
    starts: Mapping[str, Start | None] | None,
) -> tuple[list[T], Mapping[str, Start | None] | None]:
    """A page of several lists as if they were one, newest first, and where the next one starts in
    each of them.
    """
    starts = starts or dict.fromkeys(lists)
    found = {
        name: fetch(
            name,
            limit,
            start,
        )
        for name, start in starts.items()
    }
    each = ((sort, name, thing) for name, (page, _) in found.items() for sort, thing in page)
    shown = sorted(each, key=itemgetter(0), reverse=True)[:limit]
    taken = Counter(name for _, name, _ in shown)
    after: dict[str, Start | None] = {}
    for name, (page, more) in found.items():
        if taken[name] < len(
            page
        ):  # asked again up to what is shown, since only a store knows its own starts
            after[name] = (
                fetch(
                    name,
                    taken[name],
                    starts[name],
                )[1]
                if taken[name]
                else starts[name]
            )
        elif more:
            after[name] = more
    return [thing for _, _, thing in shown], after or None
