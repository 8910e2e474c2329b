"""Rules that are new, or of a new version, look at what was on record before them: in slices, by
the minute, going on where the last one ended.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib import casework
from chalicelib.kernel import clock, log, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.rules.city import settings
from chalicelib.supervision.rules.city.settings import Running
from chalicelib.supervision.rules.documents import CASE, of_stream
from chalicelib.supervision.rules.findings import use_cases
from chalicelib.supervision.rules.running import judging, neighbours, registers
from chalicelib.supervision.rules.running.registers import Position, Step
from chalicelib.supervision.rules.watched import Watched

PLACE = ("rules#history", "walk")
LOOKS = 100  # cases, and registers without any, that one minute looks at
Versions = Mapping[str, int]


@dataclass(frozen=True)
class Walk:
    """How far a walk has come: which rules' versions are ``done``, which ones it ``takes`` along,
    and from which moment on they have watched as it happens.
    """

    version: int
    done: Versions
    takes: Versions
    since: datetime
    position: Position | None

    @property
    def row(self) -> Row:
        """As it is kept."""
        data: dict[str, Any] = {
            "done": dict(self.done),
            "takes": dict(self.takes),
            "since": clock.stamp(self.since),
            "position": self.position,
        }
        return Row(*PLACE, version=self.version + 1, data=data)


def step() -> dict[str, int]:
    """Look at some more of the past, if a rule has not seen it; what was looked at and found."""
    now = clock.now()
    walk = _begun(now)
    if not walk.takes:
        return {}
    names = registers.streams(walk.since)
    running = _running(walk, now)
    looked_at = found = 0
    position, is_over = walk.position, True
    for place in registers.walk(names, walk.position):
        if looked_at >= LOOKS:
            is_over = False
            break
        looked_at += 1
        if isinstance(place, Step):
            found += _look_at(place.case, running, walk.since)
            position = place.position
        else:
            position = place
    _keep(walk, position, is_over)
    log.line("history watched", looked_at=looked_at, found=found)
    return {"looked_at": looked_at, "found": found}


def _begun(now: datetime) -> Walk:
    """The walk as it is kept, or a new one where rules have come that it does not know."""
    row = stores.views().get(*PLACE)
    data = row.data if row else {}
    done = _versions(data.get("done", {}))
    takes = _versions(data.get("takes", {}))
    if takes and row:
        return Walk(row.version, done, takes, clock.parse(data["since"]), data["position"])
    published = {rule.id: rule.version for rule in of_stream(CASE)}
    new = {id: version for id, version in published.items() if done.get(id) != version}
    return Walk(row.version if row else 0, done, new, now, None)


def _versions(said: Mapping[str, Any]) -> Versions:
    return {id: int(version) for id, version in said.items()}


def _running(walk: Walk, now: datetime) -> list[Running]:
    running = settings.running(CASE, now.date())
    return [each for each in running if each.rule.id in walk.takes]


def _keep(walk: Walk, position: Position | None, is_over: bool) -> None:
    done, takes = walk.done, walk.takes
    if is_over:
        done, takes, position = {**done, **takes}, {}, None
    kept = Walk(walk.version, done, takes, walk.since, position)
    stores.views().put(kept.row, expect=walk.version)


def _look_at(case: str, running: list[Running], until: datetime) -> int:
    """Run the rules on each entry of a case that was on record before them."""
    entries = casework.read(case)
    calendar = casework.read_calendar()
    found = 0
    for entry in entries:
        triggered = judging.triggered(entry, running)
        if entry.at >= until or not triggered:
            continue
        watched = Watched(entries[: entry.seq])
        neighbours.lay(watched, calendar)
        for each in judging.judge(watched, triggered):
            found += use_cases.raise_once(each.id, each.raised(from_history=True))
    return found
