"""Changes of the registers: two persons give power, one takes it away, and history tells who held
what when.
"""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.authority.grants import views
from chalicelib.authority.registers import change_list, loading
from tests.support.builders.registers import BOTH, ORGANIZATIONS, POINT, Registers, city

__all__ = ["city"]

APPOINTMENT = {
    "person": "o-new",
    "post": "urb-window",
    "name": "王芳",
    "mail": "wang.fang@minghang.example",
}
END = "POST /appointments/{appointment}/end"


def test_nothing_holds_before_somebody_else_has_approved_it(city: Registers) -> None:
    proposed = city.propose("appointment", APPOINTMENT)
    assert proposed.status == 201
    assert proposed.body["status"] == "proposed"
    assert city.posts_of("o-new") == set()
    approved = city.answer(proposed.body["id"])
    assert approved.body["status"] == "approved"
    assert approved.body["subject"] == "o-new.1"
    assert city.posts_of("o-new") == {"urb-window"}


def test_the_proposer_does_not_approve(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    refused = city.answer(change, "o-admin")
    assert (refused.status, refused.body["type"]) == (403, "urn:sunlit:problem:own-change")
    assert refused.body["rule"]["id"] == "two-persons-for-a-change"
    assert city.posts_of("o-new") == set()


@pytest.mark.parametrize("verdict", ["approval", "rejection"])
def test_the_head_of_the_department_may_answer_and_no_other_head(
    city: Registers, verdict: str
) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    assert city.answer(change, "o-dpf-head", verdict).status == 404
    assert city.answer(change, "o-win", verdict).status == 404
    assert city.answer(change, "o-head", verdict).status == 200


def test_who_would_gain_by_it_neither_proposes_nor_approves(city: Registers) -> None:
    assert city.propose("appointment", {**APPOINTMENT, "person": "o-admin"}).status == 403
    change = city.propose("appointment", {**APPOINTMENT, "person": "o-admin-2"}).body["id"]
    assert city.answer(change, "o-admin-2").status == 403
    wider = {
        "id": "city-administrator",
        "title": BOTH,
        "department": "GOV",
        "roles": ["administrator", "approver"],
    }
    assert city.propose("post", wider).status == 403, "the holders of a post gain by its roles"


@pytest.mark.parametrize("person", ["o-win", "o-head", "o-sec", "o-aud", "p-1"])
def test_only_administrators_propose(city: Registers, person: str) -> None:
    assert city.propose("appointment", APPOINTMENT, person).status == 403


def test_the_same_request_is_one_proposal_and_one_approval(city: Registers) -> None:
    body = {"kind": "appointment", "data": APPOINTMENT}
    first = city.ask("o-admin", "POST /register-changes", body, key="same-key")
    assert city.ask("o-admin", "POST /register-changes", body, key="same-key").body == first.body
    other = {"kind": "appointment", "data": {**APPOINTMENT, "name": "x"}}
    assert city.ask("o-admin", "POST /register-changes", other, key="same-key").status == 422
    change = first.body["id"]
    approved = city.answer(change, key="key-of-2")
    assert city.answer(change, key="key-of-2").body == approved.body
    assert city.answer(change).status == 409
    assert len(city.journal.read("appointments#o-new")) == 1


def test_a_rejected_change_is_over(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    rejected = city.answer(change, verdict="rejection")
    assert rejected.body["reasons"] == ["不同意"]
    refused = city.answer(change)
    assert (refused.status, refused.body["type"]) == (409, "urn:sunlit:problem:change-decided")
    assert city.posts_of("o-new") == set()


def test_open_changes_are_listed_for_administrators_and_for_the_head_of_the_department(
    city: Registers,
) -> None:
    urban = city.propose("appointment", APPOINTMENT).body["id"]
    city.wait(minutes=1)
    other = city.propose("appointment", {**APPOINTMENT, "post": "dpf-window"}).body["id"]

    def listed(person: str, **query: str) -> list[str]:
        answer = city.ask(person, "GET /register-changes", query=query)
        return [each["id"] for each in answer.body["changes"]] if answer.status == 200 else []

    assert listed("o-admin-2") == [urban, other]
    assert listed("o-head") == [urban]
    assert listed("o-admin", department="DPF") == [other]
    assert listed("o-head", department="DPF") == []
    assert city.ask("o-win", "GET /register-changes").status == 403
    city.answer(urban)
    assert listed("o-admin-2") == [other]


def test_a_change_shows_who_asked_and_who_answered(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    city.answer(change, "o-head")
    page = city.ask("o-admin", "GET /register-changes/{change}", change=change).body
    assert page["data"] == APPOINTMENT
    assert page["proposed"]["person"] == "o-admin"
    assert page["proposed"]["post"] == "city-administrator"
    assert (page["decided"]["person"], page["decided"]["post"]) == ("o-head", "urb-head")
    assert city.ask("o-win", "GET /register-changes/{change}", change=change).status == 404
    assert city.ask("o-admin", "GET /register-changes/{change}", change="nothing").status == 404


def test_it_takes_effect_at_its_day(city: Registers) -> None:
    city.made("appointment", APPOINTMENT, **{"from": city.day(3), "until": city.last_day(5)})
    held = [bool(city.posts_of("o-new"))]
    for _ in range(5):
        city.wait(days=1)
        held.append(bool(city.posts_of("o-new")))
    assert held == [False, False, False, True, True, False]


def test_what_was_approved_late_begins_with_the_approval(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT, **{"from": city.day(1)}).body["id"]
    city.wait(days=3)
    city.answer(change)
    held = views.posts_held("o-new", city.now)
    assert held[0]["from"] == city.now.isoformat(timespec="milliseconds")


def test_one_person_takes_an_appointment_away_at_once(city: Registers) -> None:
    for person in ("o-admin", "o-head", "o-sec"):
        appointment = city.made("appointment", APPOINTMENT)
        city.wait(minutes=1)
        assert city.ask("o-dpf-head", END, appointment=appointment).status == 403
        assert city.ask(person, END, appointment=appointment).status == 200
        assert city.posts_of("o-new") == set()
        assert city.ask(person, END, appointment=appointment).status == 409
    assert city.ask("o-admin", END, appointment="o-admin.1").status == 403
    assert city.ask("o-admin", END, appointment="o-nobody.1").status == 404
    assert city.ask("o-win", END, appointment="o-nobody.1").status == 403


def held_on(city: Registers, days: int) -> list[tuple[str, bool]]:
    answer = city.ask(
        "o-win", "GET /posts/{post}/appointments", post="urb-approver", query={"on": city.day(days)}
    )
    assert answer.status == 200, answer.body
    return [(each["person"], each["substitute"]) for each in answer.body["appointments"]]


def test_history_tells_who_held_the_post_on_a_day(city: Registers) -> None:
    start = city.now
    city.wait(days=2)
    city.ask("o-admin", END, appointment="o-app.1")
    city.made(
        "appointment", {"person": "o-second", "post": "urb-approver"}, **{"from": city.day(1)}
    )
    city.wait(days=3)
    city.ask("o-admin", END, appointment="o-second.1")
    city.made("appointment", {"person": "o-app", "post": "urb-approver"}, **{"from": city.day(1)})
    city.wait(days=2)
    ago = (city.now - start).days
    told = {day: held_on(city, day - ago) for day in range(-1, ago + 1)}
    assert told == {
        -1: [],
        0: [("o-app", False)],
        1: [("o-app", False)],
        2: [("o-app", False)],
        3: [("o-second", False)],
        4: [("o-second", False)],
        5: [("o-second", False)],
        6: [("o-app", False)],
        7: [("o-app", False)],
    }


def test_the_public_learns_of_periods_and_of_no_person(city: Registers) -> None:
    answer = city.ask("", "GET /posts/{post}/holders", post="urb-approver")
    assert answer.body["post"]["department"] == "URB"
    assert [set(each) for each in answer.body["holders"]] == [{"from"}]
    assert "o-app" not in str(answer.body)
    assert city.ask("", "GET /posts/{post}/holders", post="nothing").status == 404
    for wrong in ("yesterday", "2026-02-30", "20261123", "2026-11-23T00:00"):
        answer = city.ask("", "GET /posts/{post}/holders", post="urb-approver", query={"on": wrong})
        assert answer.status == 400


ABSENCE = {"person": "o-app", "post": "urb-approver", "substitute": "o-chief", "name": "林枫"}


def test_a_substitute_holds_the_post_for_the_time_of_the_absence(city: Registers) -> None:
    absence = city.made("absence", ABSENCE, **{"from": city.day(1), "until": city.last_day(3)})
    assert absence == "o-app.2"
    held = []
    for _ in range(4):
        held.append(["urb-approver" in city.posts_of(person) for person in ("o-app", "o-chief")])
        city.wait(days=1)
    assert held == [[True, False], [False, True], [False, True], [True, False]]
    assert held_on(city, -3) == [("o-chief", True)]
    assert held_on(city, -1) == [("o-app", False)]


def test_who_is_back_early_has_the_post_again_at_once(city: Registers) -> None:
    absence = city.made("absence", ABSENCE, until=city.last_day(9))
    assert [held["substitute"] for held in views.posts_held("o-chief", city.now)] == [False, True]
    city.wait(days=1)
    end = "POST /absences/{absence}/end"
    for concerned in ("o-app", "o-chief"):
        assert city.ask(concerned, end, absence=absence).status == 403
    ended = city.ask("o-head", end, absence=absence)
    assert (ended.status, ended.body["substitute"]) == (200, "o-chief")
    assert city.posts_of("o-app") == {"urb-approver"}
    assert city.posts_of("o-chief") == {"urb-chief-window"}
    assert city.ask("o-head", end, absence=absence).status == 409
    assert city.ask("o-admin", end, absence="o-app.9").status == 404


def test_a_substitute_is_ended_before_the_absence_began(city: Registers) -> None:
    absence = city.made("absence", ABSENCE, **{"from": city.day(3), "until": city.last_day(9)})
    city.ask("o-admin", "POST /absences/{absence}/end", absence=absence)
    city.wait(days=4)
    assert city.posts_of("o-chief") == {"urb-chief-window"}
    assert city.posts_of("o-app") == {"urb-approver"}
    city.made("absence", ABSENCE, until=city.last_day(9))
    assert city.posts_of("o-app") == set()


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"person": "o-win"}, "/data/post"),
        ({"post": "urb-head"}, "/data/post"),
        ({"substitute": "o-app"}, "/data/substitute"),
    ],
)
def test_an_absence_is_of_who_holds_the_post(
    city: Registers, changed: dict[str, str], fault: str
) -> None:
    refused = city.propose("absence", {**ABSENCE, **changed}, until=city.last_day(2))
    assert [each["field"] for each in refused.body["errors"]] == [fault]


