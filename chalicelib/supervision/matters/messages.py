"""Who is told of what becomes of a supervision matter: those whose turn it is, and those who wait
for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib import authority, notify
from chalicelib.kernel import stores
from chalicelib.notify import Message, Recipient
from chalicelib.supervision.matters import acts
from chalicelib.supervision.matters.acts import (
    AnswerGiven,
    AnswerReturned,
    MatterClimbed,
    MatterOpened,
    MatterRuled,
    Payload,
)
from chalicelib.supervision.matters.limits import LADDER
from chalicelib.supervision.matters.values import (
    HEAD,
    OFFICERS,
    SUPERVISOR,
    Matter,
)
from chalicelib.supervision.matters.values import KINDS as MATTER_KINDS

GENERAL_OFFICE = "GOV"  # its head is told of what supervision itself leaves lying
KIND_OF: dict[type, str] = {
    AnswerGiven: "supervision.answered",
    AnswerReturned: "supervision.returned",
    MatterClimbed: "supervision.climbed",
    MatterRuled: "supervision.ruled",
}

KINDS = (*(f"supervision.{kind}" for kind in MATTER_KINDS), *KIND_OF.values())


def tell(event: Mapping[str, Any], attempt: str = "") -> None:
    """One bus event; telling it twice is telling it once. ``attempt`` is the id of the queue's
    message, the same for each of its tries.
    """
    detail = event["detail"]
    stream = f"matter#{detail['matter']}"
    entries = stores.journal().read(stream)[: detail["seq"]]
    matter = acts.fold(stream, entries)
    assert matter is not None, "what is told of is on record"
    payload = acts.payloads_of(entries[-1])[detail["act"]]
    message = Message(
        f"{stream}#{detail['seq']}.{detail['act']}",
        _kind(payload),
        _params(matter),
        matter.subject.number,
        entries[-1].at,
    )
    notify.send_to_all(_recipients(matter, payload), message, attempt)


def _kind(payload: Payload) -> str:
    if isinstance(payload, MatterOpened):
        return f"supervision.{payload.kind}"
    return KIND_OF[type(payload)]


def _params(matter: Matter) -> dict[str, str]:
    due = matter.due.isoformat() if matter.due else "-"
    return {"matter": matter.id, "due": due}


def _recipients(matter: Matter, payload: Payload) -> list[Recipient]:
    if isinstance(payload, AnswerGiven):
        return _holders(_posts_of(matter, SUPERVISOR))
    if isinstance(payload, MatterRuled):
        return _holders(matter.answering_posts)
    rung = payload.rung
    for posts in _from(matter, rung):
        if holders := _holders(posts):
            return holders
    return []


def _from(matter: Matter, rung: str) -> Iterator[Iterable[str]]:
    """The posts of a rung, and of those above it where nobody holds them."""
    for each in LADDER[LADDER.index(rung) :]:
        yield _posts_of(matter, each)


def _posts_of(matter: Matter, rung: str) -> Iterable[str]:
    if rung == OFFICERS:
        return matter.answerable.officers
    if rung == HEAD:
        return matter.answerable.heads
    if rung == SUPERVISOR:
        return [matter.answerable.supervisor]
    return authority.posts_of_department(GENERAL_OFFICE, "head")


def _holders(posts: Iterable[str]) -> list[Recipient]:
    """Who holds these posts, each person once."""
    recipients: dict[str, Recipient] = {}
    for post in filter(None, posts):
        for holder in authority.holders_of(post):
            recipients[holder.person] = Recipient(holder.person, holder.mail)
    return list(recipients.values())
