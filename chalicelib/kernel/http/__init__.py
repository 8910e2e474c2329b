"""HTTP: what a route declares, and all that is done for every request. Only ``routes`` know it."""

from chalicelib.kernel.http.call import Call
from chalicelib.kernel.http.door import (
    OFFICE,
    PAGING,
    PARTY,
    PUBLIC,
    SIGNED_IN,
    Door,
    Parameter,
    Reply,
    Route,
)

__all__ = [
    "OFFICE",
    "PAGING",
    "PARTY",
    "PUBLIC",
    "SIGNED_IN",
    "Call",
    "Door",
    "Parameter",
    "Reply",
    "Route",
]
