"""A supplement: what is brought fits the item, and what changed answers ask for is asked for at
once and last.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.casework.acts import Case, Supplement
from chalicelib.casework.use_cases import file_case
from chalicelib.intake import filing, supplementing
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.journal import Actor, Request
from tests.support.builders.case_walks import finish
from tests.support.builders.cases import APPLICANT, MONDAY, Desk
from tests.support.builders.filings import LI_NA, Storage, body, city, example, uploaded

FOOD = example("food-licence", by_agent=False, contracted=False)
KEPT = {**FOOD, "safety_manager_phone": "+8614000001001"}
CANTEEN = {**FOOD, "business_kind": "canteen", "contracted": True}
BROUGHT = ("premises-layout", "safety-rules")


@pytest.fixture
def storage(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    with city(monkeypatch, "food-licence") as files:
        yield files


def asked(storage: Storage, form: dict[str, Any] | None = None, **more: Any) -> Desk:
    """An application whose applicant is asked for a supplement."""
    codes = () if more else BROUGHT
    made = filing.application(
        LI_NA, body("food-licence", uploaded(storage, *codes), form or FOOD, **more), MONDAY
    )
    done = file_case.file_case(made, Actor(LI_NA.person), Request("key", "body"))
    desk = Desk()
    desk.entries = [done.entry]
    finish(desk, "accept", "supplement")
    return desk


def supplemented(
    desk: Desk, storage: Storage, *codes: str, form: dict[str, Any] | None = None
) -> Case:
    """The case after it was brought; the same files stand in storage anew."""
    given = {"materials": uploaded(storage, *codes), **({"form": form} if form else {})}
    desk.do(supplementing.supplement(LI_NA.person, given, desk.case), APPLICANT)
    return desk.case


def faults_of(
    desk: Desk, storage: Storage, *codes: str, form: dict[str, Any] | None = None
) -> list[tuple[str, str]]:
    given = {"materials": uploaded(storage, *codes), **({"form": form} if form else {})}
    with pytest.raises(Invalid) as refused:
        supplementing.supplement(LI_NA.person, given, desk.case)
    return [(fault.field, fault.message) for fault in refused.value.faults]


def test_a_better_file_alone_is_enough(storage: Storage) -> None:
    case = supplemented(asked(storage), storage, "safety-rules")
    assert (case.status, case.submission.form, case.submission.owed) == ("filed", KEPT, ())
    assert sorted(m["code"] for m in case.submission.materials) == sorted(BROUGHT)


def test_a_form_that_is_wrong_is_no_supplement(storage: Storage) -> None:
    told = faults_of(asked(storage), storage, form={**FOOD, "surprise": 1})
    assert [field for field, _ in told] == ["/form/surprise"]


def test_changed_answers_bring_what_they_ask_for(storage: Storage) -> None:
    desk = asked(storage)
    agent = {**FOOD, "by_agent": True}
    assert faults_of(desk, storage, form=agent) == [
        ("/materials/power-of-attorney", "material-required")
    ]
    case = supplemented(desk, storage, "power-of-attorney", form=agent)
    assert case.submission.form["by_agent"] is True and case.submission.owed == ()


def test_what_changed_answers_ask_for_may_follow_where_it_is_minor(storage: Storage) -> None:
    desk = asked(storage)
    case = supplemented(desk, storage, form=CANTEEN)
    assert (case.status, case.submission.owed) == ("filed", ("canteen-agreement",))
    finish(desk, "accept")
    desk.do(Supplement([{"code": "canteen-agreement"}]), APPLICANT)
    assert desk.case.submission.owed == ()


def test_what_changed_answers_no_longer_ask_for_is_no_longer_owed(storage: Storage) -> None:
    desk = asked(storage, CANTEEN)
    assert desk.case.submission.owed == ("canteen-agreement",)
    assert supplemented(desk, storage, form=FOOD).submission.owed == ()


def test_a_promise_still_stands_for_what_it_replaces(storage: Storage) -> None:
    desk = asked(storage, on_promise=True)
    assert supplemented(desk, storage, form={**FOOD, "staff": 7}).status == "filed"


def test_a_material_that_the_item_does_not_know_is_refused(storage: Storage) -> None:
    assert faults_of(asked(storage), storage, "nonsense") == [
        ("/materials/0/code", "material-unknown")
    ]
