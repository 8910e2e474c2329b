"""A caller who writes too often waits until the minute is over; everybody else costs nothing."""

import random
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import CedarEngine
from chalicelib.kernel import ids
from chalicelib.kernel.errors import Forbidden, TooMany
from chalicelib.kernel.http import PUBLIC, SIGNED_IN, Call, Door, Reply, rate_limits
from chalicelib.kernel.http.serving import serve
from chalicelib.kernel.settings import Settings
from tests.support.fakes.stores import MemoryJournal, MemoryViews

LIMIT, READS = 100, 200
RATES = {"WRITES_PER_MINUTE": str(LIMIT), "READS_PER_MINUTE": str(READS)}
ROUTE = "POST /applications"
Stores = tuple[MemoryJournal, MemoryViews]


class Minute:
    """System time that a test turns."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        """Unix seconds."""
        return self.now


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch, memory: Stores) -> Minute:
    """A stage that takes a hundred writes a minute, and a process that has seen none."""
    at = Minute()
    monkeypatch.setattr(rate_limits, "time", at.time)
    monkeypatch.setattr(rate_limits, "settings", lambda: Settings(RATES))
    monkeypatch.setattr(rate_limits, "_window", rate_limits.Window())
    return at


def passed(times: int, caller: str = "p-1", route: str = ROUTE) -> int:
    """How many of so many writes were let through."""
    count = 0
    for _ in range(times):
        try:
            rate_limits.check(caller, route)
            count += 1
        except TooMany:
            pass
    return count


def shared(memory: Stores) -> dict[tuple[str, str], int]:
    """What the processes have told each other."""
    return {key: row.version for key, row in memory[1].rows.items()}


def test_few_writes_cost_no_call(memory: Stores) -> None:
    assert passed(rate_limits.SHARE - 1) == rate_limits.SHARE - 1
    assert shared(memory) == {}


def test_many_writes_are_told_by_twenty(memory: Stores) -> None:
    passed(LIMIT)
    assert list(shared(memory).values()) == [LIMIT // rate_limits.SHARE]


def test_a_flood_is_stopped_and_costs_no_more(memory: Stores) -> None:
    through = passed(1000)
    assert LIMIT <= through < LIMIT + rate_limits.SHARE
    assert list(shared(memory).values()) == [LIMIT // rate_limits.SHARE + 1]


def test_the_refusal_says_for_how_many_whole_seconds(minute: Minute) -> None:
    minute.now = 1_800_000_000 // 60 * 60 + 44.5
    passed(1000)
    with pytest.raises(TooMany) as caught:
        rate_limits.check("p-1", ROUTE)
    assert caught.value.headers == {"Retry-After": "15"}


def test_the_next_minute_is_a_new_one(minute: Minute) -> None:
    passed(1000)
    assert passed(1) == 0
    minute.now += rate_limits.WINDOW
    assert passed(1) == 1


def test_others_and_other_routes_are_not_held_up() -> None:
    passed(1000)
    assert passed(LIMIT, caller="p-2") == LIMIT
    assert passed(LIMIT, route="POST /uploads") == LIMIT


def test_several_processes_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    processes, order = [rate_limits.Window() for _ in range(4)], random.Random(1)
    through = 0
    for _ in range(1000):
        monkeypatch.setattr(rate_limits, "_window", order.choice(processes))
        through += passed(1)
    assert LIMIT <= through < LIMIT + len(processes) * rate_limits.SHARE


def test_nobodys_name_or_address_stands_in_a_table(memory: Stores) -> None:
    passed(1000, caller="203.0.113.77")
    passed(1000, caller="p-li-na")
    assert "203.0.113.77" not in str(memory[1].rows) and "p-li-na" not in str(memory[1].rows)
    assert all(row.expires_at for row in memory[1].rows.values()), (
        "and what stands there goes by itself"
    )


def test_a_flood_from_everywhere_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_CALLERS", 50)
    for number in range(500):
        rate_limits.check(f"p-{number}", ROUTE)
    assert len(rate_limits._window._seen) <= 50


def door(audience: str, method: str = "POST") -> Door:
    """A door with one route."""
    made = Door()

    @made.on(method, "/things", action="read_me", audience=audience, summary="x", repeatable=True)
    def handler(call: Call) -> Reply:
        if audience != PUBLIC:
            call.permit()
        return Reply({})

    return made


def ask(made: Door, person: str = "", address: str = "192.0.2.1") -> Any:
    """One request's answer."""
    route, handler = next(iter(made.routes.items()))
    claims = {"principalId": person} if person else None
    context = {"path": route.path, "authorizer": claims, "identity": {"sourceIp": address}}
    raw = SimpleNamespace(headers={}, query_params={}, raw_body=b"", context=context)
    return serve(route, CedarEngine(), handler, raw, {})


def test_the_door_counts_a_persons_writes_and_answers_429_with_when_to_come_again() -> None:
    made = door(SIGNED_IN)
    answers = [ask(made, "p-1") for _ in range(LIMIT + rate_limits.SHARE)]
    assert {answer.status_code for answer in answers} == {200, 429}
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert ask(made, "p-2").status_code == 200


def test_the_door_counts_an_addresss_writes_where_nobody_signs_in() -> None:
    made = door(PUBLIC)
    answers = [ask(made) for _ in range(LIMIT + rate_limits.SHARE)]
    assert answers[-1].status_code == 429
    assert ask(made, address="192.0.2.2").status_code == 200


def test_where_a_signature_stands_for_signing_in_only_refused_ones_count() -> None:
    made, forged = Door(), [True]

    @made.on(
        "POST",
        "/things",
        action="read_me",
        audience=PUBLIC,
        summary="x",
        repeatable=True,
        counts_forged=True,
    )
    def handler(call: Call) -> Reply:
        if forged[0]:
            raise Forbidden
        return Reply({})

    answers = [ask(made).status_code for _ in range(LIMIT + rate_limits.SHARE)]
    assert answers[:LIMIT] == [403] * LIMIT and answers[-1] == 429
    forged[0] = False  # the provider itself, at the same address
    assert {ask(made).status_code for _ in range(LIMIT * 2)} == {200}


def test_the_door_counts_a_persons_reads_by_a_limit_of_their_own() -> None:
    made = door(SIGNED_IN, "GET")
    answers = [ask(made, "p-1").status_code for _ in range(READS + rate_limits.SHARE)]
    assert answers[:READS] == [200] * READS and answers[-1] == 429
    assert ask(made, "p-2").status_code == 200


def test_what_everybody_may_read_is_not_counted_here(memory: Stores) -> None:
    made = door(PUBLIC, "GET")
    assert {ask(made).status_code for _ in range(1000)} == {200}
    assert shared(memory) == {}


def test_who_is_counted_together_is_kept_apart_by_the_stacks_secret(memory: Stores) -> None:
    passed(rate_limits.SHARE)
    assert {pk for pk, _ in shared(memory)} == {f"rate#{ids.keyed_hash('rate', 'p-1', ROUTE)}"}
