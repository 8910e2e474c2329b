"""Registers, mandates, policies and webhooks over HTTP."""

from chalicelib.authority.routes import (
    mandates,
    policies,
    posts_held,
    register_changes,
    registers,
    webhooks,
)

doors = (
    posts_held.door,
    mandates.door,
    registers.door,
    register_changes.door,
    policies.door,
    webhooks.door,
)
