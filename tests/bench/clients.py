"""Light HTTP clients for the load: one kept connection each, so that the bench leaves the cores to
what it measures.
"""

import http.client
import json
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from infra.local.client import City
from tests.bench import walks
from tests.bench.report import BenchError

Json = dict[str, Any]
CLIENTS = 8
PATIENCE, AGAIN_AFTER = 20, 0.25  # requests, and seconds between them


class Fast:
    """One connection to the API, for anybody's token or none; ``busy`` counts the 503s it was
    told.
    """

    def __init__(self, origin: str) -> None:
        address = urlsplit(origin)
        assert address.hostname and address.port
        self._http = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        self.busy = 0

    def ask(
        self, method: str, path: str, token: str, body: Json | None = None
    ) -> tuple[Json, float]:
        """The answer and its seconds; told to try again later it does, under the same key. Raises
        BenchError.
        """
        heads = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {token}"} if token else {})
        sent = None
        if method == "POST":
            sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
            heads |= {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
        started = time.perf_counter()
        for _ in range(PATIENCE):
            self._http.request(method, path, sent, heads)
            reply = self._http.getresponse()
            content = reply.read()
            if reply.status != 503:
                break
            self.busy += 1
            time.sleep(AGAIN_AFTER)
        if reply.status not in (200, 201):
            raise BenchError(
                f"{method} {path}: {reply.status} {content[:500].decode(errors='replace')}"
            )
        return json.loads(content), time.perf_counter() - started

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()


class Party:
    """Somebody with two materials in storage, ready to file for an item, and the officers who will
    act on it.
    """

    def __init__(self, city: City, item: str, person: str) -> None:
        citizen = city.person(person)
        materials = [walks.upload(citizen, code) for code in walks.required(item)]
        self.token = citizen.token
        self.application = walks.application(item, materials)
        self.officers = {post: client.token for post, client in walks.officers(city).items()}
        self.posts = walks.item(item)["posts"]

    def officer(self, role: str) -> str:
        """The token of who holds the item's post of that role."""
        return self.officers[self.posts[role]]


def together(origin: str, act: Callable[[Fast], None], count: int = CLIENTS) -> int:
    """``act`` by so many clients at once; how often they were told 503. Raises what any of them
    raised.
    """

    def one(_: int) -> int:
        client = Fast(origin)
        try:
            act(client)
        finally:
            client.close()
        return client.busy

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(one, range(count)))
