"""Half a year, turn by turn: who acts next, at which moment of which day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from chalicelib.casework import Case
from chalicelib.casework.use_cases.repository import calendar, load
from chalicelib.catalog import flows
from chalicelib.catalog.flows import EX_OFFICIO
from chalicelib.kernel.settings import settings
from infra.seed.history import days, people
from infra.seed.history.days import EVENING, MORNING
from infra.seed.history.filing import Filing
from infra.seed.history.memory import FAR_OFF
from infra.seed.history.past import Past, PastError
from infra.seed.history.people import Person
from infra.seed.history.stories import FOLLOWING, Story, following, stories
from infra.seed.history.supervising import Card, Supervising
from infra.seed.history.town import Matter, Town
from infra.seed.history.ways import MINUTE, Ways

DAYS = 183
MAX_PUT_OFF = 90  # working days
REGULARS = 7  # citizens whose matter is an item's; as many come from the next item's
AT_WINDOW = 0.15  # of those who need not come back
SAMPLE_SHARE = 0.12
SAMPLE_CITIZENS = ("p-zhang-wei", "p-li-na", "p-chen-jie", "p-liu-yang")
ONLINE_FROM, ONLINE_UNTIL = time(8), time(21)
_NEEDS_ACCOUNT = {"supplement", "pay", "collect", "withdraw", "hear", *FOLLOWING}


@dataclass
class Script:
    """A matter and what is still to be done in it."""

    matter: Matter
    ways: list[str]
    put_off: int = 0


@dataclass(order=True)
class Turn:
    """Somebody's turn in a matter, or in a card; ``order`` keeps those of one moment apart."""

    at: datetime
    order: int
    script: Script | Card = field(compare=False)


