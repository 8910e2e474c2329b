"""A card obliges: the office answers, supervision rules, and whoever is silent loses the matter to
the next rung.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority.grants import views
from chalicelib.authority.registers import appointments
from chalicelib.authority.registers.loading import load_appointments
from chalicelib.kernel import texts
from chalicelib.kernel.journal import Entry, TransactionalWrite
from chalicelib.supervision.matters import use_cases
from chalicelib.supervision.matters.values import Matter
from tests.support.builders.matters import NUMBER, Supervised
from tests.support.fakes.stores import MemoryJournal, MemoryViews

ANSWER = {
    "way": "explained",
    "text": "李娜的材料放错了柜子。",
    "summary": "The file lay in the wrong cupboard.",
}
ORDER = {"department": "URB", "text": "Say why three permits wait."}


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, memory: tuple[MemoryJournal, MemoryViews]) -> Supervised:
    return Supervised(monkeypatch, memory)


def only(city: Supervised) -> Matter:
    (matter,) = city.matters()
    return use_cases.find(matter)


def answer(city: Supervised, person: str, matter: str, key: str = "a", **changed: Any) -> Any:
    path = "/supervision-matters/{matter}/answer"
    return city.ask(person, "POST", path, ANSWER | changed, matter=matter, key=key)


def rule(
    city: Supervised, matter: str, ruling: str, person: str = "o-sup", key: str = "r", **more: Any
) -> SimpleNamespace:
    body = {"ruling": ruling, "reasons": ["as the file shows"], "summary": "Late.", **more}
    path = "/supervision-matters/{matter}/ruling"
    return city.ask(person, "POST", path, body, matter=matter, key=key)


def refused(found: SimpleNamespace) -> tuple[int, str]:
    """Status, and the problem's type, or the first fault's message in English."""
    faults = found.body.get("errors")
    said = faults[0]["message"] if faults else found.body["type"].rpartition(":")[2]
    return found.status, said


def fault(key: str, **params: str) -> tuple[int, str]:
    """A refused field, by the key of its message."""
    return 422, texts.say(key, "en", **params)


def test_a_yellow_card_asks_the_officer_and_a_red_one_the_head(city: Supervised) -> None:
    city.warn("yellow")
    yellow = only(city)
    assert (yellow.rung, yellow.status, str(yellow.due)) == ("officers", "open", "2026-03-05")
    assert city.told("o-rev") == ["supervision.card"]
    assert city.told("o-head") == []
    city.warn("red")
    red = use_cases.find(city.matters()[1])
    assert (red.rung, str(red.due)) == ("head", "2026-03-04")
    assert city.told("o-head") == ["supervision.card"]


def test_the_same_warning_opens_one_card_however_often_it_is_told(city: Supervised) -> None:
    for _ in range(3):
        city.warn("yellow")
    assert len(city.matters()) == 1
    assert only(city).version == 1
    city.warn("yellow", due="2026-03-03")
    assert len(city.matters()) == 2


def test_the_office_explains_and_supervision_rules(city: Supervised) -> None:
    city.warn()
    matter = only(city).id
    city.wait(days=1)
    assert answer(city, "o-rev", matter).status == 200
    assert (only(city).status, only(city).rung) == ("answered", "supervisor")
    assert city.told("o-sup") == ["supervision.answered"]
    done = rule(city, matter, "upheld")
    assert (done.status, done.body["status"], done.body["due"]) == (200, "ruled", None)
    assert city.told("o-rev")[-1] == "supervision.ruled"
    entry = city.journal.read(f"matter#{matter}")[-1]
    assert (entry.actor.person, entry.actor.post) == ("o-sup", "city-supervisor")


def test_whoever_is_silent_loses_it_to_the_next_rung_once(city: Supervised) -> None:
    """Three working days each for officers and head, five for supervision; then the government."""
    city.warn()
    climbed = []
    for day in range(20):
        city.wait(days=1)
        city.sweep()
        assert city.sweep()["climbed"] == 0, "once"
        climbed.append((day, only(city).rung))
    turns = {rung: day for day, rung in reversed(climbed)}
    assert turns == {"officers": 0, "head": 3, "supervisor": 8, "government": 15}
    assert only(city).version == 4
    assert city.told("o-head") == ["supervision.climbed"]
    assert city.told("o-sup") == ["supervision.climbed"]
    assert city.told("o-gov") == ["supervision.climbed"]


def test_a_sweep_that_slept_brings_all_rungs_at_once_with_the_days_they_had(
    city: Supervised,
) -> None:
    city.warn()
    city.wait(days=9)
    assert city.sweep() == {"climbed": 1, "failed": 0}
    assert (only(city).rung, str(only(city).due)) == ("supervisor", "2026-03-17")


def test_an_answer_after_the_time_is_taken_but_wins_none(city: Supervised) -> None:
    city.warn()
    city.wait(days=9)
    assert answer(city, "o-rev", only(city).id).status == 200
    assert [len(e.acts) for e in city.journal.read(f"matter#{only(city).id}")] == [1, 3]
    assert str(only(city).due) == "2026-03-17"


def test_supervision_rules_without_an_answer_only_when_the_time_for_it_is_over(
    city: Supervised,
) -> None:
    city.warn()
    matter = only(city).id
    assert refused(rule(city, matter, "upheld")) == (409, "matter-unanswered")
    assert rule(city, matter, "withdrawn", key="r2").status == 200
    city.warn(due="2026-03-03")
    second = city.matters()[1]
    city.wait(days=9)
    assert rule(city, second, "upheld").status == 200


def test_an_answer_is_returned_once(city: Supervised) -> None:
    city.warn()
    matter = only(city).id
    answer(city, "o-rev", matter)
    assert rule(city, matter, "returned").status == 200
    assert (only(city).status, only(city).rung) == ("open", "head")
    assert refused(rule(city, matter, "returned", key="r2")) == (409, "matter-unanswered")
    assert answer(city, "o-head", matter, key="a2").status == 200
    assert refused(rule(city, matter, "returned", key="r3")) == (409, "answer-returned-before")


def test_accountability_is_a_matter_of_its_own(city: Supervised) -> None:
    city.warn("red")
    matter = only(city).id
    answer(city, "o-head", matter)
    assert refused(rule(city, matter, "accountability")) == fault("measure-with-accountability")
    assert rule(city, matter, "accountability", key="r2", measure="criticism").status == 200
    first, second = city.matters()
    opened = use_cases.find(second)
    assert use_cases.find(first).ruling is not None
    assert (opened.kind, opened.measure, opened.rung) == ("accountability", "criticism", "head")
    assert opened.cause == {"matter": first}
    assert city.told("o-head")[-1] == "supervision.accountability"
    assert refused(rule(city, second, "upheld", key="r3")) == fault(
        "ruling-of-other-kind", rulings="carried_out, withdrawn, returned"
    )
    answer(city, "o-head", second, key="a2", way="corrected")
    assert rule(city, second, "carried_out", key="r4").status == 200


@pytest.mark.parametrize("person", ["o-win", "o-dpf-head", "o-sup", "o-aud"])
def test_only_who_is_asked_answers(city: Supervised, person: str) -> None:
    city.warn()
    assert answer(city, person, only(city).id).status in (403, 404)
    assert only(city).answers == ()


@pytest.mark.parametrize("person", ["o-rev", "o-head", "o-dpf-head", "o-aud"])
def test_only_a_supervisor_rules(city: Supervised, person: str) -> None:
    city.warn()
    assert rule(city, only(city).id, "withdrawn", person).status in (403, 404)
    assert only(city).ruling is None


def test_who_has_answered_does_not_rule_even_as_a_supervisor(city: Supervised) -> None:
    load_appointments([{"person": "o-rev", "post": "city-supervisor"}], city.now)
    city.warn()
    matter = only(city).id
    assert answer(city, "o-rev", matter).status == 200
    assert rule(city, matter, "upheld", "o-rev").status == 403
    assert rule(city, matter, "upheld", "o-sup", key="r2").status == 200


def test_nobody_rules_who_has_just_lost_the_post(
    city: Supervised, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.warn()
    matter = only(city).id
    answer(city, "o-rev", matter)
    append, begun = city.journal.append, []

    def late(*entries: Entry, writes: Sequence[TransactionalWrite] = ()) -> None:
        if entries[0].stream == f"matter#{matter}" and not begun:
            begun.append(True)
            for held in views.posts_held("o-sup", city.now):
                appointments.end(held["appointment"])
        append(*entries, writes=writes)

    monkeypatch.setattr(city.journal, "append", late)
    assert rule(city, matter, "upheld").status == 404, "who supervises no more does not see it"
    assert begun and only(city).ruling is None
    assert rule(city, matter, "upheld", "o-sup-2", key="r2").status == 200


def test_an_order_is_answered_by_the_head(city: Supervised) -> None:
    done = city.ask("o-sup", "POST", "/supervision-matters", ORDER)
    assert (done.status, done.body["rung"], done.body["due"]) == (201, "head", "2026-03-09")
    again = city.ask("o-sup", "POST", "/supervision-matters", ORDER)
    assert again.body == done.body
    assert len(city.matters()) == 1
    assert city.told("o-head") == ["supervision.order"]
    assert answer(city, "o-head", done.body["id"]).status == 200
    assert rule(city, done.body["id"], "settled").status == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"number": "URB-2026-W-000009", "text": "Why?"}, "case-unknown"),
        ({"number": NUMBER, "department": "DPF", "text": "Why?"}, "case-of-other-office"),
        ({"department": "NRP", "text": "Why?"}, "office-without-head"),
        ({"department": "NOBODY", "text": "Why?"}, "office-without-head"),
    ],
)
def test_an_order_goes_to_somebody(city: Supervised, body: Any, expected: str) -> None:
    found = city.ask("o-sup", "POST", "/supervision-matters", body)
    assert refused(found) == fault(expected)
    assert city.matters() == []


@pytest.mark.parametrize(
    "summary", ["李娜 applied twice.", "Her phone is 13800001234.", "证件号 339900199001020033"]
)
def test_what_the_public_reads_names_nobody(city: Supervised, summary: str) -> None:
    city.warn()
    matter = only(city).id
    found = answer(city, "o-rev", matter, summary=summary)
    assert refused(found) == fault("summary-names-person")
    assert only(city).answers == ()


def test_the_public_sees_what_was_asked_and_ruled_but_not_what_was_written(
    city: Supervised,
) -> None:
    city.warn()
    answer(city, "o-rev", only(city).id)
    page = city.ask("", "GET", "/record/{number}/supervision", number=NUMBER).body
    (matter,) = page["matters"]
    assert (matter["status"], matter["level"], matter["number"]) == ("answered", "yellow", NUMBER)
    assert matter["answers"][0]["summary"] == ANSWER["summary"]
    assert "text" not in matter["answers"][0]
    assert ANSWER["text"] not in str(page)
    full = city.ask("o-sup", "GET", "/supervision-matters/{matter}", matter=only(city).id).body
    assert full["answers"][0]["text"] == ANSWER["text"]


def test_lists_are_filtered_and_paged(city: Supervised) -> None:
    for day in range(2, 9):
        city.warn("yellow" if day % 2 else "red", due=f"2026-03-{day:02}")
        city.wait(seconds=1)
    city.ask("o-sup", "POST", "/supervision-matters", {**ORDER, "department": "DPF"})
    listed: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        query = {"limit": "3", "level": "red", **cursor}
        page = city.ask("", "GET", "/published-matters", query=query).body
        listed += page["matters"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [row["level"] for row in listed] == ["red"] * 4
    assert listed == sorted(listed, key=lambda row: row["opened_at"], reverse=True)
    every = city.ask("o-sup", "GET", "/supervision-matters").body["matters"]
    own = city.ask("o-dpf-head", "GET", "/supervision-matters").body["matters"]
    assert (len(every), [row["department"] for row in own]) == (8, ["DPF"])
    foreign = city.ask("o-dpf-head", "GET", "/supervision-matters", query={"department": "URB"})
    assert foreign.status == 403


def test_the_limits_are_published(city: Supervised) -> None:
    limits = city.ask("", "GET", "/supervision-limits").body["limits"]
    red = {"kind": "card", "level": "red", "answer_days": 2, "ruling_days": 5}
    assert red in limits
