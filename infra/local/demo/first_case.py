"""The first case, from reading what it needs to following it in public (points 1 to 4)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from infra.local.client import Answer, pdf, wait
from infra.local.demo.walk import Walk, check

APPLICANT, WINDOW, REVIEWER, APPROVER = "p-zhang-wei", "o-wang-fang", "o-zhao-min", "o-sun-li"
ADMINISTRATOR, SECOND = "o-xu-admin", "o-qiao-admin"
NOBODY = {"supplement": "申请人", "issue": "系统"}  # who acts where no office does


def run(walk: Walk) -> None:
    """One application on its whole way."""
    _read_items(walk)
    receipt = _apply(walk)
    _decide(walk, receipt["number"])
    _verify(walk, receipt["number"])
    _follow(walk, receipt)


def _read_items(walk: Walk) -> None:
    walk.show.act("1", "事项全公开", "Every item is public")
    anyone = walk.client("")
    listed = walk.step(
        "", anyone.get("/items?limit=100").expect(200), "the published items, without login"
    )
    kinds = walk.step(
        "", anyone.get("/catalog").expect(200), f"{len(listed['items'])} items, of every kind:"
    )["kinds"]
    check(all(kind["items"] for kind in kinds), "every kind of power has its items")
    walk.show.fact("  ".join(f"{kind['title']['zh']} {kind['items']}" for kind in kinds))
    for item in listed["items"]:
        walk.items[item["id"]] = anyone.get(f"/items/{item['id']}").expect(200)
    page, limits = walk.items["shop-sign"], walk.items["shop-sign"]["limits"]
    days = f"{limits['promised_days']} working days (law: {limits['statutory_days']})"
    walk.show.fact(f"{walk.gloss(page['name'])}  {days}")
    flow = page["flow"]
    walk.step(
        "", page, f"version {page['version']}; its cases walk flow {flow['id']} v{flow['version']}:"
    )
    walk.show.fact("  ".join(f"{step['title']['zh']} {step['step']}" for step in flow["steps"]))


def _apply(walk: Walk) -> Answer:
    walk.show.act(
        "2", "网上申请", "A citizen signs in, uploads two materials and files the application"
    )
    me = walk.step(
        APPLICANT, walk.client(APPLICANT).get("/me").expect(200), "signed in as a citizen"
    )
    check(me["posts"] == [], "a citizen holds no post")
    receipt = walk.file(APPLICANT, "shop-sign")
    item, flow, due = receipt["item"], receipt["flow"], receipt["due"]
    walk.show.fact(
        f"tracking code {receipt['tracking_code']}; to be accepted by {due['accept_by']}"
    )
    walk.show.fact(
        f"item version {item['version']}, flow {flow['id']} v{flow['version']} {flow['hash'][:16]}…"
    )
    check(
        flow["hash"] == walk.items["shop-sign"]["flow"]["hash"],
        "the case walks the flow that was published",
    )
    return receipt


def _decide(walk: Walk, number: str) -> None:
    walk.show.act(
        "3",
        "网上办理",
        f"From the window to the certificate: {number}",
    )
    defect = {"subject": "premises-proof", "problem": "缺产权人同意设置招牌的书面材料"}
    told = "incomplete: the one full supplement notice"
    walk.work(
        WINDOW,
        "urb-window",
        number,
        "supplement",
        told,
        defects=[defect],
    )
    _supplement(walk, number)
    due = walk.work(
        WINDOW,
        "urb-window",
        number,
        "accept",
        "accepted",
    )["due"]
    walk.show.fact(
        f"limit from {due['runs_from']}: decided by {due['decide_by']} (law: {due['statutory_by']})"
    )
    walk.work(REVIEWER, "urb-reviewer", number, "pass", "passed")
    _try_both_duties(walk, number)
    granted = walk.work(
        APPROVER,
        "urb-approver",
        number,
        "approve",
        "approved, by another person",
    )
    check(granted["status"] == "granted", "the case is granted")


def _supplement(walk: Walk, number: str) -> None:
    citizen = walk.client(APPLICANT)
    case = walk.step(
        APPLICANT,
        citizen.case(number),
        "reads the notice",
    )
    walk.show.fact(f"{case['defects'][0]['subject']}: {case['defects'][0]['problem']}")
    body = {"materials": citizen.attach({"premises-proof": pdf("premises-proof.pdf")})}
    done = citizen.post(
        f"/cases/{number}/supplements",
        body,
        match=case.headers["ETag"],
    ).expect(201)
    walk.step(
        APPLICANT,
        done,
        f"supplemented; to be accepted by {done['due']['accept_by']}",
    )


def _try_both_duties(walk: Walk, number: str) -> None:
    """The reviewer is made approver too, and may still not decide on what they reviewed."""
    administrator, reviewer = walk.client(ADMINISTRATOR), walk.client(REVIEWER)
    order = {"kind": "appointment", "data": {"person": REVIEWER, "post": "urb-approver"}}
    change = administrator.post("/register-changes", order).expect(201)
    walk.step(
        ADMINISTRATOR,
        change,
        f"asks to make {walk.name(REVIEWER)} approver too",
    )
    made = walk.client(SECOND).post(f"/register-changes/{change['id']}/approval").expect(200)
    walk.step(
        SECOND,
        made,
        "approves it: power is given by two, taken away by one",
    )
    task = reviewer.wait_for_task("urb-approver", number)
    refused = reviewer.complete(task["id"], "approve").expect(403)
    walk.step(
        REVIEWER,
        refused,
        "separation of duties: who reviewed does not decide",
    )
    ended = administrator.post(f"/appointments/{made['subject']}/end").expect(200)
    walk.step(ADMINISTRATOR, ended, "takes the post away again")


def _verify(walk: Walk, number: str) -> None:
    """With the published keys and the product's own small tool, which reaches no network."""
    citizen = walk.client(APPLICANT)
    identity = wait(lambda: citizen.case(number)["certificate"], "the signed certificate")
    certificate = citizen.get(f"/certificates/{identity}").expect(200)
    walk.step(
        APPLICANT,
        certificate,
        "signed by a worker: ES256, KMS",
    )
    keys = walk.step(
        "", walk.client("").get("/certificates/keys").expect(200), "the published keys"
    )
    moment = walk.city.official_time()
    check(
        _is_genuine(
            certificate["jwt"],
            keys.body,
            moment,
        ),
        "the certificate is genuine",
    )
    head, payload, signature = certificate["jwt"].split(".")
    forged = ".".join(
        [head, payload[:40] + ("A" if payload[40] != "A" else "B") + payload[41:], signature]
    )
    check(
        not _is_genuine(
            forged,
            keys.body,
            moment,
        ),
        "an altered certificate is refused",
    )
    walk.show.fact(
        walk.show.good(
            f"verified offline: {identity} is genuine; with one letter changed it is not"
        )
    )


