"""A line reads at once: how many syntax nodes the lines of functions carry, counted."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.guards.code import ROOT

FOLDERS = (ROOT / "chalicelib", ROOT / "infra")
MAX_MEDIAN = 9.5
MAX_P90 = 16.0
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_lines_read_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Median and 90th percentile of nodes per body line, over all functions."""
    densities = sorted(density for folder in FOLDERS for density in densities_of(folder))
    middle, p90 = median(densities), percentile_90(densities)
    with capsys.disabled():
        print(f"\nnodes per line of {len(densities)} functions: median {middle:.2f}, p90 {p90:.2f}")
    assert middle <= MAX_MEDIAN
    assert p90 <= MAX_P90


def test_what_is_counted() -> None:
    """Nodes of the body without its docstring, over its lines without blank ones and comments."""
    source = '''
def f(a):
    """Said."""
    # a reason
    b = a

    return b
'''
    [function] = [node for node in ast.walk(ast.parse(source)) if isinstance(node, Function)]
    # Assign, Name, Store, Name, Load; Return, Name, Load: eight nodes on two lines.
    assert density_of(function, source.splitlines()) == 4.0


def densities_of(folder: Path) -> Iterator[float]:
    """Nodes per line of every function in a folder that has more than a docstring."""
    for path in folder.rglob("*.py"):
        source = path.read_text("utf-8")
        lines = source.splitlines()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, Function) and body_of(node):
                yield density_of(node, lines)


def density_of(function: Function, lines: list[str]) -> float:
    """AST nodes of a function's body by line of code."""
    body = body_of(function)
    nodes = sum(1 for statement in body for _ in ast.walk(statement))
    last = body[-1].end_lineno
    code = [line for line in lines[body[0].lineno - 1 : last] if is_code(line)]
    return nodes / len(code)


def body_of(function: Function) -> list[ast.stmt]:
    """The statements after the docstring."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return function.body[1:] if has_docstring else function.body


def is_code(line: str) -> bool:
    """Whether a line is neither blank nor a comment."""
    return bool(line.strip()) and not line.strip().startswith("#")


def percentile_90(values: list[float]) -> float:
    """The value that nine of ten do not exceed."""
    return values[int(len(values) * 0.9)]
