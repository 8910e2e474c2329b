"""What the API answered to whom, line by line, for tests that look through all of it afterwards.

Only a test asks for it: it holds everything that anybody was told.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any


class Recorder:
    """Writes ``{who, method, path, status, headers, body}`` of each answer; ``who`` as the bearer token says."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def note(self, scope: dict[str, Any], status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """One answer."""
        path = scope["path"] + ("?" + scope["query_string"].decode() if scope.get("query_string") else "")
        said = {
            "who": _who(scope["headers"]),
            "method": scope["method"],
            "path": path,
            "status": status,
            "headers": {name.decode("latin-1"): value.decode("latin-1") for name, value in headers},
            "body": body.decode("utf-8", errors="replace"),
        }
        self._file.write(json.dumps(said, ensure_ascii=False) + "\n")
        self._file.flush()


def _who(headers: list[tuple[bytes, bytes]]) -> str:
    """Who asks, as the token says it: whether it is a good one, the answer shows."""
    token = next((value for name, value in headers if name.lower() == b"authorization"), b"").decode("latin-1")
    try:
        part = token.rpartition(" ")[2].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return ""
    client = claims.get("client_id", "")
    issuer = str(claims.get("iss", ""))
    if issuer.endswith("/systems"):
        return f"s-{client}"
    return f"province:{claims.get('sub')}" if issuer.endswith("/province") else str(claims.get("sub", ""))
