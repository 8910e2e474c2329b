"""A complaint is accepted, answered and may be appealed; whose it is stays with the one who handles
it.
"""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.casework.retention import terms
from chalicelib.kernel import texts
from chalicelib.supervision.complaints import use_cases
from chalicelib.supervision.complaints.values import Complaint
from tests.support.builders.matters import NUMBER, Supervised
from tests.support.fakes.stores import MemoryJournal, MemoryViews

CITIZEN, NAME, PHONE, MAIL = "p-li-na", "李娜", "+8613800001234", "li.na@example.org"
TEXT = "The reviewer asked me for money."
FILING = {
    "kind": "report",
    "department": "URB",
    "text": TEXT,
    "contact": {"phone": "13800001234", "email": MAIL},
}
NAMELESS = {"kind": "report", "department": "URB", "text": TEXT}
REASONS = {"reasons": ["as the file shows"]}
ANSWER = {"findings": "upheld", **REASONS}
SEALED_WORDS = (TEXT, NAME, CITIZEN, PHONE, MAIL)
LONG_KEY = "0123456789abcdef"


@pytest.fixture
def city(monkeypatch: pytest.MonkeyPatch, memory: tuple[MemoryJournal, MemoryViews]) -> Supervised:
    return Supervised(monkeypatch, memory)


def file(city: Supervised, body: Any = FILING, person: str = CITIZEN, key: str = "f") -> Any:
    return city.ask(person, "POST", "/complaints", body, key=key)


def filed(city: Supervised, **changed: Any) -> Complaint:
    """A complaint of the citizen."""
    answer = file(city, FILING | changed)
    assert answer.status == 201, answer.body
    return use_cases.find(answer.body["id"])


def holder(city: Supervised, complaint: str) -> str:
    """Who has the complaint now."""
    people = {"city-supervisor": "o-sup", "city-supervisor-2": "o-sup-2", "gov-head": "o-gov"}
    return people[use_cases.find(complaint).handler]


def handle(
    city: Supervised,
    complaint: str,
    what: str,
    body: Any = None,
    person: str = "",
    key: str = "",
) -> SimpleNamespace:
    path = f"/complaints/{{complaint}}/{what}"
    who = person or holder(city, complaint)
    return city.ask(who, "POST", path, body, complaint=complaint, key=key or what)


def code(city: Supervised, complaint: str, person: str = CITIZEN) -> str:
    path = "/complaints/{complaint}"
    return str(city.ask(person, "GET", path, complaint=complaint).body["tracking_code"])


def appeal(city: Supervised, complaint: str, given: str = "", key: str = LONG_KEY) -> Any:
    body = {"tracking_code": given or code(city, complaint), "text": f"No. {TEXT}"}
    path = "/complaints/{complaint}/appeal"
    return city.ask("", "POST", path, body, complaint=complaint, key=key)


def accepted(city: Supervised, **changed: Any) -> str:
    complaint = filed(city, **changed).id
    assert handle(city, complaint, "acceptance").status == 200
    return complaint


def answered(city: Supervised) -> str:
    complaint = accepted(city)
    assert handle(city, complaint, "answer", ANSWER).status == 200
    return complaint


def refused(found: SimpleNamespace) -> tuple[int, str]:
    """Status, and the problem's type, or the first fault's message in English."""
    faults = found.body.get("errors")
    said = faults[0]["message"] if faults else found.body["type"].rpartition(":")[2]
    return found.status, said


def fault(key: str) -> tuple[int, str]:
    """A refused field, by the key of its message."""
    return 422, texts.say(key, "en")


# ---- filing
def test_whoever_is_signed_in_complains_and_gets_a_code(city: Supervised) -> None:
    answer = file(city)
    assert (answer.status, answer.body["status"], answer.body["due"]) == (
        201,
        "filed",
        "2026-03-09",
    )
    assert file(city).body == answer.body, "the same request again"
    assert len(city.complaints()) == 1
    complaint = use_cases.find(answer.body["id"])
    assert city.told(holder(city, complaint.id)) == ["complaint.filed"]
    assert code(city, complaint.id) == answer.body["tracking_code"]


