"""Personal data in the deployed city: who read a case is told, a reason is asked for, in the end it
is forgotten.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import httpx
import pytest

from infra.local.client import Answer, City, wait
from tests.journeys.support.cases import OFFICER, PEOPLE, Case, accepted, filed, granted
from tests.journeys.support.stack import Stack

Forgotten = tuple[Stack, Case, dict[str, str]]
HEAD, SUPERVISOR = OFFICER["urb-head"], OFFICER["city-supervisor"]


def _log(case: Case) -> list[tuple[str, str]]:
    """(department, purpose) of the reads of this case that its applicant is told, newest first."""
    found = case.applicant.get("/me/access-log", limit=100).expect(200)["reads"]
    return [
        (read["office"]["department"], read["purpose"])
        for read in found
        if read["number"] == case.number
    ]


def _read(city: City, case: Case, person: str, **purpose: str) -> Answer:
    return city.person(person).get(f"/cases/{case.number}", **purpose)


def test_the_applicant_is_told_which_office_read_the_case_and_why(city: City) -> None:
    case = filed(city)
    task = case.task("urb-window")["id"]
    assert _log(case) == []
    for _ in range(2):
        case.officer("urb-window").get(f"/tasks/{task}").expect(200)
        case.officer("urb-window").get(f"/cases/{case.number}").expect(200)
    assert wait(lambda: _log(case) == [("URB", "task")], "the read to be told")
    _read(city, case, HEAD, purpose="appeal").expect(200)
    assert wait(
        lambda: _log(case) == [("URB", "appeal"), ("URB", "task")], "the second read to be told"
    )
    said = json.dumps(case.applicant.get("/me/access-log").expect(200).body, ensure_ascii=False)
    assert OFFICER["urb-window"] not in said and PEOPLE[HEAD]["name"] not in said


def test_without_a_task_or_a_purpose_nobody_reads_and_the_try_is_on_record(city: City) -> None:
    case = filed(city)
    for person in (HEAD, SUPERVISOR):
        _read(city, case, person).expect(403, "purpose-needed")
        _read(city, case, person, purpose="curiosity").expect(400)
    refused = city.anybody().get(f"/record/{case.number}/refusals").expect(200)["refusals"]
    assert [(one["post"], one["rule"]) for one in refused] == [("urb-head", "purpose-needed")], (
        "a supervisor's is later"
    )
    _read(city, case, OFFICER["dpf-window"], purpose="inquiry").expect(404, "not-found")


def test_what_supervision_reads_is_told_later(own_stack: Stack) -> None:
    city = own_stack.city
    case = filed(city)
    _read(city, case, SUPERVISOR, purpose="supervision").expect(200)
    _read(city, case, HEAD, purpose="inquiry").expect(200)
    assert wait(lambda: _log(case) == [("URB", "inquiry")], "the read that is not sealed")
    city.move_clock(advance_days=91)
    assert wait(lambda: len(_log(case)) == 2, "the sealed read to be told")


def test_an_office_sees_the_form_and_the_public_sees_a_masked_name(city: City) -> None:
    case = accepted(city)
    name = PEOPLE[case.applicant.person]["name"]
    page = case.officer("urb-reviewer").get(f"/cases/{case.number}").expect(200)
    assert page["applicant"] == name and page["form"]
    for public in (
        case.record(),
        city.anybody().follow(case.number, case.receipt["tracking_code"], "1002"),
    ):
        assert public.status == 200
        assert public["applicant"] == name[0] + "*" * (len(name) - 1)
        assert name not in json.dumps(public.body, ensure_ascii=False)


@pytest.fixture(scope="module")
def forgotten(own_stack: Stack) -> Forgotten:
    """A granted case whose ten years are over, redacted; and what the applicant could read of it
    before.
    """
    city = own_stack.city
    case = granted(city)
    before = {"record": json.dumps(case.record().body), "file": _file_of(case)}
    ended = datetime.fromisoformat(case.record()["ended_at"])
    city.move_clock(set=(ended + timedelta(days=365 * 10 + 10)).isoformat())
    assert wait(lambda: _redacted(city, case), "the redaction to be on record", seconds=60)
    return own_stack, case, before


def _file_of(case: Case) -> str:
    return str(
        case.applicant.get(f"/cases/{case.number}/materials/sign-rendering").expect(200)["url"]
    )


def _redacted(city: City, case: Case) -> bool:
    city.tick("retention")
    answer = city.anybody().get(f"/record/{case.number}/redaction")
    return answer.status == 200 and answer["redacted_at"] is not None


def test_when_the_time_is_over_private_parts_are_gone_and_a_report_says_so(
    forgotten: Forgotten,
) -> None:
    stack, case, before = forgotten
    report = stack.city.anybody().get(f"/record/{case.number}/redaction").expect(200)
    assert (report["retention_years"], report["files"]) == (10, 2)
    # The certificate was the machine's act; everything else somebody did.
    assert report["groups"]["applicant"] == report["groups"]["holder"] == 1
    assert report["groups"]["actor"] == report["entries"] - 1
    stored = json.dumps(stack.journal(f"case#{case.id}"), ensure_ascii=False)
    person = PEOPLE[case.applicant.person]
    assert not [
        word
        for word in (person["id"], person["name"], "1400000", *OFFICER.values())
        if word in stored
    ]
    assert httpx.get(before["file"], timeout=30).status_code in (403, 404)


def test_the_record_stays_and_verifies(forgotten: Forgotten) -> None:
    stack, case, before = forgotten
    after, known = case.record().body, json.loads(before["record"])
    assert {**after, "applicant": known["applicant"]} == known
    conformance = stack.city.anybody().get(f"/record/{case.number}/conformance").expect(200)
    assert conformance["conforms"] and conformance["closed"]


def test_nobody_reads_it_as_their_own_any_more(forgotten: Forgotten) -> None:
    _, case, _ = forgotten
    case.applicant.get(f"/cases/{case.number}").expect(404, "not-found")
    assert case.number not in [
        one["number"] for one in case.applicant.get("/cases").expect(200)["cases"]
    ]


def test_the_announced_redaction_rings_no_alarm_and_any_other_change_does(
    forgotten: Forgotten,
) -> None:
    stack, case, _ = forgotten
    assert not stack.has_alarmed("journal-tampered")
    row = stack.journal(f"case#{case.id}")[1]
    table = stack.resources["Journal"]
    stack.client("dynamodb").put_item(
        TableName=table, Item={**row, "acts": {"S": '[["CaseRefused",{}]]'}}
    )
    assert wait(lambda: stack.has_alarmed("journal-tampered"), "the alarm", seconds=60)
    stack.client("dynamodb").put_item(TableName=table, Item=row)


def test_the_redactor_may_forget_and_nothing_else(forgotten: Forgotten) -> None:
    stack, case, _ = forgotten
    table, keys = (
        stack.resources["Journal"],
        {"stream": {"S": f"case#{case.id}"}, "seq": {"N": "1"}},
    )
    for function in ("RetentionSweep", "APIHandler", "Deliver"):
        rights = stack.as_function(function, "dynamodb")
        with pytest.raises(rights.exceptions.ClientError, match="AccessDenied"):
            rights.delete_item(TableName=table, Key=keys)
    api = stack.as_function("APIHandler", "dynamodb")
    with pytest.raises(api.exceptions.ClientError, match="AccessDenied"):
        api.update_item(TableName=table, Key=keys, UpdateExpression="REMOVE private")
