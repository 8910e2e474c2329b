"""Every personal field of every request has its canary, or a reason why none is planted in it."""

import pytest

import app  # noqa: F401  # puts every route into ``installed``
from chalicelib.kernel.http.routes import installed
from tests.journeys.canaries.fields import FIELDS, NOT_PLANTED, personal_fields, reason_not_planted

BODIES = sorted({route.body for route in installed if route.body})
EVERY = sorted({field for body in BODIES for field in personal_fields(body)})


@pytest.mark.parametrize("field", EVERY)
def test_a_field_that_not_everybody_may_see_has_a_canary_or_a_reason(field: str) -> None:
    assert (field in FIELDS) != bool(reason_not_planted(field)), "one of the two"


def test_every_row_is_of_a_field_that_there_is() -> None:
    inside = {"register_change/data/name", "register_change/data/mail"}  # of one kind of change
    assert set(FIELDS) - inside <= set(EVERY)


@pytest.mark.parametrize("reason", NOT_PLANTED)
def test_no_reason_outlives_its_field(reason: str) -> None:
    assert [field for field in EVERY if NOT_PLANTED[reason].fullmatch(field)]
