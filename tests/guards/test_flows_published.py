"""A published flow is never edited: cases walk it, and its hash stands in their receipts."""

import hashlib
import json
from pathlib import Path

import pytest

from chalicelib.catalog import flows
from chalicelib.catalog.flows import step_maps

PUBLISHED = Path(__file__).with_name("published_flows.json")
RECORDED: dict[str, dict[str, str]] = json.loads(PUBLISHED.read_text("utf-8"))


def present() -> dict[str, dict[str, str]]:
    """Name of each flow file, the hash that receipts show, and the hash of its bytes."""
    return {
        path.name: {
            "flow": flows.read(flows.template(path)).hash,
            "file": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(flows.FOLDER.glob("*.json"))
    }


def test_no_published_flow_was_changed_or_taken_away() -> None:
    now = present()
    changed = [name for name, recorded in RECORDED.items() if now.get(name) != recorded]
    assert changed == [], "a published flow is never edited: publish a new version instead"


def test_every_flow_is_recorded_when_it_is_published() -> None:
    new = {name: hashes for name, hashes in present().items() if name not in RECORDED}
    assert new == {}, f"add them to {PUBLISHED.name}"


def test_versions_of_a_flow_follow_each_other_from_one() -> None:
    versions: dict[str, list[int]] = {}
    for flow in flows.published():
        versions.setdefault(flow.id, []).append(flow.version)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in versions.values())


def test_a_file_says_in_itself_which_flow_and_version_it_is() -> None:
    for flow in flows.published():
        assert (flows.FOLDER / f"{flow.id}.v{flow.version}.json").exists()


def test_every_item_names_a_published_flow() -> None:
    items = (flows.FOLDER.parent / "seed" / "items").glob("*.json")
    named = {
        (flow["id"], flow["version"])
        for item in items
        for flow in [json.loads(item.read_text("utf-8"))["flow"]]
    }
    assert named <= {(flow.id, flow.version) for flow in flows.published()}


MAPS = sorted((flows.FOLDER / "maps").glob("*.json"))


@pytest.mark.parametrize("path", MAPS, ids=[path.stem for path in MAPS])
def test_a_step_map_leads_from_places_of_one_version_to_places_of_its_successor(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    assert path.stem == f"{document['flow']}.v{document['from']}-v{document['to']}"
    assert step_maps.faults(document) == []


def test_a_broken_step_map_is_told_by_its_places() -> None:
    sound = json.loads(MAPS[0].read_text("utf-8"))
    broken = {**sound, "steps": {"nowhere": "accept", "accept": "never", "review": "issue"}}
    assert len(step_maps.faults(broken)) == 3
    assert step_maps.faults({**sound, "from": 2, "to": 1}) != []
