"""Grants move with journal entries or not at all: the fake and DynamoDB keep the same contract."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest

from chalicelib import authority
from chalicelib.authority import grants
from chalicelib.authority.acts import AbsenceRequest, AppointmentRequest, Delegation, Position
from chalicelib.authority.grants import Grants, Row, views
from chalicelib.authority.grants.dynamodb import DynamoGrants
from chalicelib.authority.policies.engine import CedarEngine
from chalicelib.authority.registers import appointments, delegations
from chalicelib.authority.registers.definitions import define_post
from chalicelib.kernel import clock, stores
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Authorization, Decision
from chalicelib.kernel.authorization import Principal
from chalicelib.kernel.commands import commit, execute
from chalicelib.kernel.errors import Conflict, Forbidden
from chalicelib.kernel.journal import Act, Actor, AppendConflict, Entry, Journal, Request, new_entry
from chalicelib.kernel.journal.dynamodb import DynamoJournal
from tests.contract.real_stores import pointed_at_embedded_aws
from tests.support.fakes.grants import MemoryGrants
from tests.support.fakes.stores import MemoryJournal


@dataclass
class Stores:
    """A journal and the grants writes it; ``name`` makes this test's keys its own."""

    journal: Journal
    grants: Grants
    name: str

    def key(self, of: str) -> str:
        return f"{of}#{self.name}"


@pytest.fixture(scope="module")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pointed_at_embedded_aws(tmp_path_factory.mktemp("grants")):
        yield


@pytest.fixture(params=["memory", "dynamodb"])
def at(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        made = Stores(MemoryJournal(), MemoryGrants(), uuid4().hex)
    else:
        request.getfixturevalue("embedded_aws")
        made = Stores(DynamoJournal(), DynamoGrants(), uuid4().hex)
    before = stores.journal(), stores.views()
    stores.use(made.journal, before[1])
    grants.use(made.grants)
    yield made
    stores.use(*before)
    grants.use(None)


def entry(at: Stores, seq: int = 1) -> Entry:
    return new_entry(
        at.key("s"), seq, (Act("X", {"n": 1}),), at=clock.now(), actor=Actor("p", "post")
    )


def put(at: Stores, seq: int, row: Row, expect: int | None = None) -> None:
    at.journal.append(entry(at, seq), writes=(at.grants.write(row, expect),))


def test_a_row_is_read_as_it_was_written(at: Stores) -> None:
    row = Row(
        at.key("person"),
        "grants",
        1,
        {"name": "王芳", "posts": [{"roles": ["window"], "title": {"zh": "窗口"}}]},
    )
    assert at.grants.get(row.pk, row.sk) is None
    put(at, 1, row, expect=0)
    assert at.grants.get(row.pk, row.sk) == row
    assert at.journal.last(at.key("s")) is not None


def test_rows_of_a_partition_come_in_order_by_prefix(at: Stores) -> None:
    for n, sk in enumerate(("post", "holder#b", "holder#a", "other"), 1):
        put(at, n, Row(at.key("post"), sk, 1, {"sk": sk}))
    assert [row.sk for row in at.grants.partition(at.key("post"), "holder#")] == [
        "holder#a",
        "holder#b",
    ]
    assert [row.sk for row in at.grants.partition(at.key("post"))] == [
        "holder#a",
        "holder#b",
        "other",
        "post",
    ]


@pytest.mark.parametrize(("version", "expect"), [(0, 1), (3, 0), (3, 2), (3, 4)])
def test_neither_entry_nor_row_is_written_when_the_row_is_not_as_expected(
    at: Stores, version: int, expect: int
) -> None:
    if version:
        put(at, 1, Row(at.key("p"), "grants", version, {"old": True}))
    seq = 2 if version else 1
    before = at.grants.get(at.key("p"), "grants")
    with pytest.raises(AppendConflict):
        put(at, seq, Row(at.key("p"), "grants", 9, {"new": True}), expect=expect)
    assert at.journal.get(at.key("s"), seq) is None
    assert at.grants.get(at.key("p"), "grants") == before


def test_neither_row_nor_entry_is_written_when_the_number_is_taken(at: Stores) -> None:
    at.journal.append(entry(at))
    with pytest.raises(AppendConflict):
        put(at, 1, Row(at.key("p"), "grants", 1))
    assert at.grants.get(at.key("p"), "grants") is None


def test_one_row_that_is_not_as_expected_stops_all(at: Stores) -> None:
    rows = [
        at.grants.write(Row(at.key("p"), str(n), 1), expect)
        for n, expect in enumerate((0, None, 5))
    ]
    with pytest.raises(AppendConflict):
        at.journal.append(entry(at), writes=rows)
    assert at.grants.partition(at.key("p")) == [] and at.journal.read(at.key("s")) == []


def post(at: Stores, roles: set[str], department: str = "URB") -> Position:
    return Position(f"post-{at.name}", {"zh": "窗口", "en": "Window"}, department, frozenset(roles))


def test_the_use_cases_keep_grants_as_the_journal_says(at: Stores) -> None:
    person, now = f"o-{at.name}", clock.now()
    define_post(post(at, {"window"}), now=now)
    wish = AppointmentRequest(person, f"post-{at.name}", now, name="王芳", mail="w@example.org")
    made = appointments.appoint(wish, now)
    assert authority.holders_of(f"post-{at.name}") == [
        authority.Holder(person, "王芳", "w@example.org")
    ]
    define_post(post(at, {"reviewer"}), now=now)
    held = CedarEngine().principal({"principalId": person}, office=True).posts
    assert [(p.id, p.roles) for p in held] == [(f"post-{at.name}", frozenset({"reviewer"}))]
    ended = appointments.end(made.id, request=Request("k", "b"))
    assert appointments.end(made.id, request=Request("k", "b")) == ended
    assert authority.holders_of(f"post-{at.name}") == [] == views.posts_held(person, clock.now())


def test_many_appointments_at_once_lose_none(at: Stores) -> None:
    now = clock.now()
    define_post(post(at, {"window"}), now=now)

    def appoint(n: int) -> bool:
        try:
            return bool(
                appointments.appoint(AppointmentRequest(f"o-{n}", f"post-{at.name}", now), now)
            )
        except Conflict:
            return False

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(appoint, range(8)))
    assert len(authority.holders_of(f"post-{at.name}")) == sum(made) > 0


