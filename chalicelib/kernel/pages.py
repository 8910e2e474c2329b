"""Opaque page cursors: signed with the caller and the list, so that foreign or changed ones are refused."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.kernel import ids
from chalicelib.kernel.errors import BadCursor

_MARK = 16


def give(start: Mapping[str, Any] | None, *binding: str) -> str | None:
    """A cursor for the next page (None at the end), valid only for the same ``binding`` (caller, list, filter)."""
    if not start:
        return None
    body = base64.urlsafe_b64encode(json.dumps(start, sort_keys=True).encode()).decode()
    return body + _mark(body, binding)


def take(cursor: str, *binding: str) -> Mapping[str, Any] | None:
    """What ``give`` wrapped. Raises BadCursor for anything else."""
    if not cursor:
        return None
    body, mark = cursor[:-_MARK], cursor[-_MARK:]
    if not body or mark != _mark(body, binding):
        raise BadCursor
    start: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(body))
    return start


def _mark(body: str, binding: tuple[str, ...]) -> str:
    return ids.keyed_hash("cursor", body, *binding, bits=_MARK * 5)
