"""What interested parties are told, and what they and the public say."""

from dataclasses import replace

from chalicelib.casework.acts.declaration import (
    OFFICE,
    PARTIES,
    CaseAct,
    Messages,
    Payload,
    Remark,
    declare,
    payload,
    unchanged,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import private
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class InterestedParty:
    """A person whom the decision concerns, and how."""

    person: str
    relation: str


@payload
class PartiesInformed(Payload):
    """Whom the decision concerns has been told of it and may speak (Art. 36 and 47); ``told`` is
    how many there are beside the applicant.
    """

    step: str
    told: int
    reasons: tuple[str, ...] = private(PARTIES)
    people: tuple[InterestedParty, ...] = private(PARTIES)


def _informed(case: Case, act: PartiesInformed, at: ActStamp) -> Case:
    people = {party.person: party.relation for party in act.people}
    interested = {**case.participants.interested, **people}
    return replace(
        case,
        participants=replace(case.participants, interested=interested),
        decision=replace(case.decision, announced=act.reasons),
    )


declare(
    CaseAct(
        PartiesInformed,
        transition=_informed,
        event=("told",),
        message=Messages(applicant="case.informed", parties="case.informed"),
        page=None,
    )
)


@payload
class StatementMade(Payload):
    """A party has stated its views or asked for a ``hearing``, or has ``waived`` both.

    ``party`` is named where somebody else has spoken for it.
    """

    visit: str
    hearing: bool
    waived: bool
    text: str = private(PARTIES, default="")
    party: str = private(PARTIES, default="")


def _stated(case: Case, act: StatementMade, at: ActStamp) -> Case:
    party = act.party or at.actor.person
    return _has_spoken(case, act.visit, party)


def _has_spoken(case: Case, visit_id: str, person: str) -> Case:
    visit = case.visits[visit_id]
    stated = visit.stated | {person}
    return case.with_visit(replace(visit, stated=stated))


declare(
    CaseAct(
        StatementMade,
        transition=_stated,
        event=None,
        message=None,
        page=Remark(PARTIES),
    )
)


@payload
class ObjectionMade(Payload):
    """Somebody has objected to what is shown to the public."""

    visit: str
    text: str = private(OFFICE)


def _objected(case: Case, act: ObjectionMade, at: ActStamp) -> Case:
    return _has_spoken(case, act.visit, at.actor.person)


declare(
    CaseAct(
        ObjectionMade,
        transition=_objected,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)


@payload
class HearingHeld(Payload):
    """The hearing has taken place; ``attendees`` are posts."""

    step: str
    attendees: tuple[str, ...]
    minutes: str = private(PARTIES)


declare(
    CaseAct(
        HearingHeld,
        transition=unchanged,
        event=None,
        message=None,
        page=Remark(PARTIES),
    )
)


@payload
class PartyEnded(Payload):
    """The applicant is no more: dead, or dissolved (``cause``). ``posts`` have a task of the case,
    or answer for it.
    """

    posts: tuple[str, ...]
    cause: str = private(OFFICE, default="")


def _ended(case: Case, act: PartyEnded, at: ActStamp) -> Case:
    participants = replace(case.participants, applicant_ended=True)
    return replace(case, participants=participants)


declare(
    CaseAct(
        PartyEnded,
        transition=_ended,
        event=("posts",),
        message=Messages(offices=("case.party_ended",)),
        page=Remark(OFFICE, also_without_words=True),
    )
)
