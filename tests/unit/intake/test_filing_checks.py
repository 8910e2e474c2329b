"""Filing: an application is complete, or every fault of it is named at once; what may follow is
owed, not missing.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.casework.use_cases import file_case
from chalicelib.catalog import flows
from chalicelib.catalog.flows.step_kinds import APPLICATION, EX_OFFICIO
from chalicelib.intake import filing
from chalicelib.kernel.authorization import Principal
from chalicelib.kernel.errors import Forbidden, Invalid
from chalicelib.kernel.journal import Actor, Request
from tests.support.builders.cases import MONDAY
from tests.support.builders.filings import (
    CONTACT,
    DIGEST,
    LI_NA,
    Storage,
    body,
    city,
    example,
    faults_of,
    uploaded,
)
from tests.support.city.items import sample

FOOD = example("food-licence", by_agent=False, contracted=False)
KEPT = {**FOOD, "safety_manager_phone": "+8614000001001"}
PENALTY = "street-penalty"
INSPECTOR = Actor("o-inspector", "urb-inspector")


@pytest.fixture
def storage(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    with city(
        monkeypatch, "shop-sign", "food-licence", "mass-event", "tender-filing", PENALTY
    ) as files:
        yield files


def food(
    storage: Storage, *codes: str, form: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    return body("food-licence", uploaded(storage, *codes), form or FOOD, **more)


# What a case keeps


def test_a_complete_application_becomes_a_case_that_keeps_what_its_item_version_says(
    storage: Storage,
) -> None:
    made = filing.application(LI_NA, food(storage, "premises-layout", "safety-rules"), MONDAY)
    item, flow = sample("food-licence"), flows.flow("promise-licence", 1)
    assert (made.authority, made.channel) == (item["authority"], "online")
    assert made.facts == {
        "item": "food-licence",
        "item_version": 1,
        "flow": {"id": flow.id, "version": 1, "hash": flow.hash},
        "posts": item["posts"],
        "limits": {name: item["limits"][name] for name in (*filing.LIMITS, "extension_days")},
        "procedures": ["inspection"],
    }
    private = made.private["applicant"]
    assert (private["person"], private["name"], private["contact"], private["form"]) == (
        LI_NA.person, "李娜", CONTACT, KEPT,
    )  # fmt: skip
    assert [(m["code"], m["sha256"], m["object_version"]) for m in private["materials"]] == [
        ("premises-layout", DIGEST, "v1"), ("safety-rules", DIGEST, "v1"),
    ]  # fmt: skip


def test_what_is_filed_can_be_folded_and_waits_for_acceptance(storage: Storage) -> None:
    made = filing.application(LI_NA, food(storage, "premises-layout", "safety-rules"), MONDAY)
    case = file_case.file_case(made, Actor(LI_NA.person), Request("key", "body")).state
    assert (
        case.status,
        case.submission.owed,
        case.submission.on_promise,
        case.rules.procedures,
    ) == (
        "filed",
        (),
        False,
        ("inspection",),
    )


def test_tacit_approval_and_fines_stand_in_the_filing_where_the_item_has_them(
    storage: Storage,
) -> None:
    tender = body(
        "tender-filing", uploaded(storage, "tender-documents", "tender-notice", "agency-contract")
    )
    assert filing.application(LI_NA, tender, MONDAY).facts["tacit"] is True
    opened = filing.opened("o-1", ex_officio(storage), *filing.item_for(PENALTY, EX_OFFICIO))
    assert (
        opened.facts["fine"] == {"least_fen": 5000, "most_fen": 200000}
        and "tacit" not in opened.facts
    )


# Everything that is wrong is told at once


def test_every_fault_of_form_materials_and_subject_is_told_at_once(storage: Storage) -> None:
    wrong = {**FOOD, "surprise": 1, "by_agent": True}
    del wrong[sample("food-licence")["form"]["required"][0]]
    given = [
        *uploaded(storage, "safety-rules"),
        {"code": "nonsense", "upload_id": "z" * 26, "sha256": DIGEST},
    ]
    told = faults_of(
        {**food(storage), "form": wrong, "materials": given, "about": "URB-2026-W-000001"}
    )
    assert ("/materials/1/code", "material-unknown") in told
    assert ("/materials/premises-layout", "material-required") in told
    assert ("/materials/power-of-attorney", "material-required") in told
    assert ("/about", "follows-nothing") in told
    assert {field.split("/")[1] for field, _ in told} == {"form", "materials", "about"}


def test_a_missing_material_is_named_in_both_languages(storage: Storage) -> None:
    with pytest.raises(Invalid) as refused:
        filing.application(LI_NA, food(storage, "safety-rules"), MONDAY)
    (fault,) = refused.value.faults
    assert set(fault.params) >= {"zh", "en"}


@pytest.mark.parametrize(
    ("head", "field", "message"),
    [
        ({"ContentType": "text/html"}, "/materials/0/upload_id", "material-type"),
        ({"ContentLength": 10**9}, "/materials/0/upload_id", "material-size"),
        ({"ChecksumSHA256": ""}, "/materials/0/sha256", "hash-differs"),
    ],
)
def test_what_was_uploaded_is_looked_at(
    storage: Storage, head: dict[str, Any], field: str, message: str
) -> None:
    given = uploaded(storage, "premises-layout", "safety-rules")
    storage.files[next(iter(storage.files))] |= head
    assert faults_of(body("food-licence", given, FOOD)) == [(field, message)]


def test_somebody_elses_upload_is_nobodys(storage: Storage) -> None:
    given = uploaded(storage, "premises-layout", "safety-rules", person="p-somebody")
    assert {message for _, message in faults_of(body("food-licence", given, FOOD))} == {
        "upload-missing"
    }


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_nobody_files_without_a_name(storage: Storage, name: str) -> None:
    with pytest.raises(Forbidden):
        filing.application(Principal("p-1", name), food(storage), MONDAY)


# 容缺: what may follow


def test_a_minor_material_that_is_missing_is_owed(storage: Storage) -> None:
    form = example("mass-event")
    required = ["event-plan", "safety-plan", "venue-consent"]
    made = filing.application(LI_NA, body("mass-event", uploaded(storage, *required), form), MONDAY)
    assert made.facts["owed"] == ["safety-officer-identity"]
    whole = body("mass-event", uploaded(storage, *required, "safety-officer-identity"), form)
    assert "owed" not in filing.application(LI_NA, whole, MONDAY).facts


def test_a_minor_material_is_owed_where_an_answer_asks_for_it(storage: Storage) -> None:
    canteen = {**FOOD, "business_kind": "canteen", "contracted": True}
    made = filing.application(
        LI_NA, food(storage, "premises-layout", "safety-rules", form=canteen), MONDAY
    )
    assert made.facts["owed"] == ["canteen-agreement"]


def test_a_minor_material_that_was_uploaded_badly_is_a_fault(storage: Storage) -> None:
    canteen = {**FOOD, "business_kind": "canteen", "contracted": True}
    given = uploaded(storage, "premises-layout", "safety-rules", "canteen-agreement")
    storage.files.popitem()
    assert faults_of(body("food-licence", given, canteen)) == [
        ("/materials/2/upload_id", "upload-missing")
    ]


# 告知承诺: on a promise


def test_a_promise_stands_for_the_materials_that_the_item_says(storage: Storage) -> None:
    made = filing.application(LI_NA, food(storage, on_promise=True), MONDAY)
    assert made.facts["on_promise"] is True and made.private["applicant"]["materials"] == []
    assert faults_of(food(storage, on_promise=True, form={**FOOD, "by_agent": True})) == [
        ("/materials/power-of-attorney", "material-required")
    ]


def test_without_a_promise_they_are_brought(storage: Storage) -> None:
    for more in ({}, {"on_promise": False}):
        assert {field for field, _ in faults_of(food(storage, **more))} == {
            "/materials/premises-layout", "/materials/safety-rules",
        }  # fmt: skip


def test_no_promise_is_taken_that_the_item_does_not_publish(storage: Storage) -> None:
    given = uploaded(storage, "sign-rendering", "premises-proof", "structure-drawing")
    told = faults_of(body("shop-sign", given, on_promise=True))
    assert told == [("/on_promise", "no-promise-here")]


# Ex officio


def ex_officio(storage: Storage, **concerned: Any) -> dict[str, Any]:
    return {"item": PENALTY, "form": example(PENALTY), "concerned": {"name": "张伟", **concerned}}


def test_an_officer_opens_a_case_about_somebody_whom_nobody_knows_online(storage: Storage) -> None:
    item, flow = filing.item_for(PENALTY, EX_OFFICIO)
    made = filing.opened("o-1", ex_officio(storage), item, flow)
    assert (
        made.channel,
        made.private["applicant"]["person"],
        made.private["applicant"]["contact"],
    ) == (
        "office",
        "",
        {},
    )
    case = file_case.file_case(made, INSPECTOR, Request("key", "body")).state
    assert (case.number[:11], case.status, case.participants.applicant) == (
        "URB-2026-O-",
        "accepted",
        "",
    )


def test_a_case_about_a_known_person_is_that_persons(storage: Storage) -> None:
    item, flow = filing.item_for(PENALTY, EX_OFFICIO)
    made = filing.opened(
        "o-1", ex_officio(storage, person="p-zhang-wei", contact=CONTACT), item, flow
    )
    case = file_case.file_case(made, INSPECTOR, Request("key", "body")).state
    assert (case.participants.applicant, case.participants.parties) == (
        "p-zhang-wei",
        {"p-zhang-wei"},
    )
    assert case.rules.limits["promised_days"] == sample(PENALTY)["limits"]["promised_days"]


def test_an_officers_form_is_checked_like_any_other(storage: Storage) -> None:
    item, flow = filing.item_for(PENALTY, EX_OFFICIO)
    with pytest.raises(Invalid):
        filing.opened("o-1", {**ex_officio(storage), "form": {"surprise": 1}}, item, flow)


@pytest.mark.parametrize(
    ("item", "opens", "message"),
    [
        ("nowhere", APPLICATION, "item-unknown"),
        ("nowhere", EX_OFFICIO, "item-unknown"),
        (PENALTY, APPLICATION, "item-ex-officio"),
        ("shop-sign", EX_OFFICIO, "item-on-application"),
    ],
)
def test_a_case_begins_as_its_flow_says(
    storage: Storage, item: str, opens: str, message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        filing.item_for(item, opens)
    assert [(fault.field, fault.message) for fault in refused.value.faults] == [("/item", message)]
