"""The law of a case: what state it is in, and which acts a command leads to. Pure: no I/O, no clock."""

from chalicelib.casework.acts.commands import Claim, Command, Complete, Issue, Release, Supplement, Tick, Withdraw
from chalicelib.casework.acts.deadlines import next_moment
from chalicelib.casework.acts.decide import decide
from chalicelib.casework.acts.evolve import fold
from chalicelib.casework.acts.state import Case, Visit

__all__ = [
    "Case",
    "Claim",
    "Command",
    "Complete",
    "Issue",
    "Release",
    "Supplement",
    "Tick",
    "Visit",
    "Withdraw",
    "decide",
    "fold",
    "next_moment",
]