def test_an_absence_has_an_end(city: Registers) -> None:
    refused = city.propose("absence", ABSENCE)
    assert [each["field"] for each in refused.body["errors"]] == ["/until"]


def test_who_holds_the_post_already_is_no_substitute(city: Registers) -> None:
    city.made("appointment", {"person": "o-chief", "post": "urb-approver"})
    assert city.propose("absence", ABSENCE, until=city.last_day(2)).status == 409


def test_nobody_comes_to_hold_offices_that_go_not_together(city: Registers) -> None:
    refused = city.propose("appointment", {"person": "o-aud", "post": "city-administrator"})
    assert (refused.status, refused.body["type"]) == (
        409,
        "urn:sunlit:problem:offices-not-together",
    )
    auditing = {
        "id": "city-security",
        "title": BOTH,
        "department": "GOV",
        "roles": ["auditor", "security"],
    }
    assert city.propose("post", auditing).status == 409


def test_a_post_is_another_one_from_its_day_on(city: Registers) -> None:
    wider = {
        "id": "urb-window",
        "title": BOTH,
        "department": "URB",
        "roles": ["window", "reviewer"],
    }
    city.made("post", wider, **{"from": city.day(2)})
    roles = []
    for _ in range(3):
        roles.append(views.posts_held("o-win", city.now)[0]["roles"])
        city.wait(days=1)
    assert roles == [["window"], ["window"], ["reviewer", "window"]]
    city.made("appointment", APPOINTMENT)
    assert views.posts_held("o-new", city.now)[0]["roles"] == ["reviewer", "window"]


