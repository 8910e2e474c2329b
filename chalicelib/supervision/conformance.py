"""Whether a case walked as its flow was published: a second reading of journal and flow, apart from
the rules.

It reads the published documents themselves and folds nothing: what the rules got wrong, this shows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from chalicelib.casework.acts import Case, fold
from chalicelib.catalog import flows
from chalicelib.catalog.flows import (
    APPLICATION,
    DECISIONS,
    END,
    JOIN,
    KINDS,
    OFFICE,
    step_maps,
)
from chalicelib.kernel import journal
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision import window_evidence

MACHINE = Actor()
RULES = (
    "sequence",
    "leaf",
    "flow-hash",
    "step-open",
    "outcome",
    "post",
    "duties",
    "reasons",
    "resolution",
    "end",
)
# Adverse acts and the private group in which their reasons must stand, in the same entry as the
# outcome.
REASONED = {
    "refuse": "CaseRefused",
    "not_accept": "CaseNotAccepted",
    "drop": "CaseDropped",
    "return": "CaseReturned",
    "broken": "DecisionRevoked",
}
Place = tuple[str, int]
Covers = Callable[[str, str, str, str, str, datetime], bool]
"""Whether a delegation let a delegate reach, in the stead of a post, an outcome of an item at a
moment.
"""


@dataclass(frozen=True)
class Finding:
    """What does not conform: the rule of ``RULES``, the entry, and the step where there is one."""

    rule: str
    entry: int
    step: str = ""


@lru_cache(maxsize=64)
def document(flow: str, version: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The published document, its acting steps by name (branches among them), its joint reviews by
    name.
    """
    published = flows.template(flows.FOLDER / f"{flow}.v{version}.json")
    joints = {name: step for name, step in published["steps"].items() if step["kind"] == "joint"}
    steps = {name: step for name, step in published["steps"].items() if name not in joints}
    for name, joint in joints.items():
        steps |= {branch: {**body, "joint": name} for branch, body in joint["branches"].items()}
    return published, steps, joints


@dataclass
class Replay:
    """Where the case may stand, entry by entry, by the published document alone."""

    flow: str
    version: int
    posts: Mapping[str, str]
    parties: set[str]
    item: str
    covers: Covers
    helpers: set[str]
    open: set[Place] = field(default_factory=set)
    opinions: dict[Place, int] = field(default_factory=dict)
    done_by: dict[str, set[str]] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    decided: bool = False
    is_over: bool = False

    @property
    def published(self) -> dict[str, Any]:
        """The document of the version that the case walks now."""
        return document(self.flow, self.version)[0]

    @property
    def steps(self) -> dict[str, Any]:
        """Its acting steps."""
        return document(self.flow, self.version)[1]

    def enter(self, target: str, since: int) -> None:
        """Come to a step, a joint review or an end."""
        self.is_over = target.startswith(END)
        joints = document(self.flow, self.version)[2]
        entered = (
            joints[target]["branches"] if target in joints else () if self.is_over else (target,)
        )
        self.open |= {(name, since) for name in entered}

    def read(self, entry: Entry) -> Iterator[Finding]:
        """What one entry does that the document does not allow."""
        for act in entry.acts:
            if act.type == "TaskCompleted":
                yield from self._completed(entry, act)
            elif act.type in INTERRUPTIONS:
                yield from self._interrupted(entry, act)
            elif act.type == "MeetingResolved":
                self.bound[act.data["step"]] = act.data["resolution"]
            elif act.type == "OfficerRecused":
                self.parties |= {act.private.get("office", {}).get("person", "")} - {""}
            elif act.type == "PartiesInformed":
                self.parties |= {
                    party["person"] for party in act.private.get("parties", {}).get("people", ())
                }
            self.parties |= window_evidence.agents(entry, act)
        self.helpers |= window_evidence.helpers(entry)

    def _completed(self, entry: Entry, act: Act) -> Iterator[Finding]:
        name, _, since = act.data["visit"].partition(".")
        place, step, outcome = (
            (name, int(since)),
            self.steps.get(name, {}),
            act.data["outcome"],
        )
        if self.is_over or place not in self.open:
            yield Finding("step-open", entry.seq, name)
            return
        self.open.discard(place)
        if outcome not in step["outcomes"]:
            yield Finding("outcome", entry.seq, name)
            return
        yield from self._who(entry, act, name, step)
        if outcome in REASONED and not window_evidence.has_reasons(entry, REASONED[outcome]):
            yield Finding("reasons", entry.seq, name)
        is_bound = name in self.bound and outcome not in ("return", "refer")
        if is_bound and outcome != self.bound[name]:
            yield Finding("resolution", entry.seq, name)
        self.decided |= DECISIONS.get(step["kind"]) == outcome
        self._go_on(place, step, step["outcomes"][outcome], entry.seq)

    def _who(self, entry: Entry, act: Act, name: str, step: Mapping[str, Any]) -> Iterator[Finding]:
        """Whether the right one acted: an officer of the step's post, or time, or the party
        itself.
        """
        kind, actor = (
            KINDS[step["kind"]],
            MACHINE if window_evidence.is_of_time(act, entry) else entry.actor,
        )
        if kind.actor != OFFICE:
            # What the party, the public or the machine is to do, no office does, but for a window
            # on its behalf.
            if actor.post and not window_evidence.at_window(entry, "supplemented"):
                yield Finding("post", entry.seq, name)
            return
        if not actor.post:
            by_time = not actor.person and act.data["outcome"] == kind.elapsed
            if not by_time and actor.person not in window_evidence.may_have_fetched(
                entry, self.parties
            ):
                yield Finding("post", entry.seq, name)
            return
        handed_over = step["kind"] == "deliver" and window_evidence.at_window(entry, "collected")
        is_own = actor.post == self.posts.get(step["post"])
        if not (is_own or handed_over or self._is_delegated(entry, act, step)):
            yield Finding("post", entry.seq, name)
        before = set[str]().union(
            *(self.done_by.get(other, set()) for other in step.get("not_by", ()))
        )
        helpers = self.helpers if step["kind"] != "deliver" else set()
        if actor.person in before | helpers | self.parties:
            yield Finding("duties", entry.seq, name)
        self.done_by.setdefault(name, set()).add(actor.person)

    def _is_delegated(self, entry: Entry, act: Act, step: Mapping[str, Any]) -> bool:
        """Whether another post acted under a delegation that covered it."""
        named, post = (
            act.data.get("delegation", ""),
            self.posts.get(step["post"], ""),
        )
        return bool(named) and self.covers(
            named, entry.actor.post, post, self.item, act.data["outcome"], entry.at
        )

    def _go_on(self, place: Place, step: Mapping[str, Any], target: str, seq: int) -> None:
        if target != JOIN:
            self.enter(target, seq)
            return
        self.opinions[place] = seq
        joint = document(self.flow, self.version)[2][step["joint"]]
        answers = [self.opinions.get((branch, place[1])) for branch in joint["branches"]]
        if all(answers):
            self.enter(joint["next"], max(answer for answer in answers if answer))

    def _interrupted(self, entry: Entry, act: Act) -> Iterator[Finding]:
        if act.type == "DecisionRevoked" and self.is_over:
            return  # a closed case stays closed; its decision is taken back
        tacit = self.published.get("tacit", "")
        allowed = {
            "CaseWithdrawn": not self.decided
            and self.published.get("opens", APPLICATION) == APPLICATION,
            "CaseGrantedTacitly": not self.decided and bool(tacit),
            "DecisionRevoked": self.decided,
            "CaseMoved": True,
        }
        if self.is_over or not allowed[act.type]:
            yield Finding("end", entry.seq)
        self.open.clear()
        if act.type == "CaseMoved":
            if flows.read(document(self.flow, act.data["to"])[0]).hash != act.data["hash"]:
                yield Finding("flow-hash", entry.seq)
            self._rename(step_maps.steps(self.flow, self.version, act.data["to"]))
            self.version, self.bound = act.data["to"], {}
        self.decided |= act.type == "CaseGrantedTacitly"
        targets = {
            "CaseGrantedTacitly": tacit,
            "CaseMoved": act.data.get("target", ""),
        }
        self.enter(targets.get(act.type) or INTERRUPTIONS[act.type], entry.seq)

    def _rename(self, steps: Mapping[str, str]) -> None:
        """Who did a step has done what the published map makes of it in the successor."""
        known, self.done_by = self.done_by, {}
        for name, people in known.items():
            self.done_by.setdefault(steps.get(name, name), set()).update(people)


