"""The card that a broken limit opened: the office answers, supervision rules, all can read it."""

from __future__ import annotations

from infra.local.client import Json, wait
from infra.local.demo.walk import Walk, check

HEAD, SUPERVISOR = "o-zhou-tao", "o-qin-ming"
ANSWER = {
    "way": "explained",
    "text": "The reviewer left on the first day, and nobody was put in their place.",
    "summary": "A post stood empty.",
}
RULING = {
    "ruling": "upheld",
    "reasons": ["A post that deals with the public may not stand empty."],
    "summary": "The office was late without a lawful reason.",
}


def run(walk: Walk, number: str) -> None:
    """The red card of the decision's limit, from the question to the ruling."""
    card = wait(lambda: _red_card(walk, number), "the red card")
    walk.show.fact(f"the card obliges: the head answers by {card['due']}")
    path = f"/supervision-matters/{card['id']}"
    walk.step(
        HEAD,
        walk.client(HEAD).post(f"{path}/answer", ANSWER).expect(200),
        "the head explains why the case was late",
    )
    walk.step(
        SUPERVISOR,
        walk.client(SUPERVISOR).post(f"{path}/ruling", RULING).expect(200),
        "supervision rules, with reasons",
    )
    public = _red_card(walk, number)
    check(public["ruling"]["ruling"] == "upheld", "the ruling is published")
    is_hidden = ANSWER["text"] not in str(public)
    check(is_hidden, "what was written for the office is not published")
    walk.show.fact(f"everybody reads: {public['ruling']['summary']}")


def _red_card(walk: Walk, number: str) -> Json:
    """The red card as the public sees it; nothing before it is there."""
    page = walk.client("").get(f"/record/{number}/supervision").expect(200)
    for matter in page["matters"]:
        if matter["level"] == "red" and matter["cause"]["clock"] == "decision":
            return dict(matter)
    return {}