def test_an_absence_moves_two_people_at_once_and_a_delegation_all_who_hold_the_post(
    at: Stores,
) -> None:
    now, name = clock.now(), f"post-{at.name}"
    away, deputy = f"o-away-{at.name}", f"o-deputy-{at.name}"
    for position in (post(at, {"approver"}), replace(post(at, {"window"}), id=f"window-{at.name}")):
        define_post(position, now=now)
    appointments.appoint(AppointmentRequest(away, name, now), now)
    appointments.appoint(AppointmentRequest(deputy, f"window-{at.name}", now), now)
    ends = now + timedelta(days=1)
    absence = appointments.prepare_absence(
        AbsenceRequest(away, name, deputy, now, ends), ActOrigin("", 0, now)
    )
    commit(absence)
    assert [holder.person for holder in authority.holders_of(name)] == [deputy]
    appointments.end_absence(appointments.new_id(absence))
    assert [holder.person for holder in authority.holders_of(name)] == [away]
    given = Delegation(
        f"d-{at.name}", name, f"window-{at.name}", ("shop-sign",), ("approve",), now, ends
    )
    delegations.grant(given, now)
    assert authority.works_at(deputy, name, "shop-sign") and not authority.works_at(
        deputy, name, "mass-event"
    )
    delegations.end(given.id)
    assert not authority.works_at(deputy, name, "shop-sign")
    assert authority.covers(given.id, given.to, name, "shop-sign", "approve", now)


@pytest.mark.parametrize("version", [0, 3])
def test_an_entry_may_depend_on_a_row_that_it_does_not_write(at: Stores, version: int) -> None:
    read = Row(at.key("p"), "grants", version)
    if version:
        put(at, 1, read)
    at.journal.append(entry(at, 2), writes=(at.grants.unchanged(read),))
    assert at.journal.get(at.key("s"), 2) is not None
    assert at.grants.get(read.pk, read.sk) == (read if version else None)


@pytest.mark.parametrize(("stored", "read"), [(3, 2), (3, 4), (3, 0), (0, 3)])
def test_an_entry_is_not_written_when_the_row_is_not_as_it_was_read(
    at: Stores, stored: int, read: int
) -> None:
    if stored:
        put(at, 1, Row(at.key("p"), "grants", stored))
    condition = at.grants.unchanged(Row(at.key("p"), "grants", read))
    with pytest.raises(AppendConflict) as lost:
        at.journal.append(entry(at, 2), writes=(condition,))
    assert lost.value.taken == frozenset(), "the number is still free"
    assert at.journal.get(at.key("s"), 2) is None


def test_who_loses_an_office_between_permit_and_append_does_not_act(at: Stores) -> None:
    """The append fails with AppendConflict, and the next try is refused by the rights of now."""
    person, now = f"o-{at.name}", clock.now()
    define_post(post(at, {"window"}), now=now)
    held = appointments.appoint(AppointmentRequest(person, f"post-{at.name}", now), now)
    asked = []

    def authorize(state: int) -> Authorization:
        principal = CedarEngine().principal({"principalId": person}, office=True)
        asked.append(principal.post_ids)
        if not principal.posts:
            raise Forbidden
        if len(asked) == 1:
            appointments.end(held.id)
        conditions = authority.unchanged_rights(principal)
        return Authorization(Actor(person, principal.posts[0].id), conditions=conditions)

    with pytest.raises(Forbidden):
        execute(COUNTED, at.key("s"), "one more", authorize)
    assert asked == [{f"post-{at.name}"}, set()]
    assert at.journal.read(at.key("s")) == []


def test_whose_rights_are_as_they_were_read_acts_at_the_first_try(at: Stores) -> None:
    person, now = f"o-{at.name}", clock.now()
    define_post(post(at, {"window"}), now=now)
    appointments.appoint(AppointmentRequest(person, f"post-{at.name}", now), now)
    asked = []

    def authorize(state: int) -> Authorization:
        asked.append(state)
        principal = CedarEngine().principal({"principalId": person}, office=True)
        return Authorization(conditions=authority.unchanged_rights(principal))

    assert execute(COUNTED, at.key("s"), "one more", authorize).state == 1
    assert asked == [0]


def test_rights_that_were_not_read_are_no_condition() -> None:
    assert authority.unchanged_rights(Principal("p-1")) == ()


def test_a_taken_number_is_named_beside_a_condition_that_holds(at: Stores) -> None:
    read = Row(at.key("p"), "grants", 1)
    put(at, 1, read)
    with pytest.raises(AppendConflict) as lost:
        at.journal.append(entry(at, 1), writes=(at.grants.unchanged(read),))
    assert lost.value.taken == {at.key("s")}


COUNTED: Aggregate[int, str] = Aggregate(
    lambda stream, entries: len(entries),
    lambda state, command, origin: Decision([Act("X", {"n": state})]),
)
