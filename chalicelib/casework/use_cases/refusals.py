"""Refused transitions, on record: who tried by which post what the flow or the law does not allow.

They stand in a stream of their own, so that no refused attempt moves the case; one entry per
person, rule and step and day.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from chalicelib.casework.acts import Case
from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.errors import Problem
from chalicelib.kernel.journal import Act, Actor, AppendConflict

REFUSED = "TransitionRefused"
MAX_ENTRIES = 200  # of one case: more than anybody would read, fewer than anybody could flood
TRIES = 3


def put_on_record(
    case: Case, problem: Problem, actor: Actor, now: datetime, held_back: timedelta = timedelta()
) -> None:
    """Append the refusal, unless the same one stands there from today. Never in the way of the
    answer.

    The public learns of it when it is no longer ``held_back``. Of a redacted case nobody is put on
    record.
    """
    if not actor.person or case.is_forgotten or problem.status not in (403, 409, 422):
        return
    steps = sorted(visit.id for visit in case.open_visits)
    # The person stays private: the public learns of the post and the rule.
    data = {"rule": problem.type, "at_steps": steps}
    data |= {"sealed_until": clock.stamp(now + held_back)} if held_back else {}
    act = Act(REFUSED, data, {"office": {"person": actor.person}})
    mark = _mark(act, actor, now)
    for _ in range(TRIES):
        entries = stores.journal().read(stream_of(case.id))
        if len(entries) >= MAX_ENTRIES or any(
            _mark(e.acts[0], e.actor, e.at) == mark for e in entries
        ):
            return
        entry = journal.new_entry(
            stream_of(case.id), len(entries) + 1, [act], at=now, actor=Actor("", actor.post)
        )
        try:
            stores.journal().append(entry)
            return
        except AppendConflict:
            continue


def of_case(case_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The refused transitions of a case as the public sees them: when, by which post, what rule, at
    which steps.
    """
    for entry in stores.journal().read(stream_of(case_id)):
        act = entry.acts[0]
        if "sealed_until" in act.data and now < clock.parse(act.data["sealed_until"]):
            continue
        yield {
            "at": clock.stamp(entry.at),
            "post": entry.actor.post or None,
            "rule": act.data["rule"],
            "at_steps": list(act.data["at_steps"]),
        }


def stream_of(case_id: str) -> str:
    """The stream of a case's refused transitions."""
    return f"refusals#{case_id}"


def _mark(act: Act, actor: Actor, at: datetime) -> str:
    """What makes two refusals the same."""
    person = act.private.get("office", {}).get("person", "")
    parts = (person, actor.post, act.data["rule"], *act.data["at_steps"], at.date().isoformat())
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
