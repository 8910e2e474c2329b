"""A state machine for hypothesis: cases of one flow, one after the other, whoever acts in whatever
order.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from random import Random

from hypothesis import HealthCheck, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chalicelib.catalog.flows import Flow
from tests.simulation.city import City, living_in
from tests.simulation.city_events import HAPPENINGS, Citizens, story
from tests.simulation.wrong_rules import WrongRule
from tests.support.builders.cases import OWED, RICH

KINDS = [kind for kind, weight in HAPPENINGS.items() for _ in range(weight)]
WAYS = st.integers(0, 2**20)
PLAYED = settings(
    stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


class AllFlows(RuleBasedStateMachine):
    """Cases from filing to their end, perhaps under a wrong rule."""

    flow: Flow
    wrong: WrongRule = staticmethod(lambda patch: None)

    def __init__(self) -> None:
        super().__init__()
        self.life = ExitStack()
        self.citizens: Citizens | None = None

    @initialize(way=WAYS)
    def filing(self, way: int) -> None:
        """An application comes in, or an officer opens a case; it may go some way before chance
        begins.
        """
        random = Random(way)
        facts = {
            "tacit": bool(self.flow.tacit) and random.random() < 0.7,
            "owed": random.choice([[OWED], [], [], []]),
        }
        self.city = City(self.flow.id, self.flow.version, **RICH | facts)
        patch = self.life.enter_context(living_in(self.city))
        self.wrong(patch)
        self.city.file()
        self.citizens = Citizens(self.city)
        with self._told() as citizens:
            citizens.walk(random)

    @rule(kind=st.sampled_from(KINDS), way=WAYS)
    def goes_on(self, kind: str, way: int) -> None:
        """One thing happens; where the work is done, another case begins."""
        if kind == "work" and self.city.case.clocks.ended_at:
            self._end()
            self.filing(way)
        with self._told() as citizens:
            citizens.happens(kind, way)

    def teardown(self) -> None:
        """Every case can be brought to its end."""
        self._end()

    def _end(self) -> None:
        with self.life:
            if self.citizens:
                with self._told() as citizens:
                    citizens.finish()
                self.citizens = None

    @contextmanager
    def _told(self) -> Iterator[Citizens]:
        """Whatever goes wrong, the journal up to there is told in words, and the city is left
        alone.
        """
        assert self.citizens
        try:
            yield self.citizens
        except BaseException:
            note("\n".join(story(self.city)))
            self.citizens = None
            raise


def play(flow: Flow, first: int, how: settings, wrong: WrongRule | None = None) -> None:
    """Schedules of one flow, the same ones for the same ``first``. Raises AssertionError with the
    shortest bad one.
    """
    rules = {"flow": flow} | ({"wrong": staticmethod(wrong)} if wrong else {})
    run_state_machine_as_test(seed(first)(type("AllFlows", (AllFlows,), rules)), settings=how)
