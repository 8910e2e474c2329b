"""Who is told what: events of a case become messages to its applicant and parties, or to officers,
head, supervisor.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib import authority, notify
from chalicelib.casework.acts import DECLARED, Case, Messages, fold
from chalicelib.casework.consumers.words import (
    AT_WINDOW,
    CAUSES,
    CLOCKS,
    LANGUAGES,
    PROCEDURES,
    WAYS,
)
from chalicelib.casework.use_cases import repository
from chalicelib.deadlines import NATURAL
from chalicelib.kernel import clock
from chalicelib.notify import Message, Recipient

# A reminder goes to who acts; a breach also to the head; a grave one to the supervisor too.
SUPERIORS = ("head", "supervisor")
ROLES_TOLD = {"reminder": (), "yellow": ("head",), "red": ("head", "supervisor")}


class Batch:
    """Events that came together: a case that several of them are about is read once.

    What is read after they have come holds all that they tell of.
    """

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}

    def tell(self, event: Mapping[str, Any], attempt: str = "") -> None:
        """One bus event; telling it twice is telling it once. ``attempt`` is the id of the queue's
        message, the same for each of its tries.
        """
        case_id = event["detail"]["case"]
        if case_id not in self._cases:
            self._cases[case_id] = fold(repository.entries_of(case_id))
        case = self._cases[case_id]
        for recipients, message in _messages(
            case,
            event["detail-type"],
            event["detail"],
        ):
            notify.send_to_all(recipients, message, attempt)


def tell(event: Mapping[str, Any]) -> None:
    """One bus event alone."""
    Batch().tell(event)


def _messages(
    case: Case, kind: str, detail: dict[str, Any]
) -> Iterator[tuple[list[Recipient], Message]]:
    """Who is told what of one event."""
    if kind == "WarningRaised":
        yield _warned(case, detail), _warning(case, detail)
        return
    if kind == "MeetingConvened":
        invitation = _message(
            detail,
            "case.meeting_convened",
            "",
            {"on": detail["on"]},
        )
        yield _answerable(case, detail["invited"]), invitation
        return
    if kind == "PartyEnded":
        yield _answerable(case, detail["posts"]), _message(detail, "case.party_ended", "", {})
        return
    messages = DECLARED[kind].message or Messages()
    params = _params(detail) | _recounted(case, detail)
    if kind == "CaseAcceptedByDefault":
        superiors = [case.rules.posts[role] for role in SUPERIORS if role in case.rules.posts]
        to_head = _message(detail, "case.accepted_by_silence", "", params)
        yield _answerable(case, superiors[:1]), to_head
    to_applicant = _message(
        detail,
        _kind(case, messages),
        "",
        params | _place(detail),
    )
    yield _applicant(case), to_applicant
    if messages.parties:
        yield (
            _others(case),
            _message(
                detail,
                messages.parties,
                "",
                params,
            ),
        )


def _kind(case: Case, messages: Messages) -> str:
    if messages.in_natural_days and case.rules.unit_of("extension_days") == NATURAL:
        return messages.in_natural_days
    return messages.ex_officio if messages.ex_officio and case.is_ex_officio else messages.applicant


def _params(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a sentence names, in words."""
    params = {name: detail[name] for name in ("accepted_on", "decide_by", "days") if name in detail}
    if "amount_fen" in detail:
        params["yuan"] = f"{detail['amount_fen'] / 100:.2f}"
    if "way" in detail:
        params["way"] = WAYS[detail["way"]]
    if "kind" in detail:
        params["procedure"] = PROCEDURES[detail["kind"]]
    return params | ({"version": detail["to"]} if "to" in detail else {})


def _recounted(case: Case, detail: Mapping[str, Any]) -> dict[str, Any]:
    """Which limits have moved with the calendar, and why, in both languages."""
    if "moved" not in detail:
        return {}
    cause, moved = {}, {}
    for language in LANGUAGES:
        named = ", ".join(detail["named"])
        cause[language] = CAUSES[detail["cause"]][language].format(named)
        limits = [_moved(case, limit, language) for limit in detail["moved"]]
        moved[language] = "; ".join(limits)
    return {"cause": cause, "moved": moved}


