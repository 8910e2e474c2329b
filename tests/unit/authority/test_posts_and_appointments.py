"""Posts and appointments: what may be decided, what holds at once, and what repeating a request
does.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.authority import grants
from chalicelib.authority.acts import AppointmentRequest, Position
from chalicelib.authority.grants import views
from chalicelib.authority.policies.engine import CedarEngine
from chalicelib.authority.registers import appointments, definitions
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Conflict, Invalid, KeyReused, NotFound
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Request, new_entry
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal

WINDOW = Position("urb-window", {"zh": "城管窗口", "en": "Window"}, "URB", frozenset({"window"}))
ADMIN = Position(
    "city-administrator",
    {"zh": "管理员", "en": "Administrator"},
    "GOV",
    frozenset({"administrator"}),
)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def store(memory: Any) -> Iterator[MemoryGrants]:
    fake = MemoryGrants()
    grants.use(fake)
    views.post_of.cache_clear()
    yield fake
    grants.use(None)


@pytest.fixture
def now() -> datetime:
    return clock.now()


def define(*positions: Position) -> None:
    for position in positions:
        definitions.define_post(position, now=clock.now() - 3 * HOUR)


def order(person: str = "o-1", post: str = "urb-window", **changed: Any) -> AppointmentRequest:
    return AppointmentRequest(
        person,
        post,
        **({"starts": clock.now() - HOUR, "name": "王芳", "mail": "w@example.org"} | changed),
    )


def appoint(made: AppointmentRequest, now: datetime | None = None) -> Any:
    return appointments.appoint(made, now or made.starts)


def end(appointment: str, now: datetime | None = None, request: Request | None = None) -> Any:
    return appointments.end(appointment, request=request, now=now)


def posts_of(person: str) -> set[str]:
    return set(CedarEngine().principal({"principalId": person}, office=True).post_ids)


def test_an_appointed_person_holds_the_post_at_once(store: MemoryGrants) -> None:
    define(WINDOW)
    made = appoint(order())
    assert made.id == "o-1.1"
    before = store.reads
    principal = CedarEngine().principal({"principalId": "o-1"}, office=True)
    assert store.reads - before == 1, "one read per request"
    assert [(p.id, p.department, p.roles) for p in principal.posts] == [
        ("urb-window", "URB", frozenset({"window"}))
    ]
    assert authority.holders_of("urb-window") == [authority.Holder("o-1", "王芳", "w@example.org")]


def test_without_office_nothing_is_read(store: MemoryGrants) -> None:
    CedarEngine().principal({"principalId": "o-1"}, office=False)
    assert store.reads == 0


def test_an_ended_appointment_is_gone_at_once_and_stays_on_record(memory: Any) -> None:
    define(WINDOW)
    made = appoint(order())
    ended = end(made.id)
    assert ended.ends is not None
    assert posts_of("o-1") == set() and authority.holders_of("urb-window") == []
    journal: MemoryJournal = memory[0]
    assert [entry.acts[0].type for entry in journal.read("appointments#o-1")] == [
        "Appointed",
        "AppointmentEnded",
    ]


def test_name_and_mail_stand_in_a_private_group_only(memory: Any) -> None:
    define(WINDOW)
    appoint(order())
    act = memory[0].last("appointments#o-1").acts[0]
    assert act.private["holder"] == {"name": "王芳", "mail": "w@example.org"}
    assert "王芳" not in json.dumps(dict(act.data), ensure_ascii=False)


def test_a_post_is_held_from_its_first_moment_to_just_before_its_end(now: datetime) -> None:
    define(WINDOW)
    appoint(order(starts=now, ends=now + HOUR), now=now)
    held = [
        len(views.posts_held("o-1", now + delta))
        for delta in (-HOUR, timedelta(), HOUR - timedelta(seconds=1), HOUR)
    ]
    assert held == [0, 1, 1, 0]


def test_a_person_may_come_back_to_a_post() -> None:
    define(WINDOW)
    end(appoint(order()).id, clock.now() - HOUR / 2)
    again = appoint(order(starts=clock.now(), name="", mail=""))
    assert again.id == "o-1.3"
    assert authority.holders_of("urb-window")[0].name == "王芳", "the name known before"


def test_one_post_is_not_held_twice_in_the_same_period(now: datetime) -> None:
    define(WINDOW)
    appoint(order(starts=now, ends=now + HOUR), now=now)
    with pytest.raises(Conflict, match="post-held-already"):
        appoint(order(starts=now + HOUR / 2), now=now)
    appoint(order(starts=now + HOUR), now=now)
    assert len(authority.holders_of("urb-window")) == 1


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"post": "nothing"}, "post-unknown"),
        ({"ends": clock.now() - 2 * HOUR}, "until-not-after-from"),
        ({"starts": clock.now() - 3 * HOUR}, "from-in-the-past"),
    ],
)
def test_a_wrong_order_names_its_fault(changed: dict[str, Any], fault: str) -> None:
    define(WINDOW)
    with pytest.raises(Invalid) as caught:
        appoint(order(**changed), now=clock.now() - HOUR * 2)
    assert [f.message for f in caught.value.faults] == [fault]


def test_ending_twice_or_the_unknown_is_refused() -> None:
    define(WINDOW)
    made = appoint(order())
    end(made.id)
    with pytest.raises(Conflict):
        end(made.id)
    for unknown in ("o-1.7", "o-2.1", "", ".", "o-1"):
        with pytest.raises(NotFound):
            end(unknown)


def test_ending_again_under_the_same_request_is_ending_once(memory: Any) -> None:
    define(WINDOW)
    made = appoint(order())
    ended = end(made.id, request=Request("k2", "b2"))
    assert end(made.id, request=Request("k2", "b2")) == ended
    assert len(memory[0].read("appointments#o-1")) == 2
    with pytest.raises(KeyReused):
        end(made.id, request=Request("k2", "other body"))


def test_defining_a_post_anew_changes_what_its_holders_may(memory: Any) -> None:
    define(WINDOW, ADMIN)
    appoint(order())
    appoint(order(post="city-administrator"))
    define(Position("urb-window", WINDOW.title, "DPF", frozenset({"window", "reviewer"})))
    held = {
        post.id: post for post in CedarEngine().principal({"principalId": "o-1"}, office=True).posts
    }
    assert held["urb-window"].department == "DPF" and held["urb-window"].roles == {
        "window",
        "reviewer",
    }
    assert held["city-administrator"].roles == {"administrator"}
    assert authority.posts_of_department("URB", "window") == []
    assert authority.posts_of_department("DPF", "reviewer") == ["urb-window"]
    assert len(memory[0].read("post#urb-window")) == 2


def test_defining_a_post_as_it_is_leaves_no_entry(memory: Any) -> None:
    define(WINDOW, WINDOW)
    assert len(memory[0].read("post#urb-window")) == 1


def test_a_post_is_known_by_title_and_department(store: MemoryGrants) -> None:
    define(WINDOW)
    assert authority.post_of("urb-window") == {"title": WINDOW.title, "department": "URB"}
    before = store.reads
    authority.post_of("urb-window")
    assert store.reads == before
    with pytest.raises(NotFound):
        authority.post_of("nothing")


def test_a_lost_race_is_decided_again_on_what_is_there_now(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(WINDOW)
    journal: MemoryJournal = memory[0]
    append, lost = journal.append, []

    def first_loses(*entries: Any, writes: Any = ()) -> None:
        if not lost:
            lost.append(1)
            raise AppendConflict("appointments#o-1")
        append(*entries, writes=writes)

    monkeypatch.setattr(journal, "append", first_loses)
    appoint(order())
    assert posts_of("o-1") == {"urb-window"}


def test_redefining_a_post_while_somebody_is_appointed_to_it_misses_nobody(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The appointment is committed after the redefinition has looked for holders: it must look
    again.
    """
    define(WINDOW)
    journal: MemoryJournal = memory[0]
    append, intruded = journal.append, []

    def appointed_in_between(*entries: Any, writes: Any = ()) -> None:
        if entries[0].stream.startswith("post#") and not intruded:
            intruded.append(1)
            appoint(order())
        append(*entries, writes=writes)

    monkeypatch.setattr(journal, "append", appointed_in_between)
    define(Position("urb-window", WINDOW.title, "URB", frozenset({"reviewer"})))
    assert CedarEngine().principal({"principalId": "o-1"}, office=True).posts[0].roles == {
        "reviewer"
    }


