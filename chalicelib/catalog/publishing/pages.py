"""How drafts and the acts on an item are shown: offices and moments, no persons."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib import authority
from chalicelib.catalog import items
from chalicelib.catalog.acts.drafting import OFFICE, Draft
from chalicelib.catalog.acts.effects import PUBLISHED, RETIRED
from chalicelib.catalog.acts.retiring import PROPOSED
from chalicelib.catalog.items import changes
from chalicelib.catalog.publishing.drafts import Done
from chalicelib.kernel import clock, texts
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.journal import Entry


def full(
    draft: Draft, entries: Sequence[Entry], faults: Sequence[Fault], language: str
) -> dict[str, Any]:
    """A draft for those who write or judge it: its text, what it would change, and what stands
    against it.
    """
    before = items.content(items.version(draft.item, draft.base)) if draft.base else {}
    return {
        **_head(draft),
        "base": draft.base,
        "document": draft.document,
        "changes": [change.told() for change in changes.between(before, draft.document)],
        "faults": [{"field": f.field, "message": texts.say(f.message, language, **f.params)} for f in faults],
        "steps": [
            _step(step) | _remarks(entry) for step, entry in zip(draft.steps, entries, strict=True)
        ],
    }  # fmt: skip


def done(done: Done) -> dict[str, Any]:
    """A draft right after an act on it, and where the act stands on record."""
    last = done.draft.steps[-1]
    version = {name: last[name] for name in ("version", "in_force_from") if name in last}
    return {**_head(done.draft), **version, **_trace(done.entry)}


def retirement(item: str, entry: Entry) -> dict[str, Any]:
    """A retirement as it was just proposed or confirmed."""
    act = entry.acts[0]
    status = "retired" if act.type == RETIRED else "proposed"
    return {"item": item, "status": status, **act.data, **_trace(entry)}


def acts(item: str, entries: Sequence[Entry]) -> dict[str, Any]:
    """All acts on an item, the oldest first: what became of drafts, publications, retirements."""
    told = [step for entry in entries for step in _of_entry(entry)]
    return {
        "item": item,
        "acts": [_step(step) for step in sorted(told, key=lambda step: clock.parse(step["at"]))],
    }


def _of_entry(entry: Entry) -> list[Mapping[str, Any]]:
    head = {"at": clock.stamp(entry.at), "post": entry.actor.post}
    found: list[Mapping[str, Any]] = []
    for act in entry.acts:
        if act.type == PUBLISHED:
            number = {"version": act.data["version"]}
            found += [{**number, **step} for step in act.data.get("steps", ())]
            begins = {name: act.data[name] for name in ("in_force_from",) if name in act.data}
            found.append({"act": act.type, **head, **number, **begins})
        elif act.type in (PROPOSED, RETIRED):
            found.append({"act": act.type, **head, **act.data})
    return found


def _head(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "item": draft.item,
        "authority": draft.authority,
        "status": draft.status,
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    post = step["post"]
    shown = {name: value for name, value in step.items() if name != "post"}
    return shown | {"office": authority.post_of(post) if post else None}


def _remarks(entry: Entry) -> dict[str, Any]:
    """What the office is told with an act: notes and reasons."""
    return {
        name: value
        for act in entry.acts
        for name, value in act.private.get(OFFICE, {}).items()
        if name in ("note", "reason", "reasons")
    }


def _trace(entry: Entry) -> dict[str, Any]:
    receipt = {"stream": entry.stream, "seq": entry.seq, "leaf": entry.leaf}
    return {"at": clock.stamp(entry.at), "receipt": receipt}
