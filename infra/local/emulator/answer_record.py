"""What the API answered to whom, line by line, for tests that look through all of it afterwards.

Only a test asks for it: it holds everything that anybody was told.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

Headers = list[tuple[bytes, bytes]]


class Recorder:
    """Writes ``{who, method, path, status, headers, body}`` of each answer.

    ``who`` is as the bearer token says.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def note(self, scope: dict[str, Any], status: int, headers: Headers, body: bytes) -> None:
        """One answer."""
        answer = {
            "who": _who(scope["headers"]),
            "method": scope["method"],
            "path": _path(scope),
            "status": status,
            "headers": _texts(headers),
            "body": body.decode("utf-8", errors="replace"),
        }
        line = json.dumps(answer, ensure_ascii=False)
        self._file.write(f"{line}\n")
        self._file.flush()


def _path(scope: dict[str, Any]) -> str:
    """What was asked for, with its query."""
    path = str(scope["path"])
    query = scope.get("query_string")
    return f"{path}?{query.decode()}" if query else path


def _texts(headers: Headers) -> dict[str, str]:
    texts = {}
    for name, value in headers:
        texts[name.decode("latin-1")] = value.decode("latin-1")
    return texts


def _who(headers: Headers) -> str:
    """Who asks, as the token says it: whether it is a good one, the answer shows."""
    claims = _claims(headers)
    issuer = str(claims.get("iss", ""))
    if issuer.endswith("/systems"):
        return f"s-{claims.get('client_id', '')}"
    if issuer.endswith("/province"):
        return f"province:{claims.get('sub')}"
    return str(claims.get("sub", ""))


def _claims(headers: Headers) -> dict[str, Any]:
    """The claims of the bearer token; none where there is no token, or no claims in it."""
    names = {name.lower(): value for name, value in headers}
    token = names.get(b"authorization", b"").decode("latin-1")
    try:
        part = token.rpartition(" ")[2].split(".")[1]
        padded = part + "=" * (-len(part) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (IndexError, ValueError):
        return {}
    return dict(claims)
