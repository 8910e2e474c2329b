"""Canonical JSON is what RFC 8785 says, whichever encoder wrote it."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.recursive(SCALARS | FLOATS, lambda node: st.lists(node) | st.dictionaries(TEXTS, node)))
def test_it_writes_what_the_library_writes(value: object) -> None:
    assert canonical.dumps(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), [{"a": 2**60}]])
def test_what_cannot_be_canonical_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical.dumps(value)
