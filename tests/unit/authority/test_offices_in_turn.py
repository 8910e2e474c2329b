"""Offices that nobody may hold together may be held one after the other."""

from typing import Any

import pytest

from tests.support.builders.registers import BOTH, Registers, city

__all__ = ["city"]

TOGETHER = (409, "urn:sunlit:problem:offices-not-together")
AUDITOR = {"person": "o-aud", "post": "city-administrator"}  # who is to become an administrator


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status, answer.body.get("type", "")


def post(roles: list[str], name: str = "city-auditor") -> dict[str, Any]:
    return {"id": name, "title": BOTH, "department": "GOV", "roles": roles}


def test_an_office_may_follow_on_another_one(city: Registers) -> None:
    first = {"person": "o-new", "post": "city-auditor"}
    city.made("appointment", first, until=city.last_day(30))
    second = {"person": "o-new", "post": "city-security"}
    assert refusal(city.propose("appointment", second, **{"from": city.day(29)})) == TOGETHER
    city.made("appointment", second, **{"from": city.day(30)})
    city.wait(days=20)
    assert city.posts_of("o-new") == {"city-auditor"}
    city.wait(days=20)
    assert city.posts_of("o-new") == {"city-security"}


def test_one_for_a_while_may_end_before_another_begins(city: Registers) -> None:
    later = {"person": "o-new", "post": "city-auditor"}
    city.made("appointment", later, **{"from": city.day(30)})
    until_then = {"person": "o-new", "post": "city-security"}
    assert refusal(city.propose("appointment", until_then)) == TOGETHER
    assert refusal(city.propose("appointment", until_then, until=city.last_day(31))) == TOGETHER
    city.made("appointment", until_then, until=city.last_day(30))


def test_a_post_may_get_a_role_when_its_holder_has_left_the_other_one(city: Registers) -> None:
    city.made("appointment", {"person": "o-new", "post": "city-security"}, until=city.last_day(10))
    city.made("appointment", {"person": "o-new", "post": "urb-window"})
    auditing = {**post(["window", "auditor"], "urb-window"), "department": "URB"}
    assert refusal(city.propose("post", auditing, **{"from": city.day(9)})) == TOGETHER
    city.made("post", auditing, **{"from": city.day(10)})


def test_a_post_that_will_have_lost_a_role_goes_with_another_one_from_then_on(
    city: Registers,
) -> None:
    city.made("post", post([]), **{"from": city.day(10)})
    assert refusal(city.propose("appointment", AUDITOR, **{"from": city.day(9)})) == TOGETHER
    city.made("appointment", AUDITOR, **{"from": city.day(10)})


def test_a_role_that_a_post_has_for_a_while_only_counts_then(city: Registers) -> None:
    city.made("post", post(["auditor"]), until=city.last_day(10))
    assert refusal(city.propose("appointment", AUDITOR)) == TOGETHER
    city.made("appointment", AUDITOR, **{"from": city.day(10)})


def test_an_absence_makes_no_room_for_the_other_office(city: Registers) -> None:
    """It can end on any day, and both offices would be held."""
    away = {"person": "o-aud", "post": "city-auditor", "substitute": "o-new"}
    city.made("absence", away, until=city.last_day(30))
    assert refusal(city.propose("appointment", AUDITOR, until=city.last_day(20))) == TOGETHER


def test_a_substitute_counts_for_the_time_of_the_absence(city: Registers) -> None:
    city.made("appointment", {"person": "o-new", "post": "city-security"}, until=city.last_day(10))
    away = {"person": "o-aud", "post": "city-auditor", "substitute": "o-new"}
    early = city.propose("absence", away, **{"from": city.day(5), "until": city.last_day(20)})
    assert refusal(early) == TOGETHER
    city.made("absence", away, **{"from": city.day(10), "until": city.last_day(20)})


@pytest.mark.parametrize("days", [0, 10])
def test_what_was_proposed_in_time_is_looked_at_again_when_it_is_approved(
    city: Registers, days: int
) -> None:
    city.made("appointment", {"person": "o-new", "post": "city-auditor"}, until=city.last_day(10))
    second = {"person": "o-new", "post": "city-security"}
    change = city.propose("appointment", second, **{"from": city.day(10)}).body["id"]
    city.made("appointment", {"person": "o-new", "post": "city-auditor"}, **{"from": city.day(12)})
    city.wait(days=days)
    assert refusal(city.answer(change)) == TOGETHER
