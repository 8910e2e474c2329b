"""The product's code as guards read it: its modules, and what they call with which words."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "chalicelib"
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """``chalicelib/kernel/http/door.py``."""
    return str(path.relative_to(ROOT))


@lru_cache
def tree(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text("utf-8"))


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """(``file:line``, node) of every node of a kind in the product."""
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, kind):
                yield f"{name_of(path)}:{getattr(node, 'lineno', 0)}", node


def text_of(node: ast.AST | None) -> str | None:
    """The value of a string constant."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(node: ast.Call) -> str:
    """The last part of what is called: ``Fault``, ``say``."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def constants() -> set[str]:
    """Every string that stands in the product's code, and the fixed parts of those that are put
    together.
    """
    return {node.value for _, node in nodes(ast.Constant) if isinstance(node.value, str)}  # type: ignore[attr-defined]
