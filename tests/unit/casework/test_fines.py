"""Orders and fines: within the item's range, not before the person was told and heard, urged where
not paid.
"""

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import CompleteTask, Pay
from tests.support.builders.case_walks import (
    FINE,
    act_of,
    appeared,
    conforms,
    days_pass,
    fields,
    finish,
    go,
    led,
    officer,
    refused,
)
from tests.support.builders.cases import Desk


def fined(amount_fen: int | None = 20000, *ways: str) -> Desk:
    """A penalty that is ordered, after the person was told and heard."""
    desk = led("penalty", *(ways or ("investigate.inform", "hear")), fine=FINE)
    finish(desk, "order", amount_fen=amount_fen)
    return desk


@pytest.mark.parametrize("amount", [5000, 20000, 200000])
def test_a_fine_within_the_items_range_is_due(amount: int) -> None:
    desk = go(fined(amount), "deliver")
    assert (desk.case.money.due_fen, appeared(desk.case)) == (amount, ["pay"])
    assert desk.do(Pay("order-1", "paid", amount)) == ["FeePaid", "TaskCompleted"]
    assert desk.case.decision.measure == "clear the pavement"


@pytest.mark.parametrize("amount", [-1, 0, 4999, 200001])
def test_no_fine_outside_the_items_range(amount: int) -> None:
    desk = led("penalty", "investigate.inform", "hear", fine=FINE)
    command = CompleteTask(desk.open("order"), "order", measure="fine", amount_fen=amount)
    refusal = refused(errors.FineOutOfRange, desk, command, officer(desk.case, "order"))
    assert fields(refusal) == [("/amount_fen", "fine-out-of-range")]


def test_an_item_without_fines_fines_nobody() -> None:
    desk = led("compulsion", "investigate.inform", "hear")
    command = CompleteTask(desk.open("order"), "order", measure="remove", amount_fen=5000)
    refused(errors.FineOutOfRange, desk, command, officer(desk.case, "order"))
    levy = led("levy", "accept", "assess")
    command = CompleteTask(levy.open("order"), "order", measure="pay", amount_fen=1)
    refused(errors.FineOutOfRange, levy, command, officer(levy.case, "order"))


@pytest.mark.parametrize("ways", [("investigate",), ("investigate", "order.return", "investigate")])
def test_nobody_is_fined_who_was_not_told_and_heard(ways: tuple[str, ...]) -> None:
    desk = led("penalty", *ways, fine=FINE)
    command = CompleteTask(desk.open("order"), "order", measure="fine", amount_fen=5000)
    refused(errors.PartyNotHeard, desk, command, officer(desk.case, "order"))
    go(desk, "order.return", "investigate.inform", "hear")
    assert finish(desk, "order", amount_fen=5000) == ["TaskCompleted", "CaseOrdered"]


def test_a_warning_needs_no_fine_and_is_not_waited_for() -> None:
    desk = fined(None, "investigate")
    assert "amount_fen" not in act_of(desk, "CaseOrdered").data
    assert finish(desk, "deliver")[-1] == "TaskCompleted"
    assert appeared(desk.case) == ["archive"] and conforms(desk)


def test_a_fine_that_is_not_paid_is_urged() -> None:
    desk = go(fined(), "deliver")
    days_pass(desk, 20)
    assert appeared(desk.case) == ["urge"]
    go(desk, "urge", "archive")
    assert (desk.case.status, conforms(desk)) == ("ordered", True)


def test_an_order_says_what_is_to_be_done() -> None:
    desk = led("penalty", "investigate")
    refusal = refused(
        errors.ReasonsNeeded,
        desk,
        CompleteTask(desk.open("order"), "order"),
        officer(desk.case, "order"),
    )
    assert fields(refusal) == [("/measure", "required")]
    refused(
        errors.ReasonsNeeded,
        desk,
        CompleteTask(desk.open("order"), "drop"),
        officer(desk.case, "order"),
    )
    assert finish(desk, "order", "drop") == ["TaskCompleted", "CaseDropped"]
    assert (desk.case.status, desk.case.clocks.ended_at is not None) == ("dropped", True)
