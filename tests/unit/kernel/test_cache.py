"""What a process remembers, for how long, and that it can be made to forget."""

from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.kernel import cache

Answer = Callable[[str], tuple[str, int]]
numbers = count()


@cache.remembered(max_size=2)
def lasting(name: str) -> tuple[str, int]:
    return name, next(numbers)


@cache.remembered(max_size=2, seconds=60)
def aging(name: str) -> tuple[str, int]:
    if name == "bad":
        raise ValueError(name)
    return name, next(numbers)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [1000.0]
    monkeypatch.setattr(cache, "time", lambda: moment[0])
    cache.clear()
    return moment


@pytest.mark.parametrize("function", [lasting, aging])
def test_an_answer_is_found_out_once(at: list[float], function: Answer) -> None:
    assert function("a") == function("a") != function("b")


@pytest.mark.parametrize("function", [lasting, aging])
def test_everything_is_forgotten_by_one_call(at: list[float], function: Answer) -> None:
    before = function("a")
    cache.clear()
    assert function("a") != before


def test_what_may_be_a_little_old_is_found_out_again_in_its_time(at: list[float]) -> None:
    first = aging("a")
    at[0] += 59
    assert aging("a") == first
    at[0] += 1
    assert aging("a") != first


def test_the_oldest_of_too_many_is_forgotten(at: list[float]) -> None:
    first, second = aging("a"), aging("b")
    aging("c")
    assert aging("b") == second
    assert aging("a") != first


def test_what_was_raised_is_not_remembered(at: list[float]) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            aging("bad")


def test_a_memory_keeps_what_it_is_given(at: list[float]) -> None:
    memory: cache.Memory[str, int] = cache.Memory(2)
    for number, key in enumerate("abac"):
        memory.keep(key, number)
    assert [memory.get(key) for key in "abc"] == [2, None, 3]
    cache.clear()
    assert memory.get("a") is None
