"""What the interface says of itself: its health and its OpenAPI document."""

from functools import lru_cache
from typing import Any

from chalicelib.kernel import clock
from chalicelib.kernel.http import openapi
from chalicelib.kernel.http.call import Call
from chalicelib.kernel.http.door import PUBLIC, Door, Reply, Route
from chalicelib.kernel.settings import settings

VERSION = "0.1.0"
door = Door()
installed: list[Route] = []
"""All routes of the app, laid here by app.py."""


@door.on(
    "GET",
    "/health",
    action="read_health",
    audience=PUBLIC,
    reply="health",
    summary="Whether the interface answers",
)
def health(call: Call) -> Reply:
    """Stage, version and official time."""
    return Reply(
        {
            "status": "ok",
            "stage": settings().stage,
            "version": VERSION,
            "time": clock.stamp(call.now),
        }
    )


@door.on(
    "GET",
    "/openapi.json",
    action="read_openapi",
    audience=PUBLIC,
    summary="This interface as OpenAPI 3.1",
)
def read_openapi(call: Call) -> Reply:
    """Generated from the routes."""
    return Reply(_document(call.base_url))


@lru_cache(maxsize=4)
def _document(server: str) -> dict[str, Any]:
    return openapi.document(installed, VERSION, server)


doors = (door,)
