"""Who may ask the ports of the embedded AWS: programs of this machine, and the city's own pages.

Functions run as the user who started it, so a page from elsewhere must reach none of it: neither by
a name of its own (DNS rebinding), nor by a request that the browser sends for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Send = Callable[[Any], Awaitable[None]]

_NAMES = ("127.0.0.1", "localhost")
_HEALTH = "/_ministack/health"
_CONTROL = ("/_ministack/", "/_localstack/", "/_aws/")
_OPEN = b"access-control-"


def is_local(scope: Scope) -> bool:
    """Whether the request names this machine as its host, once."""
    hosts = _values(scope, b"host")
    if len(hosts) != 1:
        return False
    name, _, _ = hosts[0].rpartition(":")
    return (name or hosts[0]) in _NAMES


def is_control(path: str) -> bool:
    """Whether a path is one of the emulator's own, by which anybody could empty it."""
    return path.startswith(_CONTROL) and path != _HEALTH


class Origins:
    """The origins of the city's own pages, on its port."""

    def __init__(self, port: int) -> None:
        self._own = {f"http://{name}:{port}" for name in _NAMES}

    def is_elsewhere(self, scope: Scope) -> bool:
        """Whether a browser sent the request for a page of another origin."""
        origins = _values(scope, b"origin")
        if origins:
            return not self._own.issuperset(origins)
        return b"cross-site" in _raw(scope, b"sec-fetch-site")

    def guarded(self, send: Send) -> Send:
        """Sends answers on, but lets none be read from elsewhere."""

        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self._closed(message["headers"])}
            await send(message)

        return send_guarded

    def _closed(self, headers: Any) -> list[tuple[bytes, bytes]]:
        allowed = {
            value.decode("latin-1")
            for name, value in headers
            if name.lower() == b"access-control-allow-origin"
        }
        if allowed and self._own.issuperset(allowed):
            return list(headers)
        return [(name, value) for name, value in headers if not name.lower().startswith(_OPEN)]


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for value in _raw(scope, name)]


def _raw(scope: Scope, name: bytes) -> list[bytes]:
    return [value for each, value in scope["headers"] if each.lower() == name]
