"""Whether the holders of an item's posts can keep the duties apart that its flow separates."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from chalicelib.catalog.flows.checker.findings import Finding, finding
from chalicelib.catalog.flows.checker.nodes import Node
from chalicelib.catalog.flows.checker.plan import Plan

Posts = Mapping[str, Collection[str] | None]
Persons = Mapping[str, frozenset[str]]
Apart = Mapping[str, frozenset[str]]


def check(plan: Plan, posts: Posts) -> Iterator[Finding]:
    """Roles without a post, posts without a holder, and separated steps with too few persons for
    them.

    ``posts``: role -> who holds its post; None where not known, and then nothing is said against
    it.
    """
    acting = [node for node in plan.nodes if node.is_office and node.post]
    for node in acting:
        yield from _filled(node, posts)
    staffed = [node for node in acting if posts.get(node.post)]
    persons = {}
    for node in staffed:
        persons[node.id] = frozenset(posts[node.post] or ())
    yield from _separation(staffed, persons)


def _filled(node: Node, posts: Posts) -> Iterator[Finding]:
    at = f"/posts/{node.post}"
    if node.post not in posts:
        yield finding(node.id, "post-unfilled", at, role=node.post)
        return
    persons = posts[node.post]
    if persons is not None and not persons:
        yield finding(node.id, "post-vacant", at, role=node.post)


def _separation(nodes: Sequence[Node], persons: Persons) -> Iterator[Finding]:
    """The steps, in the flow's order, that leave too few persons for those before them."""
    apart = {node.id: frozenset(_separated(node, nodes)) for node in nodes}
    staffed: list[str] = []
    for node in nodes:
        with_node = [*staffed, node.id]
        if _can_staff(with_node, persons, apart):
            staffed.append(node.id)
            continue
        others = [step for step in staffed if step in apart[node.id]]
        yield _not_met(node, others, persons)


def _not_met(node: Node, others: Sequence[str], persons: Persons) -> Finding:
    available = set(persons[node.id])
    for step in others:
        available |= persons[step]
    return finding(
        node.id,
        "separation-not-met",
        f"/posts/{node.post}",
        others=", ".join(others),
        steps=len(others) + 1,
        persons=len(available),
    )


def _separated(node: Node, nodes: Sequence[Node]) -> Iterator[str]:
    for other in nodes:
        are_apart = other.id in node.not_by or node.id in other.not_by
        if are_apart and other.id != node.id:
            yield other.id


def _can_staff(steps: Sequence[str], persons: Persons, apart: Apart) -> bool:
    """Whether each step can be given a holder such that separated steps have different ones."""
    tight = set(steps)
    # With more holders than separated steps, somebody is always left: such a step can be filled
    # last.
    while easy := _easy(tight, persons, apart):
        tight.remove(min(easy))
    scarcest_first = sorted(tight, key=lambda step: (len(persons[step]), step))
    return _assign(scarcest_first, persons, apart, {})


def _easy(steps: set[str], persons: Persons, apart: Apart) -> list[str]:
    easy = []
    for step in steps:
        separated = apart[step] & steps
        if len(persons[step]) > len(separated):
            easy.append(step)
    return easy


def _assign(steps: Sequence[str], persons: Persons, apart: Apart, given: Mapping[str, str]) -> bool:
    if not steps:
        return True
    step, *rest = steps
    taken = {given[other] for other in apart[step] if other in given}
    tried = set[frozenset[str]]()
    for person in sorted(persons[step] - taken):
        if person not in given.values():
            # Who has nothing yet and holds the same posts would fare the same.
            posts = frozenset(other for other in steps if person in persons[other])
            if posts in tried:
                continue
            tried.add(posts)
        if _assign(rest, persons, apart, {**given, step: person}):
            return True
    return False
