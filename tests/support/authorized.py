"""Permission that is simply given: for tests of what follows from it."""

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.journal import Actor


def authorized(actor: Actor) -> Callable[[Any], Authorization]:
    """``actor`` may, whatever the state."""

    def authorize(state: Any) -> Authorization:
        return Authorization(actor)

    return authorize


def made_from_state(command: Any) -> Any:
    """A command, or a function that makes one of the state alone, as the loop of commands takes it."""
    if not callable(command):
        return command

    def make(state: Any, authorization: Authorization) -> Any:
        return command(state)

    return make
