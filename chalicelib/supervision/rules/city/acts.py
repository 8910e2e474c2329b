"""A city changes a rule: proposed by one person, approved by another, from a day on; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from chalicelib.kernel.acts import from_act, private, public, to_act
from chalicelib.kernel.aggregates import ActOrigin, Decision
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.errors import RuleChangeIsAnswered
from chalicelib.supervision.rules import documents
from chalicelib.supervision.rules.documents import Rule

OFFICE = "office"


@dataclass(frozen=True)
class Setting:
    """How a rule runs from a day on: whether at all, and by which thresholds other than those
    published.
    """

    is_on: bool = True
    thresholds: Mapping[str, int] = public(default={})

    def thresholds_of(self, rule: Rule) -> dict[str, int]:
        """All thresholds of the rule as it is published now; what it does not know any more, or no
        longer takes, is left out.
        """
        thresholds = rule.thresholds
        for name, value in self.thresholds.items():
            parameter = rule.parameters.get(name)
            if parameter and parameter.takes(value):
                thresholds[name] = value
        return thresholds


@dataclass(frozen=True)
class Proposal:
    """A change that waits for a second person; ``seq`` is its entry."""

    seq: int
    setting: Setting
    starts_on: date
    by: str
    at: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A change that two persons agreed on."""

    setting: Setting
    starts_on: date
    proposed_at: datetime
    approved_at: datetime


@dataclass(frozen=True)
class CityRule:
    """A rule in the city: its changes in their order, and what is proposed."""

    rule: str
    version: int = 0
    changes: tuple[Change, ...] = ()
    proposal: Proposal | None = None

    def setting_on(self, day: date) -> Setting:
        """How it runs on a day: by the last change that has begun."""
        setting = Setting()
        for change in self.changes:
            if change.starts_on <= day:
                setting = change.setting
        return setting


@dataclass(frozen=True)
class RuleChangeProposed:
    """Somebody proposes to switch the rule, or to move its thresholds, from a day on."""

    on: bool
    thresholds: Mapping[str, int]
    starts_on: date
    rule_version: int
    reasons: tuple[str, ...] = private(OFFICE, default=())

    def apply(self, rule: CityRule, entry: Entry) -> CityRule:
        """It waits for a second person; an earlier proposal is gone."""
        proposal = Proposal(
            entry.seq,
            Setting(self.on, self.thresholds),
            self.starts_on,
            entry.actor.person,
            entry.at,
            self.reasons,
        )
        return replace(rule, proposal=proposal)


@dataclass(frozen=True)
class RuleChangeApproved:
    """A second person agrees with the proposal of an entry."""

    proposal: int

    def apply(self, rule: CityRule, entry: Entry) -> CityRule:
        """It holds from its day on, and not before it was approved."""
        proposed = rule.proposal
        assert proposed is not None, "only what is proposed is approved"
        change = Change(
            proposed.setting,
            max(proposed.starts_on, entry.at.date()),
            proposed.at,
            entry.at,
        )
        return replace(rule, changes=(*rule.changes, change), proposal=None)


@dataclass(frozen=True)
class RuleChangeRejected:
    """The proposal of an entry comes to nothing."""

    proposal: int
    reasons: tuple[str, ...] = private(OFFICE, default=())

    def apply(self, rule: CityRule, entry: Entry) -> CityRule:
        """All stays as it was."""
        return replace(rule, proposal=None)


ACTS: Mapping[str, type[Any]] = {
    payload.__name__: payload
    for payload in (RuleChangeProposed, RuleChangeApproved, RuleChangeRejected)
}


@dataclass(frozen=True)
class ProposeChange:
    """Switch the rule, or move thresholds: those that are not named are as published."""

    is_on: bool
    thresholds: Mapping[str, int]
    starts_on: date
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class AnswerProposal:
    """Agree with the proposal of an entry, or not; ``reasons`` of a rejection."""

    proposal: int
    is_approved: bool
    reasons: tuple[str, ...] = ()


RuleCommand = ProposeChange | AnswerProposal


def fold(stream: str, entries: Iterable[Entry]) -> CityRule:
    """The rule as the city has changed it."""
    rule = CityRule(stream.partition("#")[2])
    for entry in entries:
        for act in entry.acts:
            payload = from_act(ACTS[act.type], act)
            rule = payload.apply(rule, entry)
        rule = replace(rule, version=entry.seq)
    return rule


def decide(rule: CityRule, command: RuleCommand, origin: ActOrigin) -> Decision:
    """The next act. Raises Invalid, Conflict."""
    if isinstance(command, ProposeChange):
        proposed = _proposed(rule, command, origin)
        return Decision([to_act(proposed)])
    if rule.proposal is None or rule.proposal.seq != command.proposal:
        raise RuleChangeIsAnswered
    if command.is_approved:
        approved = RuleChangeApproved(command.proposal)
        return Decision([to_act(approved)])
    rejected = RuleChangeRejected(command.proposal, command.reasons)
    return Decision([to_act(rejected)])


def _proposed(rule: CityRule, command: ProposeChange, origin: ActOrigin) -> RuleChangeProposed:
    published = documents.find(rule.rule)
    faults = faults_of(published, command.thresholds)
    if command.starts_on < origin.now.date():
        faults.append(Fault("/from", "rule-change-in-past"))
    if faults:
        raise Invalid(faults=faults)
    return RuleChangeProposed(
        command.is_on,
        command.thresholds,
        command.starts_on,
        published.version,
        command.reasons,
    )


def faults_of(rule: Rule, thresholds: Mapping[str, int]) -> list[Fault]:
    """What is wrong with thresholds: names that the rule does not have, values beyond its
    bounds.
    """
    faults = []
    for name, value in thresholds.items():
        parameter = rule.parameters.get(name)
        field = f"/thresholds/{name}"
        if parameter is None:
            faults.append(Fault(field, "threshold-unknown"))
        elif not parameter.takes(value):
            bounds: dict[str, object] = {
                "least": parameter.least,
                "most": parameter.most,
            }
            faults.append(
                Fault(
                    field,
                    "threshold-out-of-bounds",
                    bounds,
                )
            )
    return faults