def test_a_post_that_is_closed_gives_no_power(city: Registers) -> None:
    closing = {"id": "urb-window", "title": BOTH, "department": "URB", "roles": ["window"]}
    city.made("post", closing, until=city.last_day(2))
    city.wait(days=1)
    assert city.posts_of("o-win") == {"urb-window"}
    city.wait(days=1)
    assert city.posts_of("o-win") == set()
    assert "urb-window" not in {post["id"] for post in city.ask("", "GET /posts").body["posts"]}
    assert views.post_of("urb-window")["department"] == "URB", "records still name it"


def test_a_post_goes_to_another_department_from_its_day_on(city: Registers) -> None:
    moved = {"id": "urb-window", "title": BOTH, "department": "DPF", "roles": ["window"]}
    city.made("post", moved, **{"from": city.day(1)})
    found = [views.posts_of_department(name, "window") for name in ("URB", "DPF")]
    assert found == [["urb-chief-window", "urb-window"], ["dpf-window"]]
    city.wait(days=1)
    found = [views.posts_of_department(name, "window") for name in ("URB", "DPF")]
    assert found == [["urb-chief-window"], ["dpf-window", "urb-window"]]
    listed = [
        post["department"]
        for post in city.ask("", "GET /posts").body["posts"]
        if post["id"] == "urb-window"
    ]
    assert listed == ["DPF"]


