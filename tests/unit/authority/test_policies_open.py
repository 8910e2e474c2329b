"""The policies stand in the open one by one, and every denial names the rule behind it."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import cedarpy
import pytest

from chalicelib.authority.policies import history, publication
from chalicelib.authority.policies.engine import CedarEngine, policy_text, schema_text
from chalicelib.authority.policies.publication import FOLDER, PERMIT, PolicySet, policies, shipped
from chalicelib.authority.registers import incompatible_roles
from chalicelib.authority.routes import policies as routes_policies
from chalicelib.authority.routes.policies import door
from chalicelib.kernel import canonical, clock
from chalicelib.kernel.authorization import CITY, Post, Principal, Resource, permit
from chalicelib.kernel.errors import NotFound
from tests.support.caller import Caller
from tests.support.policy_oracle import oracle

ANYBODY = Caller(door)
SHIPPED = policies(shipped())
OFFICES_OF_TRUST = ("administrator", "auditor", "security")
TRUST = SHIPPED["offices-of-trust-apart"]


def test_the_policies_shown_are_the_policies_asked(memory: Any) -> None:
    shown = ANYBODY("GET", "/policies").body
    text = "\n".join(policy["text"] for policy in shown["policies"])
    assert cedarpy.validate_policies(text, shown["schema"]).validation_passed
    assert {policy["id"] for policy in shown["policies"]} == set(
        re.findall(r'^@id\("(.+)"\)$', policy_text(), re.MULTILINE)
    )
    without_comments = re.sub(r"^//.*$|\s", "", policy_text(), flags=re.MULTILINE)
    assert re.sub(r"^//.*$|\s", "", text, flags=re.MULTILINE) == without_comments


def test_anybody_can_compute_the_hash_that_is_shown(memory: Any) -> None:
    shown = ANYBODY("GET", "/policies").body
    themes = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.cedar")}
    assert (
        shown["hash"]
        == hashlib.sha256(canonical.dumps({"schema": schema_text(), "themes": themes})).hexdigest()
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_each_policy_has_a_page_with_its_titles_in_both_languages(name: str) -> None:
    page = ANYBODY("GET", "/policies/{policy}", policy=name).body
    assert page["id"] == name
    assert re.search(r"[\u4e00-\u9fff]", page["title"]["zh"]) and not re.search(
        r"[\u4e00-\u9fff]", page["title"]["en"]
    )
    assert set(page["actions"]) <= set(oracle.actions_of_the_schema())


@pytest.mark.parametrize("action", ["no-such-action", *sorted(oracle.actions_of_the_schema())])
def test_an_action_is_judged_by_all_policies_that_may_decide_on_it_and_no_others(
    action: str,
) -> None:
    judging = policies(PolicySet((("all", publication.speaking_of(shipped(), action)),), ""))
    assert set(judging) == {name for name, policy in SHIPPED.items() if policy.speaks_of(action)}


def test_there_is_no_page_for_a_policy_that_there_is_not() -> None:
    assert ANYBODY("GET", "/policies/{policy}", policy="no-such").status == 404


@pytest.mark.parametrize("action", sorted(oracle.actions_of_the_schema()))
def test_every_action_is_permitted_to_somebody_by_a_policy_that_names_it(action: str) -> None:
    assert any(policy.effect == PERMIT and action in policy.actions for policy in SHIPPED.values())


def denied(action: str, resource: Resource = CITY, *posts: Post, person: str = "o-1") -> Any:
    return CedarEngine().explain_denial(
        Principal(person, posts=posts, is_strong=True), action, resource
    )


def test_a_denial_names_the_rule_that_forbids() -> None:
    both = Post("a", "GOV", frozenset({"auditor"})), Post("b", "GOV", frozenset({"administrator"}))
    denial = denied("ask_policies", CITY, *both)
    assert (denial.rule.id, denial.rules) == ("offices-of-trust-apart", ())


def test_where_nothing_permits_a_denial_names_what_permits_it_to_others() -> None:
    denial = denied("ask_policies", CITY, Post("a", "URB", frozenset({"window"})))
    assert denial.rule is None
    assert [rule.id for rule in denial.rules] == ["supervision-asks-the-policies"]


def test_an_unreadable_question_is_denied_without_a_forbidding_rule() -> None:
    denial = denied("complete_task", CITY)
    assert denial.rule is None
    assert {rule.id for rule in denial.rules} >= {"officer-task-of-own-post"}


def test_who_may_not_know_of_a_thing_hears_of_no_rule() -> None:
    hidden = Resource("Certificate", "x", {"holder": "p-1", "item": "i"}, see="read_certificate")
    with pytest.raises(NotFound) as raised:
        permit(CedarEngine(), Principal("p-2"), "read_certificate", hidden)
    assert (raised.value.denial.rule, raised.value.denial.rules) == (None, ())


@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_no_title_names_a_person_a_case_or_a_number(policy: publication.Policy) -> None:
    """Titles go into denials: they say what the rule is, and cannot say whose data it was."""
    for title in policy.rule.titles.values():
        assert not re.search(r"[{}<>@#]|\d{3}|[po]-[a-z]", title)


# ---- offices that nobody holds together
# ---------------------------------------------------------------------


def test_who_holds_two_offices_of_trust_may_do_nothing_of_either() -> None:
    """Every action that a policy gives to one of the three is forbidden to who is two of them."""
    for policy in SHIPPED.values():
        if policy.effect == PERMIT and any(f'"{role}"' in policy.text for role in OFFICES_OF_TRUST):
            looking = {
                action
                for action in policy.actions
                if action.startswith(("list_", "view_", "read_"))
            }
            assert policy.actions - looking <= TRUST.actions, policy.rule.id


OFFICES = [
    (d, r)
    for d in ("URB", "DPF", "GOV")
    for r in (*OFFICES_OF_TRUST, "catalogue-author", "catalogue-publisher")
]


@pytest.mark.parametrize("held", [*combinations(OFFICES, 1), *combinations(OFFICES, 2)])
def test_the_registers_refuse_exactly_the_unions_that_the_policies_keep_from_acting(
    held: Any,
) -> None:
    posts = tuple(Post(f"{d}-{r}", d, frozenset({r})) for d, r in held)
    who = Principal("o-1", posts=posts, is_strong=True)
    catalogue = [
        CedarEngine().explain_denial(
            who,
            "draft_item",
            Resource("ItemDraft", "x", {"authority": d, "present": d, "authors": []}),
        )
        for d in ("URB", "DPF", "GOV")
    ]
    named = {
        denial.rule.id
        for denial in [CedarEngine().explain_denial(who, "ask_policies", CITY), *catalogue]
        if denial.rule
    }
    assert incompatible_roles.forbidden(held) in (named or {""})


def test_a_refused_union_names_its_rule() -> None:
    with pytest.raises(incompatible_roles.UnionForbidden) as refused:
        incompatible_roles.check({("GOV", "auditor"), ("GOV", "security")})
    assert refused.value.denial.rule and refused.value.denial.rule.id == "offices-of-trust-apart"
    incompatible_roles.check({("GOV", "auditor"), ("GOV", "supervisor")})


# ---- what was in force when
# ---------------------------------------------------------------------------------


@pytest.fixture
def monday(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[datetime]:
    moment = clock.now()
    monkeypatch.setattr(routes_policies, "_since", routes_policies._since.__wrapped__)
    yield moment


def test_the_set_goes_on_record_once_and_again_when_it_changes(
    monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ANYBODY("GET", "/policies").body["in_force_since"] is None
    assert history.publish(monday)
    assert not history.publish(monday + timedelta(days=1))
    assert ANYBODY("GET", "/policies").body["in_force_since"] == clock.stamp(monday)
    before = shipped()
    changed = PolicySet((*before.themes, ("more", "// Nothing yet.\n")), before.schema)
    monkeypatch.setattr(history, "shipped", lambda: changed)
    assert history.in_force_since() is None
    assert history.publish(monday + timedelta(days=2))
    assert history.in_force_at(monday + timedelta(days=1)) == before
    assert history.in_force_at(monday + timedelta(days=3)).hash == changed.hash != before.hash


def test_a_set_that_went_on_record_is_read_back_as_it_was(monday: datetime, memory: Any) -> None:
    history.publish(monday)
    (entry,) = memory[0].read("policies")
    assert json.dumps(entry.acts[0].data, ensure_ascii=False)
    assert history.in_force_at(monday) == shipped()
