"""The stages that can be deployed: one JSON file each, ``{"region", "parameters"}``."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

EMBEDDED = "embedded"
FOLDER = Path(__file__).parent


def check_name(stage: str) -> None:
    """Stop with a message when the name cannot be part of AWS's names (and of paths)."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,19}", stage):
        sys.exit(
            f"stage {stage!r}: lower case letters, digits and hyphens, 2 to 20 of them, a letter first"
        )


def read(stage: str) -> dict[str, Any]:
    """A stage's region and parameters; without a file, the caller's region and no parameters.

    Stops with a message that names the file when it still holds a placeholder.
    """
    check_name(stage)
    path = FOLDER / f"{stage}.json"
    if not path.exists():
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        return {"region": region, "parameters": {}}
    found: dict[str, Any] = json.loads(path.read_text())
    if "REPLACE" in json.dumps(found):
        sys.exit(f"infra/stages/{stage}.json still holds a placeholder")
    return found


def _as_text(parameters: dict[str, Any]) -> dict[str, str]:
    """A list in a stage's file is JSON to the template."""
    return {
        name: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v
        for name, v in parameters.items()
    }


def complete(stage: str, given: dict[str, str], declared: dict[str, Any]) -> dict[str, str]:
    """All parameters of a stage's template; stops by name at what is missing or unknown.

    ``given`` goes before the stage's file; ``declared`` is the template's ``Parameters``.
    """
    values: dict[str, str] = {"Stage": stage} | _as_text(read(stage)["parameters"]) | given
    unknown = values.keys() - declared.keys()
    missing = {name for name, rule in declared.items() if "Default" not in rule} - values.keys()
    if unknown or missing:
        wrong = [f"unknown parameter {name}" for name in sorted(unknown)]
        wrong += [f"missing parameter {name}" for name in sorted(missing)]
        sys.exit(f"stage {stage}: {', '.join(wrong)} (infra/stages/prod.example.json shows all)")
    return values
