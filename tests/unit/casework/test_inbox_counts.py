"""How many tasks there are: for who holds a post, and for a head of each post of the department."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.authority.registers.loading import load_posts
from chalicelib.casework.acts import Claim, CompleteTask
from chalicelib.casework.views import inbox
from chalicelib.kernel import clock
from tests.support.builders import teams
from tests.support.builders.cases import MONDAY
from tests.support.builders.teams import Team

team = teams.team

LATE, SOON = clock.stamp(MONDAY - timedelta(days=1)), clock.stamp(MONDAY + timedelta(days=1))


def counts(team: Team, person: str, **query: str) -> dict[str, dict[str, Any]]:
    answer = team.ask(person, "GET /tasks/counts", query=query)
    assert answer.status == 200, answer.body
    return {each["post"]: each for each in answer.body["posts"]}


def test_an_inbox_is_counted_by_colour_claim_and_limit(team: Team) -> None:
    team.stand("a", due=LATE, colour="red", claimed_by="o-win")
    team.stand("b", due=LATE, colour="yellow")
    team.stand("c", due=SOON, colour="yellow", claimed_by="o-win-2")
    team.stand("d")
    counted = counts(team, "o-win")["urb-window"]
    assert counted.pop("office")["department"] == "URB"
    assert counted == {
        "post": "urb-window",
        "open": 4,
        "colours": {"red": 1, "yellow": 2, "reminder": 0, "none": 1},
        "overdue": 2,
        "claimed": 2,
        "unclaimed": 2,
        "more": False,
    }


def test_an_officer_hears_of_own_posts_and_a_head_of_the_whole_department(team: Team) -> None:
    team.stand("a")
    assert list(counts(team, "o-win")) == ["urb-window"]
    assert list(counts(team, "o-head")) == [
        "urb-approver",
        "urb-head",
        "urb-reviewer",
        "urb-window",
    ]
    assert counts(team, "o-head")["urb-window"]["open"] == 1
    assert counts(team, "o-head", post="urb-window").keys() == {"urb-window"}
    assert list(counts(team, "o-dpf-head")) == ["dpf-head", "dpf-window"]


def test_a_post_that_went_to_another_department_is_no_longer_counted_here(team: Team) -> None:
    moved = {
        "id": "urb-approver",
        "title": {"zh": "岗位", "en": "Post"},
        "department": "DPF",
        "roles": ["approver"],
    }
    load_posts([moved], MONDAY)
    assert "urb-approver" not in counts(team, "o-head")
    assert "urb-approver" in counts(team, "o-dpf-head")


def test_counts_follow_the_acts(team: Team) -> None:
    team.file("abc")
    team.do("abc", Claim("accept.0"), "o-win", "urb-window")
    assert counts(team, "o-win")["urb-window"]["claimed"] == 1
    team.do("abc", CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    assert counts(team, "o-win")["urb-window"]["open"] == 0
    reviewing = counts(team, "o-rev")["urb-reviewer"]
    assert (reviewing["open"], reviewing["claimed"], reviewing["unclaimed"]) == (1, 0, 1)


@pytest.mark.parametrize(("there", "more"), [(3, False), (4, False), (5, True)])
def test_beyond_the_bound_the_most_urgent_are_counted_and_it_says_so(
    team: Team, monkeypatch: pytest.MonkeyPatch, there: int, more: bool
) -> None:
    monkeypatch.setattr(inbox, "MAX_COUNTED", 4)
    for name in range(there):
        team.stand(f"t{name}", due=SOON if name < 4 else "")
    counted = counts(team, "o-win")["urb-window"]
    assert (counted["open"], counted["more"]) == (min(there, 4), more)
    assert (
        counted["open"]
        == counted["claimed"] + counted["unclaimed"]
        == sum(counted["colours"].values())
    )


def test_the_counts_are_those_of_the_list(team: Team) -> None:
    colours, claimers = ("", "red", "yellow", "reminder"), ("", "o-win", "o-win-2")
    for n in range(60):
        due = clock.stamp(MONDAY + timedelta(hours=n - 25)) if n % 7 else ""
        team.stand(f"t{n:02d}", due=due, colour=colours[n % 4], claimed_by=claimers[n % 3])
    counted = counts(team, "o-win")["urb-window"]
    for colour, number in counted["colours"].items():
        assert len(team.inbox("o-win", "urb-window", colour=colour, limit="3")) == number
    assert (
        len(team.inbox("o-win", "urb-window", claimed="anybody", limit="3")) == counted["claimed"]
    )
    assert len(team.inbox("o-win", "urb-window", overdue="true", limit="3")) == counted["overdue"]
