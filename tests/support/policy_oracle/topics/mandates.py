"""Plain rules: who acts for somebody else, who says so, and who keeps their hands off because of
it; windows.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from chalicelib.authority.mandates import ACTS
from chalicelib.kernel.authorization import Mandate, Principal
from tests.support.policy_oracle.oracle import (
    DOCUMENT,
    PEOPLE,
    SELVES,
    SOME_PEOPLE,
    SOME_SELVES,
    Topic,
    is_self,
    roles_of,
)
from tests.support.policy_oracle.topics.cases import AT_THE_STEP, OF_THE_HEAD, WORK

COMPANY = "c-1"
BEGAN = datetime(2026, 3, 2, tzinfo=UTC)
PARTIES = SELVES | st.just(COMPANY)
ITEMS = st.sampled_from(["shop-sign", "mass-event", "*"])
POINTS = st.sampled_from(["", "city-hall", "street-office"])
IN_A_CASE = {
    "supplement_case": "supplement",
    "withdraw_case": "withdraw",
    "pay_case": "pay",
    "collect_result": "collect",
}
OF_A_MANDATE = {
    "grant_mandate",
    "accept_mandate",
    "limit_mandate",
    "end_mandate",
    "establish_guardianship",
}
OWN_SETTINGS = {"read_message_settings", "choose_message_settings"}
OWN_NAME = {"file_application", "list_own_cases", "list_messages", "mark_message_read"}
AT_WINDOW = {"file_at_window", "supplement_at_window", "collect_at_window", "view_at_window"}
some_mandates = st.lists(
    st.builds(
        Mandate,
        PARTIES,
        st.just(""),
        st.none() | st.frozensets(ITEMS, min_size=1, max_size=2),
        st.frozensets(st.sampled_from(ACTS), min_size=1, max_size=3),
        st.none() | st.sampled_from([BEGAN - timedelta(days=1), BEGAN + timedelta(days=1)]),
    ),
    max_size=2,
)


def may(who: Principal, party: str, item: str, act: str = "") -> bool:
    """Whether they hold a mandate of the party that reaches to the item and the act."""
    return not is_self(who, party) and any(
        m.party == party and (m.items is None or item in m.items) and (not act or act in m.acts)
        for m in who.mandates
    )


def represents(who: Principal, *parties: str) -> bool:
    """Whether they may do anything for one of the parties, at whatever item."""
    return any(m.party in parties and not is_self(who, m.party) for m in who.mandates)


def represented(who: Principal, *parties: str) -> bool:
    """Likewise, or could after the thing had begun, which the situations let begin at ``BEGAN``."""
    former = (m for m in who.former_mandates if m.ended and m.ended > BEGAN)
    return represents(who, *parties) or any(
        m.party in parties and not is_self(who, m.party) for m in former
    )


def permits(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """In one's own name, and in a party's as far as its mandate goes; at a window for who is
    present.
    """
    if action == "list_mandates":
        return True
    if action in OWN_SETTINGS:
        return is_self(who, facts["party"])
    if action in OWN_NAME:
        return in_the_name_of(who, action, facts)
    if kind == "Case":
        return in_a_case(who, action, facts)
    if action == "read_certificate":
        return may(who, facts["holder"], facts["item"], "collect")
    if kind == "Mandate":
        return on_a_mandate(who, action, facts)
    windows = {post.service_point for post in who.posts if "window" in post.roles} - {""}
    return action in AT_WINDOW and bool(windows & facts["service_points"])


def in_the_name_of(who: Principal, action: str, facts: Mapping[str, Any]) -> bool:
    """Filing wants the act, the messages of all items want all items, the list of cases wants
    anything.
    """
    party, item = facts["party"], facts["item"]
    if is_self(who, party):
        return True
    if action == "list_own_cases":
        return represents(who, party)
    return may(who, party, item, "file" if action == "file_application" else "")


def in_a_case(who: Principal, action: str, facts: Mapping[str, Any]) -> bool:
    """The applicant's acts each by its name; views for whichever party was told."""
    item = facts["item"]
    if action in ("view_case", "state_views") and any(
        may(who, party, item, "state") for party in facts["told"]
    ):
        return True
    act = "" if action == "view_case" else IN_A_CASE.get(action)
    return act is not None and may(who, facts["applicant"], item, act)


def on_a_mandate(who: Principal, action: str, facts: Mapping[str, Any]) -> bool:
    """The party gives and takes, the grantee accepts and renounces, windows see to
    guardianships.
    """
    stands_for = {who.company.party} if who.company else set()
    return (
        (
            action in ("grant_mandate", "limit_mandate", "end_mandate")
            and (is_self(who, facts["party"]) or facts["party"] in stands_for)
        )
        or (action in ("accept_mandate", "end_mandate") and facts["grantee"] == who.person)
        or (
            action in ("establish_guardianship", "end_mandate")
            and facts["kind"] == "guardianship"
            and "window" in roles_of(who)
        )
    )


def forbids(who: Principal, kind: str, action: str, facts: Mapping[str, Any]) -> bool:
    """Nobody handles what concerns a party for which they may act, or on whose side they acted
    before.
    """
    if action in WORK | {"report_milestone", "assign_task"}:
        return represented(who, facts["applicant"], *facts["told"])
    if action in AT_THE_STEP | OF_THE_HEAD | {"propose_move"}:
        return represented(who, *facts["told"]) or is_self(who, *facts["acted"])
    if action == "open_case":
        return represented(who, facts["concerned"])
    if action == "establish_guardianship":
        return is_self(who, facts["grantee"])
    concerned = {facts["applicant"], *facts["told"]} if action in AT_WINDOW else set()
    return action in AT_WINDOW and (
        is_self(who, facts["present"], *concerned) or represented(who, *concerned)
    )


TOPIC = Topic(
    actions={
        "City": ["list_mandates"],
        "Party": OWN_NAME | OWN_SETTINGS,
        "Mandate": OF_A_MANDATE,
        "Counter": AT_WINDOW,
    },
    facts={
        "Party": {"party": PARTIES, "item": ITEMS},
        "Mandate": {
            "party": PARTIES,
            "grantee": PEOPLE,
            "kind": st.sampled_from(["mandate", "guardianship"]),
        },
        "Counter": {
            "service_points": st.frozensets(POINTS.filter(bool), max_size=2),
            "applicant": PARTIES,
            "told": SOME_SELVES,
            "present": PARTIES,
        },
        "Case": {
            "item": ITEMS,
            "applicant": PARTIES | st.just(""),
            "told": st.frozensets(PARTIES, max_size=2),
            "acted": SOME_PEOPLE,
        },
        "Task": {"applicant": PARTIES, "told": st.frozensets(PARTIES, max_size=2)},
        "Opening": {"concerned": PARTIES | st.just("")},
        "Certificate": {"holder": PARTIES, "item": ITEMS},
    },
    permits=permits,
    forbids=forbids,
    person={
        "document": st.sampled_from(["", DOCUMENT]),
        "company": st.none() | st.just(Mandate(COMPANY, "", None, frozenset(ACTS))),
        "read_mandates": some_mandates.map(lambda some: lambda: tuple(some)),
    },
    post={"service_point": POINTS},
)
