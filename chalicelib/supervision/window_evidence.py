"""Who acted for a party, whose hand a window lent, what time brought: what a second reading finds
in entries.
"""

from chalicelib.casework.acts import DECLARED
from chalicelib.kernel.journal import ACTOR, Act, Entry

WINDOW_ASSISTED = "WindowAssisted"


def helpers(entry: Entry) -> set[str]:
    """The window officer of the entry, where one helped the party."""
    return {entry.actor.person} if any(act.type == WINDOW_ASSISTED for act in entry.acts) else set()


def at_window(entry: Entry, *done: str) -> bool:
    """Whether a window did one of these things for a party who was present."""
    return any(act.type == WINDOW_ASSISTED and act.data["what"] in done for act in entry.acts)


def may_have_fetched(entry: Entry, parties: set[str]) -> set[str]:
    """Who the entry may be of, where it tells that the result was fetched online: a party, or its
    agent on record.

    Once it is forgotten who they were, whoever it was.
    """
    fetched = [
        act for act in entry.acts if act.type == "ResultDelivered" and act.data["way"] == "download"
    ]
    unknown = {entry.actor.person} if entry.commitments else set()
    named = {act.private.get("parties", {}).get("agent", "") for act in fetched}
    return parties | named | unknown if fetched else set()


def agents(entry: Entry, act: Act) -> set[str]:
    """Who did the act in the applicant's name, or filed so."""
    if act.type == "CaseFiled":
        return {act.private.get("applicant", {}).get("represented_by", {}).get("person", "")} - {""}
    by_party = DECLARED[act.type].by_applicant and not entry.actor.post
    return {entry.actor.person} - {""} if by_party else set()


def is_of_time(act: Act, entry: Entry) -> bool:
    """Whether time brought the act, in whoever's entry; the first release said so only of the
    acceptance beside it.
    """
    accepted = act.data["outcome"] == "accept" and any(
        a.type == "CaseAcceptedByDefault" for a in entry.acts
    )
    return bool(act.data.get("machine")) or accepted


def has_reasons(entry: Entry, kind: str) -> bool:
    """What they said may be forgotten since; that something was said is bound by the leaf."""
    groups = (group for act in entry.acts if act.type == kind for group in act.private.values())
    return any(group.get("reasons") for group in groups) or bool(entry.commitments.keys() - {ACTOR})
