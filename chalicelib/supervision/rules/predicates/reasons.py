"""Reasons that are missing, and supplements that are asked for again and again."""

from collections.abc import Iterable

from chalicelib.kernel.journal import ACTOR, Act
from chalicelib.supervision.rules.documents import Thresholds
from chalicelib.supervision.rules.watched import Facts, Hit, Watched

ADVERSE = ("CaseRefused", "CaseNotAccepted", "CaseDropped", "DecisionRevoked")


def missing(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether an act against a party says less than so many characters of why; what is forgotten by
    now was said once.
    """
    if watched.entry.commitments.keys() - {ACTOR}:
        return None
    for act in watched.acts(*ADVERSE):
        characters = _characters(_reasons(act))
        if characters < thresholds["characters"]:
            why: dict[str, str | int] = {"act": act.type, "characters": characters}
            return Hit(
                (watched.entry.seq,),
                why,
            )
    return None


def _reasons(act: Act) -> list[str]:
    said = []
    for group in act.private.values():
        said += group.get("reasons", ())
    return said


def _characters(reasons: Iterable[str]) -> int:
    """Letters, digits and Han characters; punctuation gives no reason."""
    text = "".join(reasons)
    return sum(character.isalnum() for character in text)


def supplements(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether a case is asked for a supplement at least so many times."""
    asked = []
    for entry in watched.entries:
        if any(act.type == "SupplementRequested" for act in entry.acts):
            asked.append(entry.seq)
    if len(asked) < thresholds["times"]:
        return None
    return Hit(
        tuple(asked),
        {"times": len(asked)},
    )
