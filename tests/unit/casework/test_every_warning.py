"""Every warning that there is, raised once by the sweep: in the journal, on the bus, in the view, in
messages and in the metric.
"""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.casework.acts import BeginProcedure, fold
from chalicelib.casework.consumers import case_messages
from chalicelib.casework.execution import deadline_sweep, delivery, events
from chalicelib.casework.use_cases import repository
from chalicelib.casework.views import pages
from chalicelib.deadlines import levels
from chalicelib.kernel import clock, log, schemas, stores
from tests.support.builders.case_walks import led
from tests.support.builders.cases import APPLICANT, OWED, REVIEWER, Desk
from tests.support.builders.filings import city, on_record
from tests.unit.casework.test_warning_messages import inboxes

HOLDERS = {"urb-head": "o-head", "city-supervisor": "o-sup"}
ME, ACTING, HEAD, SUPERVISOR = APPLICANT.person, "o-acting", "o-head", "o-sup"


def stopped() -> Desk:
    desk = led("licence", "accept", procedures=["expert_review"])
    desk.do(BeginProcedure("expert_review", 5, "a new kind"), REVIEWER)
    return desk


def decided(*ways: str) -> Desk:
    return led("confirmation", "accept", "review", "approve", *ways)


# What is warned of, a case that comes to it, and who hears of it.
ROWS: list[tuple[str, str, Any, set[str]]] = [
    ("acceptance", "reminder", lambda: led("confirmation"), {ACTING}),
    ("acceptance", "red", lambda: led("confirmation"), {ACTING, HEAD, SUPERVISOR}),
    ("supplement", "reminder", lambda: led("confirmation", "accept.supplement"), {ME}),
    ("owed", "reminder", lambda: led("confirmation", "accept", owed=[OWED]), {ME}),
    ("promised", "reminder", lambda: led("confirmation", "accept"), {ACTING}),
    ("promised", "yellow", lambda: led("confirmation", "accept"), {ACTING, HEAD}),
    ("statutory", "red", lambda: led("confirmation", "accept"), {ACTING, HEAD, SUPERVISOR}),
    ("step", "reminder", lambda: led("confirmation", "accept"), {ACTING}),
    ("step", "yellow", lambda: led("confirmation", "accept"), {ACTING, HEAD}),
    ("step", "reminder", decided, {HEAD}),  # the machine is to sign: it has no post
    ("step", "yellow", decided, {HEAD}),
    ("reply", "reminder", lambda: led("heard-licence", "accept", "review.inform"), {ME, "p-neighbour"}),
    ("publicity", "reminder", lambda: led("reward", "accept", "review"), {HEAD}),
    ("procedure", "reminder", stopped, {ACTING}),
    ("procedure", "yellow", stopped, {ACTING, HEAD}),
    ("delivery", "red", decided, {HEAD, SUPERVISOR}),
    ("delivery", "red", lambda: decided("issue"), {ACTING, HEAD, SUPERVISOR}),
]  # fmt: skip


@pytest.fixture
def metrics(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is counted, in a city whose posts are held."""
    counted: Counter[str] = Counter()
    line = log.line

    def noted(message: str, **said: Any) -> None:
        if "WarningsRaised" in said.get("counts", {}):
            counted[said["dimensions"]["colour"]] += said["counts"]["WarningsRaised"]
        line(message, **said)

    def holders_of(post: str) -> list[SimpleNamespace]:
        return [SimpleNamespace(person=HOLDERS.get(post, ACTING), mail="")]

    with city(monkeypatch, "shop-sign"):
        monkeypatch.setattr(log, "line", noted)
        monkeypatch.setattr(authority, "holders_of", holders_of)
        monkeypatch.setattr(authority, "post_of", lambda post: {"title": {}, "department": "URB"})
        yield counted


@pytest.mark.parametrize(("limit", "level", "make", "told"), ROWS)
def test_a_warning_is_seen_everywhere_once(
    limit: str, level: str, make: Any, told: set[str], memory: Any, metrics: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    desk = make()
    on_record(desk, memory[0])
    stores.views().put(delivery.case_row(desk.case), expect=0)
    now = desk.at
    for _ in range(45):
        now += timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        for _ in range(2):  # and again, as if the first had died
            deadline_sweep.sweep_deadlines()
    _, entries = repository.load("abc")
    raised = [
        (n, entry, i)
        for n, entry in enumerate(entries, 1)
        for i, act in enumerate(entry.acts)
        if (act.data.get("limit"), act.data.get("level")) == (limit, level)
    ]
    n, entry, i = raised[0]
    clocks = [each.acts[at].data["clock"] for _, each, at in raised]
    assert len(clocks) == len(set(clocks))  # the journal: each once
    case = fold(entries[:n])
    [event] = [each for each in events.of_entry(case, entry) if each.detail["act"] == i
               and each.type == "WarningRaised"]  # fmt: skip
    errors = schemas.named("events/WarningRaised.v1").iter_errors(
        dict(event.detail) | {"case": "a" * 26}
    )
    assert [error.message for error in errors] == []  # the bus
    assert level in case.clocks.warnings.values()
    assert delivery.case_row(case).data["colour"] == case.clocks.colour != ""  # the view
    shown = pages.record(case)["warnings"]
    assert {"clock": event.detail["clock"], "level": level, "due": event.detail["due"]} in shown
    memory[1].rows.clear()
    for _ in range(2):
        case_messages.tell({"detail-type": event.type, "detail": dict(event.detail)})
    heard = {
        who: kinds for who, kinds in inboxes(memory[1]).items() if who.startswith(("o-", "p-"))
    }
    assert heard == {person: [f"warning.{level}"] for person in told}  # the messages
    in_all = Counter(
        act.data["level"]
        for each in entries[len(desk.entries) :]
        for act in each.acts
        if act.type == "WarningRaised"
    )
    assert metrics == in_all and in_all[level]  # the metric, on which red alarms


def test_every_limit_and_level_is_in_the_table() -> None:
    there_are = {(limit, level) for limit, own in levels.LEVELS.items() for level in own}
    assert {(limit, level) for limit, level, *_ in ROWS} == there_are
