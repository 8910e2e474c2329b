"""Whom a case may still meet in office, and whom its head keeps from it."""

from collections.abc import Sequence

from chalicelib import authority
from chalicelib.casework.acts import Case, Command, Recuse
from chalicelib.casework.acts.flow_walk import posts_ahead
from chalicelib.casework.use_cases.case_commands import MakeCommand
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.errors import Fault, Invalid


def colleagues(case: Case, persons: Sequence[str]) -> list[str]:
    """Those of the persons who work at a post to which the case may still come, or as its head."""
    if not persons:
        return []
    posts = posts_ahead(case) | {case.rules.posts.get("head", "")}
    working = []
    for person in persons:
        if any(authority.works_at(person, post, case.item) for post in posts):
            working.append(person)
    return working


def recuse(person: str, reasons: Sequence[str]) -> MakeCommand:
    """The head keeps a colleague, or themselves, from the case.

    Raises Invalid for somebody whose post has no more to do with it.
    """

    def make(case: Case, authorization: Authorization) -> Command:
        if person not in case.participants.recused and not colleagues(case, [person]):
            raise Invalid(faults=[Fault("/person", "not-on-this-case")])
        return Recuse(person, reasons)

    return make