def test_a_complaint_without_a_name_is_followed_by_its_code_alone(city: Supervised) -> None:
    answer = city.ask("", "POST", "/nameless-complaints", NAMELESS, key=LONG_KEY)
    again = city.ask("", "POST", "/nameless-complaints", NAMELESS, key=LONG_KEY)
    assert (answer.status, again.body) == (201, answer.body)
    complaint = use_cases.find(answer.body["id"])
    assert complaint.complainant.person == ""
    assert handle(city, complaint.id, "acceptance").status == 200
    assert handle(city, complaint.id, "answer", ANSWER).status == 200
    body = {"tracking_code": answer.body["tracking_code"]}
    path = "/complaints/{complaint}/follow"
    page = city.ask("", "POST", path, body, complaint=complaint.id).body
    assert (page["status"], page["outcome"]) == ("answered", "upheld")
    assert page["decision"]["reasons"] == REASONS["reasons"]
    assert TEXT not in json.dumps(page)
    appealed = appeal(city, complaint.id, answer.body["tracking_code"], key="another-key-0000")
    assert appealed.status == 201


def test_a_short_key_is_nobodys_own(city: Supervised) -> None:
    answer = city.ask("", "POST", "/nameless-complaints", NAMELESS, key="0123456789abcde")
    assert refused(answer) == (400, "idempotency-key-missing")
    other = {**NAMELESS, "text": "Something else."}
    assert city.ask("", "POST", "/nameless-complaints", NAMELESS, key=LONG_KEY).status == 201
    reused = city.ask("", "POST", "/nameless-complaints", other, key=LONG_KEY)
    assert refused(reused) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"department": "NOBODY"}, "office-unknown"),
        ({"number": NUMBER}, "case-or-office"),
        ({"number": "URB-2026-W-000009", "department": None}, "case-unknown"),
    ],
)
def test_a_complaint_is_about_something_that_there_is(
    city: Supervised, changed: dict[str, Any], expected: str
) -> None:
    body = {name: value for name, value in (FILING | changed).items() if value is not None}
    assert refused(file(city, body)) == fault(expected)
    assert city.complaints() == []


@pytest.mark.parametrize(
    ("department", "ladder"),
    [
        ("URB", {"city-supervisor", "city-supervisor-2", "gov-head"}),
        ("GOV", {"city-supervisor", "city-supervisor-2"}),
        ("SUP", {"gov-head"}),
    ],
)
def test_nobody_handles_a_complaint_about_their_own_office(
    city: Supervised, department: str, ladder: set[str]
) -> None:
    complaint = filed(city, department=department)
    assert set(complaint.ladder) == ladder
    assert city.told(holder(city, complaint.id)) == ["complaint.filed"]


def test_a_complaint_in_general_or_about_a_case_is_taken(city: Supervised) -> None:
    general = file(city, {"kind": "complaint", "text": TEXT}, key="1")
    assert use_cases.find(general.body["id"]).subject.scope == "general"
    of_case = file(city, {"kind": "complaint", "text": TEXT, "number": NUMBER}, key="2")
    subject = use_cases.find(of_case.body["id"]).subject
    assert (subject.scope, subject.department, subject.number) == ("case", "URB", NUMBER)
    assert "urb-head" in subject.posts


# ---- who sees what
@pytest.mark.parametrize("person", ["o-rev", "o-head", "o-win", "p-other"])
def test_the_office_and_strangers_do_not_see_that_there_is_a_complaint(
    city: Supervised, person: str
) -> None:
    complaint = filed(city).id
    page = city.ask(person, "GET", "/complaints/{complaint}", complaint=complaint)
    assert page.status == 404


