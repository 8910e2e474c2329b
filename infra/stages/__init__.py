"""The stages that can be deployed: one JSON file each, ``{"region", "parameters"}``."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

EMBEDDED = "embedded"
FIRST_REGION = "us-east-1"
FOLDER = Path(__file__).parent


def check_name(stage: str) -> None:
    """Stop with a message when the name cannot be part of AWS's names (and of paths)."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,19}", stage):
        sys.exit(f"stage {stage!r}: 2 to 20 lower case letters, digits and hyphens, a letter first")


def read(stage: str) -> dict[str, Any]:
    """A stage's region and parameters; without a file, the caller's region and no parameters.

    Stops with a message that names the file when it still holds a placeholder.
    """
    check_name(stage)
    path = FOLDER / f"{stage}.json"
    if not path.exists():
        return {"region": callers_region() or FIRST_REGION, "parameters": {}}
    found: dict[str, Any] = json.loads(path.read_text())
    if "REPLACE" in json.dumps(found):
        sys.exit(f"infra/stages/{stage}.json still holds a placeholder")
    return found


def callers_region() -> str:
    """The region of whoever runs this, as the AWS command line finds it; empty if none is set."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "")


def _as_text(value: Any) -> str:
    """A list in a stage's file is JSON to the template."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def complete(stage: str, given: dict[str, str], declared: dict[str, Any]) -> dict[str, str]:
    """All parameters of a stage's template; stops by name at what is missing or unknown.

    ``given`` goes before the stage's file; ``declared`` is the template's ``Parameters``.
    """
    values = {"Stage": stage}
    for name, value in read(stage)["parameters"].items():
        values[name] = _as_text(value)
    values |= given
    needed = {name for name, rule in declared.items() if "Default" not in rule}
    unknown = sorted(values.keys() - declared.keys())
    missing = sorted(needed - values.keys())
    wrong = [f"unknown parameter {name}" for name in unknown]
    wrong += [f"missing parameter {name}" for name in missing]
    if wrong:
        sys.exit(f"stage {stage}: {', '.join(wrong)} (infra/stages/prod.example.json shows all)")
    return values
