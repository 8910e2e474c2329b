"""The inbox of a post: by filter, page by page, for who holds the post or heads its department."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.casework.acts import Claim, CompleteTask
from chalicelib.casework.views import inbox
from chalicelib.kernel import clock
from chalicelib.kernel.views import Page
from tests.support.builders import teams
from tests.support.builders.cases import MONDAY
from tests.support.builders.teams import Team
from tests.support.city.items import published, sample
from tests.support.fakes.stores import MemoryViews

team = teams.team

LATE, SOON = clock.stamp(MONDAY - timedelta(days=1)), clock.stamp(MONDAY + timedelta(days=1))


def names(tasks: list[dict[str, Any]]) -> list[str]:
    return [task["number"] for task in tasks]


def test_tasks_stand_by_due_date_and_those_without_one_last(team: Team) -> None:
    team.stand("b", due=SOON)
    team.stand("c")
    team.stand("a", due=LATE)
    assert names(team.inbox("o-win", "urb-window")) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"colour": "red"}, ["a"]),
        ({"colour": "none"}, ["c", "d"]),
        ({"claimed": "me"}, ["b"]),
        ({"claimed": "anybody"}, ["b", "c"]),
        ({"claimed": "nobody"}, ["a", "d"]),
        ({"step": "review"}, ["d"]),
        ({"overdue": "true"}, ["a", "b"]),
        ({"overdue": "false"}, ["c", "d"]),
        ({"overdue": "true", "claimed": "nobody"}, ["a"]),
        ({"item": "mass-event"}, ["c"]),
        ({"item": "mass-event", "colour": "red"}, []),
    ],
)
def test_a_filter_leaves_what_was_asked_for(
    team: Team, asked: dict[str, str], found: list[str]
) -> None:
    published(sample("mass-event"))
    team.stand("a", due=LATE, colour="red")
    team.stand("b", due=LATE, colour="yellow", claimed_by="o-win")
    team.stand("c", due=SOON, item="mass-event", claimed_by="o-win-2")
    team.stand("d", step="review")
    assert names(team.inbox("o-win", "urb-window", **asked)) == found
    assert names(team.inbox("o-win", "urb-window", limit="1", **asked)) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "green"), ("colour", ""), ("claimed", "o-win"), ("overdue", "yes"), ("step", "dance"),
        ("item", "nothing"), ("item", "有" * 4000), ("item", "../x"),
    ],
)  # fmt: skip
def test_a_value_that_nothing_bears_is_refused_by_the_filters_name(
    team: Team, name: str, value: str
) -> None:
    answer = team.ask("o-win", "GET /tasks", query={name: value})
    assert answer.status == 400
    assert name in answer.body["detail"]


def test_a_cursor_is_good_for_the_same_filter_only(team: Team) -> None:
    for name in "abc":
        team.stand(name, colour="red")
    first = team.ask("o-win", "GET /tasks", query={"colour": "red", "limit": "2"}).body
    again = {"limit": "2", "cursor": first["next_cursor"]}
    assert team.ask("o-win", "GET /tasks", query={"colour": "yellow", **again}).status == 400
    assert team.ask("o-win", "GET /tasks", query=again).status == 400
    assert team.ask("o-win-2", "GET /tasks", query={"colour": "red", **again}).status == 400
    assert names(
        team.ask("o-win", "GET /tasks", query={"colour": "red", **again}).body["tasks"]
    ) == ["c"]


def test_what_is_rare_is_looked_for_in_five_hundred_rows_at_a_time(
    team: Team, reads: list[int]
) -> None:
    for number in range(1100):
        team.stand(f"t{number:04d}")
    team.stand("z", colour="red")
    first = team.ask("o-win", "GET /tasks", query={"colour": "red", "limit": "1"}).body
    assert (first["tasks"], reads) == ([], [100] * 5)
    assert first["next_cursor"]
    assert names(team.inbox("o-win", "urb-window", colour="red", limit="1")) == ["z"]


def test_without_a_filter_no_more_is_read_than_shown(team: Team, reads: list[int]) -> None:
    for number in range(50):
        team.stand(f"t{number:02d}")
    assert len(team.ask("o-win", "GET /tasks", query={"limit": "7"}).body["tasks"]) == 7
    assert reads == [7]


@pytest.fixture
def reads(team: Team, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many keys each query of the index asked for."""
    asked: list[int] = []
    ask = team.views.index

    def index(*names: Any, limit: int, **more: Any) -> Page:
        asked.append(limit)
        return ask(*names, limit=limit, **more)

    monkeypatch.setattr(team.views, "index", index)
    return asked


