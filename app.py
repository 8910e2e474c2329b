"""Sunlit's contents: the contexts' routes, then one line per Lambda entry point."""

from typing import Any

from chalice import Chalice
from chalice.app import AuthRequest, AuthResponse

from chalicelib.authority import CedarGate
from chalicelib.authority import routes as authority
from chalicelib.authority import routes_policies as policies
from chalicelib.authority import routes_webhooks as webhooks
from chalicelib.authority.mandates import routes as mandates
from chalicelib.authority.registers import public as registers
from chalicelib.authority.registers import routes as register_changes
from chalicelib.casework import handlers as work
from chalicelib.casework import prints
from chalicelib.casework import routes as casework
from chalicelib.catalog import reading, stepmaps
from chalicelib.catalog import routes as catalog
from chalicelib.catalog.life import routes as catalog_life
from chalicelib.certificates import routes as certificates
from chalicelib.intake import handlers as city
from chalicelib.intake import routes as intake
from chalicelib.intake import routes_windows as windows
from chalicelib.kernel import routes as kernel
from chalicelib.kernel.functions import check_settings
from chalicelib.kernel.installing import install
from chalicelib.notify import routes as notify_routes

check_settings()
app = Chalice(app_name="sunlit")
Event = dict[str, Any]


@app.authorizer(name="authorize", ttl_seconds=300)
def authorize(request: AuthRequest) -> AuthResponse:
    """Who calls: a token's claims, verified against the configured issuer."""
    from chalicelib.authority import handlers

    return handlers.authorize(request)


kernel.installed += install(
    app,
    authorize,
    CedarGate(),
    (
        kernel.door,
        catalog.door,
        reading.door,
        stepmaps.door,
        catalog_life.door,
        intake.door,
        windows.door,
        *casework.doors,
        certificates.door,
        prints.door,
        notify_routes.door,
        authority.door,
        mandates.door,
        registers.door,
        register_changes.door,
        policies.door,
        webhooks.door,
    ),
)


@app.lambda_function(name="open_task")
def open_task(event: Event, context: Any) -> Any:
    """A flow's step opens its task."""
    return work.open_task(event)


@app.lambda_function(name="deliver")
def deliver(event: Event, context: Any) -> Any:
    """The journal's stream wakes delivery."""
    return work.on_journal(event)


@app.lambda_function(name="feed_sweep")
def feed_sweep(event: Event, context: Any) -> Any:
    """Each minute: what the stream did not bring."""
    return work.sweep_feed(event)


@app.lambda_function(name="deadline_sweep")
def deadline_sweep(event: Event, context: Any) -> Any:
    """Each minute: what time has brought."""
    return work.sweep_deadlines(event)


@app.lambda_function(name="reconcile")
def reconcile(event: Event, context: Any) -> Any:
    """Each five minutes: every open case has its execution."""
    return work.reconcile_executions(event)


@app.lambda_function(name="retention_sweep")
def retention_sweep(event: Event, context: Any) -> Any:
    """Each day: what has been kept long enough is forgotten."""
    return work.sweep_retention(event)


@app.lambda_function(name="notify")
def notify(event: Event, context: Any) -> Any:
    """Events become messages to people."""
    return work.notify(event)


@app.lambda_function(name="sign_certificate")
def sign_certificate(event: Event, context: Any) -> Any:
    """Granted cases get their certificate."""
    return work.sign_certificate(event)


@app.lambda_function(name="webhook")
def webhook(event: Event, context: Any) -> Any:
    """Departments' systems are told of new tasks."""
    return work.webhook(event)


@app.lambda_function(name="load_city")
def load_city(event: Event, context: Any) -> Any:
    """Posts, appointments and items of a city, loaded by who deploys it."""
    return city.load_city(event)
