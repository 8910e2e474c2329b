"""Abuse cases 7 to 13: the flow, repeated requests, stale edits and task tokens."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.casework.execution import task_tokens
from infra.local.client import City, new_key, wait
from tests.journeys.support.cases import (
    Case,
    accepted,
    application,
    appointed,
    filed,
    granted,
    reviewed,
)
from tests.journeys.support.stack import Stack


@pytest.mark.parametrize(
    ("post", "step", "outcome"),
    [
        ("urb-reviewer", "review.1", "pass"),
        ("urb-approver", "approve.1", "approve"),
        ("urb-approver", "approve.0", "refuse"),
    ],
)
def test_abuse_07_a_skipped_step_is_409(city: City, post: str, step: str, outcome: str) -> None:
    case = filed(city)
    case.task("urb-window")
    more = {"reasons": ["理由"]} if outcome == "refuse" else {}
    case.officer(post).complete(f"{case.id}.{step}", outcome, **more).expect(409, "task-not-open")
    assert case.page()["status"] == "filed"


def test_abuse_07_a_finished_step_is_409(city: City) -> None:
    case = accepted(city)
    window = case.officer("urb-window")
    task = f"{case.id}.accept.0"
    window.complete(task, "accept").expect(409, "task-already-done")
    window.complete(task, "not_accept", reasons=["理由"]).expect(409, "task-already-done")
    window.post(f"/tasks/{task}/claim").expect(409, "task-already-done")


def test_abuse_07_an_ended_case_takes_no_act(city: City) -> None:
    case = granted(city)
    wait(lambda: case.page()["ended_at"], "the end of the case")
    case.officer("urb-window").complete(f"{case.id}.accept.0", "accept").expect(409, "case-ended")
    case.applicant.post(f"/cases/{case.number}/withdrawal", {}).expect(409, "case-ended")


@pytest.mark.parametrize(
    "outcome", ["approve", "pass", "refuse", "issued", "withdraw", "supplied", "join"]
)
def test_abuse_07_an_outcome_that_the_flow_does_not_have_is_422(city: City, outcome: str) -> None:
    case = filed(city)
    task = case.task("urb-window")["id"]
    case.officer("urb-window").complete(task, outcome, reasons=["理由"]).expect(
        422, "outcome-not-in-flow"
    )


def test_abuse_07_nobody_does_the_machines_or_the_applicants_step(city: City) -> None:
    case = filed(city)
    case.act("urb-window", "supplement", defects=[{"subject": "premises-proof", "problem": "缺"}])
    answer = case.officer("urb-window").complete(f"{case.id}.supplement.2", "supplied")
    assert answer.status in (403, 404, 409, 422), answer
    assert case.page()["status"] == "supplement_requested"


def test_abuse_07_a_supplement_that_nobody_asked_for_is_409(city: City) -> None:
    case = filed(city)
    body = {"form": application(city, case.applicant)["form"]}
    path = f"/cases/{case.number}/supplements"
    case.applicant.post(path, body, match=case.page().headers["etag"]).expect(
        409, "no-supplement-asked"
    )


@pytest.mark.parametrize("task", ["x", "..", "a.b.c", "x" * 300, "accept.0", "%00", "a.accept.0/b"])
def test_abuse_07_a_strange_task_is_404(city: City, task: str) -> None:
    answer = city.person("o-wang-fang").request("GET", f"/tasks/{task}", valid=False)
    assert answer.status in (403, 404), answer


def test_abuse_08_of_two_officers_who_decide_at_once_one_gets_200_one_409(
    city: City, stack: Stack
) -> None:
    case = reviewed(city)
    with appointed(city, "o-han-bing", "urb-approver"):
        both = [case.officer("urb-approver"), city.person("o-han-bing")]
        task = case.task("urb-approver")["id"]
        decisions: list[dict[str, Any]] = [
            {"outcome": "approve"},
            {"outcome": "refuse", "reasons": ["招牌遮挡窗户"]},
        ]
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(lambda i: both[i].post(f"/tasks/{task}/complete", decisions[i]), range(2))
            )
    assert sorted(answer.status for answer in answers) == [200, 409]
    won = next(answer for answer in answers if answer.status == 200)
    assert case.page()["status"] == won["status"]
    decided = [r for r in stack.journal(f"case#{case.id}") if "approve.3" in r["acts"]["S"]]
    assert len(decided) == 1


def test_abuse_09_the_same_key_and_body_get_the_original_reply(city: City) -> None:
    case, key = filed(city), new_key()
    task = case.task("urb-window")["id"]
    first = case.officer("urb-window").complete(task, "accept", key=key).expect(200)
    again = case.officer("urb-window").complete(task, "accept", key=key).expect(200)
    assert again.body == first.body


def test_abuse_10_the_same_key_with_another_body_is_422(city: City) -> None:
    case, key = filed(city), new_key()
    task = case.task("urb-window")["id"]
    window = case.officer("urb-window")
    window.complete(task, "accept", key=key).expect(200)
    other = window.complete(task, "not_accept", key=key, reasons=["理由"])
    other.expect(422, "idempotency-key-reused")
    person, filing = city.person("p-zhang-wei"), new_key()
    body = application(city, person)
    person.post("/applications", body, key=filing).expect(201)
    changed = {**body, "contact": {"phone": "14000005555"}}
    person.post("/applications", changed, key=filing).expect(422, "idempotency-key-reused")
    upload, file = new_key(), {"content_type": "application/pdf", "size": 10, "sha256": "0" * 64}
    person.post("/uploads", file, key=upload).expect(201)
    larger = {**file, "size": 11}
    person.post("/uploads", larger, key=upload).expect(422, "idempotency-key-reused")
    person.post("/uploads", file, key=upload).expect(201)


@pytest.mark.parametrize(
    "path",
    [
        "/uploads",
        "/applications",
        "/cases/URB-2026-W-000001/withdrawal",
        "/tasks/x.accept.0/complete",
        "/register-changes",
    ],
)
@pytest.mark.parametrize("key", [None, "", "x" * 256, "有", "a b"])
def test_abuse_10_a_write_without_a_proper_key_is_400(
    city: City, path: str, key: str | None
) -> None:
    person = city.person(
        "p-li-na" if "task" not in path and "register" not in path else "o-xu-admin"
    )
    headers = {} if key is None else {"Idempotency-Key": key.encode()}
    person.request("POST", path, json={}, headers=headers).expect(400, "idempotency-key-missing")


def test_abuse_11_an_edit_of_a_stale_page_is_412_and_without_one_428(city: City) -> None:
    case = filed(city)
    read_before = case.page().headers["etag"]
    case.act("urb-window", "supplement", defects=[{"subject": "premises-proof", "problem": "缺"}])
    path, form = f"/cases/{case.number}/supplements", application(city, case.applicant)["form"]
    case.applicant.post(path, {"form": form}, match=read_before).expect(412, "changed-meanwhile")
    case.applicant.post(path, {"form": form}).expect(428, "if-match-missing")
    for wrong in ("*", '"0"', "x", 'W/"2"', '"2", "3"', "-1"):
        case.applicant.post(path, {"form": form}, match=wrong).expect(412, "changed-meanwhile")
    case.applicant.post(path, {"form": form}, match=case.page().headers["etag"]).expect(201)


def test_abuse_12_task_tokens_appear_in_no_response_and_no_route_takes_one(
    city: City, stack: Stack
) -> None:
    case = accepted(city)
    task = case.task("urb-reviewer")["id"]
    rows = stack.rows("Views", pk=f"case#{case.id}")
    tokens = {token for row in rows for token in row.get("tokens", {}).get("SS", [])}
    assert tokens
    reviewer, code = case.officer("urb-reviewer"), case.receipt["tracking_code"]
    shown = [
        case.page(),
        case.record(),
        city.anybody().follow(case.number, code, "1002").expect(200),
        reviewer.get(f"/tasks/{task}").expect(200),
        reviewer.get("/tasks", post="urb-reviewer", limit=100).expect(200),
        reviewer.get(f"/cases/{case.number}").expect(200),
        case.applicant.get("/messages", limit=100).expect(200),
        reviewer.post(f"/tasks/{task}/claim").expect(200),
        reviewer.complete(task, "pass").expect(200),
    ]
    assert not [token for token in tokens for answer in shown if token in answer.raw.decode()]
    taken = _names(city.anybody().get("/openapi.json").expect(200).body)
    assert not {name for name in taken if "token" in name.lower()}, "no route names a token"


def _names(node: Any) -> set[str]:
    """Every property and parameter that the interface description names."""
    if isinstance(node, list):
        return {name for child in node for name in _names(child)}
    if not isinstance(node, dict):
        return set()
    own = set(node.get("properties", {})) if isinstance(node.get("properties"), dict) else set()
    own |= {str(node["name"])} if isinstance(node.get("name"), str) and "in" in node else set()
    return own | {name for child in node.values() for name in _names(child)}


def test_abuse_13_a_token_that_is_gone_after_our_commit_is_200(city: City, stack: Stack) -> None:
    case = accepted(city)
    task = case.task("urb-reviewer")["id"]
    for each in stack.executions(case.id):
        stack.client("stepfunctions").stop_execution(executionArn=each["executionArn"])
    case.officer("urb-reviewer").complete(task, "pass").expect(200)
    wait(lambda: case.is_gone_from("urb-reviewer"), "the task to leave the inbox")
    city.tick("reconcile")
    case.act("urb-approver", "approve")
    case.certificate()


def test_abuse_13_a_task_that_is_gone_before_our_commit_is_409(city: City) -> None:
    case = accepted(city)
    task = case.task("urb-reviewer")["id"]
    case.applicant.post(f"/cases/{case.number}/withdrawal", {}).expect(201)
    case.officer("urb-reviewer").complete(task, "pass").expect(409, "case-ended")


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_abuse_13_whoever_says_that_a_token_is_gone_is_believed(
    monkeypatch: pytest.MonkeyPatch, stack: Stack, code: str
) -> None:
    """AWS, the emulator and moto each say it in words of their own; a throttled answer is tried
    again.
    """
    error = ClientError({"Error": {"Code": code, "Message": ""}}, "SendTaskSuccess")
    _answer_with(monkeypatch, stack, error)
    throttled = ClientError(
        {"Error": {"Code": "ThrottlingException", "Message": ""}}, "SendTaskSuccess"
    )
    with pytest.raises(ClientError):
        _answer_with(monkeypatch, stack, throttled)


def _answer_with(monkeypatch: pytest.MonkeyPatch, stack: Stack, error: ClientError) -> None:
    class States:
        exceptions = type("exceptions", (), {"ClientError": ClientError})

        def send_task_success(self, **_: Any) -> None:
            raise error

    class Step:
        plain = "pass"

    class Visit:
        outcome, answer = "pass", 3

    class Told:
        def step(self, visit: Any) -> Step:
            return Step()

    monkeypatch.setattr(task_tokens, "client", lambda service: States())
    task_tokens.answer("token", Told(), Visit())  # type: ignore[arg-type]


def test_a_case_shows_the_same_seq_everywhere(city: City) -> None:
    case: Case = accepted(city)
    page = case.page()
    assert page.headers["etag"] == f'"{page["version"]}"' == '"2"'
