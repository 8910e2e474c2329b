"""What the sample city publishes is whole and consistent: items, posts, people, the city itself."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.seed import load
from tests.guards.published import FLOWS, ITEMS, acting_steps, every_item, faults, schema

POSTS, PEOPLE = load.read("posts.json"), load.read("people.json")
ORGANIZATIONS, POINTS = load.read("organizations.json"), load.read("service-points.json")
APPOINTMENTS = load.read("appointments.json")
AUTHORITIES = {organization["code"]: organization for organization in ORGANIZATIONS}
INVESTIGATING = {"investigator", "inspector", "assessor"}
PLAYED = {
    "accept": {"window"},
    "review": {"reviewer"} | INVESTIGATING,
    "decide": {"approver"},
    "order": {"approver"},
    "deliver": {"window"} | INVESTIGATING,
    "assess": {"assessor"},
    "verify": {"inspector"},
    "meeting": {"coordinator"},
    "archive": {"archivist"},
}
"""Which roles of posts may act at which kinds of steps; at the others the role of the kind's own
name.
"""


def flow_of(item: dict[str, Any]) -> dict[str, Any]:
    return FLOWS[f"{item['flow']['id']}.v{item['flow']['version']}.json"]


def straight(flow: dict[str, Any]) -> Iterator[int]:
    """The limits on the way of plain outcomes up to the decision, without acceptance; of a joint
    review the longest.
    """
    name = flow["start"]
    while True:
        step = flow["steps"][name]
        if step["kind"] == "joint":
            yield max(branch["limit_days"] for branch in step["branches"].values())
        elif step["kind"] != "accept":
            yield step["limit_days"]
        if step["kind"] in ("decide", "order"):
            return
        name = step.get("next") or next(iter(step["outcomes"].values()))


@every_item
def test_an_item_meets_its_schema(item: dict[str, Any]) -> None:
    assert faults(schema("item"), item) == []
    assert ITEMS[item["id"]] is item


@every_item
def test_the_code_names_the_authority(item: dict[str, Any]) -> None:
    authority = AUTHORITIES[item["authority"]]
    assert item["authority_name"] == authority["name"]
    assert item["code"].startswith(f"{authority['uscc']}3")


def test_codes_are_unique() -> None:
    assert len({item["code"] for item in ITEMS.values()}) == len(ITEMS)


@every_item
def test_service_points_are_the_citys(item: dict[str, Any]) -> None:
    points = {point["id"]: point for point in POINTS}
    for shown in item["service_points"]:
        assert {name: points[shown["id"]][name] for name in shown} == shown
        assert item["id"] in points[shown["id"]]["items"]


@every_item
def test_every_role_of_the_flow_has_a_post_that_may_play_it(item: dict[str, Any]) -> None:
    posts = {post["id"]: post for post in POSTS}
    steps = [
        (step["post"], step["kind"]) for _, step in acting_steps(flow_of(item)) if "post" in step
    ]
    assert set(item["posts"]) == {role for role, _ in steps} | {"head", "supervisor"}
    for role, kind in [*steps, ("head", "head"), ("supervisor", "supervisor")]:
        assert PLAYED.get(kind, {kind}) & set(posts[item["posts"][role]]["roles"]), role


@every_item
def test_the_window_to_the_head_belong_to_the_items_authority(item: dict[str, Any]) -> None:
    departments = {post["id"]: post["department"] for post in POSTS}
    for role in {"window", "reviewer", "approver", "head"} & set(item["posts"]):
        assert departments[item["posts"][role]] == item["authority"]


@every_item
def test_the_limits_agree(item: dict[str, Any]) -> None:
    limits, flow = item["limits"], flow_of(item)
    assert limits["promised_days"] <= limits["statutory_days"]
    accepting = [step for step in flow["steps"].values() if step["kind"] == "accept"]
    assert all(step["limit_days"] <= limits["acceptance_days"] for step in accepting)
    # The straight way from acceptance to decision fits what is promised.
    assert sum(straight(flow)) <= limits["promised_days"]


@every_item
def test_names_within_an_item_are_unique(item: dict[str, Any]) -> None:
    codes = [material["code"] for material in item["materials"]]
    assert len(codes) == len(set(codes))


def test_nobody_is_made_to_upload_what_the_government_holds() -> None:
    item = json.loads(json.dumps(ITEMS["shop-sign"]))
    licence = next(material for material in item["materials"] if material["source"] == "government")
    licence["required"] = True
    assert faults(schema("item"), item)


def test_every_post_is_held_and_every_holder_is_known() -> None:
    people = {person["id"] for person in PEOPLE}
    posts = {post["id"] for post in POSTS}
    assert len(people) == len(PEOPLE)
    assert len(posts) == len(POSTS)
    assert {held["post"] for held in APPOINTMENTS} == posts
    assert {held["person"] for held in APPOINTMENTS} == {
        person for person in people if person.startswith("o-")
    }


def test_posts_belong_to_known_departments_and_play_known_roles() -> None:
    others = {"opinion", "hearing", "head", "supervisor", "catalogue-author", "catalogue-publisher"}
    known = others.union({"administrator", "auditor", "security"}, *PLAYED.values())
    points = {point["id"] for point in POINTS}
    for post in POSTS:
        assert post["department"] in AUTHORITIES
        assert post["roles"]
        assert set(post["roles"]) <= known
        assert post.get("service_point", "service-centre") in points


def test_people_have_a_name_and_one_way_to_be_reached() -> None:
    for person in PEOPLE:
        assert person["name"]
        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", person["name_en"])
        assert set(person["role_note"]) == {"zh", "en"}
        if person["id"].startswith("o-"):
            assert person["mail"].endswith("@minghang.example")
        else:
            assert re.fullmatch(r"1[3-9]\d{9}", person["phone"])


def test_authorities_have_valid_credit_codes() -> None:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for code in [authority["uscc"] for authority in AUTHORITIES.values() if "uscc" in authority]:
        total = sum(letters.index(char) * 3**n for n, char in enumerate(code[:17]))
        assert letters[-total % 31] == code[17]


@pytest.mark.parametrize("kind", ["organization", "post", "service_point"])
def test_what_is_registered_meets_the_schema_of_its_changes(kind: str) -> None:
    things = {"organization": ORGANIZATIONS, "post": POSTS, "service_point": POINTS}[kind]
    for thing in things:
        assert faults(schema("register_change"), {"kind": kind, "data": thing}) == []


def test_an_organization_stands_after_the_one_above_it() -> None:
    levels = ["city", "district", "street", "community"]
    for place, each in enumerate(ORGANIZATIONS):
        above = AUTHORITIES.get(each.get("parent", ""))
        assert above in ORGANIZATIONS[:place] if above else place == 0
        assert not above or levels.index(above["level"]) <= levels.index(each["level"])
    assert {each["level"] for each in ORGANIZATIONS} == set(levels)


def test_service_points_take_known_items_and_belong_to_known_organizations() -> None:
    for point in POINTS:
        assert set(point["items"]) <= set(ITEMS)
        assert point["organization"] in AUTHORITIES


def test_delegations_are_from_deciding_posts_to_windows_of_other_people() -> None:
    posts = {post["id"]: post for post in POSTS}
    holders = {
        post: {held["person"] for held in APPOINTMENTS if held["post"] == post} for post in posts
    }
    for given in load.read("delegations.json"):
        assert "window" in posts[given["to"]]["roles"]
        assert given["post"] in posts
        assert set(given["items"]) <= set(ITEMS)
        assert not holders[given["to"]] & holders[given["post"]]


def test_two_administrators_can_make_a_change() -> None:
    assert len([held for held in APPOINTMENTS if held["post"] == "city-administrator"]) > 1


def test_the_loader_sends_everything() -> None:
    documents = load.documents()
    assert sorted(item["id"] for item in documents["items"]) == sorted(ITEMS)
    assert len(documents["appointments"]) == len(APPOINTMENTS)
    assert all(held["name"] and held["mail"] for held in documents["appointments"])
    # A synchronous invocation takes six megabytes.
    assert len(json.dumps(documents, ensure_ascii=False).encode()) < 6 * 1024 * 1024


class FakeLambda:
    def __init__(self, payload: bytes, **answer: str) -> None:
        self.answer: dict[str, Any] = {"Payload": io.BytesIO(payload), **answer}
        self.called: dict[str, Any] = {}

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.called = call
        return self.answer


def test_loading_invokes_the_stages_function(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeLambda(b'{"items": 3, "appointments": 16, "unchanged": 0}')
    monkeypatch.setattr(load, "_client", lambda endpoint: fake)
    assert load.load("trial") == {"items": 3, "appointments": 16, "unchanged": 0}
    assert fake.called["FunctionName"] == "sunlit-trial-load_city"
    assert json.loads(fake.called["Payload"]) == load.documents()


def test_a_failed_load_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeLambda(b'{"errorMessage": "no such post"}', FunctionError="Unhandled")
    monkeypatch.setattr(load, "_client", lambda endpoint: fake)
    with pytest.raises(RuntimeError, match="no such post"):
        load.load("trial")
