"""How acts on record become a case."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from chalicelib.casework.acts import forgetting
from chalicelib.casework.acts.context import MACHINE
from chalicelib.casework.acts.declaration import PARTIES, Notice, Remark
from chalicelib.casework.acts.declared import DECLARED
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import from_act
from chalicelib.kernel.journal import Act, Entry

__all__ = ["ActStamp", "after", "evolve", "fold"]

BY_MACHINE = "machine"  # marks an act that time brought, in the entry of a person


def fold(entries: Iterable[Entry]) -> Case:
    """The case that these entries (from seq 1 on) tell of."""
    case: Case | None = None
    for entry in entries:
        case = after(case, entry)
    if case is None:
        raise ValueError("a case begins with its filing")
    return case


def after(case: Case | None, entry: Entry) -> Case:
    """The case after one more entry, None before the first."""
    at = ActStamp(entry.seq, entry.at, entry.actor, entry.stream)
    for act in forgetting.acts(entry):
        case = evolve(case, act, at)
    assert case is not None, "an entry holds acts"
    if entry.actor.person:
        case = _counted(case, entry.actor.person)
    if entry.commitments:
        case = _forgotten(case, entry)
    return case


def _counted(case: Case, person: str) -> Case:
    """One more entry of this person."""
    so_far = case.record.entries_by.get(person, 0)
    entries_by = {**case.record.entries_by, person: so_far + 1}
    return replace(case, record=replace(case.record, entries_by=entries_by))


def _forgotten(case: Case, entry: Entry) -> Case:
    """What was said so far is gone; with the filing, which is forgotten last, all that was
    private.
    """
    is_forgotten = case.is_forgotten or entry.seq == 1
    record = replace(case.record, remarks=(), notices=())
    return replace(case, record=record, is_forgotten=is_forgotten)


def evolve(case: Case | None, act: Act, at: ActStamp) -> Case:
    """The case after one more act, None before the first. Raises KeyError for a type that is not
    declared.
    """
    declared = DECLARED[act.type]
    if act.data.get(BY_MACHINE):
        at = replace(at, actor=MACHINE)
    before: Any = case
    case = declared.transition(
        before,
        from_act(declared.payload, act),
        at,
    )
    if declared.by_applicant:
        case = _represented(case, at)
    if isinstance(declared.page, Notice):
        case = _noticed(case, act, at)
    elif isinstance(declared.page, Remark):
        case = _remarked(case, act, declared.page, at)
    return replace(case, seq=at.seq)


def _represented(case: Case, at: ActStamp) -> Case:
    """Keep who acted for the applicant: they never handle the case, also when the mandate has
    ended.
    """
    by = at.actor
    if by.post or by.person in ("", case.participants.applicant):
        return case
    agents = case.participants.agents | {by.person}
    return replace(case, participants=replace(case.participants, agents=agents))


def _noticed(case: Case, act: Act, at: ActStamp) -> Case:
    """Keep what the parties are told beside the decision."""
    said = dict(act.private.get(PARTIES, {}))
    said.pop("agent", None)
    if not said:
        return case
    notice = {"act": act.type, "at": at.time, **said}
    record = replace(case.record, notices=(*case.record.notices, notice))
    return replace(case, record=record)


def _remarked(case: Case, act: Act, page: Remark, at: ActStamp) -> Case:
    """Keep what the office is told with an act: by which post, at which step, and when."""
    said = act.private.get(page.group, {})
    if not said and not page.also_without_words:
        return case
    remark = {
        "act": act.type,
        "step": act.data.get("step") or act.data.get("visit", "").partition(".")[0],
        "post": at.actor.post,
        "at": at.time,
        **act.data,
        **said,
    }
    if act.type == "StatementMade":
        remark.setdefault("party", at.actor.person)
    record = replace(case.record, remarks=(*case.record.remarks, remark))
    return replace(case, record=record)
