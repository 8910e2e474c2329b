"""House rules that can be counted: small rooms, a sentence for each, and time that no real stage
can move.
"""

import ast
from pathlib import Path

import pytest

from tests.guards.code import MODULES, ROOT, name_of, tree

MAX_LINES = 250  # of code and words; those that only part them are not counted
# Modules that are longer, and why.
LONG = {"chalicelib/catalog/flows/diagrams/svg.py": "one picture, drawn from top to bottom"}
CONFIGURATION = sorted(
    path
    for top in ("infra", ".chalice", "app.py", "Makefile")
    for path in ([ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*"))
    if path.suffix in (".json", ".yaml", ".yml", ".py", "")
    and path.is_file()
    and "__pycache__" not in path.parts
)
# The embedded launcher moves time in its own process and in those that it starts; nothing that is
# deployed does.
LAUNCHER = ROOT / "infra" / "local"
CLOCK, OFFLINE = "chalicelib/kernel/clock.py", "chalicelib/certificates/verify.py"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) <= MAX_LINES or name_of(path) in LONG
    said = ast.get_docstring(tree(path)) or ""
    assert said
    summary = said.partition("\n\n")[0]
    assert summary.rstrip().endswith((".", "?")), "whole sentences"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_others_may_call_says_what_it_does(path: Path) -> None:
    def public(body: list[ast.stmt], prefix: str = "") -> list[str]:
        missing = []
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                missing += [] if ast.get_docstring(node) else [prefix + node.name]
                if isinstance(node, ast.ClassDef) and node.name not in ("Meta",):
                    missing += public(node.body, f"{prefix}{node.name}.")
        return [name for name in missing if not name.endswith(".Meta")]

    assert public(tree(path).body) == []


def test_no_template_policy_or_stage_can_set_a_movable_clock() -> None:
    deployed = [path for path in CONFIGURATION if LAUNCHER not in path.parents]
    assert len(deployed) > 20
    assert [
        name_of(path) for path in deployed if "CLOCK_FILE" in path.read_text("utf-8").upper()
    ] == []


def test_only_settings_and_clock_know_of_it_in_the_product() -> None:
    knowing = {name_of(path) for path in MODULES if "clock_file" in path.read_text("utf-8").lower()}
    assert knowing == {"chalicelib/kernel/settings.py", CLOCK}


def test_time_is_told_by_the_clock_alone() -> None:
    """Official time is ``clock.now``, system time ``clock.system_now`` (or seconds of ``time``)."""
    asking = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today") and getattr(node.func.value, "id", "") in ("datetime", "date")
        and name_of(path) not in (CLOCK, OFFLINE)
    ]  # fmt: skip
    assert asking == []
