"""What the checker says is wrong with a flow."""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing wrong: the step (empty for the flow as a whole), the rule, and where it stands.

    ``field`` is a JSON pointer into the template; what an item's posts or limits are the cause of
    stands under ``/posts`` and ``/limits``. ``message`` is a key of the texts, ``params`` what its
    sentence asks for.
    """

    step: str
    rule: str
    field: str
    message: str
    params: Mapping[str, object]


def finding(step: str, rule: str, at: str, **params: object) -> Finding:
    """A finding in the words of its rule: the text ``flow-<rule>``."""
    return Finding(
        step,
        rule,
        at,
        message=f"flow-{rule}",
        params={"step": step, **params},
    )


class Placed(Protocol):
    """A step or joint review with its place in the template."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def at(self) -> str:
        """Where it stands: a JSON pointer."""


def against(step: Placed, rule: str, part: str = "", **params: object) -> Finding:
    """A finding about a step, or about one ``part`` of it."""
    at = f"{step.at}/{part}" if part else step.at
    return finding(step.id, rule, at, **params)
