"""Whatever is asked, as a citizen, an officer or nobody, the answer is one of those that OpenAPI
tells of: status, content type, headers and body.
"""

from __future__ import annotations

import pytest

from tests.journeys.support.any_requests import Asking, can_be_refused, operations
from tests.journeys.support.stack import Stack

ALLOWED, REFUSED = 3, 1  # requests of each operation by each of three; more by ``make soak``


@pytest.fixture(scope="module")
def asking(own_stack: Stack) -> Asking:
    return Asking(own_stack.city)


@pytest.mark.parametrize("operation", operations())
def test_every_answer_is_one_that_openapi_tells_of(asking: Asking, operation: str) -> None:
    asking.ask_many(operation, "allowed", ALLOWED)
    if can_be_refused(operation):
        asking.ask_many(operation, "refused", REFUSED)


@pytest.mark.parametrize("operation", operations())
def test_verbs_that_a_path_does_not_declare_are_405_whatever_they_ask_for(
    asking: Asking, operation: str
) -> None:
    assert asking.ask_undeclared(operation) == []


def test_nothing_inside_has_failed_of_it(own_stack: Stack, asking: Asking) -> None:
    assert asking.requests > 0
    assert own_stack.troubles() == {}
