"""Waiting for what follows from an act: it comes by itself, a little later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from infra.local.client.answer import UnexpectedAnswerError

T = TypeVar("T")
# Seconds: without its wake-ups, a case moves when its minute has closed, some two minutes later.
PATIENCE = 160.0
_PAUSE = 0.05


def wait(ask: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Ask until the answer is something. Raises UnexpectedAnswerError when patience ends."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise UnexpectedAnswerError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(_PAUSE)
