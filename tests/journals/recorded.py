"""Recorded journals: a finished case's entries and what the rules of their release made of them,
one file each.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chalicelib.casework.acts import Case
from chalicelib.kernel import clock
from chalicelib.kernel.journal import Act, Actor, Entry, Request

FOLDER = Path(__file__).parent


def snapshot(value: Any) -> Any:
    """A case as JSON; what a field has by default is left out, so that later releases may add
    fields.
    """
    if is_dataclass(value):
        return {
            f.name: snapshot(v)
            for f in fields(value)
            if (v := getattr(value, f.name)) != _default(f)
        }
    if isinstance(value, datetime):
        return clock.stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: snapshot(part) for key, part in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    return [snapshot(part) for part in value] if isinstance(value, list | tuple) else value


def _default(of: Field[Any]) -> Any:
    return of.default_factory() if of.default_factory is not MISSING else of.default


# Journals were recorded when a case had no named values: where each recorded field is found today.
PLACES: dict[str, dict[str, str]] = {
    "rules": {"posts": "posts", "limits": "limits"},
    "participants": {
        "applicant": "applicant",
        "interested": "parties",
        "agents": "agents",
        "helpers": "helpers",
        "recused": "recused",
    },
    "clocks": {
        name: name
        for name in (
            "filed_at",
            "received_on",
            "accepted_on",
            "accepted_by_default",
            "decided_at",
            "ended_at",
            "revoked_at",
            "extension",
            "procedures",
            "warnings",
            "calendar",
            "recounts",
        )
    },
    "submission": {
        name: name for name in ("channel", "about", "on_promise", "owed", "supplements")
    },
    "decision": {"certificate": "certificate", "resolutions": "bound"},
    "transfer": {"proposal": "move", "entry": "moved", "place": "landed"},
    "record": {
        name: name for name in ("remarks", "notices", "corrections", "links", "meetings", "windows")
    },
}
PRIVATE: dict[str, dict[str, str]] = {
    "participants": {
        "applicant": "person",
        "applicant_name": "name",
        "represented_by": "represented_by",
    },
    "submission": {
        "contact": "contact",
        "form": "form",
        "materials": "materials",
        "defects": "defects",
    },
    "decision": {"reasons": "reasons", "measure": "measure", "announced": "told"},
}
ALWAYS = {"applicant", "channel", "person", "name", "contact", "form", "materials"}


def as_recorded(case: Case) -> dict[str, Any]:
    """A case as JSON, in the fields of recorded journals."""
    told = {name: value for name, value in snapshot(case).items() if name not in {*PLACES, "rules"}}
    told |= _placed(case, PLACES)
    told["private"] = _placed(case, PRIVATE)
    rules = snapshot(replace(case.rules, posts={}, limits={}))
    return told | ({"rules": rules} if rules else {})


def _placed(case: Case, places: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    placed = {}
    for value_name, names in places.items():
        value = getattr(case, value_name)
        differing = snapshot(value)
        for name, recorded_name in names.items():
            if name in differing or recorded_name in ALWAYS:
                placed[recorded_name] = snapshot(getattr(value, name))
    return placed


def dump(entries: Sequence[Entry], case: Case) -> str:
    """The text of a recorded journal: one entry in a line, the case as canonical JSON in the
    last.
    """
    lines = [_json(_entry(entry)) for entry in entries]
    return "\n".join(
        [
            *lines,
            json.dumps(
                as_recorded(case), ensure_ascii=False, sort_keys=True, separators=(",", ":")
            ),
            "",
        ]
    )


def load(path: Path) -> tuple[list[Entry], Any]:
    """The entries of a recorded journal, and the case of its last line."""
    *lines, case = path.read_text("utf-8").splitlines()
    return [_read(json.loads(line)) for line in lines], json.loads(case)


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "stream": entry.stream,
        "seq": entry.seq,
        "at": clock.stamp(entry.at),
        "acts": [[act.type, dict(act.data), dict(act.private)] for act in entry.acts],
        "actor": [entry.actor.person, entry.actor.post],
        "request": [entry.request.key, entry.request.body] if entry.request else None,
        "feed_id": entry.feed_id,
        "salts": dict(entry.salts),
        "leaf": entry.leaf,
    }


def _read(told: Mapping[str, Any]) -> Entry:
    return Entry(
        told["stream"],
        told["seq"],
        clock.parse(told["at"]),
        tuple(Act(*act) for act in told["acts"]),
        Actor(*told["actor"]),
        Request(*told["request"]) if told["request"] else None,
        told["feed_id"],
        told["salts"],
        told["leaf"],
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
