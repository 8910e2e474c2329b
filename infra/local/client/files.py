"""Documents that citizens upload, and the way into storage."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

_SECONDS = 60


@dataclass(frozen=True)
class File:
    """A document that a citizen uploads."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/pdf"

    @property
    def sha256(self) -> str:
        """Its fingerprint, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def pdf(name: str, text: str = "") -> File:
    """A small document that is different for each text."""
    text = text or uuid.uuid4().hex
    content = f"%PDF-1.4\n% {text}\n%%EOF\n"
    return File(name, content.encode())


def put_into_storage(form: dict[str, Any], file: File, **changed: str) -> httpx.Response:
    """POST a file with the fields of its upload form, straight to storage.

    ``changed`` replaces fields of the form.
    """
    fields = dict(form["fields"])
    for name, value in changed.items():
        fields[name.replace("_", "-")] = value
    return httpx.post(
        form["url"],
        data=fields,
        files={"file": ("file", file.content)},
        timeout=_SECONDS,
        trust_env=False,
    )
