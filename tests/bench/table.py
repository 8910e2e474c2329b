"""The newest numbers as a Markdown table: ``make bench | python -m tests.bench.table``."""

import json
import sys


def rows(lines: list[str]) -> list[str]:
    """Markdown rows of the bench's lines; rules are texts and stand elsewhere."""
    made = ["| Number | Value | Goal | |", "|---|---:|---:|---|"]
    for line in map(json.loads, lines):
        if isinstance(line["value"], str):
            continue
        goal = "" if line["goal"] is None else f"{line['goal']:g}"
        made.append(f"| `{line['name']}` | {line['value']:g} | {goal} | {line['unit']} |")
    return made


if __name__ == "__main__":
    print("\n".join(rows(sys.stdin.read().splitlines())))
