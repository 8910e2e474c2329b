"""Where a case may stand, entry by entry, by the published documents alone: the rules are not
asked.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import APPLICATION, DECISIONS, END, JOIN, step_maps
from chalicelib.kernel.journal import Act, Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.conformance import flow_documents, window_evidence
from chalicelib.supervision.conformance.flow_documents import FlowDocument
from chalicelib.supervision.conformance.participants import Participants

# Adverse acts and the private group in which their reasons must stand, in the same entry as the
# outcome.
REASONED = {
    "refuse": "CaseRefused",
    "not_accept": "CaseNotAccepted",
    "drop": "CaseDropped",
    "return": "CaseReturned",
    "broken": "DecisionRevoked",
}
INTERRUPTIONS = {
    "CaseWithdrawn": END + "withdrawn",
    "CaseGrantedTacitly": "",
    "DecisionRevoked": END + "revoked",
    "CaseMoved": "",
}
Place = tuple[str, int]
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What does not conform: the rule (of ``conformance.RULES``), the entry, and the step where
    there is one.
    """

    rule: str
    entry: int
    step: str = ""


@dataclasses.dataclass
class Replay:
    """A case as far as its entries have been read."""

    flow: str
    version: int
    participants: Participants
    open: set[Place] = dataclasses.field(default_factory=set)
    opinions: dict[Place, int] = dataclasses.field(default_factory=dict)
    bound: dict[str, str] = dataclasses.field(default_factory=dict)
    decided: bool = False
    is_over: bool = False

    @property
    def document(self) -> FlowDocument:
        """The document of the version that the case walks now."""
        return flow_documents.document(self.flow, self.version)

    def enter(self, target: str, since: int) -> None:
        """Come to a step, a joint review or an end."""
        self.is_over = target.startswith(END)
        if self.is_over:
            return
        joint = self.document.joints.get(target)
        names = joint["branches"] if joint else (target,)
        for name in names:
            self.open.add((name, since))

    def read(self, entry: Entry) -> Iterator[Finding]:
        """What one entry does that the document does not allow."""
        participants = self.participants
        for act in entry.acts:
            if act.type == "TaskCompleted":
                yield from self._completed(entry, act)
            elif act.type in INTERRUPTIONS:
                yield from self._interrupted(entry, act)
            elif act.type == "MeetingResolved":
                self.bound[act.data["step"]] = act.data["resolution"]
            elif act.type == "OfficerRecused":
                participants.parties |= window_evidence.recused(act)
            elif act.type == "PartiesInformed":
                participants.parties |= window_evidence.informed(act)
            participants.parties |= window_evidence.agents(entry, act)
        participants.helpers |= window_evidence.helpers(entry)

    def _completed(self, entry: Entry, act: Act) -> Iterator[Finding]:
        name, _, since = act.data["visit"].partition(".")
        place = (name, int(since))
        if self.is_over or place not in self.open:
            yield Finding("step-open", entry.seq, name)
            return
        self.open.discard(place)
        step = self.document.steps[name]
        outcome = act.data["outcome"]
        if outcome not in step["outcomes"]:
            yield Finding("outcome", entry.seq, name)
            return
        for rule in self.participants.broken_rules(
            entry,
            act,
            name,
            step,
        ):
            yield Finding(rule, entry.seq, name)
        if _lacks_reasons(entry, outcome):
            yield Finding("reasons", entry.seq, name)
        if self._differs_from_resolution(name, outcome):
            yield Finding("resolution", entry.seq, name)
        if DECISIONS.get(step["kind"]) == outcome:
            self.decided = True
        target = step["outcomes"][outcome]
        self._go_on(place, step, target, entry.seq)

    def _differs_from_resolution(self, name: str, outcome: str) -> bool:
        """Whether a step came to another end than the meeting had resolved for it."""
        if outcome in ("return", "refer"):
            return False
        resolution = self.bound.get(name, outcome)
        return outcome != resolution

    def _go_on(self, place: Place, step: Step, target: str, seq: int) -> None:
        """Come to ``target``; from a branch of a joint review only when all have given opinions."""
        if target != JOIN:
            self.enter(target, seq)
            return
        self.opinions[place] = seq
        _, since = place
        joint = self.document.joints[step["joint"]]
        entries = []
        for branch in joint["branches"]:
            opinion = self.opinions.get((branch, since), 0)
            entries.append(opinion)
        if all(entries):
            self.enter(joint["next"], max(entries))

    def _interrupted(self, entry: Entry, act: Act) -> Iterator[Finding]:
        if act.type == "DecisionRevoked" and self.is_over:
            return  # a closed case stays closed; its decision is taken back
        if self.is_over or not self._may_interrupt(act.type):
            yield Finding("end", entry.seq)
        self.open.clear()
        target = INTERRUPTIONS[act.type]
        if act.type == "CaseGrantedTacitly":
            self.decided = True
            target = self.document.published.get("tacit", "")
        elif act.type == "CaseMoved":
            yield from self._moved(entry, act)
            target = act.data.get("target", "")
        self.enter(target, entry.seq)

    def _may_interrupt(self, act_type: str) -> bool:
        """Whether the case may be ended, or moved, at this point of it."""
        published = self.document.published
        if act_type == "CaseWithdrawn":
            is_applied_for = published.get("opens", APPLICATION) == APPLICATION
            return is_applied_for and not self.decided
        if act_type == "CaseGrantedTacitly":
            return bool(published.get("tacit")) and not self.decided
        if act_type == "DecisionRevoked":
            return self.decided
        return True

    def _moved(self, entry: Entry, act: Act) -> Iterator[Finding]:
        """Go on by the document of a successor version."""
        successor = act.data["to"]
        document = flow_documents.document(self.flow, successor)
        published = flows.read(document.published)
        if published.hash != act.data["hash"]:
            yield Finding("flow-hash", entry.seq)
        step_map = step_maps.steps(
            self.flow,
            self.version,
            successor,
        )
        self.participants.rename(step_map)
        self.version = successor
        self.bound = {}


def _lacks_reasons(entry: Entry, outcome: str) -> bool:
    """Whether an outcome against a party stands without the reasons that it needs."""
    if outcome not in REASONED:
        return False
    kind = REASONED[outcome]
    return not window_evidence.has_reasons(entry, kind)
