"""What the checker says is wrong with a flow."""

from collections.abc import Mapping
from dataclasses import dataclass


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
