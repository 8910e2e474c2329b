"""Who acted for a party, whose hand a window lent, what time brought: what a second reading finds
in entries.
"""

from chalicelib.casework import DECLARED
from chalicelib.kernel.journal import ACTOR, Act, Entry

WINDOW_ASSISTED = "WindowAssisted"


def helpers(entry: Entry) -> set[str]:
    """The window officer of the entry, where one helped the party."""
    for act in entry.acts:
        if act.type == WINDOW_ASSISTED:
            return {entry.actor.person}
    return set()


def at_window(entry: Entry, service: str) -> bool:
    """Whether a window did this for a party who was present."""
    assisted = [act for act in entry.acts if act.type == WINDOW_ASSISTED]
    return any(act.data["what"] == service for act in assisted)


def may_have_fetched(entry: Entry, parties: set[str]) -> set[str]:
    """Who the entry may be of, where it tells that the result was fetched online: a party, or its
    agent on record.

    Once it is forgotten who they were, whoever it was.
    """
    agents_on_record = set()
    for act in entry.acts:
        if act.type == "ResultDelivered" and act.data["way"] == "download":
            group = act.private.get("parties", {})
            agents_on_record.add(group.get("agent", ""))
    if not agents_on_record:
        return set()
    persons = parties | agents_on_record
    if entry.commitments:
        persons.add(entry.actor.person)
    return persons


def informed(act: Act) -> set[str]:
    """The parties that an act says were told of the case."""
    group = act.private.get("parties", {})
    parties = group.get("people", ())
    return {party["person"] for party in parties}


def recused(act: Act) -> set[str]:
    """The officer who is to take no part in the case any more; nobody once it is forgotten."""
    group = act.private.get("office", {})
    return {group.get("person", "")} - {""}


def agents(entry: Entry, act: Act) -> set[str]:
    """Who did the act in the applicant's name, or filed so."""
    person = ""
    if act.type == "CaseFiled":
        applicant = act.private.get("applicant", {})
        person = applicant.get("represented_by", {}).get("person", "")
    elif DECLARED[act.type].by_applicant and not entry.actor.post:
        person = entry.actor.person
    return {person} - {""}


def is_of_time(act: Act, entry: Entry) -> bool:
    """Whether time brought the act, in whoever's entry; the first release said so only of the
    acceptance beside it.
    """
    if act.data.get("machine"):
        return True
    if act.data["outcome"] != "accept":
        return False
    types = [other.type for other in entry.acts]
    return "CaseAcceptedByDefault" in types


def has_reasons(entry: Entry, kind: str) -> bool:
    """What they said may be forgotten since; that something was said is bound by the leaf."""
    for act in entry.acts:
        if act.type == kind and _gives_reasons(act):
            return True
    forgotten = entry.commitments.keys() - {ACTOR}
    return bool(forgotten)


def _gives_reasons(act: Act) -> bool:
    groups = act.private.values()
    return any(group.get("reasons") for group in groups)