def _moved(case: Case, limit: Mapping[str, str], language: str) -> str:
    kind, _, named = limit["clock"].partition(".")
    if kind == "decision":  # two limits share this clock
        kind = limit["limit"]
    name = _clock(case, kind, named)[language]
    return f"{name} {limit['was']} → {limit['due']}"


def _place(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a window did, and at which service point."""
    if "service_point" not in detail:
        return {}
    point = authority.service_point(detail["service_point"], clock.now())
    return {
        "done": AT_WINDOW[detail["what"]],
        "point": point["name"] if point else detail["service_point"],
    }


def _applicant(case: Case) -> list[Recipient]:
    """The party, and who acts for it. The telephone is for who came to a window."""
    told = []
    # The person concerned by an ex-officio case may be unknown to the identity provider.
    if case.participants.applicant:
        contact = case.submission.contact
        phone = contact.get("phone", "") if case.record.windows else ""
        told.append(
            Recipient(
                case.participants.applicant,
                contact.get("email", ""),
                phone,
            )
        )
    for agent in sorted(case.participants.agents):
        if _still_acts(agent, case):
            told.append(Recipient(agent))
    return told


def _still_acts(agent: str, case: Case) -> bool:
    """A mandate that has ended ends the news too."""
    for mandate in authority.mandates.held_by(agent, clock.now()):
        if mandate.party == case.participants.applicant and authority.mandates.covers(
            mandate, case.item
        ):
            return True
    return False


def _others(case: Case) -> list[Recipient]:
    return [
        Recipient(person)
        for person in case.participants.interested
        if person != case.participants.applicant
    ]


def _warning(case: Case, detail: dict[str, Any]) -> Message:
    kind, _, named = detail["clock"].partition(".")
    params: dict[str, Any] = {
        "clock": dict(
            _clock(
                case,
                kind,
                named,
            )
        ),
        "due": detail["due"],
    }
    return _message(
        detail,
        f"warning.{detail['level']}",
        detail["level"],
        params,
    )


def _clock(case: Case, kind: str, named: str) -> Mapping[str, str]:
    if kind == "step":
        return case.step(case.visits[named]).title
    if kind == "procedure":
        return PROCEDURES[next(p.kind for p in case.clocks.procedures if p.id == named)]
    return CLOCKS[kind]


def _message(detail: dict[str, Any], kind: str, level: str, params: dict[str, Any]) -> Message:
    source = f"{detail['case']}#{detail['seq']}.{detail['act']}"
    return Message(
        source,
        kind,
        params,
        detail["number"],
        clock.parse(detail["at"]),
        level,
    )


def _warned(case: Case, detail: dict[str, Any]) -> list[Recipient]:
    """Everybody who is told, each once: holders of the post that is to act, head, supervisor.

    The applicant is told where it is the applicant's turn, and parties where it is theirs.
    """
    kind, _, named = detail["clock"].partition(".")
    actor = case.step(case.visits[named]).language.actor if kind == "step" else ""
    if actor == "parties":
        return [*_applicant(case), *_others(case)]
    if kind in ("supplement", "owed") or actor == "applicant":
        return _applicant(case)
    roles = ROLES_TOLD[detail["level"]]
    superiors = [case.rules.posts[role] for role in roles if role in case.rules.posts]
    acting = [post for post in detail["posts"] if post]
    if not acting:  # a machine or a party is to act: somebody of the office hears of it still
        acting = [case.rules.posts.get("head", "")]
    return _answerable(case, [*acting, *superiors])


def _answerable(case: Case, posts: Iterable[str]) -> list[Recipient]:
    """Who answers for these posts, each person once: their holders; of one that nobody holds the
    head, and where there is none the supervisor.
    """
    above = [case.rules.posts.get(role, "") for role in SUPERIORS]
    recipients: dict[str, Recipient] = {}
    for post in filter(None, posts):
        for each in _first_held([post, *above]):
            recipients[each.person] = each
    return list(recipients.values())


def _first_held(posts: Iterable[str]) -> list[Recipient]:
    for post in posts:
        holders = notify.holders_of([post])
        if holders:
            return holders
    return []
