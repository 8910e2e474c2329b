"""How drafts and the acts on an item are shown: offices and moments, no persons."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib import authority
from chalicelib.catalog import items
from chalicelib.catalog.acts import draft_acts, item_acts
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.acts.item_acts import DraftStep, ItemPublished, ItemRetired
from chalicelib.catalog.acts.items import Item
from chalicelib.catalog.items import changes
from chalicelib.kernel import clock, texts
from chalicelib.kernel.aggregates import CommandResult
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.journal import Act, Entry

Shown = dict[str, Any]


def full(draft: Draft, entries: Sequence[Entry], faults: Sequence[Fault], language: str) -> Shown:
    """A draft for those who write or judge it: its text, what it would change, and what stands
    against it.
    """
    return {
        **_head(draft),
        "base": draft.base,
        "document": draft.document,
        "changes": _changes(draft),
        "faults": [_fault(fault, language) for fault in faults],
        "steps": _steps_with_remarks(draft, entries),
    }


def _changes(draft: Draft) -> list[Shown]:
    before = {}
    if draft.base:
        before = items.content(items.version(draft.item, draft.base))
    return [change.shown() for change in changes.between(before, draft.document)]


def _fault(fault: Fault, language: str) -> Shown:
    message = texts.say(
        fault.message,
        language,
        **fault.params,
    )
    return {"field": fault.field, "message": message}


def _steps_with_remarks(draft: Draft, entries: Sequence[Entry]) -> list[Shown]:
    shown = []
    for step, entry in zip(draft.steps, entries, strict=True):
        remarks = _remarks(entry.acts[0])
        shown.append({**_step(step), **remarks})
    return shown


def _remarks(act: Act) -> Shown:
    """What the office is told with an act: notes and reasons."""
    payload = draft_acts.read(act)
    remarks = {}
    for name in ("note", "reason", "reasons"):
        remark = getattr(payload, name, None)
        if remark:
            remarks[name] = remark
    return remarks


def draft_result(result: CommandResult[Draft]) -> Shown:
    """A draft right after an act on it, and where the act stands on record."""
    last = result.state.steps[-1]
    return {
        **_head(result.state),
        **_version(last.version, last.in_force_from),
        **_trace(result.entry),
    }


def retirement(result: CommandResult[Item]) -> Shown:
    """A retirement as it was just proposed or confirmed."""
    act = result.entry.acts[0]
    is_confirmed = isinstance(item_acts.read(act), ItemRetired)
    return {
        "item": result.state.id,
        "status": "retired" if is_confirmed else "proposed",
        **act.data,
        **_trace(result.entry),
    }


def acts(item: str, entries: Sequence[Entry]) -> Shown:
    """All acts on an item, the oldest first: what became of drafts, publications, retirements."""
    shown = [each for entry in entries for each in _of_entry(entry)]
    shown.sort(key=lambda each: clock.parse(each["at"]))
    return {"item": item, "acts": shown}


def _of_entry(entry: Entry) -> Iterator[Shown]:
    for act in entry.acts:
        step = DraftStep(
            act.type,
            entry.at,
            entry.actor.post,
        )
        payload = item_acts.read(act)
        if not isinstance(payload, ItemPublished):
            yield {**_step(step), **act.data}
            continue
        for of_draft in payload.steps:
            yield _step(replace(of_draft, version=payload.version))
        published = replace(step, version=payload.version, in_force_from=payload.in_force_from)
        yield _step(published)


def _head(draft: Draft) -> Shown:
    return {
        "id": draft.id,
        "item": draft.item,
        "authority": draft.authority,
        "status": draft.status,
    }


def _step(step: DraftStep) -> Shown:
    shown = {
        "act": step.act,
        "at": clock.stamp(step.at),
        "office": authority.post_of(step.post) if step.post else None,
        **_version(step.version, step.in_force_from),
    }
    if step.outcome:
        shown["outcome"] = step.outcome
    return shown


def _version(number: int, in_force_from: datetime | None) -> Shown:
    """A version as far as an act names one."""
    version: Shown = {}
    if number:
        version["version"] = number
    if in_force_from:
        version["in_force_from"] = clock.stamp(in_force_from)
    return version


def _trace(entry: Entry) -> Shown:
    return {
        "at": clock.stamp(entry.at),
        "receipt": {
            "stream": entry.stream,
            "seq": entry.seq,
            "leaf": entry.leaf,
        },
    }
