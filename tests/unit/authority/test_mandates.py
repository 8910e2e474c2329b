"""Mandates: the party gives them, the grantee takes them on; two persons give power, one takes it
away at once.
"""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.authority import mandates
from chalicelib.authority.mandates import rules
from chalicelib.authority.mandates.parties import company_of
from tests.support.builders.representation import COMPANY, LEGAL, UNTIL, USCC, Town, town
from tests.support.caller import Caller
from tests.support.fakes.stores import MemoryJournal

__all__ = ["town"]

ACCEPT, LIMIT, END = (
    f"POST /mandates/{{mandate}}/{verb}" for verb in ("acceptance", "limit", "end")
)


def parties(town: Town, person: str = "p-clerk") -> set[str]:
    return {mandate.party for mandate in mandates.held_by(person, town.now)}


def test_a_mandate_gives_nothing_before_it_is_accepted(town: Town) -> None:
    mandate = town.offered()
    assert parties(town) == set()
    accepted = town.ask("p-clerk", ACCEPT, mandate=mandate)
    assert (accepted.status, accepted.body["status"], accepted.body["grantee_name"]) == (
        200,
        "in_force",
        "陈洁",
    )
    assert parties(town) == {COMPANY}


def test_both_see_it_and_nobody_else(town: Town) -> None:
    mandate = town.offered()
    granted = town.ask("p-boss", "GET /mandates").body
    assert [party["party"] for party in granted["stands_for"]] == ["p-boss", COMPANY]
    assert [(m["id"], m["party_name"], m["status"]) for m in granted["granted"]] == [
        (mandate, "清河文化", "offered")
    ]
    held = town.ask("p-clerk", "GET /mandates").body
    assert [m["id"] for m in held["held"]] == [mandate] and held["granted"] == []
    stranger = town.ask("p-mother", "GET /mandates").body
    assert stranger["granted"] == stranger["held"] == []
    for route in (ACCEPT, END):
        assert town.ask("p-mother", route, {}, mandate=mandate).status == 404
        assert town.ask("p-mother", route, {}, mandate="a" * 26 + ".1").status == 404


@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_mandate_is_narrowed_a_few_times_and_the_grantee_hears_no_more(
    town: Town, is_accepted: bool
) -> None:
    mandate = town.granted() if is_accepted else town.offered()
    answers = []
    for second in range(rules.MAX_LIMITS + 3):
        until = f"2027-02-01T00:00:{59 - second:02d}+08:00"
        answers.append(town.ask("p-boss", LIMIT, {"until": until}, mandate=mandate))
    assert [answer.status for answer in answers] == [200] * rules.MAX_LIMITS + [409] * 3
    assert answers[-1].body["type"].endswith(":conflict")
    assert town.ask("p-boss", END, {}, mandate=mandate).status == 200


def test_only_the_legal_representative_grants_for_a_company(town: Town) -> None:
    body = {"party": COMPANY, "grantee": "p-mother", "until": UNTIL}
    town.granted()
    assert town.ask("p-clerk", "POST /mandates", body).status == 403, (
        "who holds a mandate hands it to nobody"
    )
    for claims in (
        {},
        {**LEGAL, "org_role": "employee"},
        {**LEGAL, "org": USCC[:-1] + "A"},
        {**LEGAL, "org_name": " "},
    ):
        assert (
            Caller(town.door, "p-else", "某", claims=claims)("POST", "/mandates", body).status
            == 403
        )


def test_a_person_lets_a_child_act_for_them(town: Town) -> None:
    town.granted("p-mother", "p-clerk", items=["disability-benefit"], acts=["file"])
    (held,) = mandates.held_by("p-clerk", town.now)
    assert (held.party, held.name, held.items, held.acts) == (
        "p-mother", "李娜", frozenset({"disability-benefit"}), frozenset({"file"}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"party": COMPANY, "grantee": "p-boss", "until": UNTIL}, "/grantee", "mandate-to-oneself"),
        ({"grantee": "p-boss", "until": UNTIL}, "/grantee", "mandate-to-oneself"),
        ({"grantee": "p-x", "until": "2026-03-02T09:30:00+08:00"}, "/until", "until-in-the-past"),
        ({"grantee": "p-x", "until": "2027-02-31T09:30:00+08:00"}, "/until", "format-date-time"),
        ({"grantee": "c-" + USCC, "until": UNTIL}, "/grantee", "pattern"),
        ({"grantee": "n-abc", "until": UNTIL}, "/grantee", "pattern"),
        ({"grantee": "p-x", "until": UNTIL, "acts": ["decide"]}, "/acts/0", "enum"),
    ],
)
def test_what_is_no_mandate_is_named(
    town: Town, body: dict[str, Any], field: str, message: str
) -> None:
    answer = town.ask("p-boss", "POST /mandates", body)
    assert answer.status == 422
    assert answer.body["errors"][0]["field"] == field, message


