"""The flow language: the kinds of steps, what each can come to, and who acts."""

from collections.abc import Mapping
from dataclasses import field

from chalicelib.kernel.values import dataclass

END = "end:"
JOIN = "join"
# Outcomes that no officer chooses: they close every open step at once and are implied, not written
# in a template.
WITHDRAW, TACIT, MOVE, REVOKE = "withdraw", "tacit", "move", "revoke"
APPLICATION, EX_OFFICIO = "application", "ex_officio"

OFFICE, APPLICANT, PARTIES, MACHINE = "office", "applicant", "parties", "machine"
FAVOURABLE = (END + "granted", END + "ordered")


@dataclass(frozen=True)
class Kind:
    """What the language says of a kind of step.

    ``must`` and ``may`` are its outcomes, the first the plain one. ``ends``: outcomes that can only
    end the case, and how. ``may_end``: outcomes that may end it instead of leading on. ``elapsed``:
    the outcome that the passing of its limit brings. ``stops_clock``: the decision's limit stands
    still meanwhile, where the item's law names this special procedure.
    """

    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    ends: Mapping[str, str] = field(default_factory=dict)
    may_end: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actor: str = OFFICE
    elapsed: str = ""
    stops_clock: bool = False


KINDS = {
    "accept": Kind(
        ("accept", "supplement", "not_accept"),
        ends={"not_accept": END + "not_accepted"},
        elapsed="accept",
    ),
    "supplement": Kind(
        ("supplied",),
        ("unsupplied",),
        {"unsupplied": END + "lapsed"},
        actor=APPLICANT,
        elapsed="unsupplied",
    ),
    "review": Kind(("pass",), ("return", "inform", "refer")),
    "opinion": Kind(("opinion",)),
    "hear": Kind(("heard",), ("hearing",), actor=PARTIES, elapsed="heard"),
    "hearing": Kind(("held",), stops_clock=True),
    "meeting": Kind(("resolved",)),
    "assess": Kind(("assessed",), ("exempt",)),
    "pay": Kind(
        ("paid",),
        ("unpaid",),
        may_end={"paid": FAVOURABLE, "unpaid": (END + "lapsed",)},
        actor=APPLICANT,
        elapsed="unpaid",
    ),
    "publicity": Kind(("unopposed",), ("opposed",), actor=MACHINE, elapsed="unopposed"),
    "decide": Kind(("approve", "refuse"), ("return", "refer"), {"refuse": END + "refused"}),
    "order": Kind(("order", "drop"), ("return", "refer"), {"drop": END + "dropped"}),
    "issue": Kind(("issued",), may_end={"issued": (END + "granted",)}, actor=MACHINE),
    "deliver": Kind(("delivered",), may_end={"delivered": FAVOURABLE}),
    "verify": Kind(
        ("kept", "broken"), ends={"broken": END + "revoked"}, may_end={"kept": FAVOURABLE}
    ),
    "archive": Kind(("archived",), may_end={"archived": FAVOURABLE}),
}
DECISIONS = {"decide": "approve", "order": "order"}
"""Kinds that decide a case, each with the outcome after which it is carried out."""
