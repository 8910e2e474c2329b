"""Calling a context's routes through the door, as somebody who is signed in or not."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from chalicelib.authority import CedarEngine
from chalicelib.kernel import schemas
from chalicelib.kernel.http import Door
from chalicelib.kernel.http.serving import serve


@dataclass
class Caller:
    """Sends requests as ``person``; every successful answer must be as its route's schema says."""

    door: Door
    person: str = ""
    name: str = ""
    language: str = "en"
    claims: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "key-1",
        query: dict[str, str] | None = None,
        match: str = "",
        **parts: str,
    ) -> SimpleNamespace:
        route, handler = next(
            (r, h) for r, h in self.door.routes.items() if (r.method, r.path) == (method, path)
        )
        said = {name: quote(value) for name, value in {"name": self.name, **self.claims}.items()}
        claims = {"principalId": self.person, **said} if self.person else None
        headers = {
            "content-type": "application/json",
            "idempotency-key": key,
            "accept-language": self.language,
        }
        headers |= {"if-match": match} if match else {}
        raw = SimpleNamespace(
            headers=headers, query_params=query or {}, raw_body=json.dumps(body).encode(),
            context={"authorizer": claims, "path": path.format(**parts)},
        )  # fmt: skip
        answer = serve(route, CedarEngine(), handler, raw, parts)
        is_json = "json" in answer.headers["Content-Type"]
        read = json.loads(answer.body) if is_json else answer.body
        if answer.status_code < 300:
            assert (
                not route.reply
                or [error.message for error in schemas.named(route.reply).iter_errors(read)] == []
            )
        return SimpleNamespace(status=answer.status_code, body=read, headers=answer.headers)
