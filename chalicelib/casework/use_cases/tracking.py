"""Following a case without signing in: what guessing would cost is counted per case, not per
address.
"""

import hmac
from time import time

from chalicelib.casework.acts import Case
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import ids, stores, typed_numbers
from chalicelib.kernel.errors import NotFound, TooMany

MAX_TRIES = 5
WINDOW = 15 * 60  # seconds


def follow(number: str, code: str, phone_last4: str) -> Case:
    """The case, if code and telephone digits are its own.

    Raises NotFound, or TooMany after five wrong tries.

    Wrong codes never lock out who has the right one (80 bits cannot be guessed, so counting them
    only slows a flood); the four digits are few, so wrong ones under the right code do lock.
    """
    try:
        case, entries = repository.load(repository.find(number))
    except NotFound:
        raise _wrong("code", number) from None
    right_code = ids.tracking_code(entries[0].stream)
    if not _are_equal(typed_numbers.tracking_code(code), typed_numbers.tracking_code(right_code)):
        raise _wrong("code", number)
    if _wrong_tries("digits", number) >= MAX_TRIES:
        raise TooMany(_seconds_left())
    phone = case.submission.contact.get("phone", "")
    if not _are_equal(phone_last4, phone[-4:]):
        raise _wrong("digits", number)
    return case


def _are_equal(given: str, right: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), right.encode())


def _wrong(what: str, number: str) -> NotFound | TooMany:
    """Count a wrong try first, then say which answer it gets."""
    pk, sk = _lock(what, number)
    expires_at = int(time()) + 2 * WINDOW
    tries = stores.views().count(pk, sk, expires_at=expires_at)
    if tries > MAX_TRIES:
        return TooMany(_seconds_left())
    return NotFound()


def _wrong_tries(what: str, number: str) -> int:
    pk, sk = _lock(what, number)
    row = stores.views().get(pk, sk)
    return row.version if row else 0


def _lock(what: str, number: str) -> tuple[str, str]:
    mark = ids.keyed_hash("lock", what, number)
    period = int(time() // WINDOW)
    return f"lock#{mark}", str(period)


def _seconds_left() -> int:
    since_its_begin = time() % WINDOW
    left = int(WINDOW - since_its_begin)
    return max(1, left)
