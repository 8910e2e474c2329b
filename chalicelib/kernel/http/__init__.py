"""HTTP: what a route declares, and all that is done for every request. Only ``routes`` know it."""

from chalicelib.kernel.http.call import Call
from chalicelib.kernel.http.door import (
    OFFICE,
    PARTY,
    PUBLIC,
    SIGNED_IN,
    Door,
    Reply,
    Route,
)

__all__ = [
    "OFFICE",
    "PARTY",
    "PUBLIC",
    "SIGNED_IN",
    "Call",
    "Door",
    "Reply",
    "Route",
]
