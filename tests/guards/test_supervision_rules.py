"""Published rules are whole: by their schema, with a predicate that takes their thresholds, triggers
that the bus tells supervision of, and words in both languages.
"""

import json
import re
from pathlib import Path

import pytest

from chalicelib.casework.acts import DECLARED
from chalicelib.certificates.acts import CertificateIssued
from chalicelib.kernel import schemas
from chalicelib.supervision.rules import documents, predicates
from chalicelib.supervision.rules.running import context, live
from tests.guards.code import ROOT

FILES = sorted(documents.FOLDER.glob("*.json"))
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
TEMPLATE = (ROOT / "infra" / "template.yaml").read_text("utf-8")


@every_file
def test_a_rule_is_as_its_schema_says(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    errors = schemas.named("rule_document").iter_errors(document)
    assert [error.message for error in errors] == []
    assert document["id"] == path.stem
    for parameter in document["parameters"].values():
        assert parameter["least"] <= parameter["value"] <= parameter["most"]


@every_file
def test_a_rule_names_a_predicate_that_takes_its_thresholds(path: Path) -> None:
    rule = documents.find(path.stem)
    predicate = predicates.of(rule)
    assert sorted(rule.parameters) == sorted(predicate.thresholds)
    assert predicate.waits in ("", *rule.parameters)
    assert set(predicate.needs) <= set(context.LOOK_UP)


@every_file
def test_a_rule_is_woken_by_acts_that_are_told_of(path: Path) -> None:
    rule = documents.find(path.stem)
    if rule.watches == documents.CASE:
        assert all(DECLARED[trigger].event is not None for trigger in rule.triggers)
    elif rule.watches == documents.CERTIFICATE:
        assert rule.triggers == {CertificateIssued.__name__}
    else:
        assert rule.triggers == {"CaseRead"}


def test_every_predicate_belongs_to_a_rule() -> None:
    used = {rule.predicate for rule in documents.published().values()}
    assert used == set(predicates.PREDICATES)


def test_the_queue_of_supervision_gets_every_trigger_and_no_more() -> None:
    start = TEMPLATE.index("WatchedActsGoToSupervision:")
    pattern = TEMPLATE[start : TEMPLATE.index("Targets:", start)]
    told = set(re.findall(r"^ +- (\w+)$", pattern, re.MULTILINE))
    assert told == live.watched_types() | {"WarningRaised"}
