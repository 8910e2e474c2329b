"""The JSONata that the compiler emits, by hand: an interpreter takes milliseconds. A test compares
each with one.
"""

import json
from collections.abc import Callable
from typing import Any


def _since(value: Any) -> Any:
    """``.since`` of an object, or of every object of an array."""
    return [part["since"] for part in value] if isinstance(value, list) else value["since"]


def _max(value: Any) -> Any:
    return max(value) if isinstance(value, list) else value


EXPRESSIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "{% $states.context.Task.Token %}": lambda s: s["context"]["Task"]["Token"],
    "{% $states.context.Execution.Input.case %}": lambda s: s["context"]["Execution"]["Input"][
        "case"
    ],
    "{% $max($states.input.since) %}": lambda s: _max(_since(s["input"])),
    "{% {'since': $states.result.since} %}": lambda s: {"since": _since(s["result"])},
    "{% {'since': $parse($states.errorOutput.Cause).since} %}": lambda s: {
        "since": json.loads(s["errorOutput"]["Cause"])["since"]
    },
}


def evaluate(value: Any, states: dict[str, Any]) -> Any:
    """``value`` with its JSONata expressions filled in. Raises KeyError for one that the compiler
    never emitted.
    """
    if isinstance(value, dict):
        return {name: evaluate(part, states) for name, part in value.items()}
    if isinstance(value, str) and value.startswith("{%"):
        return EXPRESSIONS[value](states)
    return value
