"""Following a case without signing in: what guessing would cost is counted per case, not per address."""

import hmac
from time import time

from chalicelib.casework import desk
from chalicelib.casework.acts import Case
from chalicelib.kernel import ids, stores
from chalicelib.kernel.errors import NotFound, TooMany

TRIES = 5
WINDOW = 15 * 60  # seconds


def follow(number: str, code: str, phone_last4: str) -> Case:
    """The case, if code and telephone digits are its own. Raises NotFound, or TooMany after five wrong tries."""
    window = int(time() // WINDOW)
    lock = f"lock#{ids.keyed_hash('lock', number)}"
    ends = (window + 1) * WINDOW
    row = stores.views().get(lock, str(window))
    if row and row.version >= TRIES:
        raise TooMany(max(1, int(ends - time())))
    try:
        case, entries = desk.load(desk.find(number))
    except NotFound:
        _wrong(lock, window, ends)
        raise
    given = code.replace("-", "").replace(" ", "").upper()
    right = ids.tracking_code(entries[0].stream).replace("-", "")
    digits = case.private["contact"]["phone"][-4:]
    if not (hmac.compare_digest(given.encode(), right.encode()) & hmac.compare_digest(phone_last4, digits)):
        _wrong(lock, window, ends)
        raise NotFound
    return case


def _wrong(lock: str, window: int, ends: int) -> None:
    stores.views().count(lock, str(window), expires_at=ends + WINDOW)
