"""Journals of earlier releases: today's rules make of them what the rules of their time did."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.casework.acts import DECLARED, fold
from chalicelib.catalog import flows
from chalicelib.kernel import journal
from chalicelib.supervision import conformance
from tests.journals import recorded
from tests.journals.stories import STORIES

JOURNALS = sorted(recorded.FOLDER.glob("*/*.json"))
every_journal = pytest.mark.parametrize(
    "path", JOURNALS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)


# What later releases read besides in acts that were there before: whose a statement is, what the
# parties are told, who stopped a clock or moved it, and why.
ALSO_OF_A_CASE, ALSO_OF_A_REMARK = {"notices"}, {"party"}
ALSO_OF_A_PROCEDURE = {"ordered_by", "ended_by", "ground", "evidence", "report"}
ALSO_OF_AN_EXTENSION = {"answered_on", "answered_by", "reasons"}


def as_of_its_release(folded: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """A case without what the rules of its release did not make of it."""
    kept = {
        name: value for name, value in folded.items() if name in then or name not in ALSO_OF_A_CASE
    }
    if "remarks" in then:
        both = zip(folded["remarks"], then["remarks"], strict=True)
        kept["remarks"] = [without(now, old, ALSO_OF_A_REMARK) for now, old in both]
    if "procedures" in then:
        both = zip(folded["procedures"], then["procedures"], strict=True)
        kept["procedures"] = [without(now, old, ALSO_OF_A_PROCEDURE) for now, old in both]
    if "extension" in then:
        kept["extension"] = without(folded["extension"], then["extension"], ALSO_OF_AN_EXTENSION)
    return kept


def without(now: dict[str, Any], then: dict[str, Any], also: set[str]) -> dict[str, Any]:
    """A part of a case without what its release did not read besides."""
    return {name: value for name, value in now.items() if name in then or name not in also}


@every_journal
def test_a_recorded_journal_folds_to_the_same_case(path: Path) -> None:
    entries, case = recorded.load(path)
    assert as_of_its_release(recorded.as_recorded(fold(entries)), case) == case


@every_journal
def test_its_leaves_verify(path: Path) -> None:
    entries, _ = recorded.load(path)
    assert [journal.leaf_hash(entry) for entry in entries] == [entry.leaf for entry in entries]


@every_journal
def test_it_conforms_to_its_flow(path: Path) -> None:
    entries, _ = recorded.load(path)
    assert conformance.findings(entries, fold(entries)) == []


def test_every_kind_of_act_is_in_a_recorded_journal() -> None:
    met = {act.type for path in JOURNALS for entry in recorded.load(path)[0] for act in entry.acts}
    assert set(DECLARED) == met


def test_every_flow_is_in_a_recorded_journal() -> None:
    met = {recorded.load(path)[0][0].acts[0].data["flow"]["id"] for path in JOURNALS}
    assert met == {flow.id for flow in flows.published()}


def test_every_story_is_recorded() -> None:
    assert set(STORIES) <= {path.stem for path in JOURNALS}
