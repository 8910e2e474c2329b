"""Which rules an entry makes run, and what they say of the case as it stood then."""

from collections.abc import Iterator, Sequence

from chalicelib.casework import Case
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass
from chalicelib.supervision.rules import predicates
from chalicelib.supervision.rules.city.settings import Running
from chalicelib.supervision.rules.documents import Rule
from chalicelib.supervision.rules.findings import use_cases
from chalicelib.supervision.rules.findings.acts import FindingRaised
from chalicelib.supervision.rules.running import context
from chalicelib.supervision.rules.watched import Facts, Hit, Watched


@dataclass(frozen=True)
class Found:
    """What a rule has found in a case, not on record yet; ``id`` makes it one finding."""

    id: str
    rule: Rule
    hit: Hit
    case: Case

    def raised(self, from_history: bool = False) -> FindingRaised:
        """As it goes on record."""
        return raised(self.rule, self.hit, self.case, from_history)


def raised(rule: Rule, hit: Hit, case: Case | None, from_history: bool = False) -> FindingRaised:
    """A rule's hit as it goes on record, about a case where there is one."""
    return FindingRaised(
        rule=rule.id,
        rule_version=rule.version,
        severity=rule.severity,
        department=case.authority if case else "",
        entries=hit.entries,
        why=hit.why,
        case=case.id if case else "",
        number=case.number if case else "",
        item=case.item if case else "",
        supervisor=case.rules.posts.get("supervisor", "") if case else "",
        from_history=from_history,
    )


def triggered(entry: Entry, running: Sequence[Running]) -> list[Running]:
    """The rules that the acts of an entry make run."""
    types = {act.type for act in entry.acts}
    return [each for each in running if not types.isdisjoint(each.rule.triggers)]


def judge(watched: Watched, running: Sequence[Running]) -> Iterator[Found]:
    """What these rules find in the case as it stood after the entry."""
    if not running:
        return
    needs: set[str] = set()
    for each in running:
        needs.update(predicates.of(each.rule).needs)
    facts = context.gather(watched, sorted(needs))
    yield from judge_by(watched, running, facts)


def judge_by(watched: Watched, running: Sequence[Running], facts: Facts) -> Iterator[Found]:
    """Likewise, by facts that are known."""
    for each in running:
        predicate = predicates.of(each.rule)
        hit = predicate.judge(watched, facts, each.thresholds)
        if hit:
            id = use_cases.id_of(each.rule, watched.case.id, hit)
            yield Found(id, each.rule, hit, watched.case)