def _is_genuine(jwt: str, keys: object, moment: datetime) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "keys.json")
        path.write_text(json.dumps(keys))
        command = [sys.executable, "-m", "chalicelib.certificates.verify", "--keys", str(path)]
        command += ["--at", moment.isoformat()]
        return (
            subprocess.run(
                command,
                input=jwt,
                text=True,
                capture_output=True,
            ).returncode
            == 0
        )


def _follow(walk: Walk, receipt: Answer) -> None:
    number, anyone = receipt["number"], walk.client("")
    walk.show.act("4", "网上公开", "Anyone follows the case")
    progress = anyone.follow(
        number,
        receipt["tracking_code"],
        walk.phone(APPLICANT)[-4:],
    ).expect(200)
    walk.step(
        "",
        progress,
        f"by number and tracking code: {progress['status']}",
    )
    record = walk.step(
        "", anyone.get(f"/record/{number}").expect(200), "the public record of every step:"
    )
    for step in record["steps"]:
        office = step["office"]["title"]["zh"] if "office" in step else NOBODY[step["kind"]]
        closed = datetime.fromisoformat(step["closed_at"])
        walk.show.fact(
            f"{closed:%m-%d %H:%M:%S}  {step['title']['zh']} {step['outcome']}  {office}"
        )
    check(record["applicant"] == "张*", "the applicant's name is masked in public")
    named = [person for person in walk.people.values() if person["name"] in record.raw.decode()]
    check(not named, "the public record names no person")
    walk.show.fact(f"applicant: {record['applicant']}")
    checked = walk.step(
        "", anyone.get(f"/record/{number}/conformance").expect(200), "did it walk as published?"
    )
    check(
        checked["conforms"] and checked["closed"],
        "the closed case walked as its flow was published",
    )
    walk.show.fact(
        walk.show.good(
            f"{checked['entries']} entries read a second time, apart from the rules: it did"
        )
    )
