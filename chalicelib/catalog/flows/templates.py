"""The published template documents, and the flows that are read from them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.catalog.flows.model import Flow, Joint, Step
from chalicelib.catalog.flows.step_kinds import APPLICATION, DECISIONS

_ROOT = Path(__file__).resolve().parents[3]


def _folder() -> Path:
    """In the zip what vendor/ links to stands at the top."""
    for path in (_ROOT / "flows", _ROOT / "infra" / "flows"):
        if path.is_dir():
            return path
    return _ROOT


FOLDER = _folder()


def file_of(name: str, version: int) -> Path:
    """Where a flow version's template stands."""
    return FOLDER / f"{name}.v{version}.json"


def template(path: Path) -> dict[str, Any]:
    """The template document in a file."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


@lru_cache
def flow(name: str, version: int) -> Flow:
    """A published flow version. Raises FileNotFoundError for one that was never published."""
    return read(template(file_of(name, version)))


def published() -> Iterator[Flow]:
    """Every published flow version."""
    for path in sorted(FOLDER.glob("*.v*.json")):
        yield read(template(path))


def read(template: Mapping[str, Any]) -> Flow:
    """The flow of a template document (``schemas/flow.schema.json``)."""
    steps: dict[str, Step] = {}
    joints: dict[str, Joint] = {}
    for name, body in template["steps"].items():
        if body["kind"] == "joint":
            joints[name] = _joint(name, body)
            steps |= _branches(name, body)
        else:
            steps[name] = _step(name, body)
    tacit = template.get("tacit", "")
    return Flow(
        id=template["id"],
        version=template["version"],
        title=template["title"],
        start=template["start"],
        steps=_marked(steps, tacit),
        joints=joints,
        hash=_hash(template),
        opens=template.get("opens", APPLICATION),
        tacit=tacit,
    )


def _hash(template: Mapping[str, Any]) -> str:
    """In the published order, not sorted: which outcome stands first is part of the flow."""
    published = json.dumps(
        template,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(published.encode()).hexdigest()


def _joint(name: str, body: Mapping[str, Any]) -> Joint:
    return Joint(
        name,
        body["title"],
        tuple(body["branches"]),
        body["next"],
    )


def _branches(joint: str, body: Mapping[str, Any]) -> dict[str, Step]:
    branches = {}
    for name, branch in body["branches"].items():
        branches[name] = _step(name, branch, joint)
    return branches


def _step(name: str, body: Mapping[str, Any], joint: str = "") -> Step:
    return Step(
        id=name,
        kind=body["kind"],
        title=body["title"],
        post=body.get("post", ""),
        limit_days=body.get("limit_days", 0),
        outcomes=body["outcomes"],
        not_by=tuple(body.get("not_by", ())),
        joint=joint,
    )


def _marked(steps: Mapping[str, Step], tacit: str) -> dict[str, Step]:
    """The steps, each knowing whether it belongs to carrying a decision out."""
    carried_out = _carried_out(steps, tacit)
    marked = {}
    for name, step in steps.items():
        marked[name] = replace(step, decided=name in carried_out)
    return marked


def _carried_out(steps: Mapping[str, Step], tacit: str) -> set[str]:
    """The steps by which a decision is carried out: all that follow it."""
    pending = [tacit]
    for step in steps.values():
        if step.kind in DECISIONS:
            favourable = DECISIONS[step.kind]
            pending.append(step.outcomes[favourable])
    seen = set[str]()
    while pending:
        name = pending.pop()
        if name in seen or name not in steps:
            continue
        seen.add(name)
        pending += steps[name].outcomes.values()
    return seen
