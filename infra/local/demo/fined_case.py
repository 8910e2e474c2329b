"""A case that an officer opens: told, heard, fined, paid, archived (point 6 of the walk)."""

from __future__ import annotations

from infra.local.client import wait
from infra.local.demo.walk import Walk, check

CONCERNED, ITEM = "p-zhang-wei", "street-penalty"
FINE = 50_000  # fen


def run(walk: Walk) -> None:
    """One penalty, from the street to the archive."""
    walk.show.act(
        "6", "依职权办理", "An officer opens a case; no fine before the person concerned was heard"
    )
    posts = walk.items[ITEM]["posts"]
    number = _open(walk, posts["investigator"])
    told = "tells the person concerned what is intended, and why"
    reasons = ["店外占道摆放商品,拟罚款 500 元"]
    walk.officer(
        posts["investigator"],
        number,
        "inform",
        told,
        reasons=reasons,
    )
    concerned = walk.client(CONCERNED)
    said = concerned.post(
        f"/cases/{number}/statements", {"text": "只放了十分钟,已经收回店内。"}
    ).expect(201)
    walk.step(CONCERNED, said, "states views: 陈述申辩")
    order = {"measure": "罚款 500 元", "amount_fen": FINE}
    walk.officer(
        posts["approver"],
        number,
        "order",
        "fined within the published range",
        **order,
    )
    walk.officer(
        posts["investigator"],
        number,
        "delivered",
        "served by post",
        way="post",
    )
    wait(lambda: concerned.case(number)["steps"][-1]["step"] == "pay", "the bill")
    bill = concerned.request("POST", f"/cases/{number}/payment").expect(200)
    walk.step(
        CONCERNED,
        bill,
        f"the bill: {bill['amount_fen'] / 100:.2f} yuan",
    )
    walk.city.pay(bill["url"])
    walk.aside("paid at the provider's page; its signed notice is on record")
    walk.officer(
        posts["archivist"],
        number,
        "archived",
        "closed and archived",
    )
    record = walk.step(
        "", walk.client("").get(f"/record/{number}").expect(200), "the public record"
    )
    check(record["status"] == "ordered" and record["ended_at"] is not None, "the penalty is closed")


def _open(walk: Walk, post: str) -> str:
    officer = walk.holder(post)
    item = walk.items[ITEM]
    body = {
        "item": ITEM,
        "concerned": {"person": CONCERNED, "name": walk.name(CONCERNED)},
        "form": item["form"]["examples"][0],
        "again": True,  # whoever walks the demo twice means it
    }
    receipt = walk.client(officer).post("/ex-officio-cases", body).expect(201)
    number = str(receipt["number"])
    name = walk.gloss(item["name"])
    walk.step(officer, receipt, f"{number}  {name}")
    return number
