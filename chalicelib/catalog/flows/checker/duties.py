"""Whether the holders of an item's posts can keep the duties apart that its flow separates."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from chalicelib.catalog.flows.checker.model import Finding, Node, Plan, finding

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
        if node.post not in posts:
            yield finding(node.id, "post-unfilled", f"/posts/{node.post}", role=node.post)
        elif posts[node.post] is not None and not posts[node.post]:
            yield finding(node.id, "post-vacant", f"/posts/{node.post}", role=node.post)
    known = [node for node in acting if posts.get(node.post)]
    yield from _separation(known, {node.id: frozenset(posts[node.post] or ()) for node in known})


def _separation(nodes: Sequence[Node], persons: Persons) -> Iterator[Finding]:
    """The steps, in the flow's order, that leave too few persons for those before them."""
    apart = {node.id: frozenset(_separated(node, nodes)) for node in nodes}
    staffed: list[str] = []
    for node in nodes:
        if _can_staff([*staffed, node.id], persons, apart):
            staffed.append(node.id)
            continue
        group = [step for step in staffed if step in apart[node.id]]
        known = frozenset[str]().union(*(persons[step] for step in (*group, node.id)))
        facts = {"others": ", ".join(group), "steps": len(group) + 1, "persons": len(known)}
        yield finding(node.id, "separation-not-met", f"/posts/{node.post}", **facts)


def _separated(node: Node, nodes: Sequence[Node]) -> Iterator[str]:
    for other in nodes:
        if other.id != node.id and (other.id in node.not_by or node.id in other.not_by):
            yield other.id


def _can_staff(steps: Sequence[str], persons: Persons, apart: Apart) -> bool:
    """Whether each step can be given a holder such that separated steps have different ones."""
    tight = set(steps)
    # With more holders than separated steps, somebody is always left: such a step can be filled
    # last.
    while easy := {step for step in tight if len(persons[step]) > len(apart[step] & tight)}:
        tight -= {min(easy)}
    return _assign(sorted(tight, key=lambda step: (len(persons[step]), step)), persons, apart, {})


def _assign(steps: Sequence[str], persons: Persons, apart: Apart, given: Mapping[str, str]) -> bool:
    if not steps:
        return True
    step, rest = steps[0], steps[1:]
    taken = {given[other] for other in apart[step] if other in given}
    tried = set[frozenset[str]]()
    for person in sorted(persons[step] - taken):
        posts = frozenset(other for other in steps if person in persons[other])
        # Who has nothing yet and holds the same posts would fare the same.
        if person not in given.values() and posts in tried:
            continue
        if person not in given.values():
            tried.add(posts)
        if _assign(rest, persons, apart, {**given, step: person}):
            return True
    return False
