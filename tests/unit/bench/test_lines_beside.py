"""What the bench prints when it measures another revision in the same run."""

import json
from typing import Any

import pytest

from tests.bench.report import Line, collecting, emit, print_beside
from tests.bench.table import rows


def lines_of(*numbers: tuple[str, Any]) -> list[Line]:
    lines: list[Line] = []
    with collecting(lines):
        for name, value in numbers:
            emit(name, value)
    return lines


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return {line["name"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}


def test_medians_of_the_turns_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    print_beside(lines_of(("a", 10), ("a", 20)), lines_of(("a", 40), ("a", 20)))
    line = printed(capsys)["a"]
    assert (line["value"], line["base"], line["ratio"]) == (15.0, 30.0, 0.5)


def test_a_number_that_is_new_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    print_beside(lines_of(("a", 1), ("rule", "some text")), lines_of(("b", 2), ("rule", "text")))
    found = printed(capsys)
    assert set(found) == {"a", "rule"}
    assert "base" not in found["a"] and "base" not in found["rule"]


def test_a_multiple_of_before_is_the_goal(capsys: pytest.CaptureFixture[str]) -> None:
    print_beside(lines_of(("lifecycle.cpu_ms", 100)), lines_of(("lifecycle.cpu_ms", 300)))
    assert printed(capsys)["lifecycle.cpu_ms"]["goal"] == 150


def test_nothing_over_nothing_has_no_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    print_beside(lines_of(("a", 0)), lines_of(("a", 0)))
    assert printed(capsys)["a"]["ratio"] is None


def test_the_table_shows_before_and_ratio_where_they_were_measured() -> None:
    line = {"name": "a", "value": 1, "unit": "calls", "goal": None}
    assert rows([json.dumps(line)])[2] == "| `a` | 1 |  | calls |"
    assert rows([json.dumps({**line, "base": 2, "ratio": 0.5})])[2] == (
        "| `a` | 1 | 2 | 0.5 |  | calls |"
    )
