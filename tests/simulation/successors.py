"""Successors of every sample flow, as if the newest had been found defective: a second look before
each decision.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest

from chalicelib.catalog import flows
from chalicelib.catalog.flows import Flow
from chalicelib.catalog.flows.step_kinds import DECISIONS
from chalicelib.supervision.conformance import flow_documents

MADE_UP = 2  # versions beyond the newest published one
PUBLISHED = tuple(flows.published())
NEWEST = {
    flow.id: max(other.version for other in PUBLISHED if other.id == flow.id) for flow in PUBLISHED
}
published_flow, published_document = flows.flow, flow_documents.document


def last(flow_id: str) -> int:
    """The newest version that a case can be moved to."""
    return NEWEST[flow_id] + MADE_UP


@lru_cache(maxsize=128)
def template(flow_id: str, version: int) -> dict[str, Any]:
    """The document of a version: the published one, or made from the one before it."""
    if version <= NEWEST[flow_id]:
        return flows.template(flows.FOLDER / f"{flow_id}.v{version}.json")
    document = copy.deepcopy(template(flow_id, version - 1))
    document["version"] = version
    steps = document["steps"]
    decision, look = (
        next(name for name, step in steps.items() if step["kind"] in DECISIONS),
        f"look{version}",
    )
    for step in steps.values():
        if step.get("next") == decision:
            step["next"] = look
        elif step["kind"] not in ("joint", "meeting"):  # a meeting binds the decision itself
            step["outcomes"] = {
                name: look if to == decision else to for name, to in step["outcomes"].items()
            }
    title = {"zh": "再审", "en": "Second look"}
    steps[look] = {
        "kind": "review",
        "title": title,
        "post": "reviewer",
        "limit_days": 2,
        "outcomes": {"pass": decision},
    }
    return document


def step_map(flow: Flow) -> dict[str, str]:
    """Where the cases of a version go on in its successor: where they stand, but for a decision,
    looked at again.
    """
    if flow.version < NEWEST[flow.id]:
        path = flows.FOLDER / "maps" / f"{flow.id}.v{flow.version}-v{flow.version + 1}.json"
        published: dict[str, str] = flows.template(path)["steps"]
        return published
    return {
        place: place
        if place in flow.joints or flow.steps[place].kind not in DECISIONS
        else f"look{flow.version + 1}"
        for place in flow.places
    }


@lru_cache(maxsize=128)
def flow(flow_id: str, version: int) -> Flow:
    """A version of a flow, made up ones among them. Raises FileNotFoundError beyond the last."""
    if not NEWEST[flow_id] < version <= last(flow_id):
        return published_flow(flow_id, version)
    return flows.read(template(flow_id, version))


def versions(flow_id: str) -> list[Flow]:
    """All versions of a flow, oldest first."""
    return [flow(flow_id, version) for version in range(1, last(flow_id) + 1)]


@lru_cache(maxsize=128)
def document(flow_id: str, version: int) -> Any:
    """What the conformance check reads of a version."""
    if version <= NEWEST[flow_id]:
        return published_document(flow_id, version)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows, "template", lambda path: template(flow_id, version))
        return published_document.__wrapped__(flow_id, version)


@contextmanager
def published() -> Iterator[pytest.MonkeyPatch]:
    """Within it the successors are known to the product as if they had been published."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows, "flow", flow)
        patch.setattr(flow_documents, "document", document)
        yield patch