def test_only_the_handler_reads_what_was_written_and_by_whom(city: Supervised) -> None:
    complaint = filed(city).id
    first = holder(city, complaint)
    second = {"o-sup": "o-sup-2", "o-sup-2": "o-sup"}[first]
    path = "/complaints/{complaint}"
    page = city.ask(first, "GET", path, complaint=complaint).body
    assert (page["text"], page["complainant"]["name"]) == (TEXT, NAME)
    assert page["tracking_code"] is None, "or the handler could appeal in their name"
    for person in (second, "o-aud"):
        seen = city.ask(person, "GET", path, complaint=complaint)
        assert seen.status == 200
        assert [word for word in SEALED_WORDS if word in json.dumps(seen.body)] == []
        assert not {"text", "complainant", "number", "tracking_code"} & seen.body.keys()


def test_who_wants_to_stay_unknown_is_so_to_the_handler_too(city: Supervised) -> None:
    complaint = filed(city, anonymous=True).id
    path = "/complaints/{complaint}"
    page = city.ask(holder(city, complaint), "GET", path, complaint=complaint).body
    assert (page["text"], page["complainant"]) == (TEXT, None)
    handle(city, complaint, "acceptance")
    assert city.told(CITIZEN) == ["complaint.accepted"], "their messages still come"


def test_an_officer_complains_of_their_own_office_and_handles_none_of_it(city: Supervised) -> None:
    answer = file(city, NAMELESS, person="o-rev")
    complaint = answer.body["id"]
    path = "/complaints/{complaint}"
    assert city.ask("o-rev", "GET", path, complaint=complaint).body["text"] == TEXT
    assert refused(handle(city, complaint, "acceptance", person="o-rev")) == (403, "not-allowed")
    own = file(city, {"kind": "complaint", "text": TEXT}, person="o-sup", key="g").body["id"]
    assert handle(city, own, "acceptance", person="o-sup").status == 403


def test_no_row_event_or_message_holds_what_is_sealed(city: Supervised) -> None:
    complaint = accepted(city)
    asked = {"text": "An officer is said to have asked for money."}
    assert handle(city, complaint, "order", asked).status == 201
    handle(city, complaint, "answer", ANSWER)
    appeal(city, complaint)
    told = json.dumps([event.detail for event in city.events], ensure_ascii=False)
    rows = [row for row in city.views.rows.values() if not row.pk.startswith(f"inbox#{CITIZEN}")]
    kept = "\n".join(f"{row}" for row in rows)
    public = "\n".join(
        json.dumps(dict(act.data), ensure_ascii=False)
        for entry in city.journal.entries.values()
        if entry.stream.startswith(("complaint#", "matter#"))
        for act in entry.acts
    )
    for place in (told, kept, public):
        assert [word for word in SEALED_WORDS if word in place] == []
    inbox = [row.data for row in city.views.rows.values() if row.pk == f"inbox#{CITIZEN}"]
    assert inbox and TEXT not in str(inbox)
    actors = {e.actor.person for e in city.journal.read(f"complaint#{complaint}")}
    assert CITIZEN not in actors


def test_a_complaint_about_a_case_does_not_publish_its_number(city: Supervised) -> None:
    answer = file(city, {"kind": "complaint", "text": TEXT, "number": NUMBER})
    assert answer.status == 201
    page = city.ask("", "GET", "/published-complaints").body
    assert len(page["complaints"]) == 1
    entry = city.journal.read(f"complaint#{answer.body['id']}")[0]
    assert NUMBER not in json.dumps([page, [dict(act.data) for act in entry.acts]])


# ---- handling
def test_accepted_answered_and_told(city: Supervised) -> None:
    complaint = filed(city).id
    done = handle(city, complaint, "acceptance")
    assert (done.body["status"], done.body["due"]) == ("accepted", "2026-03-23")
    done = handle(city, complaint, "answer", ANSWER)
    assert (done.body["status"], done.body["outcome"], done.body["due"]) == (
        "answered",
        "upheld",
        "2026-03-17",
    )
    assert city.told(CITIZEN) == ["complaint.accepted", "complaint.answered"]


