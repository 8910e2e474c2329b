"""Published flows as the second reading sees them: the documents themselves, not what the rules
made of them.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from chalicelib.catalog import flows


class FlowDocument(NamedTuple):
    """A published document, its acting steps by name (branches among them), its joint reviews by
    name.
    """

    published: dict[str, Any]
    steps: dict[str, Any]
    joints: dict[str, Any]


@lru_cache(maxsize=64)
def document(flow: str, version: int) -> FlowDocument:
    """One version of a flow. Raises FileNotFoundError where none was published."""
    path = flows.FOLDER / f"{flow}.v{version}.json"
    published = flows.template(path)
    steps: dict[str, Any] = {}
    joints: dict[str, Any] = {}
    for name, step in published["steps"].items():
        if step["kind"] == "joint":
            joints[name] = step
        else:
            steps[name] = step
    for name, joint in joints.items():
        for branch, step in joint["branches"].items():
            steps[branch] = {**step, "joint": name}
    return FlowDocument(published, steps, joints)
