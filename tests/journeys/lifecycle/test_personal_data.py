"""Personal data in the deployed city: who read a case is told, a reason is asked for, and
the public sees a masked name.
"""

from __future__ import annotations

import json

from infra.local.client import City, wait
from tests.journeys.support.cases import OFFICER, PEOPLE, accepted, filed
from tests.journeys.support.reads import HEAD, SUPERVISOR, read_case, reads_told


def test_the_applicant_is_told_which_office_read_the_case_and_why(city: City) -> None:
    case = filed(city)
    task = case.task("urb-window")["id"]
    assert reads_told(case) == []
    for _ in range(2):
        case.officer("urb-window").get(f"/tasks/{task}").expect(200)
        case.officer("urb-window").get(f"/cases/{case.number}").expect(200)
    assert wait(lambda: reads_told(case) == [("URB", "task")], "the read to be told")
    read_case(city, case, HEAD, purpose="appeal").expect(200)
    assert wait(
        lambda: reads_told(case) == [("URB", "appeal"), ("URB", "task")],
        "the second read to be told",
    )
    said = json.dumps(case.applicant.get("/me/access-log").expect(200).body, ensure_ascii=False)
    assert OFFICER["urb-window"] not in said and PEOPLE[HEAD]["name"] not in said


def test_without_a_task_or_a_purpose_nobody_reads_and_the_try_is_on_record(city: City) -> None:
    case = filed(city)
    for person in (HEAD, SUPERVISOR):
        read_case(city, case, person).expect(403, "purpose-needed")
        read_case(city, case, person, purpose="curiosity").expect(400)
    refused = city.anybody().get(f"/record/{case.number}/refusals").expect(200)["refusals"]
    assert [(one["post"], one["rule"]) for one in refused] == [("urb-head", "purpose-needed")], (
        "a supervisor's is later"
    )
    read_case(city, case, OFFICER["dpf-window"], purpose="inquiry").expect(404, "not-found")


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