def test_refused_with_reasons_and_still_open_to_appeal(city: Supervised) -> None:
    complaint = filed(city).id
    assert handle(city, complaint, "refusal", {"reasons": []}).status == 422
    done = handle(city, complaint, "refusal", REASONS, key="r2")
    assert (done.body["status"], done.body["outcome"]) == ("refused", "refused")
    assert city.told(CITIZEN) == ["complaint.refused"]
    path = "/complaints/{complaint}"
    page = city.ask(CITIZEN, "GET", path, complaint=complaint).body
    assert page["decision"]["reasons"] == REASONS["reasons"]
    assert appeal(city, complaint).body["status"] == "appealed"


def test_more_time_is_taken_once_and_explained(city: Supervised) -> None:
    complaint = accepted(city)
    done = handle(city, complaint, "extension", REASONS)
    assert done.body["due"] == "2026-04-14", "after the days of Qingming"
    assert refused(handle(city, complaint, "extension", REASONS, key="x2")) == (
        409,
        "answer-extended-before",
    )
    assert city.told(CITIZEN)[-1] == "complaint.extended"


@pytest.mark.parametrize(
    ("state", "what", "body", "problem"),
    [
        ("filed", "answer", ANSWER, "complaint-not-accepted"),
        ("filed", "extension", REASONS, "complaint-not-accepted"),
        ("filed", "order", {"text": "Why?"}, "complaint-not-accepted"),
        ("accepted", "acceptance", None, "complaint-accepted"),
        ("accepted", "refusal", REASONS, "complaint-accepted"),
        ("answered", "answer", ANSWER, "complaint-answered"),
        ("answered", "extension", REASONS, "complaint-answered"),
        ("answered", "order", {"text": "Why?"}, "complaint-answered"),
        ("answered", "acceptance", None, "complaint-accepted"),
    ],
)
def test_what_comes_out_of_turn_is_refused(
    city: Supervised, state: str, what: str, body: Any, problem: str
) -> None:
    make = {"filed": lambda: filed(city).id, "accepted": lambda: accepted(city)}
    complaint = make.get(state, lambda: answered(city))()
    version = use_cases.find(complaint).version
    assert refused(handle(city, complaint, what, body, key="again")) == (409, problem)
    assert use_cases.find(complaint).version == version


@pytest.mark.parametrize("person", ["o-rev", "o-head", "o-aud", "o-gov", "p-li-na", "another"])
def test_only_the_one_who_has_it_handles_it(city: Supervised, person: str) -> None:
    complaint = filed(city).id
    if person == "another":
        person = {"o-sup": "o-sup-2", "o-sup-2": "o-sup"}[holder(city, complaint)]
    assert handle(city, complaint, "acceptance", person=person).status in (403, 404)
    assert use_cases.find(complaint).status == "filed"


def test_the_office_answers_to_what_it_may_know(city: Supervised) -> None:
    complaint = accepted(city)
    substance = "It is said that an officer asked for money. Look into it."
    done = handle(city, complaint, "order", {"text": substance})
    (matter,) = done.body["matters"]
    assert city.told("o-head") == ["supervision.order"]
    path = "/supervision-matters/{matter}"
    seen = city.ask("o-head", "GET", path, matter=matter).body
    assert (seen["text"], seen["cause"]) == (substance, {"complaint": complaint})
    assert (seen["number"], seen["rung"], seen["kind"]) == (None, "head", "order")
    assert TEXT not in json.dumps(seen)
    other = {"text": substance, "department": "DPF"}
    again = handle(city, complaint, "order", other, key="o2")
    assert len(again.body["matters"]) == 2
    assert city.told("o-dpf-head") == ["supervision.order"]


