"""Windows, from end to end: who cannot use the network gets the same service, and nothing is done
behind their back.
"""

from typing import Any

from infra.local.client import Answer, City, Client, Json, pdf, wait
from tests.journeys.support.cases import OFFICER
from tests.journeys.support.item_walks import Walk, item, materials
from tests.journeys.support.stack import Stack

ITEM = "household-confirmation"
OLD_MAN: Json = {"name": "赵德贵", "document": {"type": "id_card", "number": "339900199001020033"}}
LI_NA: Json = {"name": "李娜", "person": "p-li-na"}
CHILD: Json = {
    "name": "李小明",
    "document": {"type": "id_card", "number": "339900201503010046"},
    "born_on": "2015-03-01",
}
MIDDLE = "dpf-window"  # another department's window in the same hall


def _attended(city: City, present: Json | None = None, **more: Any) -> Json:
    version = city.anybody().get("/window-consent").expect(200)["version"]
    check = {
        "identity_check": {"method": "id_card_reader"},
        "consent": {"given": True, "version": version},
    }
    return {**({"present": present} if present else {}), **check, **more}


def _application(city: City, officer: Client, present: Json, **more: Any) -> Json:
    form = item(ITEM)["form"]["examples"][0]
    body = {"item": ITEM, "form": form, "contact": {"phone": "14000001002"}, "again": True}
    return _attended(city, present, **body, materials=officer.attach(materials(ITEM, form)), **more)


def _filed(city: City, present: Json, post: str = MIDDLE, **more: Any) -> Walk:
    officer = city.person(OFFICER[post])
    receipt = officer.post(
        "/window-applications", _application(city, officer, present, **more)
    ).expect(201)
    return Walk(city, receipt, city.person("p-li-na"), ITEM)


def _to_the_delivery(walk: Walk) -> None:
    def is_there() -> bool:
        steps = walk.open_steps()
        if "deliver" not in steps and walk.flow.steps[steps[0]].kind != "issue":
            walk.step_on()
        return "deliver" in walk.open_steps()

    wait(is_there, f"the delivery of {walk.number}")


def _kinds(client: Client, number: str) -> set[str]:
    return {message["kind"] for message in client.messages(number)}


def test_a_window_files_and_hands_over_and_the_person_hears_of_both(city: City) -> None:
    walk = _filed(city, LI_NA)
    assert walk.number.split("-")[2] == "C"
    officer = city.person(OFFICER[MIDDLE])
    path = f"/cases/{walk.number}/window-collection"
    officer.post(path, _attended(city, LI_NA)).expect(409, "nothing-to-collect")
    _to_the_delivery(walk)
    officer.post(path, _attended(city, OLD_MAN)).expect(422)
    officer.post(path, _attended(city, LI_NA)).expect(201)
    assert [done["what"] for done in walk.page()["matters"]["windows"]] == ["filed", "collected"]
    told = {"case.filed", "case.at_window", "case.delivered"}
    wait(lambda: told <= _kinds(walk.applicant, walk.number), "what the person is told")
    assert walk.to_the_end() == "granted"
    report = city.anybody().get(f"/record/{walk.number}/conformance").expect(200)
    assert report["findings"] == []


def test_who_has_no_account_follows_the_case_by_its_code(city: City) -> None:
    walk = _filed(city, OLD_MAN)
    followed = city.anybody().follow(walk.number, walk.receipt["tracking_code"], "1002").expect(200)
    assert followed["applicant"] == "赵**"
    walk.applicant.get(f"/cases/{walk.number}").expect(404)
    shown = (
        city.person(OFFICER[MIDDLE])
        .post(f"/cases/{walk.number}/window-view", _attended(city, OLD_MAN))
        .expect(201)
    )
    assert (shown["applicant"], shown["materials"][0]["trust"]) == ("赵德贵", "B")


def test_a_window_supplies_what_is_asked_for_once(city: City) -> None:
    walk = _filed(city, OLD_MAN)
    code = item(ITEM)["materials"][0]["code"]
    walk.act("psb-window", "supplement", defects=[{"subject": code, "problem": "Not legible."}])
    officer = city.person(OFFICER[MIDDLE])
    body = _attended(city, OLD_MAN, materials=officer.attach({code: pdf("clearer.pdf")}))
    path = f"/cases/{walk.number}/window-supplements"
    officer.post(path, body, key="once-at-the-window").expect(201)
    assert officer.post(path, body, key="once-at-the-window").expect(201)["receipt"]["seq"]
    walk.act("psb-window", "accept")