def test_a_window_that_may_only_accept_says_so(city: Registers) -> None:
    posts = {post["id"]: post for post in city.ask("", "GET /posts").body["posts"]}
    assert posts["urb-window"]["accepts_only"]
    assert posts["urb-window"]["items"] == ["shop-sign"]
    assert not posts["urb-approver"]["accepts_only"]
    assert posts["urb-approver"]["items"] == []


STREET = {"code": "SHQ-NS", "name": BOTH, "level": "street", "parent": "SHQ"}


def test_the_tree_of_organizations_grows_from_its_day_on(city: Registers) -> None:
    def tree() -> list[tuple[str, str | None]]:
        return [
            (each["code"], each["parent"])
            for each in city.ask("", "GET /organizations").body["organizations"]
        ]

    before = tree()
    assert before[0] == ("MH", None)
    city.made("organization", STREET, **{"from": city.day(1)})
    assert tree() == before
    city.wait(days=1)
    assert set(tree()) == {*before, ("SHQ-NS", "SHQ")}
    city.made("organization", STREET, until=city.last_day(1))
    city.wait(days=1)
    assert tree() == before


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("organization", {**STREET, "parent": "NONE"}, "/data/parent"),
        ("organization", {**STREET, "level": "city", "parent": "SHQ"}, "/data/parent"),
        (
            "organization",
            {"code": "MH", "name": BOTH, "level": "city", "parent": "URB"},
            "/data/parent",
        ),
        (
            "post",
            {"id": "x", "title": BOTH, "department": "NONE", "roles": ["window"]},
            "/data/department",
        ),
        (
            "post",
            {
                "id": "x",
                "title": BOTH,
                "department": "URB",
                "roles": ["window"],
                "service_point": "none",
            },
            "/data/service_point",
        ),
        ("service_point", {"id": "x", **POINT, "organization": "NONE"}, "/data/organization"),
        ("appointment", {**APPOINTMENT, "post": "nothing"}, "/data/post"),
    ],
)
def test_a_change_stands_on_what_is_registered(
    city: Registers, kind: str, data: dict[str, Any], field: str
) -> None:
    refused = city.propose(kind, data)
    assert refused.status == 422
    assert [each["field"] for each in refused.body["errors"]] == [field]


