"""Threads of the emulator are used again.

What the emulator lacks: it starts a thread for every invocation of a function, and waits until it
runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ministack.core import concurrency

from infra.local.emulator.patches import require

# So many that who waits for another's end never keeps a thread from them.
_MAX_THREADS = 2048
_pool = ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="reused")


class _Thread:
    """As ``threading.Thread``, as far as the emulator uses it for work that ends."""

    def __init__(self, target: Callable[[], Any], daemon: bool = True, name: str = "") -> None:
        self.name = name
        self._target = target
        self._work: Future[Any] | None = None

    def start(self) -> None:
        """Runs it in a thread that is free, or in a new one."""
        self._work = _pool.submit(self._target)

    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self._work is not None and not self._work.done()

    def join(self, timeout: float | None = None) -> None:
        """Waits for its end, at most so many seconds."""
        if self._work is not None:
            try:
                self._work.exception(timeout)
            except TimeoutError:
                pass


class _Threading:
    """The module ``threading`` with our threads in it."""

    Thread = _Thread

    def __getattr__(self, name: str) -> Any:
        return getattr(threading, name)


def apply() -> None:
    """Lets invocations and what goes on beside requests use threads again."""
    require(concurrency, "threading", "run_reentrant", "spawn_background")
    concurrency.threading = _Threading()
