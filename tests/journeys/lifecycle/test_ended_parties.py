"""The end of a person, on the deployed stack: two administrators put it on record, and what was theirs
ends with them.
"""

from __future__ import annotations

from infra.local.client import wait
from tests.journeys.support.cases import OFFICER, changed, filed, granted
from tests.journeys.support.stack import Stack

DEAD, CLERK = "p-chen-jie", "p-zhang-wei"
UNTIL = "2099-01-01T00:00:00+08:00"


def test_a_death_ends_what_was_in_the_persons_name(own_stack: Stack) -> None:
    city = own_stack.city
    licensed, running = granted(city, applicant=DEAD), filed(city, applicant=DEAD)
    window = city.person(OFFICER["urb-window"])
    task = window.wait_for_task("urb-window", running.number)
    dead, clerk = city.person(DEAD), city.person(CLERK)
    mandate = dead.post("/mandates", {"grantee": CLERK, "until": UNTIL}).expect(201)
    clerk.post(f"/mandates/{mandate['id']}/acceptance").expect(200)
    end = {
        "party": {"account": DEAD},
        "cause": "death",
        "on": city.official_time().date().isoformat(),
        "evidence": "死亡医学证明 3305-2026-0117",
    }
    changed(city, "party_end", end)
    certificate = licensed.certificate()

    def is_cancelled() -> bool:
        city.tick("feed")
        status = city.anybody().get(f"/certificates/{certificate}/status").expect(200)
        return bool(status["status"] == "cancelled")

    def is_told() -> bool:
        messages = window.get("/messages").expect(200)["messages"]
        return any(each["kind"] == "case.party_ended" for each in messages)

    def has_ended() -> bool:
        (granted_by_dead,) = dead.get("/mandates").expect(200)["granted"]
        return bool(granted_by_dead["status"] == "ended")

    assert wait(is_cancelled, "the certificate to be cancelled")
    assert wait(is_told, "the window to be told")
    assert wait(has_ended, "the mandate to end")
    remarks = window.get(f"/tasks/{task['id']}").expect(200)["remarks"]
    assert ("PartyEnded", "death") in [(each["act"], each.get("cause")) for each in remarks]
    clerk.get("/cases", party=DEAD).expect(403)
    dead.post("/mandates", {"grantee": CLERK, "until": UNTIL}).expect(409)