def test_service_points_are_public_with_the_items_that_they_take(city: Registers) -> None:
    city.made(
        "service_point", {"id": "district-centre", **POINT, "items": ["shop-sign", "mass-event"]}
    )
    points = {
        p["id"]: p["items"] for p in city.ask("", "GET /service-points").body["service_points"]
    }
    assert points == {"centre": ["shop-sign"], "district-centre": ["shop-sign", "mass-event"]}
    known = views.service_point_of("urb-window", city.now)
    assert known and (known["id"], known["items"]) == ("centre", ["shop-sign"])
    assert views.service_point_of("urb-approver", city.now) is None
    assert views.service_point_of("nothing", city.now) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"data": {**APPOINTMENT, "person": "o 1"}}, "/data/person"),
        ({"data": {**APPOINTMENT, "person": "o-1\n"}}, "/data/person"),
        ({"data": {**APPOINTMENT, "post": "URB"}}, "/data/post"),
        ({"data": {**APPOINTMENT, "name": ""}}, "/data/name"),
        ({"data": {**APPOINTMENT, "mail": "a@b.c\nBcc: d@e.f"}}, "/data/mail"),
        ({"data": {**APPOINTMENT, "roles": ["head"]}}, "/data/roles"),
        ({"data": {"post": "urb-window"}}, "/data/person"),
        ({"kind": "anything"}, "/kind"),
        ({"surprise": 1}, "/surprise"),
        ({"from": "2099-02-31"}, "/from"),
        ({"from": "2099-02-31T00:00:00Z"}, "/from"),
        ({"from": "9999-12-31T23:59:59-23:59"}, "/from"),
        ({"from": "2020-01-01"}, "/from"),
        ({"until": "soon"}, "/until"),
        ({"until": "2020-01-01T00:00:00Z"}, "/until"),
    ],
)
def test_a_wrong_change_is_named_by_field(
    city: Registers, change: dict[str, Any], field: str
) -> None:
    body = {"kind": "appointment", "data": APPOINTMENT, **change}
    answer = city.ask("o-admin", "POST /register-changes", body)
    assert answer.status == 422
    assert field in {fault["field"] for fault in answer.body["errors"]}


def test_a_proposal_keeps_its_body_from_the_public(city: Registers) -> None:
    change = city.propose("appointment", APPOINTMENT).body["id"]
    act = city.journal.read(f"change#{change}")[0].acts[0]
    assert dict(act.data) == {"kind": "appointment", "department": "URB"}
    row = city.views.get(f"change#{change}", change_list.ROW)
    assert row and set(row.data) == {"kind", "department", "proposed_at"}


def test_loading_again_leaves_alone_what_people_have_changed(city: Registers) -> None:
    wanted = {
        "code": "URB",
        "name": {"zh": "新名", "en": "New name"},
        "level": "city",
        "parent": "MH",
    }
    city.made("organization", wanted)
    assert loading.load_organizations(ORGANIZATIONS, city.now) == 0
    named = {o["code"]: o["name"] for o in city.ask("", "GET /organizations").body["organizations"]}
    assert named["URB"] == wanted["name"]


