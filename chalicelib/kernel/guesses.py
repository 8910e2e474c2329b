"""Secrets that open a thing without signing in: wrong ones are counted per thing, not address."""

import hmac
from time import time

from chalicelib.kernel import ids, stores
from chalicelib.kernel.errors import NotFound, TooMany

MAX_TRIES = 5
WINDOW = 15 * 60  # seconds


def are_equal(given: str, right: str) -> bool:
    """Whether two secrets are the same, compared in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), right.encode())


def wrong(what: str, name: str) -> NotFound | TooMany:
    """Count a wrong try first, then say which answer it gets: ``what`` was guessed of the thing of
    that ``name``.
    """
    pk, sk = _lock(what, name)
    expires_at = int(time()) + 2 * WINDOW
    tries = stores.views().count(pk, sk, expires_at=expires_at)
    if tries > MAX_TRIES:
        return TooMany(_seconds_left())
    return NotFound()


def check_open(what: str, name: str) -> None:
    """Raises TooMany where ``what`` was guessed wrong so often that it opens nothing now."""
    pk, sk = _lock(what, name)
    row = stores.views().get(pk, sk)
    if row and row.version >= MAX_TRIES:
        raise TooMany(_seconds_left())


def _lock(what: str, name: str) -> tuple[str, str]:
    mark = ids.keyed_hash("lock", what, name)
    period = int(time() // WINDOW)
    return f"lock#{mark}", str(period)


def _seconds_left() -> int:
    since_its_begin = time() % WINDOW
    left = int(WINDOW - since_its_begin)
    return max(1, left)