def test_a_mandate_is_narrowed_at_once_and_never_widened(town: Town) -> None:
    mandate = town.granted(acts=["file", "pay"])
    narrower = town.ask("p-boss", LIMIT, {"acts": ["pay"], "items": ["shop-sign"]}, mandate=mandate)
    assert (narrower.status, narrower.body["acts"], narrower.body["items"]) == (
        200,
        ["pay"],
        ["shop-sign"],
    )
    (held,) = mandates.held_by("p-clerk", town.now)
    assert (held.items, held.acts) == (frozenset({"shop-sign"}), frozenset({"pay"}))
    for wider in (
        {"acts": ["file"]},
        {"items": ["shop-sign", "mass-event"]},
        {"until": "2028-01-01T00:00:00+08:00"},
    ):
        assert town.ask("p-boss", LIMIT, wider, mandate=mandate).status == 422
    assert town.ask("p-boss", LIMIT, {"acts": ["pay"]}, mandate=mandate).status == 409, (
        "it is so already"
    )
    assert town.ask("p-clerk", LIMIT, {"acts": ["pay"]}, mandate=mandate).status == 403


@pytest.mark.parametrize("person", ["p-boss", "p-clerk"])
def test_either_ends_it_at_once(town: Town, person: str) -> None:
    mandate = town.granted()
    ended = town.ask(person, END, {"reason": "离职"}, mandate=mandate)
    assert (ended.status, ended.body["status"]) == (200, "ended")
    assert parties(town) == set()
    assert town.ask(person, END, {}, mandate=mandate).status == 409
    assert town.ask("p-clerk", ACCEPT, mandate=mandate).status == 409
    assert town.ask("p-boss", LIMIT, {"acts": ["pay"]}, mandate=mandate).status == 409


def test_an_offer_that_was_withdrawn_is_not_accepted(town: Town) -> None:
    mandate = town.offered()
    town.ask("p-boss", END, {}, mandate=mandate)
    assert town.ask("p-clerk", ACCEPT, mandate=mandate).status == 409
    assert parties(town) == set()


def test_only_the_grantee_accepts_and_only_once(town: Town) -> None:
    mandate = town.offered()
    assert town.ask("p-boss", ACCEPT, mandate=mandate).status == 403
    assert town.ask("p-clerk", ACCEPT, mandate=mandate).status == 200
    assert town.ask("p-clerk", ACCEPT, mandate=mandate).status == 409


def test_it_ends_by_itself(town: Town) -> None:
    town.granted(until="2026-03-03T00:00:00+08:00")
    town.wait(days=1)
    assert parties(town) == set()
    assert town.ask("p-boss", "GET /mandates").body["granted"][0]["status"] == "expired"


def test_the_same_request_is_one_mandate_and_one_acceptance(town: Town) -> None:
    body = {"party": COMPANY, "grantee": "p-clerk", "until": UNTIL}
    first, again = (town.ask("p-boss", "POST /mandates", body, key="k1") for _ in range(2))
    assert first.body == again.body
    assert (
        town.ask("p-boss", "POST /mandates", {**body, "grantee": "p-mother"}, key="k1").status
        == 422
    )
    mandate = first.body["id"]
    done = [town.ask("p-clerk", ACCEPT, mandate=mandate, key="k2") for _ in range(2)]
    assert done[0].body == done[1].body and done[1].status == 200


def test_posts_and_mandates_share_a_row_and_leave_each_other_alone(town: Town) -> None:
    from chalicelib.authority.grants import views

    town.granted(grantee="o-sun")
    assert {held["post"] for held in views.posts_held("o-sun", town.now)} == {"urb-approver"}
    assert parties(town, "o-sun") == {COMPANY}


def test_a_party_has_a_hundred_mandates_and_no_more(town: Town) -> None:
    body = {"until": UNTIL, "grantee": "p-clerk"}
    answers = []
    for n in range(101):
        if n % rules.MAX_OFFERS_A_DAY == 0:
            town.wait(days=1)
        answers.append(town.ask("p-mother", "POST /mandates", {**body, "grantee": f"p-{n}"}).status)
    assert answers == [201] * 100 + [409]