INTERRUPTIONS = {
    "CaseWithdrawn": END + "withdrawn",
    "CaseGrantedTacitly": "",
    "DecisionRevoked": END + "revoked",
    "CaseMoved": "",
}


def undelegated(*asked: Any) -> bool:
    """Where nothing is ever delegated."""
    return False


def findings(entries: Sequence[Entry], case: Case, covers: Covers = undelegated) -> list[Finding]:
    """All that does not conform; ``case`` is what the rules made of the same entries."""
    filed = entries[0].acts[0]
    flow, version = filed.data["flow"]["id"], filed.data["flow"]["version"]
    parties = {filed.private.get("applicant", {}).get("person", "")} - {
        ""
    } | window_evidence.agents(entries[0], filed)
    helpers = window_evidence.helpers(entries[0])
    replay = Replay(
        flow,
        version,
        filed.data["posts"],
        parties,
        filed.data["item"],
        covers,
        helpers,
    )
    replay.enter(replay.published["start"], 0)
    is_published = filed.data["flow"]["hash"] == flows.read(replay.published).hash
    found = [*_sound(entries), *([] if is_published else [Finding("flow-hash", 1)])]
    for entry in entries[1:]:
        found += replay.read(entry)
    if replay.is_over != bool(case.ended_at) or replay.open != {
        (v.step, v.since) for v in case.open_visits
    }:
        found += [Finding("end", entries[-1].seq)]
    return found


def _as_far_as_it_folds(entries: Sequence[Entry]) -> Case:
    """What the rules make of the journal, and of one that was doctored of its beginning."""
    for end in range(len(entries), 1, -1):
        try:
            return fold(entries[:end])
        except (KeyError, AttributeError, TypeError, ValueError):
            continue
    return fold(entries[:1])


def _sound(entries: Sequence[Entry]) -> Iterator[Finding]:
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number:
            yield Finding("sequence", entry.seq)
        if journal.leaf_hash(entry) != entry.leaf:
            yield Finding("leaf", entry.seq)


def report(entries: Sequence[Entry], covers: Covers = undelegated) -> dict[str, Any]:
    """The public answer: whether the case conforms, by which rules it was judged, and every
    finding.
    """
    case = _as_far_as_it_folds(entries)
    found = findings(entries, case, covers)
    return {
        "number": case.number,
        "flow": {
            "id": case.flow_id,
            "version": case.flow_version,
            "hash": case.flow.hash,
        },
        "entries": len(entries),
        "closed": bool(case.ended_at),
        "conforms": not found,
        "rules": list(RULES),
        "findings": [{"rule": f.rule, "entry": f.entry, "step": f.step or None} for f in found],
        "leaves": [entry.leaf for entry in entries],
    }
