"""One person under two accounts, or with a renewed document: joined by two persons, parted by two."""

from typing import Any

import pytest

from chalicelib.authority import grants
from chalicelib.authority.grants import identities
from chalicelib.authority.mandates import parties
from chalicelib.authority.policies.engine import CedarEngine
from chalicelib.kernel.authorization import Principal
from tests.support.builders.registers import Registers, city

__all__ = ["city"]

USCC = "9133990000455502XE"
OLD, NEW = (
    {"type": "passport", "number": number, "country": "DEU"}
    for number in ("C01X00T47", "C01X00T48")
)
LI_NA, OTHER = {"account": "p-li-na"}, {"account": "p-lina-2"}
PAPER = "旧护照已剪角"


def two(first: Any, second: Any, **more: Any) -> dict[str, Any]:
    return {"parties": [first, second], "evidence": PAPER, **more}


def party(document: dict[str, str]) -> str:
    return parties.party_from_document(document["type"], document["number"], document["country"])


def principal(person: str, document: str = "", office: bool = False) -> Principal:
    return CedarEngine().principal({"principalId": person, "document": document}, office)


def test_two_persons_join_two_accounts_and_part_them(city: Registers) -> None:
    change = city.propose("identity", two(LI_NA, OTHER)).body["id"]
    assert principal("p-li-na").identities == ("p-li-na",)
    assert city.answer(change, "o-admin").status == 403, "nobody does it alone"
    assert city.answer(change).status == 200
    assert principal("p-li-na").identities == ("p-li-na", "p-lina-2")
    assert principal("p-lina-2").identities == ("p-lina-2", "p-li-na")
    city.made("identity", two(OTHER, LI_NA, is_joined=False))
    assert principal("p-li-na").identities == ("p-li-na",)
    assert principal("p-lina-2").identities == ("p-lina-2",)


def test_what_is_so_already_is_not_recorded_again(city: Registers) -> None:
    first = city.made("identity", two(LI_NA, OTHER))
    assert city.made("identity", two(OTHER, LI_NA)) == first
    assert len(city.journal.read(f"identity#{first}")) == 1


def test_a_window_proposes_a_renewed_document_and_does_not_approve(city: Registers) -> None:
    documents = two({"document": OLD}, {"document": NEW})
    proposed = city.propose("identity", documents, "o-win")
    assert proposed.status == 201 and proposed.body["proposed"]["post"] == "urb-window"
    assert city.answer(proposed.body["id"], "o-chief").status in (403, 404)
    assert city.answer(proposed.body["id"]).status == 200
    vouched = principal("p-max", party(NEW))
    assert vouched.identities == ("p-max", party(NEW), party(OLD))
    assert OLD["number"] not in str(list(city.journal.entries.values()))


@pytest.mark.parametrize("person", ["o-app", "o-head", "o-aud"])
def test_who_sits_at_no_window_proposes_none(city: Registers, person: str) -> None:
    assert city.propose("identity", two(LI_NA, OTHER), person).status == 403


def test_a_window_proposes_nothing_else(city: Registers) -> None:
    wanted = {"person": "p-x", "post": "urb-approver"}
    assert city.propose("appointment", wanted, "o-win").status == 403


def test_all_that_were_joined_are_one_person(city: Registers) -> None:
    for other in ({"account": "p-b"}, {"account": "p-c"}):
        city.made("identity", two({"account": "p-a"}, other))
    assert set(principal("p-b").identities) == {"p-a", "p-b", "p-c"}
    city.made("identity", two({"account": "p-a"}, {"account": "p-b"}, is_joined=False))
    assert principal("p-b").identities == ("p-b",)


def test_a_person_has_only_so_many(city: Registers) -> None:
    for number in range(identities.MOST - 1):
        city.made("identity", two(LI_NA, {"account": f"p-{number}"}))
    assert city.propose("identity", two(LI_NA, {"account": "p-x"})).status == 409


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (two(LI_NA, LI_NA), "/data/parties"),
        (two(LI_NA, {"company": USCC}), "/data/parties/1"),
        (two({"company": USCC}, LI_NA), "/data/parties/0"),
        (two({"document": OLD}, {"document": {**OLD, "number": "c01x 00t47"}}), "/data/parties"),
        (two({"document": {**OLD, "country": "QQQ"}}, LI_NA), "/data/parties/0/document/country"),
        ({"parties": [LI_NA], "evidence": PAPER}, "/data/parties"),
        ({"parties": [LI_NA, OTHER]}, "/data/evidence"),
    ],
)
def test_what_is_no_person_twice_is_named(city: Registers, data: Any, field: str) -> None:
    refused = city.propose("identity", data)
    assert refused.status == 422, refused.body
    assert [fault["field"] for fault in refused.body["errors"]] == [field]


def test_who_has_ended_is_joined_with_nobody(city: Registers) -> None:
    end = {"party": LI_NA, "cause": "death", "on": "2026-02-27", "evidence": PAPER}
    city.made("party_end", end)
    assert city.propose("identity", two(LI_NA, OTHER)).status == 409


def test_the_end_of_a_person_is_that_of_all_their_ids(city: Registers) -> None:
    city.made("identity", two(LI_NA, OTHER))
    city.made(
        "party_end", {"party": OTHER, "cause": "death", "on": "2026-02-27", "evidence": PAPER}
    )
    row = grants.store().get("person#p-li-na", grants.OF_PERSON)
    assert row and row.data["ended"]["cause"] == "death"


def test_two_accounts_are_not_two_persons(city: Registers) -> None:
    """Nobody approves by one account what they have proposed by the other, or would gain by."""
    other = {"account": "o-admin-2"}
    city.made("appointment", {"person": "o-third", "post": "city-administrator", "name": "x"})
    change = city.propose("identity", two({"account": "p-admin"}, {"account": "o-third"})).body[
        "id"
    ]
    assert city.answer(change).status == 200
    own = city.propose("appointment", {"person": "p-admin", "post": "urb-approver"}, "o-third")
    assert own.status == 403
    joining = city.propose("identity", two({"account": "o-admin"}, other), "o-third").body["id"]
    assert city.answer(joining, "o-admin-2").status == 403, "whom it concerns does not approve it"
    assert city.answer(joining, "o-head").status in (403, 404)
