"""How a stream's acts become its state: each act type is one payload, which knows its
transition.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from chalicelib.kernel.acts import from_act
from chalicelib.kernel.journal import Act, Entry

S = TypeVar("S")


class Payload(Protocol[S]):
    """What one act says, and what follows from it."""

    def apply(self, state: S, entry: Entry) -> S:
        """The state after this act of ``entry``."""


Declared = Mapping[str, type[Payload[S]]]
"""The act types of a kind of stream, by their names on record."""


def declared(*payloads: type[Payload[S]]) -> Declared[S]:
    """The payloads of a kind of stream, by their names on record."""
    return {payload.__name__: payload for payload in payloads}


def payload_of(act: Act, types: Declared[S]) -> Payload[S]:
    """What an act on record says. Raises KeyError for a type that the stream does not know."""
    payload: Payload[S] = from_act(types[act.type], act)
    return payload


def fold(state: S, entries: Iterable[Entry], types: Declared[S]) -> S:
    """The state after all acts of the entries."""
    for entry in entries:
        for act in entry.acts:
            state = payload_of(act, types).apply(state, entry)
    return state
