"""The same filed twice: told of the first before there is a second; meant, both are there and each
names the other.
"""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import casework
from chalicelib.casework import Application, CaseFiled
from chalicelib.casework.execution import delivery, task_tokens
from chalicelib.casework.views import pages
from chalicelib.intake import filing, twice
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.journal import Actor, Request
from tests.support.builders.filings import example
from tests.support.builders.representation import COMPANY, Town, town
from tests.support.city.items import published, sample

__all__ = ["town"]

CASE = {"item": "street-penalty", "concerned": {"name": "陈婷"}, "form": example("street-penalty")}


def first(town: Town, **more: Any) -> str:
    number = str(town.files("p-mother", **more).body["number"])
    town.project(number)
    return number


# What is filed beside the first one, and whether it is the same.
FILED: list[tuple[str, dict[str, Any], bool]] = [
    ("a page that was loaded again", {}, True),
    ("another telephone number", {"contact": {"phone": "13900001234"}}, True),
    ("another answer", {"form": example("shop-sign", width_cm=361)}, False),
]


@pytest.mark.parametrize(("what", "changed", "is_same"), FILED)
def test_who_files_the_same_again_is_told_of_the_first(
    town: Town, what: str, changed: dict[str, Any], is_same: bool
) -> None:
    number = first(town)
    answer = town.files("p-mother", **changed)
    assert (answer.status == 409) == is_same, what
    assert not is_same or number in answer.body["detail"]


def test_the_same_by_somebody_else_is_another_matter(town: Town) -> None:
    first(town)
    assert town.files("p-clerk").status == 201
    assert town.files("p-boss", on_behalf_of=COMPANY).status == 201


def test_the_same_key_is_answered_as_before(town: Town) -> None:
    body = town.application("p-mother")
    answers = []
    for _ in range(2):
        answers.append(town.ask("p-mother", "POST /applications", body, key="one-key"))
        town.project(answers[0].body["number"])
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body


def test_meant_both_are_filed_and_the_office_sees_that_they_are_the_same(town: Town) -> None:
    number = first(town)
    second = town.files("p-mother", again=True).body["number"]
    delivery._link(town.case(second))
    delivery._link(town.case(second))
    assert same_as(town, number) == [second]
    assert same_as(town, second) == [number]
    assert town.case(number).record.links == ()


def same_as(town: Town, number: str) -> Any:
    return pages.matters(town.case(number))["same"]


def test_once_the_first_has_ended_it_is_filed_anew(town: Town) -> None:
    number = first(town)
    ended = town.ask("p-mother", "POST /cases/{number}/withdrawal", {}, number=number)
    assert ended.status == 201
    town.project(number)
    assert town.files("p-mother").status == 201


# Against whom, with which answers, and whether it is the same matter.
OPENED: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"name": "陈婷"}, {}, True),
    ({"name": "陈 婷"}, {}, True),
    ({"name": "陈婷"}, {"facts": "第二名执法人员的记录。"}, True),
    ({"name": "陈婷"}, {"found_on": "2026-02-17"}, False),
    ({"name": "陈婷"}, {"place": "明杭市上河区南山路1号"}, False),
    ({"name": "李静"}, {}, False),
    ({"name": "陈婷", "person": "p-chen"}, {}, False),
]


@pytest.mark.parametrize(("concerned", "answers", "is_same"), OPENED)
def test_an_equal_penalty_is_told_with_its_first(
    town: Town, concerned: dict[str, Any], answers: dict[str, Any], is_same: bool
) -> None:
    published(sample("street-penalty"))
    opened_first(town, {"name": "陈婷"})
    form = {**CASE["form"], **answers}  # type: ignore[dict-item]
    wanted = filed_against(concerned, form)
    assert is_refused(wanted) == is_same


def test_of_a_party_with_an_account_its_list_is_looked_at(town: Town) -> None:
    published(sample("street-penalty"))
    concerned = {"name": "陈婷", "person": "p-chen"}
    number = opened_first(town, concerned)
    wanted = filed_against(concerned, CASE["form"])
    assert is_refused(wanted)
    item, _ = filing.item_for("street-penalty", "ex_officio")
    assert twice.opening(wanted, item, True).same_as == number


def opened_first(town: Town, concerned: dict[str, Any]) -> str:
    """A penalty that an officer has opened, in its inbox."""
    application = Application(filed_against(concerned, CASE["form"]))
    opened = casework.file_case(application, Actor("o-inv", "urb-investigator"), Request("k", "b"))
    case = opened.state
    assert case is not None
    town.views.put(delivery.case_row(case))
    town.views.put(task_tokens.task_row(case, case.open_visits[0]))
    return case.number


def filed_against(concerned: dict[str, Any], form: Any) -> CaseFiled:
    item, flow = filing.item_for("street-penalty", "ex_officio")
    return replace(
        filing.filing_of(item, flow),
        channel="office",
        person=concerned.get("person", ""),
        name=concerned["name"],
        form=form,
    )


def is_refused(wanted: CaseFiled) -> bool:
    item, _ = filing.item_for("street-penalty", "ex_officio")
    try:
        twice.opening(wanted, item, False)
    except Conflict:
        return True
    return False
