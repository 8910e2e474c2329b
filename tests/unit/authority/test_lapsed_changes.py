"""A proposal waits for six weeks: then it has lapsed, and whoever still wants it proposes it again."""

from datetime import timedelta

import pytest

from chalicelib.authority.acts.changes import ANSWERED_WITHIN
from chalicelib.authority.registers import change_list
from chalicelib.kernel import clock
from tests.support.builders.registers import Registers, city

__all__ = ["city"]

APPOINTMENT = {"person": "o-new", "post": "urb-window"}


def listed(city: Registers) -> list[str]:
    answer = city.ask("o-admin-2", "GET /register-changes")
    return [each["id"] for each in answer.body["changes"]]


@pytest.mark.parametrize("verdict", ["approval", "rejection"])
def test_what_nobody_answered_in_time_is_answered_no_more(city: Registers, verdict: str) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    city.now += ANSWERED_WITHIN
    refused = city.answer(change, verdict=verdict)
    assert (refused.status, refused.body["type"]) == (409, "urn:sunlit:problem:change-expired")
    assert city.posts_of("o-new") == set()
    assert len(city.journal.read(f"change#{change}")) == 1


def test_until_its_last_moment_it_is_approved(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    city.now += ANSWERED_WITHIN - timedelta(milliseconds=1)
    assert listed(city) == [change]
    assert city.answer(change).status == 200


def test_it_is_listed_no_more_and_its_page_says_why(city: Registers) -> None:
    lapsed = city.propose("appointment", APPOINTMENT).body["id"]
    city.wait(days=1)
    later = city.propose("appointment", {**APPOINTMENT, "post": "dpf-window"}).body["id"]
    city.now += ANSWERED_WITHIN - timedelta(hours=1)
    assert listed(city) == [later]
    page = city.ask("o-admin", "GET /register-changes/{change}", change=lapsed)
    assert (page.body["status"], "decided" in page.body) == ("expired", False)


def test_the_same_can_be_proposed_again(city: Registers) -> None:
    city.propose("appointment", APPOINTMENT)
    city.wait(days=60)
    city.made("appointment", APPOINTMENT)
    assert city.posts_of("o-new") == {"urb-window"}


def test_an_approval_in_time_is_answered_the_same_again_when_the_time_is_over(
    city: Registers,
) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    first = city.answer(change, key="once")
    city.wait(days=60)
    assert city.answer(change, key="once").body == first.body
    refused = city.answer(change)
    assert refused.body["type"] == "urn:sunlit:problem:change-decided"


def test_its_row_ends_with_it_and_that_of_an_answered_change_does_not(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    row = city.views.get(f"change#{change}", change_list.ROW)
    ends = clock.system_now() + ANSWERED_WITHIN
    assert row and abs(row.expires_at - ends.timestamp()) < 60
    city.answer(change)
    answered = city.views.get(f"change#{change}", change_list.ROW)
    assert answered and (answered.expires_at, answered.owner) == (0, "")


def test_a_row_made_anew_after_its_time_stands_in_no_list(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    city.wait(days=60)
    city.views.rows.clear()
    assert change_list.project(f"change#{change}")
    row = city.views.get(f"change#{change}", change_list.ROW)
    assert row and (row.owner, row.inbox) == ("", "")
