"""What the functions' policies allow, and the record of what the journeys saw the functions use."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.build import ROOT, functions

RECORD = Path(__file__).with_name("recorded_rights.json")
FLOWS, EVERYTHING = "Flows", "*"

Right = tuple[str, str, str, str]
"""Function, statement, action, resource: the template's logical id, with an index after it; all
flows are one.
"""


def policy(function: str) -> list[dict[str, Any]]:
    """The statements of a function's policy."""
    return list(
        json.loads((ROOT / ".chalice" / f"policy-{function}.json").read_text())["Statement"]
    )


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement that gives a function rights."""
    for function in functions.FUNCTIONS:
        for statement in policy(function):
            if statement["Effect"] == "Allow":
                yield function, statement


def resources(statement: dict[str, Any]) -> list[str]:
    """What a statement is about, named as in ``Right``; all that is not excepted is everything."""
    told = statement.get("Resource", EVERYTHING)
    return [_named(each) for each in (told if isinstance(told, list) else [told])]


def recorded() -> set[Right]:
    """The rights on record."""
    told = json.loads(RECORD.read_text())
    return {
        (function, sid, action, resource)
        for function, used in told.items()
        for sid, actions in used.items()
        for action, things in actions.items()
        for resource in things
    }


def write(found: set[Right]) -> None:
    """Put rights on record: function, statement, action, resources."""
    told: dict[str, dict[str, dict[str, list[str]]]] = {}
    for function, sid, action, resource in sorted(found):
        told.setdefault(function, {}).setdefault(sid, {}).setdefault(action, []).append(resource)
    RECORD.write_text(json.dumps(told, indent=1) + "\n")


def _named(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    if attribute := resource.get("Fn::GetAtt"):
        return str(attribute[0])
    text = str(resource["Fn::Sub"])
    if ":stateMachine:" in text:
        return FLOWS
    found = re.match(r"\$\{(\w+)\.Arn\}(/index/\w+)?", text)
    return found[1] + (found[2] or "") if found else text
