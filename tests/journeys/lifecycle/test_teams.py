"""Work in teams: inboxes by filter and in numbers, tasks that change hands, several decided in one
request.
"""

from collections import Counter

from infra.local.client import City, Client, Json, new_key, wait
from tests.journeys.support import item_walks
from tests.journeys.support.cases import OFFICER, Case, accepted, appointed, filed, reviewed, same

WINDOW, HEAD, STAND_IN = OFFICER["urb-window"], OFFICER["urb-head"], "o-han-bing"
ILL = ["On sick leave; the case cannot wait."]


def _all(officer: Client, **query: str) -> list[Json]:
    """The tasks of an inbox by filter, two at a time."""
    tasks: list[Json] = []
    page = officer.get("/tasks", limit=2, **query).expect(200)
    while True:
        tasks += page["tasks"]
        if not page["next_cursor"]:
            return tasks
        page = officer.get("/tasks", limit=2, cursor=page["next_cursor"], **query).expect(200)


def _counts(officer: Client, post: str) -> Json:
    found: Json = next(
        p for p in officer.get("/tasks/counts").expect(200)["posts"] if p["post"] == post
    )
    return found


def _claimed_by(case: Case, post: str, person: str) -> bool:
    return case.task(post)["claimed_by"] == person


def test_an_inbox_is_filtered_paged_and_counted(city: City) -> None:
    cases = [filed(city) for _ in range(5)]
    window = city.person(WINDOW)
    for case in cases[:2]:
        window.post(f"/tasks/{case.task('urb-window')['id']}/claim").expect(200)
    for case in cases[2:]:
        case.task("urb-window")
    assert wait(
        lambda: all(_claimed_by(case, "urb-window", WINDOW) for case in cases[:2]),
        "the claims in the inbox",
    )
    everything = _all(window, post="urb-window")
    assert [t["due_at"] for t in everything] == sorted(t["due_at"] for t in everything)
    mine = _all(window, claimed="me")
    assert {case.number for case in cases[:2]} == {t["number"] for t in mine} & {
        case.number for case in cases
    }
    assert mine == [t for t in everything if t["claimed_by"] == WINDOW]
    assert _all(
        window, claimed="nobody", colour="none", item="shop-sign", step="accept", overdue="false"
    ) == [
        t
        for t in everything
        if not t["claimed_by"] and not t["colour"] and t["item"] == "shop-sign"
    ]
    counted = _counts(window, "urb-window")
    assert counted["open"] == len(everything) == counted["claimed"] + counted["unclaimed"]
    assert counted["claimed"] == sum(bool(t["claimed_by"]) for t in everything)
    colours = Counter(t["colour"] or "none" for t in everything)
    assert counted["colours"] == {name: colours[name] for name in counted["colours"]}
    window.get("/tasks", colour="green").expect(400, "bad-request")


def test_a_head_sees_the_inboxes_of_the_department_and_of_no_other(city: City) -> None:
    case = filed(city)
    case.task("urb-window")
    head = city.person(HEAD)
    assert head.tasks("urb-window", case.number)
    posts = {each["post"] for each in head.get("/tasks/counts").expect(200)["posts"]}
    assert {"urb-window", "urb-reviewer", "urb-approver", "urb-head"} <= posts
    assert not posts & {"dpf-window", "psb-window", "city-supervisor"}
    head.get("/tasks", post="dpf-window").expect(404, "not-found")
    city.person(WINDOW).get("/tasks/counts", post="urb-approver").expect(404, "not-found")


def test_a_head_gives_the_task_of_a_sick_officer_to_another_and_says_why(city: City) -> None:
    case = accepted(city)
    task = case.task("urb-reviewer")["id"]
    sick, head, stand_in = case.officer("urb-reviewer"), city.person(HEAD), city.person(STAND_IN)
    sick.post(f"/tasks/{task}/claim").expect(200)
    order = {"to": STAND_IN, "reasons": ILL}
    head.post(f"/tasks/{task}/assignment", order).expect(422, "invalid")
    with appointed(city, STAND_IN, "urb-reviewer"):
        stand_in.complete(task, "pass").expect(409, "task-claimed")
        stand_in.post(f"/tasks/{task}/assignment", order).expect(403, "not-allowed")
        head.post(f"/tasks/{task}/assignment", {"to": WINDOW, "reasons": ILL}).expect(
            422, "invalid"
        )
        key = new_key()
        given = head.post(f"/tasks/{task}/assignment", order, key=key).expect(200)
        assert given["claimed_by"] == STAND_IN
        assert head.post(f"/tasks/{task}/assignment", order, key=key).body == given.body
        assert wait(
            lambda: _claimed_by(case, "urb-reviewer", STAND_IN), "the new officer in the inbox"
        )
        sick.complete(task, "pass").expect(409, "task-claimed")
        stand_in.complete(task, "pass").expect(200)
    record = case.record().raw.decode()
    assert ILL[0] not in record and STAND_IN not in record
    assert case.act("urb-approver", "approve")["status"] == "granted"


