"""Builders: what a rule finds in a case as it stands after its last entry, and journals that no
rule of casework would have let come about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.kernel import journal
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision.rules import documents, predicates
from chalicelib.supervision.rules.city.settings import Running
from chalicelib.supervision.rules.running import judging
from chalicelib.supervision.rules.watched import Facts, Hit, Watched
from tests.support.builders.cases import CALENDAR, MACHINE, Desk


def found(rule: str, entries: Sequence[Entry], **facts: Any) -> Hit | None:
    """What a rule finds, if the last entry makes it run at all."""
    published = documents.find(rule)
    running = [Running(published, published.thresholds)]
    watched = Watched(entries)
    triggered = judging.triggered(watched.entry, running)
    hits = list(judging.judge_by(watched, triggered, Facts(CALENDAR, **facts)))
    return hits[0].hit if hits else None


def found_in(rule: str, thing: Any) -> Hit | None:
    """What a rule finds in a certificate or a read."""
    published = documents.find(rule)
    predicate = predicates.of(published)
    return predicate.judge(thing, Facts(CALENDAR), published.thresholds)


def forged(desk: Desk, *acts: Act, actor: Actor = MACHINE, at: datetime | None = None) -> Desk:
    """With an entry more, which nobody decided."""
    seq = len(desk.entries) + 1
    entry = journal.new_entry("case#abc", seq, acts, at=at or desk.at, actor=actor)
    desk.entries.append(entry)
    return desk


def timed(desk: Desk, moments: Mapping[int, datetime]) -> Desk:
    """With other moments for some entries, by their numbers."""
    for seq, at in moments.items():
        entry = desk.entries[seq - 1]
        moved = journal.new_entry(entry.stream, seq, entry.acts, at=at, actor=entry.actor)
        desk.entries[seq - 1] = moved
    return desk


def by(desk: Desk, seq: int, actor: Actor) -> Desk:
    """With another actor for an entry."""
    desk.entries[seq - 1] = replace(desk.entries[seq - 1], actor=actor)
    return desk