@pytest.mark.parametrize(
    ("text", "department", "expected"),
    [
        (f"{NAME} says so.", "URB", "text-names-complainant"),
        (f"{CITIZEN} says so.", "URB", "text-names-complainant"),
        ("Call 13800001234.", "URB", "text-names-complainant"),
        (f"Write to {MAIL}.", "URB", "text-names-complainant"),
        ("Why?", "NRP", "office-without-head"),
    ],
)
def test_the_office_is_not_told_who_complains(
    city: Supervised, text: str, department: str, expected: str
) -> None:
    complaint = accepted(city)
    body = {"text": text, "department": department}
    assert refused(handle(city, complaint, "order", body)) == fault(expected)
    assert city.matters() == []


# ---- appeal
def test_another_person_decides_the_appeal_and_that_is_final(city: Supervised) -> None:
    complaint = answered(city)
    first = holder(city, complaint)
    done = appeal(city, complaint)
    assert (done.status, done.body["status"]) == (201, "appealed")
    second = holder(city, complaint)
    assert second != first
    assert city.told(second)[-1] == "complaint.appealed"
    assert handle(city, complaint, "answer", ANSWER, person=first, key="no").status == 403
    assert handle(city, complaint, "extension", REASONS).body["type"].endswith("extended-before")
    final = handle(city, complaint, "answer", {**ANSWER, "findings": "partly"}, key="final")
    assert (final.body["status"], final.body["outcome"], final.body["due"]) == (
        "closed",
        "partly",
        None,
    )
    assert city.told(CITIZEN)[-1] == "complaint.appeal_answered"
    assert refused(appeal(city, complaint, key="another-key-0000")) == (409, "appealed-before")


def test_there_is_nothing_to_appeal_before_an_answer(city: Supervised) -> None:
    assert refused(appeal(city, accepted(city))) == (409, "nothing-to-appeal")


def test_an_appeal_comes_within_its_days(city: Supervised) -> None:
    complaint = answered(city)
    given = code(city, complaint)
    city.wait(days=16)
    assert refused(appeal(city, complaint, given)) == (409, "complaint-appeal-too-late")
    assert city.sweep_complaints() == {"climbed": 1, "failed": 0}
    assert use_cases.find(complaint).status == "closed"
    assert refused(appeal(city, complaint, given, key="another-key-0000")) == (
        409,
        "complaint-appeal-too-late",
    )


def test_nobody_reviews_their_own_answer(city: Supervised) -> None:
    complaint = filed(city, department="SUP").id
    handle(city, complaint, "acceptance")
    handle(city, complaint, "answer", ANSWER)
    assert refused(appeal(city, complaint)) == (409, "no-other-handler")


def test_guesses_at_a_code_are_counted(city: Supervised) -> None:
    complaint = answered(city)
    right = code(city, complaint)
    path = "/complaints/{complaint}/follow"
    wrong = {"tracking_code": "AAAA-AAAA-AAAA-AAAA"}
    found = [city.ask("", "POST", path, wrong, complaint=complaint).status for _ in range(7)]
    assert found == [404] * 5 + [429] * 2
    body = {"tracking_code": right.lower()}
    assert city.ask("", "POST", path, body, complaint=complaint).status == 200, "who has it may"
    assert appeal(city, complaint, "AAAA-AAAA-AAAA-AAAA").status == 429
    absent = city.ask("", "POST", path, body, complaint="a" * 26)
    assert absent.status == 404


# ---- time
def test_what_nobody_accepts_counts_as_accepted_and_climbs(city: Supervised) -> None:
    complaint = filed(city).id
    first = holder(city, complaint)
    city.wait(days=8)
    assert city.sweep_complaints() == {"climbed": 1, "failed": 0}
    assert city.sweep_complaints() == {"climbed": 0, "failed": 0}, "once"
    found = use_cases.find(complaint)
    assert (found.status, found.by_default, str(found.due)) == ("accepted", True, "2026-03-30")
    second = holder(city, complaint)
    assert second != first
    assert city.told(second) == ["complaint.climbed"]
    assert city.told(CITIZEN) == ["complaint.accepted"]
    assert handle(city, complaint, "answer", ANSWER, person=first, key="late").status == 403


