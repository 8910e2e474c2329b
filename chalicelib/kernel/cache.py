"""What a process remembers from one request to the next; a test forgets all of it by one call.

Only what never changes is remembered, or what may be a little old: nothing of it decides who may
do what.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, update_wrapper
from threading import Lock
from time import time
from typing import Any, Generic, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_forget_all: list[Callable[[], None]] = []


def clear() -> None:
    """Forget everything."""
    for forget in _forget_all:
        forget()


def remembered(
    max_size: int = 1,
    seconds: float = 0,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember what a function answered for its last ``max_size`` arguments, for so many seconds
    (0: as long as the process lives). What it raises is not remembered.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if seconds:
            return cast(
                Callable[P, R],
                _Aging(
                    function,
                    max_size,
                    seconds,
                ),
            )
        kept = lru_cache(max_size)(function)
        _forget_all.append(kept.cache_clear)
        return cast(Callable[P, R], kept)

    return decorate


class Memory(Generic[K, V]):
    """The last ``max_size`` values that were kept, by key; for what a function cannot find out
    from its arguments alone.
    """

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._values: dict[K, V] = {}
        self._lock = Lock()
        _forget_all.append(self._values.clear)

    def get(self, key: K) -> V | None:
        """The value; None where it is not, or no longer, remembered."""
        return self._values.get(key)

    def keep(self, key: K, value: V) -> None:
        """Remember a value in place of the oldest one."""
        with self._lock:
            self._values.pop(key, None)
            if len(self._values) >= self._max_size:
                oldest = next(iter(self._values))
                del self._values[oldest]
            self._values[key] = value

    def clear(self) -> None:
        """Forget all of them."""
        self._values.clear()


class _Aging(Generic[R]):
    """A function whose answers are remembered for some seconds."""

    def __init__(self, function: Callable[..., R], max_size: int, seconds: float) -> None:
        self._function, self._seconds = function, seconds
        self._answers: Memory[tuple[Any, ...], tuple[float, R]] = Memory(max_size)
        update_wrapper(self, function)

    def __call__(self, *args: Any) -> R:
        now = time()
        known = self._answers.get(args)
        if known and known[0] > now:
            return known[1]
        answer = self._function(*args)
        self._answers.keep(args, (now + self._seconds, answer))
        return answer

    def cache_clear(self) -> None:
        """Forget the answers of this one function, as tests do that move official time."""
        self._answers.clear()
