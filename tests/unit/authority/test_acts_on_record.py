"""What acts of authority look like on record never changes: each is written and read in this form."""

from typing import Any

import pytest

from chalicelib.authority.acts import (
    career_acts,
    changes,
    days_off,
    definitions,
    delegations,
    joined_parties,
    party_ends,
    webhooks,
)
from chalicelib.authority.acts.declared import payload_of
from chalicelib.authority.mandates import acts as mandates
from chalicelib.authority.policies import history
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.journal import Act

FROM, UNTIL = "2026-03-02T09:00:00.000+08:00", "2026-04-01T00:00:00.000+08:00"
PERIOD = {"from": FROM, "until": UNTIL}
BOTH = {"zh": "名称", "en": "Name"}
WHO = {"holder": {"name": "王芳", "mail": "w@example.org"}}
NOBODY_NAMED = {"holder": {"name": "", "mail": ""}}
SCOPE = {"items": ["shop-sign"], "acts": ["file", "pay"], "until": UNTIL}
EVERYWHERE = {"items": None, "acts": ["file"], "until": UNTIL}
PARTIES = {"party": "c-1", "party_name": "清河文化", "grantee": "p-clerk"}
SEEN: dict[str, Any] = {
    "identity_check": {"method": "card_reader", "at": FROM},
    "consent": 1,
    "minor": {"name": "李小娜", "document": {"type": "id_card", "last": "0046"}},
    "guardian": {"name": "李娜", "person": "p-mother"},
    "papers": [{"code": "birth-certificate", "sha256": "ab"}],
}
RECORDED: list[tuple[Any, str, dict[str, Any], dict[str, Any]]] = [
    (career_acts, "Appointed", {"appointment": "o-1.1", "post": "a", **PERIOD}, WHO),
    (career_acts, "Appointed", {"appointment": "o-1.1", "post": "a", "from": FROM}, NOBODY_NAMED),
    (career_acts, "AppointmentEnded", {"appointment": "o-1.1"}, {}),
    (
        career_acts,
        "AbsenceGranted",
        {"absence": "o-1.2", "post": "a", "appointment": "o-1.1", **PERIOD},
        {"holder": {"substitute": "o-2"}},
    ),
    (career_acts, "SubstituteNamed", {"absence": "o-1.2", "post": "a", **PERIOD}, WHO),
    (career_acts, "AbsenceEnded", {"absence": "o-1.2"}, {}),
    (career_acts, "SubstitutionEnded", {"absence": "o-1.2"}, {}),
    (
        definitions,
        "OrganizationDefined",
        {"organization": "MH", "name": BOTH, "level": "city", "from": FROM},
        {},
    ),
    (
        definitions,
        "OrganizationDefined",
        {
            "organization": "URB",
            "name": BOTH,
            "level": "city",
            "parent": "MH",
            "uscc": "1" * 18,
            "phone": "0500-1",
            **PERIOD,
        },
        {},
    ),
    (
        definitions,
        "PostDefined",
        {"post": "a", "title": BOTH, "department": "URB", "roles": ["window"], "from": FROM},
        {},
    ),
    (
        definitions,
        "PostDefined",
        {
            "post": "a",
            "title": BOTH,
            "department": "URB",
            "roles": [],
            "service_point": "centre",
            **PERIOD,
        },
        {},
    ),
    (
        definitions,
        "ServicePointDefined",
        {
            "service_point": "centre",
            "name": BOTH,
            "organization": "GOV",
            "address": BOTH,
            "hours": BOTH,
            "phone": "0500-1",
            "items": [],
            "from": FROM,
        },
        {},
    ),
    (
        delegations,
        "DelegationGranted",
        {
            "delegation": "d",
            "post": "a",
            "to": "b",
            "items": ["z", "a"],
            "outcomes": ["refuse", "approve"],
            **PERIOD,
        },
        {},
    ),
    (days_off, "DayOffSet", {"day": "2026-12-24", "name": BOTH}, {}),
    (days_off, "DayOffSet", {"day": "2026-12-24", "name": BOTH, "is_off": False}, {}),
    (
        joined_parties,
        "PartiesJoined",
        {},
        {"office": {"parties": ["p-1", "p-2"], "evidence": "同一人的说明"}},
    ),
    (
        joined_parties,
        "PartiesJoined",
        {"is_joined": False},
        {"office": {"parties": ["p-1", "p-2"], "evidence": "并非同一人"}},
    ),
    (
        party_ends,
        "PartyEndRecorded",
        {},
        {
            "office": {
                "parties": ["c-1"],
                "cause": "dissolution",
                "ended_on": "2026-03-01",
                "evidence": "注销登记通知书",
            }
        },
    ),
    (delegations, "DelegationEnded", {"delegation": "d"}, {}),
    (
        changes,
        "RegisterChangeProposed",
        {"kind": "appointment", "department": "URB"},
        {"office": {"wanted": {"kind": "appointment", "data": {"person": "o-1", "post": "a"}}}},
    ),
    (changes, "RegisterChangeApproved", {"subject": "o-1.1"}, {}),
    (changes, "RegisterChangeRejected", {}, {"office": {"reasons": ["不同意"]}}),
    (webhooks, "WebhookRegistered", {"post": "a"}, {"office": {"url": "https://x.example/"}}),
    (webhooks, "WebhookEnded", {"post": "a"}, {}),
    (
        mandates,
        "MandateGranted",
        {"mandate": "m.1", "kind": "mandate", **SCOPE},
        {"parties": PARTIES},
    ),
    (
        mandates,
        "MandateGranted",
        {"mandate": "m.1", "kind": "guardianship", **EVERYWHERE},
        {"parties": PARTIES, "office": SEEN},
    ),
    (mandates, "MandateAccepted", {"mandate": "m.1"}, {"parties": {"grantee_name": "陈洁"}}),
    (mandates, "MandateLimited", {"mandate": "m.1", **SCOPE}, {}),
    (mandates, "MandateLimited", {"mandate": "m.1", **EVERYWHERE}, {}),
    (mandates, "MandateEnded", {"mandate": "m.1"}, {}),
    (mandates, "MandateEnded", {"mandate": "m.1"}, {"parties": {"reason": "离职"}}),
    (history, "PoliciesPublished", {"hash": "ab", "schema": "x", "themes": {"a": "b"}}, {}),
]


def types_of(module: Any) -> Any:
    return module.DECLARED if module is mandates else module.ACTS


@pytest.mark.parametrize(("module", "kind", "data", "private"), RECORDED)
def test_an_act_is_written_as_it_was_read(
    module: Any, kind: str, data: dict[str, Any], private: dict[str, Any]
) -> None:
    payload = payload_of(Act(kind, data, private), types_of(module))
    written = to_act(payload)
    assert (written.type, dict(written.data)) == (kind, data)
    assert {group: dict(said) for group, said in written.private.items()} == private


@pytest.mark.parametrize(("module", "kind", "data", "private"), RECORDED)
def test_an_act_is_read_when_its_private_part_is_forgotten(
    module: Any, kind: str, data: dict[str, Any], private: dict[str, Any]
) -> None:
    assert payload_of(Act(kind, data), types_of(module))


def test_every_act_of_authority_has_its_form_here() -> None:
    known = {kind for _, kind, _, _ in RECORDED}
    modules = (
        career_acts,
        changes,
        days_off,
        definitions,
        delegations,
        joined_parties,
        party_ends,
        webhooks,
        mandates,
        history,
    )
    assert {kind for module in modules for kind in types_of(module)} == known
