"""``rules``: how many acts of cases all rules that watch take in a second, in this process, and what
each rule costs an act.
"""

from collections.abc import Sequence
from time import perf_counter

from chalicelib.kernel.journal import Entry
from chalicelib.supervision.rules import documents
from chalicelib.supervision.rules.city.settings import Running
from chalicelib.supervision.rules.running import judging
from chalicelib.supervision.rules.watched import Facts, Watched
from tests.bench.report import emit, say
from tests.support.builders.case_walks import finish, led
from tests.support.builders.cases import CALENDAR, Desk

ROUNDS = 60
FACTS = Facts(CALENDAR, lambda *asked: True, fee_fen=5000)
Prefixes = Sequence[Sequence[Entry]]


def measure() -> None:
    """Print acts per second through all rules, and microseconds per act and rule. No AWS: the facts
    from outside a case are given.
    """
    running = [Running(rule, rule.thresholds) for rule in documents.of_stream(documents.CASE)]
    cases = [_prefixes(desk) for desk in _desks()]
    for prefixes in cases:  # flows are read once
        _judge(prefixes, running)
    acts = sum(len(entries[-1].acts) for prefixes in cases for entries in prefixes)
    started = perf_counter()
    for _ in range(ROUNDS):
        for prefixes in cases:
            _judge(prefixes, running)
    seconds = (perf_counter() - started) / ROUNDS
    emit("rules.acts_per_second", acts / seconds, "acts through all rules, one process")
    emit("rules.us_per_act_and_rule", seconds * 1e6 / acts / len(running), "µs, folding included")
    for each in running:
        started = perf_counter()
        for prefixes in cases:
            _judge(prefixes, [each])
        say(f"  {each.rule.id}: {(perf_counter() - started) * 1e6 / acts:.0f} µs an act")


def _desks() -> list[Desk]:
    """Cases of several flows, granted, refused and ordered."""
    refused = led("licence", "accept", "review")
    finish(refused, "approve", "refuse")
    return [
        led("licence", "accept", "review", "approve", "issue"),
        led("heard-licence", "accept", "review", "approve", "issue", "deliver", "archive"),
        led("fee-licence", "accept", "review", "approve", "assess", "pay", "issue"),
        led("penalty", "investigate.inform", "hear", "order", "deliver", "archive"),
        refused,
    ]


def _prefixes(desk: Desk) -> Prefixes:
    return [desk.entries[:seq] for seq in range(1, len(desk.entries) + 1)]


def _judge(prefixes: Prefixes, running: Sequence[Running]) -> int:
    found = 0
    for entries in prefixes:
        watched = Watched(entries)
        triggered = judging.triggered(watched.entry, running)
        found += len(list(judging.judge_by(watched, triggered, FACTS)))
    return found
