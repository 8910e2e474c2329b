"""Who may do what: the registers of posts and offices, the policies, and the tokens that people
sign in with.
"""

from chalicelib.authority import mandates
from chalicelib.authority.grants.persons import check_goes_on
from chalicelib.authority.grants.views import (
    Holder,
    holders_of,
    only_accepts,
    post_of,
    posts_held,
    posts_of_department,
    service_point,
    service_point_of,
    unchanged_rights,
    works_at,
)
from chalicelib.authority.policies.engine import CedarEngine
from chalicelib.authority.policies.hindsight import (
    Judgement,
    department_on,
    entry_on,
    judge,
    posts_on,
    service_point_on,
)
from chalicelib.authority.policies.history import publish as publish_policies
from chalicelib.authority.registers.change_list import project as project_change
from chalicelib.authority.registers.changes import resource_at as change_at
from chalicelib.authority.registers.days_off import read as days_off
from chalicelib.authority.registers.definitions import organization_name_on
from chalicelib.authority.registers.delegations import covers
from chalicelib.authority.registers.loading import (
    load_appointments,
    load_delegations,
    load_organizations,
    load_posts,
    load_service_points,
)
from chalicelib.authority.registers.party_ends import of_entries as party_end
from chalicelib.authority.registers.public_view import departments
from chalicelib.authority.registers.webhooks import note as note_webhook
from chalicelib.authority.registers.webhooks import of as webhook_of
from chalicelib.authority.registers.webhooks import posts_told
from chalicelib.authority.registers.webhooks import secret as webhook_secret

__all__ = [
    "CedarEngine",
    "Holder",
    "Judgement",
    "change_at",
    "check_goes_on",
    "covers",
    "days_off",
    "department_on",
    "departments",
    "entry_on",
    "holders_of",
    "judge",
    "load_appointments",
    "load_delegations",
    "load_organizations",
    "load_posts",
    "load_service_points",
    "mandates",
    "note_webhook",
    "only_accepts",
    "organization_name_on",
    "party_end",
    "post_of",
    "posts_held",
    "posts_of_department",
    "posts_on",
    "posts_told",
    "project_change",
    "publish_policies",
    "service_point",
    "service_point_of",
    "service_point_on",
    "unchanged_rights",
    "webhook_of",
    "webhook_secret",
    "works_at",
]
