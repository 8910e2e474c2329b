"""What the sample city publishes, read once for the guards that look at it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
FLOWS = {
    path.name: json.loads(path.read_text("utf-8")) for path in (ROOT / "infra/flows").glob("*.json")
}
ITEMS = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in (ROOT / "infra/seed/items").glob("*.json")
}

every_flow = pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
every_item = pytest.mark.parametrize("item", ITEMS.values(), ids=list(ITEMS))


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(
        json.loads((ROOT / f"schemas/{name}.schema.json").read_text("utf-8"))
    )


def faults(validator: Draft202012Validator, value: Any) -> list[str]:
    return [f"{fault.json_path}: {fault.message[:120]}" for fault in validator.iter_errors(value)]


def acting_steps(flow: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step at which somebody acts; the branches of a joint review stand for it."""
    for name, step in flow["steps"].items():
        yield from step["branches"].items() if step["kind"] == "joint" else [(name, step)]
