"""Both sides of a mandate hear of what becomes of it, each once, and nobody else does."""

from typing import Any

import pytest

from chalicelib.authority.mandates import use_cases
from chalicelib.casework.consumers import mandate_messages
from chalicelib.kernel import texts
from chalicelib.notify.acts import KINDS
from tests.support.builders.representation import COMPANY, Town, town

__all__ = ["town"]


def told(town: Town) -> None:
    """The feed hands every party's mandates over."""
    for stream in {stream for stream, _ in town.journal.entries if stream.startswith("mandates#")}:
        mandate_messages.project(stream)


def heard(town: Town, person: str, party: str = "") -> list[tuple[str, str]]:
    """(kind, text) of somebody's messages, oldest first."""
    told(town)
    query = {"party": party} if party else {}
    found = town.ask(person, "GET /messages", query=query).body["messages"]
    assert all(m["case_number"] is None and m["mandate"] for m in found)
    return [(m["kind"], m["text"]) for m in found][::-1]


def kinds(town: Town, person: str, party: str = "") -> list[str]:
    return [kind for kind, _ in heard(town, person, party)]


def test_who_is_asked_to_act_is_told_and_by_whom(town: Town) -> None:
    mandate = town.offered()
    ((kind, text),) = heard(town, "p-clerk")
    assert kind == "mandate.offered"
    assert "清河文化" in text and mandate in text and "2027-02-28" in text
    assert heard(town, "p-mother") == []


def test_the_company_hears_in_its_own_inbox_what_was_done_in_its_name(town: Town) -> None:
    mandate = town.offered()
    town.wait(minutes=1)
    town.ask("p-clerk", "POST /mandates/{mandate}/acceptance", mandate=mandate)
    assert kinds(town, "p-boss", COMPANY) == ["mandate.granted", "mandate.accepted"]
    assert kinds(town, "p-boss") == []
    assert "陈洁" in heard(town, "p-boss", COMPANY)[1][1]


@pytest.mark.parametrize("by", ["p-boss", "p-clerk"])
def test_an_end_is_told_to_the_other_side(town: Town, by: str) -> None:
    mandate = town.granted()
    town.wait(minutes=1)
    town.ask("p-boss", "POST /mandates/{mandate}/limit", {"acts": ["pay"]}, mandate=mandate)
    town.wait(minutes=1)
    town.ask(by, "POST /mandates/{mandate}/end", {"reason": "绝密理由"}, mandate=mandate)
    of_the_clerk = ["mandate.offered", "mandate.limited", "mandate.ended"]
    assert kinds(town, "p-clerk") == (of_the_clerk if by == "p-boss" else of_the_clerk[:2])
    assert kinds(town, "p-boss", COMPANY)[-1] == "mandate.ended"
    assert "绝密理由" not in str(town.views.rows), "a reason is between the two"


def test_a_person_who_grants_for_themselves_hears_of_the_acceptance_alone(town: Town) -> None:
    town.granted("p-mother", "p-clerk")
    assert kinds(town, "p-mother") == ["mandate.accepted"]


def test_told_again_it_is_told_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.granted()
    (stream,) = {stream for stream, _ in town.journal.entries if stream.startswith("mandates#")}
    assert mandate_messages.project(stream) and not mandate_messages.project(stream)
    before = dict(town.views.rows)
    del town.views.rows[
        (stream, mandate_messages.TOLD)
    ]  # a delivery that stopped before its last write
    assert mandate_messages.project(stream)
    assert town.views.rows == before


def test_every_message_is_one_of_the_kinds_and_speaks_both_languages(town: Town) -> None:
    for kind in mandate_messages.KINDS:
        assert set(texts.all_texts()[f"message.{kind}"]) == set(texts.LANGUAGES)
    assert {kind for kind in KINDS if kind.startswith("mandate.")} == set(mandate_messages.KINDS)


def test_a_page_of_a_mandate_as_it_was_is_told_not_as_it_is(town: Town) -> None:
    mandate = town.granted()
    town.ask(
        "p-boss",
        "POST /mandates/{mandate}/limit",
        {"until": "2026-06-01T00:00:00+08:00"},
        mandate=mandate,
    )
    said: Any = dict(heard(town, "p-clerk"))
    assert "2027-02-28" in said["mandate.offered"] and "2026-05-31" in said["mandate.limited"]
    (now,) = use_cases.granted_by(COMPANY)
    assert now.scope.ends.date().isoformat() == "2026-06-01"


def test_what_was_before_there_were_news_is_told_to_nobody(town: Town) -> None:
    mandate = town.granted()
    town.wait(days=30)
    assert kinds(town, "p-clerk") == []
    town.ask("p-boss", "POST /mandates/{mandate}/end", {}, mandate=mandate)
    assert kinds(town, "p-clerk") == ["mandate.ended"]