def test_an_approval_that_loses_a_race_is_decided_on_what_is_there_now(
    city: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two administrators answer at once: one answer holds, the other is told so."""
    change = city.propose("appointment", APPOINTMENT, "o-admin").body["id"]
    append, raced = city.journal.append, []

    def answered_in_between(*entries: Any, writes: Any = ()) -> None:
        if entries[0].stream.startswith("change#") and not raced:
            raced.append(1)
            assert city.answer(change, "o-head", "rejection").status == 200
        append(*entries, writes=writes)

    monkeypatch.setattr(city.journal, "append", answered_in_between)
    assert city.answer(change).status == 409
    assert city.posts_of("o-new") == set()


def test_moments_are_read_in_the_citys_time(city: Registers) -> None:
    city.made("appointment", APPOINTMENT, **{"from": city.day(1)})
    at = (city.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    city.now = at - timedelta(milliseconds=1)
    assert city.posts_of("o-new") == set()
    city.now = at
    assert city.posts_of("o-new") == {"urb-window"}


def test_the_department_that_loses_a_post_answers_and_not_the_one_that_gets_it(
    city: Registers,
) -> None:
    post = {
        "id": "urb-approver",
        "title": {"zh": "审批", "en": "Approver"},
        "department": "DPF",
        "roles": ["approver"],
    }
    change = city.propose("post", post).body["id"]
    assert city.answer(change, "o-dpf-head").status == 404
    assert city.answer(change, "o-head").status == 200


@pytest.mark.parametrize("role", ["administrator", "auditor", "security", "supervisor"])
def test_no_head_of_a_department_makes_an_office_of_the_whole_city(
    city: Registers, role: str
) -> None:
    post = {
        "id": "urb-shadow",
        "title": {"zh": "影子", "en": "Shadow"},
        "department": "URB",
        "roles": [role],
    }
    change = city.propose("post", post).body["id"]
    assert city.answer(change, "o-head").status == 404
    assert city.answer(change).status == 200
    appointment = city.propose("appointment", {"person": "p-friend", "post": "urb-shadow"}).body[
        "id"
    ]
    assert city.answer(appointment, "o-head").status == 404


def test_a_service_point_is_its_organizations_and_who_sits_there_keeps_out_of_it(
    city: Registers,
) -> None:
    point = {"id": "centre", **POINT, "organization": "URB", "items": ["shop-sign", "mass-event"]}
    change = city.propose("service_point", point).body["id"]
    assert city.answer(change, "o-head").status == 404, "it is not the bureau's yet"
    more = city.propose("appointment", {"person": "o-admin-2", "post": "dpf-window"}).body["id"]
    assert city.answer(more, "o-dpf-head").status == 200
    assert city.answer(change).status == 403, "o-admin-2 sits there now"


def test_who_stands_in_for_somebody_goes_when_that_appointment_ends(city: Registers) -> None:
    for days in (0, 40):
        away = {"person": "o-app", "post": "urb-approver", "substitute": "o-dpf"}
        city.made(
            "absence", away, **{"from": city.day(days + 1), "until": city.last_day(days + 30)}
        )
    city.wait(days=2)
    assert "urb-approver" in city.posts_of("o-dpf")
    assert (
        city.ask("o-sec", "POST /appointments/{appointment}/end", appointment="o-app.1").status
        == 200
    )
    assert "urb-approver" not in city.posts_of("o-dpf") | city.posts_of("o-app")
    city.wait(days=40)
    assert "urb-approver" not in city.posts_of("o-dpf")


def test_who_answered_for_a_post_that_then_moved_is_answered_the_same_again(
    city: Registers,
) -> None:
    post = {
        "id": "urb-approver",
        "title": {"zh": "审批", "en": "Approver"},
        "department": "DPF",
        "roles": ["approver"],
    }
    change = city.propose("post", post).body["id"]
    first = city.answer(change, "o-head", key="once")
    city.wait(minutes=1)
    again = city.answer(change, "o-head", key="once")
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert city.ask("o-head", "GET /register-changes/{change}", change=change).status == 200
