"""The lines that the bench prints: ``{"name", "value", "unit", "goal"}`` on stdout, all else on
stderr.
"""

import json
import sys
from typing import Any

# What issue 2 asks for; "goal" is null for a number that is only printed.
GOALS: dict[str, float] = {
    "act.write_calls": 1,
    "act.read_calls": 2,
    "filing.write_calls": 1,
    "act.write_units": 9,
    "intake.cpu_ratio": 1.5,
    "cold.import_ratio": 1.7,
    "zip.mb": 30,
    "sweep.read_units_ratio": 1.1,
    "lifecycle.per_second": 20,
    "lifecycle.cpu_ms": 20,
    "delivery.backlog_s": 2,
    "next_task.p50_ms": 60,
    "usd_per_million_cases": 280,
    "demo.seconds": 120,
    "deploy.seconds": 15,
}


class BenchError(RuntimeError):
    """Something that a number rests on is missing or is not as it must be: no number is made up for
    it.
    """


def emit(name: str, value: Any, unit: str = "", goal: float | None = None) -> None:
    """Print one line; the goal is the issue's where it names one."""
    if isinstance(value, float):
        value = round(value, 4 if abs(value) < 1 else 2)
    line = {"name": name, "value": value, "unit": unit, "goal": GOALS.get(name, goal)}
    print(json.dumps(line, ensure_ascii=False), flush=True)


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
