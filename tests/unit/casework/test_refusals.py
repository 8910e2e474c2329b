"""What flow and law refuse stands on record: once a day, without moving the case, and without the
person in public.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import Case, Claim, Command, CompleteTask
from chalicelib.casework.use_cases import case_commands, refusals, repository
from chalicelib.kernel import clock, commands, journal, schemas, stores
from chalicelib.kernel.aggregates import MAX_TRIES
from chalicelib.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    KeyReused,
    NotFound,
    Problem,
    StaleEdit,
    Unavailable,
)
from chalicelib.kernel.journal import Actor, AppendConflict, Entry
from tests.support.authorized import authorized
from tests.support.builders.case_walks import led
from tests.support.builders.cases import APPLICANT, APPROVER, MONDAY, REVIEWER, WINDOW
from tests.support.fakes.stores import MemoryJournal, MemoryViews

CASE = "abc"
OFFICE, VISITORS = refusals.streams_of(CASE)
APPROVE_AT_ONCE = CompleteTask("approve.0", "approve")


@pytest.fixture
def records(
    memory: tuple[MemoryJournal, MemoryViews], monkeypatch: pytest.MonkeyPatch
) -> MemoryJournal:
    """A case that waits for its acceptance; it is Monday until a test says otherwise."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    for entry in led("licence").entries:
        memory[0].append(entry)
    return memory[0]


def attempt(command: Command, actor: Actor, expected: type[Problem]) -> None:
    with pytest.raises(expected):
        case_commands.execute(CASE, command, authorized(actor), None)


def on_record(journal: MemoryJournal) -> list[Entry]:
    return [*journal.read(OFFICE), *journal.read(VISITORS)]


def test_an_attempt_to_skip_a_step_is_on_record_and_moves_nothing(records: MemoryJournal) -> None:
    attempt(APPROVE_AT_ONCE, APPROVER, errors.TaskUnknown)
    (entry,) = on_record(records)
    (act,) = entry.acts
    assert (act.type, act.data) == (
        "TransitionRefused",
        {"rule": "task-not-open", "at_steps": ["accept.0"]},
    )
    assert (act.private, entry.actor) == (
        {"office": {"person": APPROVER.person}},
        Actor("", APPROVER.post),
    )
    assert len(records.read(repository.stream_of(CASE))) == 1
    assert entry.at == MONDAY and entry.leaf == journal.leaf_hash(entry)


def test_the_same_attempt_of_a_day_is_one_refusal(
    records: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in (0, 1, 5):
        monkeypatch.setattr(clock, "now", lambda hours=hours: MONDAY + timedelta(hours=hours))
        attempt(APPROVE_AT_ONCE, APPROVER, errors.TaskUnknown)
    assert len(on_record(records)) == 1
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=1))
    attempt(APPROVE_AT_ONCE, APPROVER, errors.TaskUnknown)
    assert [entry.at.day for entry in on_record(records)] == [2, 3]


def test_other_people_posts_rules_and_steps_are_refusals_of_their_own(
    records: MemoryJournal,
) -> None:
    other_post = Actor(APPROVER.person, "urb-head")
    for actor in (APPROVER, REVIEWER, other_post):
        attempt(APPROVE_AT_ONCE, actor, errors.TaskUnknown)
    attempt(CompleteTask("accept.0", "approve"), APPROVER, errors.OutcomeNotInFlow)
    assert len(on_record(records)) == 4
    case_commands.execute(CASE, CompleteTask("accept.0", "accept"), authorized(WINDOW), None)
    attempt(APPROVE_AT_ONCE, APPROVER, errors.TaskUnknown)  # the case stands elsewhere now
    assert [list(e.acts[0].data["at_steps"]) for e in on_record(records)][-1] == ["review.2"]


def test_a_party_that_is_barred_is_on_record_too(records: MemoryJournal) -> None:
    attempt(Claim("accept.0"), Actor(APPLICANT.person, "urb-window"), errors.DutiesNotSeparate)
    assert on_record(records)[0].acts[0].data["rule"] == "duties-not-separate"


def test_the_public_sees_when_by_which_post_and_what_rule_but_no_person(
    records: MemoryJournal,
) -> None:
    attempt(APPROVE_AT_ONCE, APPROVER, errors.TaskUnknown)
    attempt(APPROVE_AT_ONCE, APPLICANT, errors.TaskUnknown)
    shown = list(refusals.of_case(CASE, MONDAY))
    assert shown == [
        {
            "at": clock.stamp(MONDAY),
            "post": "urb-approver",
            "rule": "task-not-open",
            "at_steps": ["accept.0"],
        },
        {
            "at": clock.stamp(MONDAY),
            "post": None,
            "rule": "task-not-open",
            "at_steps": ["accept.0"],
        },
    ]
    assert [
        error.message for error in schemas.named("refusals").iter_errors({"refusals": shown})
    ] == []


