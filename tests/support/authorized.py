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
