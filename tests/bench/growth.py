"""``growth.*``: what a request costs among much over what it costs among little, as ratios.

Calls and read units are counted and always the same. CPU is that of our own code, in one process,
measured against a fixed piece of work right before and after, since others may use the core, too.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from infra.build import ROOT
from tests.bench.report import BenchError, emit, say

MEASURES = ("calls", "read_units", "cpu")
GOAL = 1.3
# A case page shows all its entries; a list is renewed twice a minute, whatever is asked; a round of
# the reconciler looks at every open case, so it is measured per case.
WITHOUT_GOAL = {"case_page", "catalogue_renewal"}
PER_CASE = {"reconciler"}
OF = {
    "case_page": "entries",
    "inbox": "tasks",
    "case_list": "cases",
    "sweep": "open cases",
    "reconciler": "open cases",
    "board": "cases",
    "statistics": "cases",
    "matters": "cases",
    "at_risk": "cases",
    "loads": "cases",
}
FEW, MANY, MILLION = 1_000, 100_000, 1_000_000

Sizes = Mapping[int, list[float]]
"""How much there is -> what one request costs: calls, read units, CPU in yardsticks."""


def measure_pages() -> None:
    """Print the ratios of pages and lists. Raises BenchError."""
    for part in ("people", "catalogue"):
        for subject, sizes in _child(part).items():
            _print(subject, sizes)


def measure_open_cases() -> None:
    """Print what a sweep and a reconciler's round cost among many open cases. Raises BenchError."""
    few, many = _child("open", FEW), _child("open", MANY)
    for subject in few:
        _print(subject, {**few[subject], **many[subject]})
    units = [found["sweep"][size][1] for found, size in ((few, FEW), (many, MANY))]
    emit("sweep.read_units", units[1], f"read units with {MANY:,} open")
    emit("sweep.read_units_ratio", units[1] / units[0], "ratio")


def measure_supervision() -> None:
    """Print what boards and lists of supervision cost among a million cases; board_ratio is the
    worst of all. Raises BenchError.
    """
    few, many = _child("supervision", FEW), _child("supervision", MILLION)
    worst = 0.0
    for subject in few:
        sizes = {**few[subject], **many[subject]}
        _print(subject, sizes)
        for place in range(len(MEASURES)):
            worst = max(worst, _ratio(sizes[MILLION][place], sizes[FEW][place]))
    emit("growth.board_ratio", worst, f"ratio, {MILLION:,} cases over {FEW:,}", GOAL)


def _child(part: str, *sizes: int) -> dict[str, Sizes]:
    command = [sys.executable, "-m", "tests.bench.growth_child", part, *map(str, sizes)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    if ended.returncode:
        raise BenchError(f"{' '.join(command[2:])} failed:\n{ended.stderr[-3000:]}")
    costs: dict[str, dict[str, Any]] = json.loads(ended.stdout.splitlines()[-1])
    return {subject: _by_number(by_size) for subject, by_size in costs.items()}


def _by_number(sizes: Mapping[str, list[float]]) -> Sizes:
    return {int(size): cost for size, cost in sizes.items()}


def _print(subject: str, sizes: Sizes) -> None:
    """Each size over the smallest; the goal is for the largest."""
    smallest, largest = min(sizes), max(sizes)
    of = OF.get(subject, "items")
    for size, cost in sorted(sizes.items()):
        calls, units, cpu = cost
        say(f"  {subject}, {size:,} {of}: {calls:g} calls, {units:g} units, CPU {cpu:.2f}")
    for place, measure in enumerate(MEASURES):
        for size in sorted(sizes)[1:]:
            value = _ratio(sizes[size][place], sizes[smallest][place])
            unit = f"ratio, {size:,} {of} over {smallest:,}"
            if subject in PER_CASE:
                value *= smallest / size
                unit += ", per case"
            name = f"growth.{subject}.{measure}" + ("" if size == largest else f".{size}")
            has_goal = size == largest and subject not in WITHOUT_GOAL
            emit(name, value, unit, GOAL if has_goal else None)


def _ratio(much: float, little: float) -> float:
    """1 for nothing over nothing: a list that the process keeps is read without any call."""
    return much / little if little else 1.0 + much
