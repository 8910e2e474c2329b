"""Flow templates: the fixed ways that a case can walk, published by version and never edited."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.catalog.flows.step_kinds import APPLICATION, DECISIONS, END, KINDS, Kind

_ROOT = Path(__file__).resolve().parents[3]
# In the zip what vendor/ links to stands at the top.
FOLDER = next(
    (path for path in (_ROOT / "flows", _ROOT / "infra" / "flows") if path.is_dir()), _ROOT
)


@dataclass(frozen=True)
class Step:
    """One visit's worth of work: who acts (``post`` is a role the item maps to a post), with which
    outcomes.
    """

    id: str
    kind: str
    title: Mapping[str, str]
    post: str
    limit_days: int
    outcomes: Mapping[str, str]
    not_by: tuple[str, ...]
    joint: str = ""
    decided: bool = False

    @property
    def language(self) -> Kind:
        """What the flow language says of its kind."""
        return KINDS[self.kind]

    @property
    def plain(self) -> str:
        """The outcome that Step Functions takes for success; every other one is a named failure."""
        return next(iter(self.outcomes))

    @property
    def may_withdraw(self) -> bool:
        """Whether the applicant can still withdraw: not once the decision is made and is only
        carried out.
        """
        return not self.decided


@dataclass(frozen=True)
class Joint:
    """A joint review: its branches run at once, and ``next`` follows when all have given their
    opinion.
    """

    id: str
    title: Mapping[str, str]
    branches: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class Flow:
    """One published version of a flow.

    ``opens``: by ``application``, or ``ex_officio`` by an officer. ``tacit``: where silence until
    the statutory limit leads; empty where silence grants nothing.
    """

    id: str
    version: int
    title: Mapping[str, str]
    start: str
    steps: Mapping[str, Step]
    joints: Mapping[str, Joint]
    hash: str
    opens: str = APPLICATION
    tacit: str = ""

    @property
    def name(self) -> str:
        """``licence-v1``: the last part of its state machine's name."""
        return f"{self.id}-v{self.version}"

    @property
    def places(self) -> tuple[str, ...]:
        """Where a case can stand: steps, and joint reviews for their branches."""
        return tuple(name for name, step in self.steps.items() if not step.joint) + tuple(
            self.joints
        )

    def entry_steps(self, target: str) -> tuple[str, ...]:
        """The steps whose visits open when the flow reaches ``target``; none at an end."""
        if target in self.joints:
            return self.joints[target].branches
        return () if target.startswith(END) else (target,)


def read(template: Mapping[str, Any]) -> Flow:
    """The flow of a template document (``schemas/flow.schema.json``)."""
    steps: dict[str, Step] = {}
    joints: dict[str, Joint] = {}
    for name, step in template["steps"].items():
        if step["kind"] == "joint":
            joints[name] = Joint(name, step["title"], tuple(step["branches"]), step["next"])
            steps |= {
                branch: _step(branch, body, name) for branch, body in step["branches"].items()
            }
        else:
            steps[name] = _step(name, step, "")
    # In the published order, not sorted: which outcome stands first is part of the flow.
    published = json.dumps(template, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(published.encode()).hexdigest()
    opens, tacit = template.get("opens", APPLICATION), template.get("tacit", "")
    after = _carried_out(steps, tacit)
    marked = {name: replace(step, decided=name in after) for name, step in steps.items()}
    return Flow(
        template["id"],
        template["version"],
        template["title"],
        template["start"],
        marked,
        joints,
        digest,
        opens,
        tacit,
    )


def _carried_out(steps: Mapping[str, Step], tacit: str) -> set[str]:
    """The steps by which a decision is carried out: all that follow it."""
    seen = set[str]()
    pending = [
        tacit,
        *(s.outcomes[DECISIONS[s.kind]] for s in steps.values() if s.kind in DECISIONS),
    ]
    while pending:
        name = pending.pop()
        if name in seen or name not in steps:
            continue
        seen.add(name)
        pending += steps[name].outcomes.values()
    return seen


def _step(name: str, body: Mapping[str, Any], joint: str) -> Step:
    return Step(
        name,
        body["kind"],
        body["title"],
        body.get("post", ""),
        body.get("limit_days", 0),
        body["outcomes"],
        tuple(body.get("not_by", ())),
        joint,
    )


@lru_cache
def flow(name: str, version: int) -> Flow:
    """A published flow version. Raises FileNotFoundError for one that was never published."""
    return read(template(FOLDER / f"{name}.v{version}.json"))


def template(path: Path) -> dict[str, Any]:
    """The template document in a file."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def published() -> Iterator[Flow]:
    """Every published flow version."""
    for path in sorted(FOLDER.glob("*.v*.json")):
        yield read(template(path))
