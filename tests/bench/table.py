"""The newest numbers as a Markdown table: ``make bench | python -m tests.bench.table``.

Measured beside another revision, it has that one's numbers and the ratios, too.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

PLAIN = {"Value": "value", "Goal": "goal"}
BESIDE = {"Value": "value", "Before": "base", "Ratio": "ratio", "Goal": "goal"}


def rows(lines: Sequence[str]) -> list[str]:
    """Markdown rows of the bench's lines; rules are texts and stand elsewhere."""
    numbers = [line for line in map(json.loads, lines) if not isinstance(line["value"], str)]
    columns = BESIDE if any("base" in line for line in numbers) else PLAIN
    head = ["Number", *columns, ""]
    rule = "|---|" + "---:|" * len(columns) + "---|"
    return [f"| {' | '.join(head)} |", rule, *(_row(line, columns) for line in numbers)]


def _row(line: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    cells = [_cell(line.get(key)) for key in columns.values()]
    return f"| `{line['name']}` | {' | '.join(cells)} | {line['unit']} |"


def _cell(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


if __name__ == "__main__":
    print("\n".join(rows(sys.stdin.read().splitlines())))
