"""Published step maps: where the cases of a defective flow version go on in its successor."""

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.catalog import flows
from chalicelib.kernel import schemas

StepMap = dict[str, Any]


def steps(flow: str, version: int, successor: int) -> dict[str, str]:
    """Old place to new one; empty where no map is published."""
    return next((dict(m["steps"]) for m in published(flow, version) if m["to"] == successor), {})


def published(flow: str, version: int) -> Iterator[StepMap]:
    """The maps that lead away from a flow version."""
    for path in sorted((flows.FOLDER / "maps").glob(f"{flow}.v{version}-v*.json")):
        yield json.loads(path.read_text("utf-8"))


def faults(document: StepMap) -> list[str]:
    """What is wrong with a map, in plain words; empty when it may be published. Raises Invalid for
    its form.
    """
    schemas.check(schemas.named("step_map"), document)
    old, new = (flows.flow(document["flow"], document[end]) for end in ("from", "to"))
    found = [
        f"{place} is no place of {old.name}"
        for place in document["steps"]
        if place not in old.places
    ]
    found += [
        f"{place} is no place of {new.name}"
        for place in document["steps"].values()
        if place not in new.places
    ]
    before = {place for place in old.places if not _is_decided(old, place)}
    found += [
        f"{place} leads behind the decision of {new.name}"
        for place, target in document["steps"].items()
        if place in before and target in new.places and _is_decided(new, target)
    ]
    return found + (
        ["a successor has a higher version"] if document["to"] <= document["from"] else []
    )


def _is_decided(flow: flows.Flow, place: str) -> bool:
    return place in flow.steps and flow.steps[place].decided