def test_what_nobody_answers_climbs_to_the_top_and_stays_there(city: Supervised) -> None:
    complaint = accepted(city)
    for _ in range(60):
        city.wait(days=1)
        city.sweep_complaints()
    found = use_cases.find(complaint)
    assert (found.handler, len(found.handlers), found.status) == ("gov-head", 3, "accepted")
    assert city.told("o-gov") == ["complaint.climbed"]
    assert found.version == 4
    assert handle(city, complaint, "answer", ANSWER).status == 200
    assert appeal(city, complaint).status == 201, "by somebody who has not handled it"


def test_a_sweep_that_slept_brings_all_turns_with_the_days_they_had(city: Supervised) -> None:
    complaint = filed(city).id
    city.wait(days=45)
    assert city.sweep_complaints()["climbed"] == 1
    found = use_cases.find(complaint)
    assert (found.handler, len(found.handlers)) == ("gov-head", 3)
    assert [act.type for act in city.journal.read(f"complaint#{complaint}")[1].acts] == [
        "ComplaintAccepted",
        "ComplaintClimbed",
        "ComplaintClimbed",
    ]


def test_who_is_late_by_a_minute_finds_it_with_another(city: Supervised) -> None:
    complaint = accepted(city)
    city.wait(days=25)
    assert refused(handle(city, complaint, "answer", ANSWER)) == (409, "complaint-with-another")
    assert use_cases.find(complaint).decision is None


# ---- the public, and forgetting
def test_the_public_sees_how_many_and_what_became_of_them(city: Supervised) -> None:
    answered(city)
    city.wait(seconds=1)
    for n, body in enumerate(({"kind": "complaint", "text": TEXT}, NAMELESS)):
        file(city, body, key=f"n{n}")
        city.wait(seconds=1)
    page = city.ask("", "GET", "/published-complaints", query={"limit": "2"}).body
    rest = {"limit": "2", "cursor": page["next_cursor"]}
    second = city.ask("", "GET", "/published-complaints", query=rest).body
    listed = page["complaints"] + second["complaints"]
    assert [row["status"] for row in listed] == ["filed", "filed", "answered"]
    assert [word for word in SEALED_WORDS if word in json.dumps(listed)] == []
    for query, wanted in (
        ({"outcome": "upheld"}, 1),
        ({"department": "URB"}, 2),
        ({"kind": "complaint"}, 1),
        ({"status": "closed"}, 0),
    ):
        found = city.ask("", "GET", "/published-complaints", query=query).body["complaints"]
        assert len(found) == wanted, query
    path = "/published-complaints/{month}"
    counts = city.ask("", "GET", path, month="2026-03").body
    assert counts == {
        "month": "2026-03",
        "filed": 3,
        "kind": {"complaint": 1, "report": 2},
        "department": {"URB": 2},
        "status": {"answered": 1, "filed": 2},
        "outcome": {"upheld": 1},
    }
    assert city.ask("", "GET", path, month="2026-13").status == 404


def test_the_limits_are_published(city: Supervised) -> None:
    limits = city.ask("", "GET", "/supervision-limits").body["complaints"]
    assert (limits["accept_days"], limits["answer_days"], limits["appeal_days"]) == (5, 15, 15)


def test_what_was_said_is_forgotten_after_three_years(city: Supervised) -> None:
    complaint = answered(city)
    stream = f"complaint#{complaint}"
    assert terms.project(stream)
    assert not terms.redact(stream, city.wait(days=3 * 365))
    assert terms.redact(stream, city.wait(days=2))
    kept = str(city.journal.read(stream))
    assert [word for word in (*SEALED_WORDS, REASONS["reasons"][0]) if word in kept] == []
    found = use_cases.find(complaint)
    assert (found.status, found.outcome, found.text) == ("answered", "upheld", "")
