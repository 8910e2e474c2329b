"""The account owner's credentials of one embedded AWS: random, and kept in its state folder alone.

Whoever has them owns this machine's user, since functions run as that user.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

_FILE = "credentials.json"
_KEY_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # as AWS has them


@dataclass(frozen=True)
class Credentials:
    """An access key and its secret."""

    key: str
    secret: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """Environment variables under which any AWS SDK or CLI signs with them."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret}


def of(state: Path) -> Credentials:
    """Those of a state folder, made at the first start."""
    path = state / _FILE
    if not path.exists():
        _make(path)
    return Credentials(**json.loads(path.read_text()))


def _make(path: Path) -> None:
    key = "AKIA" + "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(16))
    made = {"key": key, "secret": secrets.token_urlsafe(30)}
    aside = path.with_suffix(".part")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(made, file)
    aside.rename(path)
