"""The lines that the bench prints: ``{"name", "value", "unit", "goal"}`` on stdout, all else on
stderr. Measured beside another revision, a line has ``base`` and ``ratio`` besides.
"""

import json
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Line = Mapping[str, Any]

# "goal" is null for a number that is only printed.
GOALS: Mapping[str, float] = {
    "act.write_calls": 1,
    "act.read_calls": 2,
    "filing.write_calls": 1,
    "act.write_units": 8,
    "case.aws_calls": 75,
    "lifecycle.aws_calls": 45,
    "intake.cpu_ratio": 1.15,
    "cold.import_ratio": 1.5,
    "zip.mb": 19,
    "sweep.read_units_ratio": 1.1,
    "lifecycle.per_second": 8,
    "lifecycle.cpu_ms": 130,
    "delivery.backlog_s": 2,
    "next_task.p50_ms": 45,
    "filing.per_second": 30,
    "filing.p95_ms": 350,
    "usd_per_million_cases": 250,
    "demo.seconds": 120,
    "deploy.seconds": 15,
}
# Goals that are a multiple of what another revision needs on the same machine in the same run.
GOALS_OVER_BASE: Mapping[str, float] = {"lifecycle.per_second": 2.0, "lifecycle.cpu_ms": 0.5}

_collected: list[Line] | None = None


class BenchError(RuntimeError):
    """Something that a number rests on is missing or is not as it must be: no number is made up for
    it.
    """


def emit(name: str, value: Any, unit: str = "", goal: float | None = None) -> None:
    """Print one line, or collect it; with its goal, where it has one."""
    line = {"name": name, "value": value, "unit": unit, "goal": GOALS.get(name, goal)}
    if _collected is None:
        _print(line)
    else:
        _collected.append(line)


@contextmanager
def collecting(lines: list[Line]) -> Iterator[None]:
    """What is emitted inside goes into ``lines`` instead of being printed."""
    global _collected
    outer, _collected = _collected, lines
    try:
        yield
    finally:
        _collected = outer


def print_beside(lines: Sequence[Line], base_lines: Sequence[Line]) -> None:
    """Print each name once: the median of its values, that of the base's, and their ratio.

    A name that the base has no line for, and a text, is printed alone.
    """
    for name, line in {line["name"]: line for line in lines}.items():
        own, base = _values(lines, name), _values(base_lines, name)
        if own and base:
            _print(_beside(line, statistics.median(own), statistics.median(base)))
        else:
            _print({**line, "value": statistics.median(own)} if own else line)


def _values(lines: Sequence[Line], name: str) -> list[float]:
    values = [line["value"] for line in lines if line["name"] == name]
    return [value for value in values if isinstance(value, int | float)]


def _beside(line: Line, value: float, base: float) -> Line:
    goal = line["goal"]
    if line["name"] in GOALS_OVER_BASE:
        goal = _rounded(base * GOALS_OVER_BASE[line["name"]])
    ratio = value / base if base else None
    return {**line, "value": value, "goal": goal, "base": _rounded(base), "ratio": _rounded(ratio)}


def _print(line: Line) -> None:
    print(json.dumps({**line, "value": _rounded(line["value"])}, ensure_ascii=False), flush=True)


def _rounded(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return round(value, 4 if abs(value) < 1 else 2)


def say(text: str) -> None:
    """Tell whoever watches how far the run is."""
    print(text, file=sys.stderr, flush=True)


def need(found: Any, what: str) -> Any:
    """``found``, unless it is missing or empty. Raises BenchError with what is missing."""
    if not found:
        raise BenchError(what)
    return found


def median(values: list[float]) -> float:
    """The middle value; raises BenchError where nothing was measured."""
    return percentile(values, 50)


def percentile(values: list[float], percent: float) -> float:
    """The value below which ``percent`` of the values lie (nearest rank)."""
    ordered = sorted(need(values, "nothing was measured"))
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