def test_an_entry_whose_grants_cannot_be_written_is_not_written(
    memory: Any, store: MemoryGrants
) -> None:
    define(WINDOW)
    entries = len(memory[0].entries)
    stale = store.write(grants.Row("post#urb-window", "post", 9), expect=7)
    with pytest.raises(AppendConflict):
        memory[0].append(
            new_entry("x#1", 1, (Act("X"),), at=clock.now(), actor=Actor()), writes=(stale,)
        )
    assert (
        len(memory[0].entries) == entries and store.rows[("post#urb-window", "post")].version == 1
    )


def test_loading_a_city_twice_adds_nothing() -> None:
    posts = [
        {"id": p.id, "title": dict(p.title), "department": p.department, "roles": sorted(p.roles)}
        for p in (WINDOW, ADMIN)
    ]
    people = [
        {"person": "o-1", "post": "urb-window", "name": "王芳", "mail": None},
        {"person": "o-2", "post": "city-administrator"},
    ]
    assert (
        authority.load_posts(posts, clock.now()),
        authority.load_appointments(people, clock.now()),
    ) == (2, 2)
    assert (
        authority.load_posts(posts, clock.now()),
        authority.load_appointments(people, clock.now()),
    ) == (0, 0)
    end("o-1.1")
    assert authority.load_appointments(people, clock.now()) == 0, (
        "what was ended is not loaded again"
    )


def test_rows_of_an_earlier_release_are_made_anew_when_the_city_is_loaded(
    memory: Any, store: MemoryGrants
) -> None:
    define(WINDOW)
    appoint(order())
    for row in [*store.rows.values()]:
        data = {
            name: value
            for name, value in row.data.items()
            if name not in ("definitions", "delegations")
        }
        held = [
            {k: v for k, v in each.items() if k not in ("definitions", "delegations")}
            for each in data.get("posts", ())
        ]
        store.rows[row.pk, row.sk] = replace(
            row, data={**data, **({"posts": held} if held else {})}
        )
    assert posts_of("o-1") == set()
    posts = [
        {"id": "urb-window", "title": dict(WINDOW.title), "department": "URB", "roles": ["window"]}
    ]
    assert authority.load_posts(posts, clock.now()) == 1
    assert posts_of("o-1") == {"urb-window"}
    assert authority.load_posts(posts, clock.now()) == 0