def test_an_officer_hands_the_own_task_over_before_an_absence(city: City) -> None:
    case = filed(city)
    task = case.task("urb-window")["id"]
    window, stand_in = city.person(WINDOW), city.person(STAND_IN)
    window.post(f"/tasks/{task}/claim").expect(200)
    with appointed(city, STAND_IN, "urb-window"):
        stand_in.post(f"/tasks/{task}/handover", {"to": STAND_IN, "reasons": ILL}).expect(
            409, "task-claimed"
        )
        window.post(f"/tasks/{task}/handover", {"to": STAND_IN, "reasons": []}).expect(
            422, "invalid"
        )
        window.post(f"/tasks/{task}/handover", {"to": STAND_IN, "reasons": ILL}).expect(200)
        stand_in.complete(task, "accept").expect(200)
    assert case.page()["status"] == "accepted"


def test_an_officer_with_an_interest_is_kept_from_the_case_and_heard_as_a_neighbour(
    city: City,
) -> None:
    case = item_walks.filed(city, "construction-permit")
    path, head = f"/cases/{case.number}/recusals", city.person(OFFICER["huc-head"])
    window, approver = case.officer("huc-window"), case.officer("huc-approver")
    stand_in = city.person(STAND_IN)

    task = case.task("huc-window")["id"]
    window.post(f"/tasks/{task}/claim").expect(200)
    kept = {"person": OFFICER["huc-window"], "reasons": ["The builder is a brother."]}
    window.post(path, kept).expect(403, "not-allowed")
    key = new_key()
    recused = head.post(path, kept, key=key).expect(201)
    assert head.post(path, kept, key=key).body == recused.body
    head.post(path, kept).expect(409, "recusal-stands")
    assert wait(lambda: not case.task("huc-window")["claimed_by"], "the claim that is free")
    refused = window.complete(task, "accept").expect(403, "kept-from-case")
    assert refused["rule"]["id"] == "no-recused-officer"
    with appointed(city, STAND_IN, "huc-window"):
        stand_in.complete(task, "accept").expect(200)

    neighbour = {"person": OFFICER["huc-approver"], "relation": "neighbour"}
    informing = {"reasons": ["Lives next door."], "parties": [neighbour]}
    task = case.task("huc-reviewer")["id"]
    reviewer = case.officer("huc-reviewer")
    reviewer.complete(task, "inform", **informing).expect(422, "outcome-not-in-flow")
    kept = {"person": OFFICER["huc-approver"], "reasons": ["Lives next door."]}
    head.post(path, kept).expect(201)
    reviewer.complete(task, "inform", **informing).expect(200)
    views = {"text": "It would take the light from my kitchen."}
    approver.post(f"/cases/{case.number}/statements", views).expect(201)
    record = case.record().raw.decode()
    assert not [text for text in (*kept.values(), neighbour["person"]) if str(text) in record]


def test_several_cases_are_decided_in_one_request_each_by_itself(city: City) -> None:
    cases = [reviewed(city) for _ in range(3)]
    tasks = [case.task("urb-approver")["id"] for case in cases]
    approver = city.person(OFFICER["urb-approver"])
    refused = {"task": tasks[1], "outcome": "refuse", "reasons": ["It would cover a fire escape."]}
    body = {
        "tasks": [
            {"task": tasks[0], "outcome": "approve"},
            refused,
            {"task": f"{cases[0].id}.accept.0", "outcome": "accept"},
            {"task": tasks[2], "outcome": "refuse"},
        ]
    }
    key = new_key()
    first = approver.post("/task-batches", body, key=key).expect(200)["results"]
    assert [each["status"] for each in first] == [200, 200, 404, 422]
    again = approver.post("/task-batches", body, key=key).expect(200)["results"]
    assert [each["done"] for each in again[:2]] == [each["done"] for each in first[:2]]
    assert all(
        same(one["problem"], other["problem"])
        for one, other in zip(first[2:], again[2:], strict=True)
    )
    changed = {
        "tasks": [
            {**refused, "reasons": ["Another reason."]},
            {"task": tasks[2], "outcome": "approve"},
        ]
    }
    third = approver.post("/task-batches", changed, key=key).expect(200)["results"]
    assert third[0]["problem"]["type"].endswith(":idempotency-key-reused")
    assert [each["status"] for each in third] == [422, 200]
    for case in (cases[0], cases[2]):
        case.certificate()
    assert [case.page()["status"] for case in cases] == ["granted", "refused", "granted"]
    assert cases[1].page()["reasons"] == refused["reasons"]
