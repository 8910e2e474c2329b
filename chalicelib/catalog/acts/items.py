"""The life of an item: published by version, retired by two persons, published again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.catalog.acts import effects, item_acts
from chalicelib.catalog.acts.item_acts import (
    Document,
    ItemPublished,
    ItemRetired,
    RetirementProposed,
)
from chalicelib.catalog.errors import OwnProposal
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision
from chalicelib.kernel.errors import Conflict, StaleEdit
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Item:
    """An item as its stream tells it: the version published last and what it says (0: none yet).

    ``direct`` is what was published last without a draft, ``proposal`` the retirement that waits
    for its confirmation, and ``proposer`` who has proposed it.
    """

    id: str
    seq: int = 0
    version: int = 0
    document: Document | None = None
    direct: Document | None = None
    is_retired: bool = False
    proposal: RetirementProposed | None = None
    proposer: str = ""

    @property
    def authority(self) -> str:
        """Whose item it is; empty while nothing is published."""
        if self.document:
            return str(self.document["authority"])
        return ""


@dataclass(frozen=True)
class Newest:
    """The end of an item's stream: its last entry, and the version published last with what it says
    (0: none).
    """

    seq: int = 0
    version: int = 0
    document: Document | None = None
    is_retired: bool = False


@dataclass(frozen=True)
class PublishDirectly:
    """Publish a version at once, unless the last one published so says the same."""

    document: Document


@dataclass(frozen=True)
class ProposeRetirement:
    """Propose that the item takes no applications from a day on; replaces an earlier proposal."""

    day: date
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ConfirmRetirement:
    """Retire it as another person has proposed; ``match`` is the version that was read."""

    match: int


ItemCommand = PublishDirectly | ProposeRetirement | ConfirmRetirement


def fold(stream: str, entries: Sequence[Entry]) -> Item:
    """The item as the journal tells it; of no entries, one of which nothing is published."""
    item = Item(stream.partition("#")[2])
    for entry in entries:
        for act in entry.acts:
            payload = item_acts.read(act)
            transition = _TRANSITIONS[type(payload)]
            item = transition(item, payload, entry)
        item = replace(item, seq=entry.seq)
    return item


def decide(item: Item, command: ItemCommand, origin: ActOrigin) -> Decision:
    """The act that the command comes to. Raises Invalid, Conflict, StaleEdit, OwnProposal."""
    match command:
        case PublishDirectly(document):
            return _publish(item, document)
        case ProposeRetirement():
            return _propose(item, command, origin)
        case ConfirmRetirement(version):
            return _confirm(item, version, origin)


def _publish(item: Item, document: Document) -> Decision:
    if item.direct == document:
        return Decision(())
    published = ItemPublished(item.version + 1, document)
    return Decision([to_act(published)])


def _propose(item: Item, command: ProposeRetirement, origin: ActOrigin) -> Decision:
    starts = effects.begins(command.day, origin.now) or origin.now
    if item.is_retired:
        raise Conflict("item-retired-already")
    proposed = RetirementProposed(starts, command.reasons)
    return Decision([to_act(proposed)])


def _confirm(item: Item, match: int, origin: ActOrigin) -> Decision:
    """From the proposed moment on, at the earliest now."""
    if item.seq != match:
        raise StaleEdit
    if item.proposal is None:
        raise Conflict("no-retirement-proposed")
    if item.proposer == origin.actor.person:
        raise OwnProposal
    starts = max(item.proposal.starts, origin.now)
    retired = ItemRetired(starts, item.proposal.reasons)
    return Decision([to_act(retired)])


def _published(item: Item, act: ItemPublished, entry: Entry) -> Item:
    is_direct = not act.draft
    return replace(
        item,
        version=act.version,
        document=act.document,
        direct=act.document if is_direct else item.direct,
        is_retired=False,
        proposal=None,
        proposer="",
    )


def _proposed(item: Item, act: RetirementProposed, entry: Entry) -> Item:
    return replace(item, proposal=act, proposer=entry.actor.person)


def _retired(item: Item, act: ItemRetired, entry: Entry) -> Item:
    return replace(item, is_retired=True, proposal=None, proposer="")


_TRANSITIONS: Mapping[type, Callable[[Item, Any, Entry], Item]] = {
    ItemPublished: _published,
    RetirementProposed: _proposed,
    ItemRetired: _retired,
}

ITEMS = Aggregate(fold, decide)
