"""Published step maps: where the cases of a defective flow version go on in its successor."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.catalog.flows import templates
from chalicelib.catalog.flows.model import Flow
from chalicelib.kernel import schemas

StepMap = dict[str, Any]


def steps(flow: str, version: int, successor: int) -> dict[str, str]:
    """Old place to new one; empty where no map is published."""
    for step_map in published(flow, version):
        if step_map["to"] == successor:
            return dict(step_map["steps"])
    return {}


def published(flow: str, version: int) -> Iterator[StepMap]:
    """The maps that lead away from a flow version."""
    folder = templates.FOLDER / "maps"
    for path in sorted(folder.glob(f"{flow}.v{version}-v*.json")):
        yield json.loads(path.read_text("utf-8"))


def faults(document: StepMap) -> list[str]:
    """What is wrong with a map, in plain words; empty when it may be published. Raises Invalid for
    its form.
    """
    schemas.check(schemas.named("step_map"), document)
    old = templates.flow(document["flow"], document["from"])
    new = templates.flow(document["flow"], document["to"])
    faults = [
        *_not_in(old, document["steps"].keys()),
        *_not_in(new, document["steps"].values()),
        *_behind_decision(old, new, document["steps"]),
    ]
    if document["to"] <= document["from"]:
        faults.append("a successor has a higher version")
    return faults


def _not_in(flow: Flow, places: Iterable[str]) -> Iterator[str]:
    for place in places:
        if place not in flow.places:
            yield f"{place} is no place of {flow.name}"


def _behind_decision(old: Flow, new: Flow, steps: Mapping[str, str]) -> Iterator[str]:
    """Places before the old version's decision that are mapped behind the new one's."""
    for place, target in steps.items():
        was_open = place in old.places and not _is_decided(old, place)
        if was_open and _is_decided(new, target):
            yield f"{place} leads behind the decision of {new.name}"


def _is_decided(flow: Flow, place: str) -> bool:
    step = flow.steps.get(place)
    return step is not None and step.decided