@pytest.mark.parametrize("problem", [NotFound(), StaleEdit(), Unavailable()])
def test_what_is_no_refusal_of_a_transition_is_not_on_record(
    records: MemoryJournal, problem: Problem
) -> None:
    refusals.put_on_record(case(), problem, APPROVER, MONDAY)
    assert on_record(records) == []


@pytest.mark.parametrize("problem", [Forbidden(), Conflict(), Invalid()])
def test_what_flow_law_or_policy_forbids_is(records: MemoryJournal, problem: Problem) -> None:
    refusals.put_on_record(case(), problem, APPROVER, MONDAY)
    assert [entry.acts[0].data["rule"] for entry in on_record(records)] == [problem.type]


def test_the_machine_is_refused_without_record(records: MemoryJournal) -> None:
    refusals.put_on_record(case(), Conflict(), Actor(), MONDAY)
    assert on_record(records) == []


def test_a_key_used_for_another_body_is_no_attempt_on_the_flow(records: MemoryJournal) -> None:
    asked = journal.Request("key", "body")
    case_commands.execute(CASE, Claim("accept.0"), authorized(WINDOW), asked)
    with pytest.raises(KeyReused):
        case_commands.execute(
            CASE, Claim("accept.0"), authorized(WINDOW), journal.Request("key", "other body")
        )
    assert on_record(records) == []


def test_a_flood_of_visitors_ends_at_its_measure_and_takes_no_officers_room(
    records: MemoryJournal,
) -> None:
    for n in range(refusals.MAX_VISITORS + 5):
        refusals.put_on_record(case(), Conflict(), Actor(f"p-{n}"), MONDAY)
    assert len(on_record(records)) == refusals.MAX_VISITORS
    for n in range(refusals.MAX_VISITORS + 5):
        refusals.put_on_record(case(), Conflict(), Actor(f"o-{n}", "urb-window"), MONDAY)
    assert len(records.read(OFFICE)) == refusals.MAX_VISITORS + 5
    assert len(list(refusals.of_case(CASE, MONDAY))) == 2 * refusals.MAX_VISITORS + 5


def test_what_officers_and_visitors_were_refused_is_told_in_the_order_of_time(
    records: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour, actor in enumerate((APPROVER, APPLICANT, REVIEWER)):
        monkeypatch.setattr(clock, "now", lambda hour=hour: MONDAY + timedelta(hours=hour))
        attempt(APPROVE_AT_ONCE, actor, errors.TaskUnknown)
    told = [each["post"] for each in refusals.of_case(CASE, MONDAY + timedelta(days=1))]
    assert told == [APPROVER.post, None, REVIEWER.post]


def test_officers_who_are_refused_together_are_all_on_record(records: MemoryJournal) -> None:
    def refuse(n: int) -> None:
        refusals.put_on_record(case(), Conflict(), Actor(f"o-{n}", "urb-window"), MONDAY)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(refuse, range(60)))
    assert len({entry.acts[0].private["office"]["person"] for entry in on_record(records)}) == 60


def case() -> Case:
    return repository.load(CASE)[0]


class Busy(MemoryJournal):
    """Others take the next number first, so many times."""

    def __init__(self, entries: dict[tuple[str, int], Entry], conflicts: int) -> None:
        super().__init__()
        self.entries, self.conflicts, self.tries = dict(entries), conflicts, 0

    def append(self, *entries: Entry, **beside: Any) -> None:
        self.tries += 1
        if self.tries <= self.conflicts:
            raise AppendConflict(entries[0].stream)
        super().append(*entries, **beside)


@pytest.mark.parametrize(
    ("actor", "most", "conflicts", "kept"),
    [
        (APPROVER, MAX_TRIES, 0, 1),
        (APPROVER, MAX_TRIES, MAX_TRIES - 1, 1),
        (APPROVER, MAX_TRIES, MAX_TRIES, 0),
        (APPLICANT, refusals.VISITOR_TRIES, 2, 1),
        (APPLICANT, refusals.VISITOR_TRIES, refusals.VISITOR_TRIES, 0),
    ],
)
def test_the_record_is_never_in_the_way_of_the_answer(
    records: MemoryJournal,
    monkeypatch: pytest.MonkeyPatch,
    actor: Actor,
    most: int,
    conflicts: int,
    kept: int,
) -> None:
    monkeypatch.setattr(commands.time, "sleep", lambda seconds: None)
    busy = Busy(records.entries, conflicts)
    stores.use(busy, stores.views())
    attempt(APPROVE_AT_ONCE, actor, errors.TaskUnknown)
    assert len(on_record(busy)) == kept
    assert busy.tries == min(conflicts + 1, most)
