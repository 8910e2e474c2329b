"""Posts and appointments: what may be decided, what holds at once, and what repeating a request does."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.authority import appointing, grants, views
from chalicelib.authority.acts import Order, Position
from chalicelib.authority.gate import CedarGate
from chalicelib.authority.grants_memory import MemoryGrants
from chalicelib.authority.routes import door
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Conflict, Invalid, KeyReused, NotFound
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Request, new_entry
from chalicelib.kernel.memory import MemoryJournal
from tests.unit.calling import Caller

WINDOW = Position("urb-window", {"zh": "城管窗口", "en": "Window"}, "URB", frozenset({"window"}))
ADMIN = Position("city-administrator", {"zh": "管理员", "en": "Administrator"}, "GOV", frozenset({"administrator"}))
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def store(memory: Any) -> Iterator[MemoryGrants]:
    fake = MemoryGrants()
    grants.use(fake)
    views._post_of.cache_clear()
    yield fake
    grants.use(None)


@pytest.fixture
def now() -> datetime:
    return clock.now()


def define(*positions: Position) -> None:
    for position in positions:
        appointing.define_post(position, now=clock.now())


def order(person: str = "o-1", post: str = "urb-window", **changed: Any) -> Order:
    return Order(person, post, **({"starts": clock.now() - HOUR, "name": "王芳", "mail": "w@example.org"} | changed))


def appoint(made: Order, **more: Any) -> Any:
    return appointing.appoint(made, **({"now": made.starts} | more))


def posts_of(person: str) -> set[str]:
    return set(CedarGate().principal({"principalId": person}, office=True).post_ids)


def test_an_appointed_person_holds_the_post_at_once(store: MemoryGrants) -> None:
    define(WINDOW)
    made = appoint(order())
    assert made.id == "o-1.1"
    before = store.reads
    principal = CedarGate().principal({"principalId": "o-1"}, office=True)
    assert store.reads - before == 1, "one read per request"
    assert [(p.id, p.department, p.roles) for p in principal.posts] == [("urb-window", "URB", frozenset({"window"}))]
    assert authority.holders_of("urb-window") == [authority.Holder("o-1", "王芳", "w@example.org")]


def test_without_office_nothing_is_read(store: MemoryGrants) -> None:
    CedarGate().principal({"principalId": "o-1"}, office=False)
    assert store.reads == 0


def test_an_ended_appointment_is_gone_at_once_and_stays_on_record(memory: Any) -> None:
    define(WINDOW)
    made = appoint(order())
    ended = appointing.end_appointment(made.id, now=clock.now())
    assert ended.ends is not None
    assert posts_of("o-1") == set() and authority.holders_of("urb-window") == []
    journal: MemoryJournal = memory[0]
    assert [entry.acts[0].type for entry in journal.read("appointments#o-1")] == ["Appointed", "AppointmentEnded"]


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
        len(views.posts_held("o-1", now + delta)) for delta in (-HOUR, timedelta(), HOUR - timedelta(seconds=1), HOUR)
    ]
    assert held == [0, 1, 1, 0]


def test_a_person_may_come_back_to_a_post() -> None:
    define(WINDOW)
    appointing.end_appointment(appoint(order()).id, now=clock.now() - HOUR / 2)
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
    appointing.end_appointment(made.id, now=clock.now())
    with pytest.raises(Conflict):
        appointing.end_appointment(made.id, now=clock.now())
    for unknown in ("o-1.7", "o-2.1", "", ".", "o-1"):
        with pytest.raises(NotFound):
            appointing.end_appointment(unknown, now=clock.now())


def test_the_same_request_gives_the_same_appointment_for_ever(memory: Any) -> None:
    define(WINDOW, ADMIN)
    wish = order()
    made = appoint(wish, request=Request("k1", "b1"))
    ended = appointing.end_appointment(made.id, now=clock.now(), request=Request("k2", "b2"))
    assert appoint(wish, request=Request("k1", "b1")) == made
    assert appointing.end_appointment(made.id, now=clock.now(), request=Request("k2", "b2")) == ended
    assert len(memory[0].read("appointments#o-1")) == 2
    with pytest.raises(KeyReused):
        appoint(order(post="city-administrator"), request=Request("k1", "other body"))


def test_defining_a_post_anew_changes_what_its_holders_may(memory: Any) -> None:
    define(WINDOW, ADMIN)
    appoint(order())
    appoint(order(post="city-administrator"))
    define(Position("urb-window", WINDOW.title, "DPF", frozenset({"window", "reviewer"})))
    held = {post.id: post for post in CedarGate().principal({"principalId": "o-1"}, office=True).posts}
    assert held["urb-window"].department == "DPF" and held["urb-window"].roles == {"window", "reviewer"}
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


def test_a_lost_race_is_decided_again_on_what_is_there_now(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    define(WINDOW)
    journal: MemoryJournal = memory[0]
    append, lost = journal.append, []

    def first_loses(*entries: Any, beside: Any = ()) -> None:
        if not lost:
            lost.append(1)
            raise AppendConflict("appointments#o-1")
        append(*entries, beside=beside)

    monkeypatch.setattr(journal, "append", first_loses)
    appoint(order())
    assert posts_of("o-1") == {"urb-window"}


def test_redefining_a_post_while_somebody_is_appointed_to_it_misses_nobody(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The appointment is committed after the redefinition has looked for holders: it must look again."""
    define(WINDOW)
    journal: MemoryJournal = memory[0]
    append, intruded = journal.append, []

    def appointed_in_between(*entries: Any, beside: Any = ()) -> None:
        if entries[0].stream.startswith("post#") and not intruded:
            intruded.append(1)
            appoint(order())
        append(*entries, beside=beside)

    monkeypatch.setattr(journal, "append", appointed_in_between)
    define(Position("urb-window", WINDOW.title, "URB", frozenset({"reviewer"})))
    assert CedarGate().principal({"principalId": "o-1"}, office=True).posts[0].roles == {"reviewer"}