class Play:
    """The half year up to ``end`` as it is ``told``; ``seed`` decides what is left to chance."""

    def __init__(
        self, past: Past, end: datetime, seed: int, told: Iterable[Story] | None = None
    ) -> None:
        self.past = past
        self.end = end
        self._seed = seed
        self._told = list(told or stories())
        self._zone = settings().zone
        self._town = Town(past)
        self._filing = Filing(self._town)
        self._ways = Ways(self._town)
        self._supervising = Supervising(self._town, seed)
        self._turns: list[Turn] = []
        self._order = count()
        self._citizens = people.citizens()

    def run(self) -> None:
        """Play it all. Raises PastError where anything goes otherwise than it was told."""
        for number, story in enumerate(self._told):
            self._cast(story, Random(f"{self._seed}/{number}"))
        while self._is_on():
            pass
        self.past.at = self.end

    def _is_on(self) -> bool:
        """One turn, or one sweep; False when the end has come."""
        turn_at = self._turns[0].at if self._turns else self.end
        due_at = self._next_due()
        moment = min(turn_at, due_at)
        if moment >= self.end:
            return False
        self.past.at = moment
        if due_at <= turn_at:
            self.past.sweep()
        else:
            self._take(heappop(self._turns).script)
        for card in self._supervising.opened():
            self._later(card, card.chance.randint(1, 3))
        return True

    def _take(self, script: Script | Card) -> None:
        if isinstance(script, Script):
            self._act(script)
        elif self._supervising.act(script):
            self._later(script, script.chance.randint(1, 3))

    def _next_due(self) -> datetime:
        """When the sweep that finds the next due case runs: within the minute."""
        first = min(map(self.past.views.first_due, ("case#", "matter#")))
        if first == FAR_OFF:
            return self.end
        due = datetime.fromisoformat(first).astimezone(self._zone)
        return max(due + MINUTE, self.past.at)

    # ---- beginnings ----------------------------------------------------------------------------
    def _cast(self, story: Story, chance: Random) -> None:
        """Who has the matter, and when they begin it."""
        item = self._town.items[story.item]
        opened_by = _opened_by(item)
        at_window = False
        if not opened_by and story.ago is None and _may_walk_in(story):
            at_window = chance.random() < AT_WINDOW
        who = self._somebody(item["id"], chance, at_window)
        matter = Matter(item, who, chance, at_window, opened_by)
        if not opened_by:
            self._filing.prepare(matter)
        self._push(self._begins_at(story, matter), Script(matter, list(story.ways)))

    def _somebody(self, item: str, chance: Random, at_window: bool) -> Person:
        """Most come again with the same matter: who has a shop has shop signs."""
        if not at_window and chance.random() < SAMPLE_SHARE:
            return self._town.people[chance.choice(SAMPLE_CITIZENS)]
        first = sorted(self._town.items).index(item) * REGULARS
        place = first + chance.randrange(2 * REGULARS)
        return self._citizens[place % people.CITIZENS]

    def _begins_at(self, story: Story, matter: Matter) -> datetime:
        today, chance = self.end.date(), matter.chance
        if story.ago is None:
            least = min(_lasts(story.ways), DAYS - 1)
            day = today - timedelta(days=chance.randint(least, DAYS - 1))
        else:
            day = days.working_days_before(today, story.ago)
        if not (matter.opened_by or matter.at_window):
            return days.moment_of(day, ONLINE_FROM, ONLINE_UNTIL, self._zone, chance)
        day = days.working_day_from(day)
        return days.moment_of(day, MORNING, EVENING, self._zone, chance)

    def _push(self, at: datetime, script: Script | Card) -> None:
        heappush(self._turns, Turn(at, next(self._order), script))

    # ---- turns ---------------------------------------------------------------------------------
    def _act(self, script: Script) -> None:
        matter = script.matter
        if not matter.number:
            self._filing.begin(matter)
            self._go_on(script)
            return
        case, _ = load(matter.id)
        if self._does(script, case, script.ways[0]):
            script.ways.pop(0)
            script.put_off = 0
            self._go_on(script)
            return
        script.put_off += 1
        if script.put_off > MAX_PUT_OFF:
            steps = [visit.step for visit in case.open_visits]
            raise PastError(f"{case.number}: {script.ways[0]} never came, at {steps}")
        self._later(script, 1)

    def _does(self, script: Script, case: Case, way: str) -> bool:
        if way.partition(".")[0] in FOLLOWING:
            return self._followed(case, way)
        return self._ways.do(case, way)

    def _followed(self, case: Case, way: str) -> bool:
        """The next case, about this one, begins."""
        if not case.clocks.ended_at:
            return False
        story = following(way)
        who = self._town.people[case.participants.applicant]
        chance = Random(f"{self._seed}/{case.number}")
        matter = Matter(self._town.items[story.item], who, chance, about=case.number)
        self._later(Script(matter, list(story.ways)), 1)
        return True

    def _go_on(self, script: Script) -> None:
        if script.ways:
            self._later(script, script.matter.chance.choice((0, 0, 1)))

    def _later(self, script: Script | Card, working_days: int) -> None:
        """At office hours; in an hour or two, where it is for the same day."""
        chance = script.chance if isinstance(script, Card) else script.matter.chance
        now = self.past.at
        soon = now + MINUTE * chance.randint(25, 150)
        if working_days == 0 and days.is_office_hour(soon):
            self._push(soon, script)
            return
        day = calendar().add_working_days(now.date(), max(working_days, 1))
        at = days.moment_of(day, MORNING, EVENING, self._zone, chance)
        self._push(at, script)


def _opened_by(item: Any) -> str:
    """The post that opens cases of the item; none where they are applied for."""
    flow = flows.flow(item["flow"]["id"], item["flow"]["version"])
    if flow.opens != EX_OFFICIO:
        return ""
    return str(item["posts"][flow.steps[flow.start].post])


def _may_walk_in(story: Story) -> bool:
    """Whether the applicant need not come back: who walks in has no account here."""
    return all(way.partition(".")[0] not in _NEEDS_ACCOUNT for way in story.ways)


def _lasts(ways: Sequence[str]) -> int:
    """Days within which a story is over, on the safe side."""
    total = 14
    for way in ways:
        step = way.partition(".")[0]
        total += 2
        if step == "silence":
            total += 45
        if "!" in way:
            total += 30
        if step in FOLLOWING:
            total += _lasts(following(way).ways)
    return total
