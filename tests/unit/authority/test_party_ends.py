"""That a party is no more: put on record by two persons, once, without the number of a document."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.authority.grants import persons, rows
from chalicelib.authority.mandates import MandateRequest, Scope, parties, use_cases
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.journal import Request
from tests.support.builders.registers import Registers, city

__all__ = ["city"]

USCC = "9133990000455502XE"
CARD = {"type": "id_card", "number": "339900199001020033"}
LI_NA = {"account": "p-li-na"}
PAPER = "死亡医学证明 3305-2026-0117"


def end(party: dict[str, Any], cause: str = "death", on: str = "2026-02-27") -> dict[str, Any]:
    return {"party": party, "cause": cause, "on": on, "evidence": PAPER}


def has_ended(party: str) -> bool:
    return persons.has_ended(rows.person_row(party))


@pytest.mark.parametrize(
    ("party", "cause", "id"),
    [
        (LI_NA, "death", "p-li-na"),
        ({"company": USCC}, "dissolution", f"c-{USCC}"),
        ({"company": USCC.lower()}, "dissolution", f"c-{USCC}"),
        ({"document": CARD}, "death", ""),
    ],
)
def test_two_persons_record_the_end_of_a_party(
    city: Registers, party: dict[str, Any], cause: str, id: str
) -> None:
    named = id or parties.party_from_document(CARD["type"], CARD["number"])
    change = city.propose("party_end", end(party, cause)).body["id"]
    assert not has_ended(named)
    assert city.answer(change, "o-admin").status == 403, "nobody does it alone"
    assert city.answer(change).status == 200
    assert has_ended(named)
    told = str(list(city.journal.entries.values()))
    assert CARD["number"] not in told


def test_recorded_twice_it_is_one_end(city: Registers) -> None:
    first = city.made("party_end", end(LI_NA))
    again = city.made("party_end", end(LI_NA, on="2026-02-28"))
    assert again == first
    assert len(city.journal.read(f"party-end#{first}")) == 1
    row = rows.person_row("p-li-na")
    assert row and row.data["ended"] == {"cause": "death", "on": "2026-02-27"}


def test_an_officer_who_has_died_keeps_what_else_their_row_says(city: Registers) -> None:
    city.made("party_end", end({"account": "o-app"}))
    assert city.posts_of("o-app") == {"urb-approver"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (end(LI_NA, on="2026-03-03"), "/data/on"),
        (end(LI_NA, on="2026-02-31"), "/data/on"),
        (end(LI_NA, "dissolution"), "/data/cause"),
        (end({"company": USCC}), "/data/cause"),
        (end({"company": "1234"}, "dissolution"), "/data/party/company"),
        (end({"document": {**CARD, "number": "11"}}), "/data/party/document/number"),
        (end({"document": {"type": "passport", "number": "E12345678"}}), "/data/party/document/country"),
        (end({"account": "c-1"}), "/data/party/account"),
        (end({}), "/data/party"),
        (end({"account": "p-a", "company": USCC}), "/data/party"),
        ({**end(LI_NA), "evidence": " "}, "/data/evidence"),
    ],
)  # fmt: skip
def test_what_is_no_end_is_named(city: Registers, data: dict[str, Any], field: str) -> None:
    refused = city.propose("party_end", data)
    assert refused.status == 422, refused.body
    assert [fault["field"] for fault in refused.body["errors"]] == [field]


def test_mandates_end_with_the_approval_also_when_it_broke_off(
    city: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope(None, frozenset({"file"}), city.now + timedelta(days=9))
    wanted = MandateRequest("p-li-na", "李娜", "p-clerk", scope)
    mandate = use_cases.grant(wanted, by_machine, Request("k", "b"))
    change = city.propose("party_end", end(LI_NA)).body["id"]
    with monkeypatch.context() as broken:
        broken.setattr(use_cases, "end", lambda *_: 1 / 0)
        assert city.answer(change, key="again").status == 500
    assert has_ended("p-li-na")
    assert status_of(city, mandate.id) == "offered"
    assert city.answer(change, key="again").status == 200, "asked again, it is finished"
    assert status_of(city, mandate.id) == "ended"


def status_of(city: Registers, mandate: str) -> str:
    (granted,) = use_cases.granted_by("p-li-na")
    assert granted.id == mandate
    return granted.status(city.now)


def test_nobody_records_their_own_end(city: Registers) -> None:
    assert city.propose("party_end", end({"account": "o-admin"})).status == 403