def test_an_entry_whose_grants_cannot_be_written_is_not_written(memory: Any, store: MemoryGrants) -> None:
    define(WINDOW)
    entries = len(memory[0].entries)
    stale = store.beside(grants.Row("post#urb-window", "post", 9), expect=7)
    with pytest.raises(AppendConflict):
        memory[0].append(new_entry("x#1", 1, (Act("X"),), at=clock.now(), actor=Actor()), beside=(stale,))
    assert len(memory[0].entries) == entries and store.rows[("post#urb-window", "post")].version == 1


def test_loading_a_city_twice_adds_nothing() -> None:
    posts = [
        {"id": p.id, "title": dict(p.title), "department": p.department, "roles": sorted(p.roles)}
        for p in (WINDOW, ADMIN)
    ]
    people = [
        {"person": "o-1", "post": "urb-window", "name": "王芳", "mail": None},
        {"person": "o-2", "post": "city-administrator"},
    ]
    assert (authority.load_posts(posts, clock.now()), authority.load_appointments(people, clock.now())) == (2, 2)
    assert (authority.load_posts(posts, clock.now()), authority.load_appointments(people, clock.now())) == (0, 0)
    appointing.end_appointment("o-1.1", now=clock.now())
    assert authority.load_appointments(people, clock.now()) == 0, "what was ended is not loaded again"


@pytest.fixture
def admin() -> Caller:
    define(WINDOW, ADMIN)
    appoint(order("o-admin", "city-administrator", name="许安"))
    return Caller(door, "o-admin", "许安")


APPOINTMENT = {"person": "o-1", "post": "urb-window", "name": "王芳", "mail": "wang.fang@minghang.example"}
END = "/appointments/{appointment}/end"


def test_an_administrator_appoints_and_ends(admin: Caller, memory: Any) -> None:
    made = admin("POST", "/appointments", APPOINTMENT)
    assert made.status == 201 and made.body["id"] == "o-1.1"
    assert admin("POST", "/appointments", APPOINTMENT).body == made.body
    assert admin("POST", "/appointments", APPOINTMENT | {"person": "o-1", "name": "x"}).status == 422
    assert Caller(door, "o-1", "王芳")("GET", "/me").body["posts"][0]["title"] == WINDOW.title
    assert memory[0].last("appointments#o-1").actor == Actor("o-admin", "city-administrator")
    ended = admin("POST", END, key="key-2", appointment="o-1.1")
    assert ended.status == 200 and "until" in ended.body
    assert admin("POST", END, key="key-2", appointment="o-1.1").body == ended.body
    assert admin("POST", END, key="key-3", appointment="o-1.1").status == 409
    assert admin("POST", END, key="key-4", appointment="o-1.99").status == 404
    assert Caller(door, "o-1", "王芳")("GET", "/me").body == {"person": "o-1", "name": "王芳", "posts": []}


def test_nobody_appoints_themselves_or_without_being_administrator(admin: Caller) -> None:
    assert admin("POST", "/appointments", APPOINTMENT | {"person": "o-admin"}).status == 403
    assert admin("POST", END, appointment="o-admin.1").status == 403
    admin("POST", "/appointments", APPOINTMENT)
    for person in ("o-1", "p-1"):
        assert Caller(door, person)("POST", "/appointments", APPOINTMENT | {"person": "p-2"}).status == 403
        assert Caller(door, person)("POST", END, appointment="o-admin.1").status == 403


@pytest.mark.parametrize(
    "change",
    [
        {"person": "o 1"}, {"person": "o-1\n"}, {"person": ""}, {"post": "URB"}, {"post": "unknown"}, {"name": ""},
        {"mail": "no"}, {"mail": "a@b.c\nBcc: d@e.f"}, {"mail": "a@b.c,d@e.f"}, {"surprise": 1},
        {"from": "2099-02-31T00:00:00Z"}, {"from": "9999-12-31T23:59:59-23:59"}, {"from": "2020-01-01T00:00:00Z"},
        {"until": "soon"}, {"until": "2020-01-01T00:00:00Z"},
    ],
)  # fmt: skip
def test_a_wrong_appointment_is_named_by_field(admin: Caller, change: dict[str, Any]) -> None:
    answer = admin("POST", "/appointments", APPOINTMENT | change)
    assert answer.status == 422
    assert {fault["field"] for fault in answer.body["errors"]} == {"/" + next(iter(change))}
