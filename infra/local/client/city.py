"""The embedded stage from outside: people to sign in as, a clock to move, sweeps to run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx

from infra.local.client.answer import UnexpectedAnswerError
from infra.local.client.api import Client, Json

_SECONDS = 300  # a moved clock answers when every sweep has run


class City:
    """The embedded stage from outside; its sweeps need not be waited for."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._http = httpx.Client(
            base_url=origin,
            timeout=_SECONDS,
            trust_env=False,
        )
        self._people: dict[tuple[str, str], Client] = {}

    def anybody(self) -> Client:
        """The API without signing in."""
        return self.person("")

    def person(self, sub: str, language: str = "en") -> Client:
        """The API as this person of the sample city, signed in."""
        known = self._people.get((sub, language))
        if known:
            return known
        token = ""
        if sub:
            token = str(self._local("token", {"sub": sub})["access_token"])
        client = Client(self.origin, token, sub, language)
        self._people[sub, language] = client
        return client

    def pay(self, page: str) -> None:
        """Pay at the provider's page, as its button does. Raises UnexpectedAnswerError."""
        address, _, bill = page.partition("?")
        reply = self._http.post(f"{address}/pay?{bill}")
        _expect_200(reply, f"{address}/pay")

    def close(self) -> None:
        """Give all connections back."""
        for client in self._people.values():
            client.close()
        self._http.close()

    @property
    def requests(self) -> int:
        """How many requests its people have made."""
        clients = self._people.values()
        return sum(client.requests for client in clients)

    def official_time(self) -> datetime:
        """The time by which limits run."""
        clock = self._http.get("/__local/clock").json()
        return datetime.fromisoformat(clock["official_time"])

    def move_clock(self, **change: Any) -> list[str]:
        """Move official time (``advance_days=5``, ``set="..."``) and let every sweep run.

        Returns the functions that ran.
        """
        moved = self._local("clock", change)
        return _ran(moved["fired"])

    def tick(self, only: str = "") -> list[str]:
        """Run every sweep now, or those whose name contains ``only``; the functions that ran."""
        body = {"only": only} if only else {}
        ticked = self._local("tick", body)
        return _ran(ticked["fired"])

    def _local(self, route: str, body: Json) -> Json:
        reply = self._http.post(f"/__local/{route}", json=body)
        _expect_200(reply, f"/__local/{route}")
        answered: Json = reply.json()
        return answered


def _expect_200(reply: httpx.Response, path: str) -> None:
    if reply.status_code != 200:
        said = f"{reply.status_code} {reply.text[:300]}"
        raise UnexpectedAnswerError(f"POST {path}: {said}")


def _ran(fired: Sequence[Json]) -> list[str]:
    """The functions that ran. Raises UnexpectedAnswerError when one failed."""
    failed = []
    for each in fired:
        if not each["ok"]:
            failed.append(f"{each['function']}: {each['error']}")
    if failed:
        raise UnexpectedAnswerError(f"a sweep failed: {'; '.join(failed)[:600]}")
    return [each["function"] for each in fired]
