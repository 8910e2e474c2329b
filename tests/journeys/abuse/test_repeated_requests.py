"""The same request sent twice, at once, or with its reply lost: one effect, one answer."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from infra.local.client import Answer, City, Client, Json, new_key, pdf, wait
from tests.journeys.support.cases import Case, accepted, application, filed, reviewed
from tests.journeys.support.stack import Stack

TIMES = 6


def _at_once(client: Client, path: str, body: Json, key: str, times: int = TIMES) -> list[Answer]:
    """The same request on as many connections at the same time."""
    clients = [Client(client.origin, client.token, client.person) for _ in range(times)]
    try:
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(lambda each: each.post(path, body, key=key), clients))
    finally:
        for each in clients:
            each.close()


def _lose_reply(client: Client, path: str, body: Json, key: str) -> None:
    """Send the request whole and hang up before a byte of the reply."""
    address, content = urlsplit(client.origin), json.dumps(body).encode()
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Authorization: Bearer {client.token}",
        "Accept-Language: en",
        "Content-Type: application/json",
        f"Idempotency-Key: {key}",
        f"Content-Length: {len(content)}",
        "Connection: close",
    ]
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + content)


def _entries(stack: Stack, case: Case) -> int:
    return len(stack.journal(f"case#{case.id}"))


def test_filing_twice_is_filing_once(city: City, stack: Stack) -> None:
    person, key = city.person("p-zhang-wei"), new_key()
    body = application(city, person)
    first = person.post("/applications", body, key=key).expect(201)
    again = person.post("/applications", body, key=key).expect(201)
    assert again.body == first.body and again.headers["location"] == first.headers["location"]
    assert _entries(stack, Case(city, first, person)) == 1


def test_filing_many_times_at_once_is_filing_once(city: City, stack: Stack) -> None:
    person, key = city.person("p-zhang-wei"), new_key()
    answers = _at_once(person, "/applications", application(city, person), key)
    assert {a.status for a in answers} == {201}
    assert all(answer.body == answers[0].body for answer in answers)
    number = answers[0]["number"]
    assert [c["number"] for c in wait(lambda: _listed(person, number), "the case in my list")] == [
        number
    ]
    register = stack.journal("register#" + number.rpartition("-")[0].replace("-", "#"))
    assert [row["seq"]["N"] for row in register if number in row["acts"]["S"]] == [
        str(int(number[-6:]))
    ]


def _listed(person: Client, number: str) -> list[Json]:
    return [
        c for c in person.get("/cases", limit=100).expect(200)["cases"] if c["number"] == number
    ]


def test_many_citizens_filing_at_once_each_get_a_number_of_their_own(
    city: City, stack: Stack
) -> None:
    people = [city.person(p) for p in ("p-zhang-wei", "p-li-na", "p-chen-jie", "p-liu-yang")]
    bodies = [application(city, person) for person in people]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(
            pool.map(
                lambda i: people[i].post("/applications", bodies[i]).expect(201), range(len(people))
            )
        )
    numbers = {answer["number"] for answer in answers}
    assert len(numbers) == len(people)
    register = next(iter(numbers)).rpartition("-")[0]
    rows = stack.journal("register#" + register.replace("-", "#"))
    assert [int(row["seq"]["N"]) for row in rows] == list(range(1, len(rows) + 1))


def test_completing_many_times_at_once_has_one_effect_and_one_answer(
    city: City, stack: Stack
) -> None:
    case = filed(city)
    task = case.task("urb-window")["id"]
    answers = _at_once(
        case.officer("urb-window"), f"/tasks/{task}/complete", {"outcome": "accept"}, new_key()
    )
    assert {a.status for a in answers} == {200}
    assert all(answer.body == answers[0].body for answer in answers)
    assert _entries(stack, case) == 2


def test_an_old_key_gets_its_old_answer_when_the_case_has_moved_on(city: City) -> None:
    case, key = filed(city), new_key()
    task = case.task("urb-window")["id"]
    first = case.officer("urb-window").complete(task, "accept", key=key).expect(200)
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "approve")
    case.certificate()
    again = case.officer("urb-window").complete(task, "accept", key=key).expect(200)
    assert again.body == first.body and again.headers["etag"] == first.headers["etag"]


def test_a_filing_whose_reply_is_lost_is_answered_when_repeated(city: City, stack: Stack) -> None:
    person, key = city.person("p-chen-jie"), new_key()
    body = application(city, person)
    register = "register#" + filed(city).number.rpartition("-")[0].replace("-", "#")
    before = len(stack.journal(register))
    _lose_reply(person, "/applications", body, key)
    wait(lambda: len(stack.journal(register)) == before + 1, "the filing to stand on record")
    again = person.post("/applications", body, key=key).expect(201)
    third = person.post("/applications", body, key=key).expect(201)
    assert third.body == again.body
    assert len(stack.journal(register)) == before + 1
    assert _entries(stack, Case(city, again, person)) == 1


def test_a_decision_whose_reply_is_lost_is_answered_when_repeated(city: City, stack: Stack) -> None:
    case, key = reviewed(city), new_key()
    task = case.task("urb-approver")["id"]
    approver = case.officer("urb-approver")
    _lose_reply(approver, f"/tasks/{task}/complete", {"outcome": "approve"}, key)
    wait(lambda: case.page()["status"] == "granted", "the decision to stand on record")
    assert approver.complete(task, "approve", key=key).expect(200)["outcome"] == "approve"
    case.certificate()
    granted = [row for row in stack.journal(f"case#{case.id}") if "CaseGranted" in row["acts"]["S"]]
    assert len(granted) == 1


def test_supplementing_and_withdrawing_twice_is_doing_it_once(city: City, stack: Stack) -> None:
    case, key = filed(city), new_key()
    defects = [{"subject": "premises-proof", "problem": "缺产权人同意"}]
    case.act("urb-window", "supplement", defects=defects)
    materials = case.applicant.attach({"premises-proof": pdf("premises-proof.pdf")})
    path, match = f"/cases/{case.number}/supplements", case.page().headers["etag"]
    first = case.applicant.post(path, {"materials": materials}, key=key, match=match).expect(201)
    again = case.applicant.post(path, {"materials": materials}, key=key, match=match).expect(201)
    assert again.body == first.body
    gone = case.applicant.post(f"/cases/{case.number}/withdrawal", {}, key=f"{key}-w").expect(201)
    assert (
        case.applicant.post(f"/cases/{case.number}/withdrawal", {}, key=f"{key}-w").expect(201).body
        == gone.body
    )
    assert _entries(stack, case) == 4


def test_a_key_belongs_to_its_caller(city: City) -> None:
    key = new_key()
    one, other = city.person("p-zhang-wei"), city.person("p-li-na")
    first = one.post("/applications", application(city, one), key=key).expect(201)
    second = other.post("/applications", application(city, other), key=key).expect(201)
    assert first["number"] != second["number"]


def test_appointing_twice_is_appointing_once(city: City) -> None:
    administrator, key = city.person("o-xu-admin"), new_key()
    order = {"person": "p-liu-yang", "post": "dpf-reviewer"}
    wish, second = {"kind": "appointment", "data": order}, city.person("o-qiao-admin")
    proposed = administrator.post("/register-changes", wish, key=key).expect(201)
    assert administrator.post("/register-changes", wish, key=key).expect(201).body == proposed.body
    approval = f"/register-changes/{proposed['id']}/approval"
    first = second.post(approval, key=f"{key}-a").expect(200)
    assert second.post(approval, key=f"{key}-a").expect(200).body == first.body
    end = f"/appointments/{first['subject']}/end"
    ended = administrator.post(end, key=f"{key}-e").expect(200)
    assert administrator.post(end, key=f"{key}-e").expect(200).body == ended.body


def test_uploading_again_under_the_same_key_is_the_same_upload(city: City) -> None:
    person, key, file = city.person("p-li-na"), new_key(), pdf("once.pdf", "the same bytes")
    assert person.upload(file, key=key) == person.upload(file, key=key)


def test_a_case_is_delivered_once_however_often_the_sweeps_run(city: City, stack: Stack) -> None:
    case = accepted(city)
    wait(lambda: len(case.applicant.messages(case.number)) == 2, "both messages")
    before = {each["name"] for each in stack.executions(case.id)}
    for _ in range(3):
        city.tick()
    assert len(case.applicant.messages(case.number)) == 2
    assert {each["name"] for each in stack.executions(case.id)} == before
    assert len(case.officer("urb-reviewer").tasks("urb-reviewer", case.number)) == 1
