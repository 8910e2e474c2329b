"""Telling a department's system: one signed message after Standard Webhooks, to an address that may
be told.
"""

import base64
import hmac
import http.client
import socket
import ssl
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, ip_address
from threading import Timer
from urllib.parse import urlsplit

SECONDS = 5  # for all of it: who is slower is told again later
AGENT = "sunlit-webhook/1"


class NotTold(Exception):
    """The system did not take the message: not reached, too slow, or another answer than 2xx; the
    text has no data.
    """


def headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The head of a message: what it is called, when it was sent (Unix seconds), and the signature
    over both and body.

    Receivers refuse a timestamp that is far from now and an id that they have seen: so nothing can
    be replayed.
    """
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def post(url: str, head: dict[str, str], body: bytes, inside: Iterable[IPv4Network] = ()) -> None:
    """Send a message once; redirects are not followed. Raises NotTold."""
    address = urlsplit(url)
    host, is_plain = address.hostname or "", address.scheme == "http"
    if address.scheme != "https" and not (is_plain and host == "127.0.0.1"):
        raise NotTold("https only")
    try:
        port = address.port or (80 if is_plain else 443)
        line = _Line(
            host,
            port,
            _place(
                host,
                port,
                tuple(inside),
            ),
            None if is_plain else _tls(),
        )
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        status = line.ask(path, head, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotTold(type(error).__name__) from error
    if not 200 <= status < 300:
        raise NotTold(f"answered {status}")


def _place(host: str, port: int, inside: tuple[IPv4Network, ...]) -> str:
    """An address of the host, if all that it has are public or in a network that the stage names.
    Raises NotTold.

    What is looked at is what is connected to: a second look-up could lead into our own network.
    """
    found = {
        entry[4][0]
        for entry in socket.getaddrinfo(
            host,
            port,
            socket.AF_INET,
            socket.SOCK_STREAM,
        )
    }
    for text in found:
        place = ip_address(text)
        is_public = place.is_global and not place.is_multicast and not place.is_reserved
        if not is_public and not any(place in network for network in inside):
            raise NotTold("not a public address")
    return str(min(found))


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Line(http.client.HTTPConnection):
    """A connection to an address that was looked at, cut when its time is over."""

    def __init__(self, host: str, port: int, place: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._place, self._tls, self._is_over = place, tls, False

    def connect(self) -> None:
        """To the very address, with the host's own name in TLS."""
        self.sock = socket.create_connection((self._place, self.port), self.timeout)
        if self._tls:
            self.sock = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )

    def ask(self, path: str, head: dict[str, str], body: bytes) -> int:
        """The status of the answer; nothing else of it is read. Raises OSError or HTTPException."""
        self.connect()
        end = Timer(
            SECONDS, self._cut
        )  # a byte every few seconds would never run into the socket's own limit
        end.start()
        try:
            if isinstance(self.sock, ssl.SSLSocket):
                self.sock.do_handshake()
            self.request("POST", path, body, head)
            status = self.getresponse().status
            if self._is_over:  # an answer that was cut looks like a short one
                raise TimeoutError
            return status
        finally:
            end.cancel()
            self.close()

    def _cut(self) -> None:
        self._is_over = True
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # over already