def test_the_journal_names_nobody_in_public(town: Town, memory: Any) -> None:
    mandate = town.granted(acts=["pay"])
    journal: MemoryJournal = memory[0]
    entries = journal.read(f"mandates#{mandate.partition('.')[0]}")
    assert [entry.acts[0].type for entry in entries] == ["MandateGranted", "MandateAccepted"]
    for entry in entries:
        public = (entry.stream, *[str(act.data) for act in entry.acts])
        assert not [said for said in public for name in ("p-", "c-", USCC, "清河") if name in said]


@pytest.mark.parametrize("mandate", ["", ".", "x", "a.b", "../1", "a" * 60 + ".1", "a.1.1", "日.1"])
def test_what_is_no_mandates_id_is_not_found(town: Town, mandate: str) -> None:
    assert town.ask("p-boss", END, {}, mandate=mandate).status == 404


def test_a_company_is_known_by_the_code_for_which_somebody_vouches() -> None:
    assert company_of("9133990000455502XE") == "c-9133990000455502XE"
    assert company_of("9133990000455502xe") == "c-9133990000455502XE"
    assert company_of("91350203M0001QKT19") == "c-91350203M0001QKT19", "its check digit is wrong"
    for wrong in (
        "9133990000455502X",
        "9133990000455502XES",
        "9133990000455502SE",
        "",
        "张伟",
    ):
        assert company_of(wrong) == ""


def test_a_mandate_of_yesterday_holds_no_more(town: Town) -> None:
    town.granted(until=(town.now + timedelta(hours=1)).isoformat())
    assert parties(town) == {COMPANY}
    town.wait(hours=1)
    assert parties(town) == set()


def test_an_end_that_is_past_is_no_limit(town: Town) -> None:
    mandate = town.granted()
    town.wait(days=10)
    body = {"until": "2026-03-05T00:00:00+08:00"}
    refused = town.ask("p-boss", LIMIT, body, mandate=mandate)
    assert (refused.status, refused.body["errors"][0]["message"]) == (
        422,
        "That end is past already.",
    )
    assert parties(town) == {COMPANY}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 409),
        ({"until": "2027-03-01T00:00:00+08:00"}, 409),
        ({"acts": ["collect", "file", "pay", "state", "supplement", "withdraw"]}, 409),
        ({"until": "2027-03-02T00:00:00+08:00"}, 201),
        ({"acts": ["file"]}, 201),
        ({"items": ["shop-sign"]}, 201),
        ({"grantee": "o-sun"}, 201),
    ],
)
def test_an_equal_mandate_is_told_of_with_its_first(
    town: Town, more: dict[str, Any], status: int
) -> None:
    first = town.granted()
    body = {"party": COMPANY, "grantee": "p-clerk", "until": UNTIL, **more}
    answer = town.ask("p-boss", "POST /mandates", body)
    assert answer.status == status
    assert (first in str(answer.body)) == (status == 409)


def test_what_is_over_is_no_first(town: Town) -> None:
    mandate = town.offered()
    assert town.ask("p-boss", END, {}, mandate=mandate).status == 200
    assert town.offered() != mandate


def test_one_offer_at_a_time_waits_for_the_same_person(town: Town) -> None:
    first = town.offered()
    body = {"party": COMPANY, "grantee": "p-clerk", "until": UNTIL, "items": ["shop-sign"]}
    refused = town.ask("p-boss", "POST /mandates", body)
    assert refused.status == 409 and first in refused.body["detail"]
    assert town.ask("p-clerk", END, {}, mandate=first).status == 200
    assert town.ask("p-boss", "POST /mandates", body).status == 201


def test_nobody_is_flooded_with_offers(town: Town) -> None:
    for _ in range(rules.MAX_OFFERS_TO_ONE_A_DAY):
        mandate = town.offered()
        assert town.ask("p-boss", END, {}, mandate=mandate).status == 200
    body = {"party": COMPANY, "grantee": "p-clerk", "until": UNTIL}
    refused = town.ask("p-boss", "POST /mandates", body)
    assert refused.status == 409 and "10 to one person" in refused.body["detail"]
    for number in range(rules.MAX_OFFERS_A_DAY - rules.MAX_OFFERS_TO_ONE_A_DAY):
        town.offered(grantee=f"p-{number}")
    refused = town.ask("p-boss", "POST /mandates", body | {"grantee": "p-another"})
    assert refused.status == 409
    town.wait(days=1)
    assert town.offered()
