"""Personal data when time has passed: what supervision read is told, and in the end all is forgotten."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import httpx
import pytest

from infra.local.client import City, wait
from tests.journeys.support.cases import OFFICER, PEOPLE, Case, filed, granted
from tests.journeys.support.reads import HEAD, SUPERVISOR, read_case, reads_told
from tests.journeys.support.stack import Stack

Forgotten = tuple[Stack, Case, dict[str, str]]


def test_what_supervision_reads_is_told_later(own_stack: Stack) -> None:
    city = own_stack.city
    case = filed(city)
    read_case(city, case, SUPERVISOR, purpose="supervision").expect(200)
    read_case(city, case, HEAD, purpose="inquiry").expect(200)
    assert wait(lambda: reads_told(case) == [("URB", "inquiry")], "the read that is not sealed")
    city.move_clock(advance_days=91)
    assert wait(lambda: len(reads_told(case)) == 2, "the sealed read to be told")


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
    after["term"]["on"] = known["term"]["on"]  # the day on which it is read
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
