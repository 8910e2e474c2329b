"""Retiring an item: a proposal and its confirmation, both in the item's own stream."""

from collections.abc import Sequence
from datetime import date

from chalicelib.catalog import items
from chalicelib.catalog.acts.items import (
    ITEMS,
    ConfirmRetirement,
    Item,
    ItemCommand,
    ProposeRetirement,
)
from chalicelib.catalog.publishing.permissions import may_retire
from chalicelib.kernel.aggregates import CommandResult
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.commands import execute


def propose(caller: Caller, item: str, day: date, reasons: Sequence[str]) -> CommandResult[Item]:
    """Propose that the item be retired from a day on. Raises Invalid, Conflict."""
    return _execute(
        caller,
        item,
        ProposeRetirement(day, tuple(reasons)),
    )


def confirm(caller: Caller, item: str) -> CommandResult[Item]:
    """Confirm what another person has proposed, as the caller has read it. Raises StaleEdit,
    Conflict, OwnProposal.
    """
    command = ConfirmRetirement(caller.edited_version)
    return _execute(caller, item, command)


def _execute(caller: Caller, item: str, command: ItemCommand) -> CommandResult[Item]:
    return execute(
        ITEMS,
        items.stream_of(item),
        command,
        may_retire(caller),
        caller.request,
    )
