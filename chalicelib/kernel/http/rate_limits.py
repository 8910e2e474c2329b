"""How often one caller may ask on one route: counted where it costs nothing, and shared only when
it gets much.

Each process counts for itself; at every twentieth request of one caller within a minute it tells
the others, by one row of the views. So a caller within bounds costs no call at all, and a flood a
twentieth of one for each of its requests.
"""

from threading import Lock
from time import time

from chalicelib.kernel import ids, stores
from chalicelib.kernel.errors import TooMany
from chalicelib.kernel.settings import settings

WINDOW = 60  # seconds
SHARE = 20  # requests that are told at once
MAX_CALLERS = 10_000  # a process remembers


class Window:
    """The requests of one minute that this process knows of, by caller and route."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = -1
        self._seen: dict[tuple[str, str], int] = {}
        self._full: set[tuple[str, str]] = set()

    def count(self, minute: int, key: tuple[str, str]) -> int:
        """Count one more; how many it is, or 0 where the caller was refused already in this
        minute.
        """
        with self._lock:
            if minute != self._minute or len(self._seen) >= MAX_CALLERS:
                self._minute, self._seen, self._full = minute, {}, set()
            if key in self._full:
                return 0
            self._seen[key] = self._seen.get(key, 0) + 1
            return self._seen[key]

    def close(self, key: tuple[str, str]) -> None:
        """No more of these in this minute."""
        with self._lock:
            self._full.add(key)


_window = Window()


def check(caller: str, route: str, is_read: bool = False) -> None:
    """Count a request of ``caller`` (a person, or an address) on ``route``. Raises TooMany until
    the minute is over.

    At most as many pass as the stage's ``WRITES_PER_MINUTE`` or ``READS_PER_MINUTE``, and nineteen
    more for each process that took part.
    """
    now = time()
    minute, key = int(now // WINDOW), (caller, route)
    count = _window.count(minute, key)
    if count % SHARE == 0 and (count == 0 or _told(minute, key) * SHARE > _most(is_read)):
        _window.close(key)
        raise TooMany(max(1, int(WINDOW - now % WINDOW)))


def _most(is_read: bool) -> int:
    return settings().reads_per_minute if is_read else settings().writes_per_minute


def _told(minute: int, key: tuple[str, str]) -> int:
    """Tell the other processes of twenty more; how many twenties all of them have told."""
    # The caller's name stands in no table: who floods is not on record, and addresses are personal
    # data.
    mark = ids.keyed_hash("rate", *key)
    return stores.views().count(
        f"rate#{mark}",
        str(minute),
        expires_at=(minute + 2) * WINDOW,
    )
