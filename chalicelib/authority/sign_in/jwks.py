"""An issuer's public keys: kept for minutes, fetched again once for a key not seen before."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

# Seconds between fetches, between fetches for unknown keys, and between tries while there are no
# keys at all.
KEPT, PAUSE, BREATH = 300, 30, 1
# Seconds that known keys serve on while the issuer is away: by then it would have withdrawn one.
STALE = 24 * 3600
TIMEOUT, MAX_BYTES = 3, 1 << 20
Jwks = Mapping[str, Any]


def download(url: str) -> Jwks:
    """The JWK set at ``url``: https, or http on this very machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme, parts.hostname) != ("http", "127.0.0.1"):
        raise ValueError("a JWK set is read over https only")
    with urlopen(url, timeout=TIMEOUT) as answer:  # nosec B310
        keys: Jwks = json.loads(answer.read(MAX_BYTES))
    if not isinstance(keys.get("keys"), list):
        raise ValueError("not a JWK set")
    return keys


class KeyDirectory:
    """One issuer's keys, as this process knows them."""

    def __init__(
        self,
        url: str,
        fetch: Callable[[str], Jwks] = download,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._ticks = ticks
        self._keys: Jwks = {"keys": []}
        self._fetched = self._tried = float("-inf")
        self._error: OSError | ValueError | None = None

    def keys(self, kid: str) -> Jwks:
        """The JWK set, with ``kid`` in it if the issuer has it.

        A key that the issuer no longer lists is gone with the next fetch. While the issuer is away
        the known keys serve on for a day; raises OSError or ValueError when there are none.
        """
        age = self._ticks() - self._fetched
        if age > STALE:
            self._keys = {"keys": []}
        if age > KEPT or not self._knows(kid):
            self._refresh()
        return self._keys

    def _knows(self, kid: str) -> bool:
        keys = [key for key in self._keys["keys"] if isinstance(key, dict)]
        return any(key.get("kid") == kid for key in keys)

    def _refresh(self) -> None:
        has_keys = bool(self._keys["keys"])
        if self._ticks() - self._tried < (PAUSE if has_keys else BREATH):
            if self._error and not has_keys:
                raise self._error
            return
        self._tried = self._ticks()
        try:
            self._keys, self._error = self._fetch(self._url), None
            self._fetched = self._ticks()
        except (OSError, ValueError) as error:
            self._error = error
            if not has_keys:
                raise