def test_who_filed_at_the_window_decides_nothing(city: City) -> None:
    walk = _filed(city, OLD_MAN, post="psb-window")
    own = city.person(OFFICER["psb-window"])
    task = own.wait_for_task("psb-window", walk.number)
    refused = own.complete(task["id"], "accept").expect(403)
    assert refused["rule"]["id"] == "no-second-step-by-the-same-person"


def test_a_window_serves_where_its_point_takes_the_item_and_never_itself(city: City) -> None:
    clerk = city.person(OFFICER[MIDDLE])
    own = {"name": "吴静", "person": OFFICER[MIDDLE]}
    clerk.post("/window-applications", _application(city, clerk, own)).expect(403)
    for stranger in (city.person("p-zhang-wei"), city.person(OFFICER["urb-reviewer"])):
        stranger.post("/window-applications", _application(city, stranger, OLD_MAN)).expect(403)


def test_a_mother_acts_for_her_child_who_has_no_account(city: City) -> None:
    officer, mother = city.person(OFFICER[MIDDLE]), city.person("p-li-na")
    papers = officer.attach({"birth-certificate": pdf("birth-certificate.pdf")})
    body = _attended(city, guardian=LI_NA, minor=CHILD, evidence=papers)
    made = officer.post("/guardianships", body).expect(201)
    form = item(ITEM)["form"]["examples"][0]
    application = {
        "item": ITEM,
        "form": form,
        "contact": {"phone": "14000001002"},
        "on_behalf_of": made["party"],
    }
    application["materials"] = mother.attach(materials(ITEM, form))
    mother.post("/applications", application).expect(403)
    mother.post(f"/mandates/{made['id']}/acceptance").expect(200)
    number = mother.post("/applications", application).expect(201)["number"]
    assert mother.get(f"/cases/{number}").expect(200)["applicant"] == "李小明"
    mother.post(
        f"/mandates/{made['id']}/end", {"reason": "The court has named another guardian."}
    ).expect(200)
    mother.get(f"/cases/{number}").expect(404)


def test_the_number_of_a_document_stays_out_of_everything(stack: Stack) -> None:
    walk = _filed(stack.city, OLD_MAN)
    walk.task("psb-window")
    number = OLD_MAN["document"]["number"]
    pages: list[Answer] = [
        walk.record(),
        stack.city.person(OFFICER["psb-window"]).get(f"/cases/{walk.number}").expect(200),
    ]
    assert not [page.path for page in pages if number in page.raw.decode()]
    for table in ("Journal", "Views", "Grants"):
        rows = (
            stack.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=stack.resources[table])
        )
        assert number not in str([page["Items"] for page in rows]), table


def test_who_came_to_a_window_finds_it_all_in_the_account_that_they_get_later(city: City) -> None:
    walk = _filed(city, OLD_MAN)
    account = city.person("p-zhao-degui")
    assert account.get("/me").expect(200)["document"].startswith("n-")
    mine = wait(
        lambda: [
            c for c in account.get("/cases").expect(200)["cases"] if c["number"] == walk.number
        ],
        "the case",
    )
    assert mine and account.case(walk.number)["applicant"] == "赵德贵"
    wait(
        lambda: _kinds(account, walk.number) >= {"case.filed", "case.at_window"},
        "the messages from before",
    )
    code = item(ITEM)["materials"][0]["code"]
    walk.act("psb-window", "supplement", defects=[{"subject": code, "problem": "Not legible."}])
    etag = account.case(walk.number).headers["etag"]
    files = account.attach({code: pdf("clearer.pdf")})
    account.post(f"/cases/{walk.number}/supplements", {"materials": files}, match=etag).expect(201)
    walk.officer("psb-window").get(f"/cases/{walk.number}").expect(200)

    def is_told() -> bool:
        return walk.number in {
            read["number"] for read in account.get("/me/access-log").expect(200)["reads"]
        }

    wait(is_told, "who read the case")
    account.post(f"/cases/{walk.number}/withdrawal", {}).expect(201)
    city.person("p-li-na").get(f"/cases/{walk.number}").expect(404)