class KeyedViews(MemoryViews):
    """Begins a page behind a key, as DynamoDB does, so that rows may come and go between two
    pages.
    """

    def index(self, name: str, partition: str, **more: Any) -> Page:
        start, limit = more.pop("start", None), more.pop("limit", 100)
        whole = super().index(name, partition, limit=10**6, **more).keys
        left = [(key, at) for key, at in whole if not start or (at, *key) > tuple(start["behind"])][
            :limit
        ]
        more_follow = bool(left) and left[-1] != whole[-1]
        return Page(tuple(left), {"behind": [left[-1][1], *left[-1][0]]} if more_follow else None)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    there=st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=30),
    limit=st.integers(1, 4),
    at_once=st.integers(1, 6),
    coming=st.lists(st.integers(0, 4), max_size=12),
    going=st.lists(st.integers(0, 29), max_size=6),
)
def test_paging_loses_and_doubles_nothing_while_tasks_come_and_go(
    team: Team,
    there: list[tuple[int, bool]],
    limit: int,
    at_once: int,
    coming: list[int],
    going: list[int],
) -> None:
    """Due dates are so few that many tasks share one, and rows are read in small chunks."""
    views = team.views = KeyedViews()
    red = {f"t{name:02d}" for name, (_, is_red) in enumerate(there) if is_red}
    for name, (day, _) in enumerate(there):
        alike(team, f"t{name:02d}", day, "red" if f"t{name:02d}" in red else "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inbox.stores, "views", lambda: views)
        patch.setattr(inbox, "READ_AT_ONCE", at_once)
        patch.setattr(inbox, "MAX_READ", at_once * 3)
        seen: list[str] = []
        place: inbox.Place | None = inbox.Place()
        for _ in range(100):
            wanted = inbox.TaskFilter("o-win", MONDAY, colour="red")
            tasks, place = inbox.find("urb-window", wanted, limit, inbox.place_of(place.as_start()))
            assert len(tasks) <= limit
            seen += [task["id"].partition(".")[0] for task in tasks]
            if not place:
                break
            if coming:
                alike(team, f"new{len(coming)}", coming.pop(), "red")
            if going and (name := f"t{going.pop():02d}") in red:
                views.close(f"case#{name}", "task#accept.0")
                red.remove(name)
    assert place is None, "every inbox has an end"
    assert len(seen) == len(set(seen))
    assert red <= set(seen)


def alike(team: Team, name: str, day: int, colour: str) -> None:
    """A task that stands where others of the day stand."""
    team.stand(name, due=clock.stamp(MONDAY + timedelta(days=day)), number="same", colour=colour)


def test_a_task_that_the_index_still_shows_though_it_is_done_is_left_out(
    team: Team, monkeypatch: Any
) -> None:
    team.file("abc")
    behind = team.views.index("inbox", "urb-window")
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    monkeypatch.setattr(team.views, "index", lambda *names, **more: behind)
    assert team.ask("o-win", "GET /tasks").body == {"tasks": [], "next_cursor": None}


def test_the_inbox_shows_who_has_claimed_a_task(team: Team) -> None:
    team.file("abc")
    team.do("abc", Claim("accept.0"), "o-win", "urb-window")
    assert [task["claimed_by"] for task in team.inbox("o-win-2", "urb-window")] == ["o-win"]


def test_a_head_sees_the_inboxes_of_the_own_department(team: Team) -> None:
    team.stand("a")
    assert names(team.inbox("o-head", "urb-window")) == ["a"]
    assert team.inbox("o-head", "urb-approver") == []


@pytest.mark.parametrize(
    ("person", "post"),
    [
        ("o-head", "dpf-window"), ("o-dpf-head", "urb-window"), ("o-win", "urb-reviewer"), ("o-win", "urb-head"),
        ("o-win", "no-such-post"), ("o-head", "in-public"), ("o-win", ""), ("o-win", "x" * 5000), ("o-win", "岗位"),
    ],
)  # fmt: skip
def test_anybody_elses_inbox_looks_absent(team: Team, person: str, post: str) -> None:
    assert team.ask(person, "GET /tasks", query={"post": post}).status == 404
    assert team.ask(person, "GET /tasks/counts", query={"post": post}).status == 404


def test_who_holds_no_post_has_no_inbox(team: Team) -> None:
    assert team.ask("p-li-na", "GET /tasks").status == 403
    assert team.ask("p-li-na", "GET /tasks/counts").status == 403
