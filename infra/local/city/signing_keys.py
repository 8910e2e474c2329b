"""The keys of a sign-in issuer, kept in a file that nobody else reads."""

from __future__ import annotations

import json
import os
from pathlib import Path

from joserfc.jwk import ECKey


def new() -> ECKey:
    """A fresh key for ES256."""
    return ECKey.generate_key("P-256", auto_kid=True)


def keep(path: Path, keys: list[ECKey]) -> None:
    """Writes the keys, the newest first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    documents = [key.as_dict(private=True) for key in keys]
    aside.write_text(json.dumps({"keys": documents}))
    os.replace(aside, path)


def kept_in(path: Path) -> list[ECKey]:
    """The keys in the file, the newest first, one made where none is.

    Of an earlier launcher there is one, bare.
    """
    if not path.exists():
        keep(path, [new()])
    kept = json.loads(path.read_text())
    documents = kept.get("keys", [kept])
    return [ECKey.import_key(document) for document in documents]
