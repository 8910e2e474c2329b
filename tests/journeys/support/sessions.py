"""How journeys call under a token of any issuer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.client import City, Client


@contextmanager
def signed_in(city: City, token: str) -> Iterator[Client]:
    """The API under a token."""
    client = Client(city.origin, token)
    yield client
    client.close()
