"""Sunlit's contents: the contexts' routes, then one line per Lambda entry point."""

import gc

gc.disable()  # Imports leave no garbage: to look for it took a tenth of a cold start.

from typing import Any

from chalice import Chalice
from chalice.app import AuthRequest, AuthResponse

import chalicelib.authority.routes
import chalicelib.casework.handlers
import chalicelib.casework.routes
import chalicelib.catalog.routes
import chalicelib.certificates.routes
import chalicelib.intake.handlers
import chalicelib.intake.routes
import chalicelib.kernel.http.routes
import chalicelib.notify.routes
import chalicelib.supervision.handlers
import chalicelib.supervision.routes
from chalicelib.authority import CedarEngine
from chalicelib.kernel.functions import check_settings
from chalicelib.kernel.http.installation import install

check_settings()
app = Chalice(app_name="sunlit")
Event = dict[str, Any]


@app.authorizer(name="authorize", ttl_seconds=300)
def authorize(request: AuthRequest) -> AuthResponse:
    """Who calls: a token's claims, verified against the configured issuer."""
    from chalicelib.authority.sign_in import authorizer

    return authorizer.authorize(request)


chalicelib.kernel.http.routes.installed += install(
    app,
    authorize,
    CedarEngine(),
    (
        *chalicelib.kernel.http.routes.doors,
        *chalicelib.catalog.routes.doors,
        *chalicelib.certificates.routes.doors,
        *chalicelib.authority.routes.doors,
        *chalicelib.notify.routes.doors,
        *chalicelib.casework.routes.doors,
        *chalicelib.intake.routes.doors,
        *chalicelib.supervision.routes.doors,
    ),
)

gc.freeze()  # all of the above is there to stay
gc.enable()


@app.lambda_function(name="open_task")
def open_task(event: Event, context: Any) -> Any:
    """A flow's step opens its task."""
    return chalicelib.casework.handlers.open_task(event)


@app.lambda_function(name="deliver")
def deliver(event: Event, context: Any) -> Any:
    """The journal's stream wakes delivery."""
    return chalicelib.casework.handlers.on_journal(event)


@app.lambda_function(name="feed_sweep")
def feed_sweep(event: Event, context: Any) -> Any:
    """Each minute: what the stream did not bring."""
    return chalicelib.casework.handlers.sweep_feed(event)


@app.lambda_function(name="deadline_sweep")
def deadline_sweep(event: Event, context: Any) -> Any:
    """Each minute: what time has brought."""
    return chalicelib.casework.handlers.sweep_deadlines(event)


@app.lambda_function(name="reconcile")
def reconcile(event: Event, context: Any) -> Any:
    """Each five minutes: every open case has its execution."""
    return chalicelib.casework.handlers.reconcile_executions(event)


@app.lambda_function(name="retention_sweep")
def retention_sweep(event: Event, context: Any) -> Any:
    """Each day: what has been kept long enough is forgotten."""
    return chalicelib.casework.handlers.sweep_retention(event)


@app.lambda_function(name="notify")
def notify(event: Event, context: Any) -> Any:
    """Events become messages to people."""
    return chalicelib.supervision.handlers.notify(event)


@app.lambda_function(name="sign_certificate")
def sign_certificate(event: Event, context: Any) -> Any:
    """Granted cases get their certificate."""
    return chalicelib.casework.handlers.sign_certificate(event)


@app.lambda_function(name="webhook")
def webhook(event: Event, context: Any) -> Any:
    """Departments' systems are told of new tasks."""
    return chalicelib.casework.handlers.webhook(event)


@app.lambda_function(name="supervise")
def supervise(event: Event, context: Any) -> Any:
    """What was warned of, and supervision's own acts, have their consequences."""
    return chalicelib.supervision.handlers.supervise(event)


@app.lambda_function(name="supervision_sweep")
def supervision_sweep(event: Event, context: Any) -> Any:
    """Each minute: what has not been answered in time climbs."""
    return chalicelib.supervision.handlers.sweep(event)


@app.lambda_function(name="load_city")
def load_city(event: Event, context: Any) -> Any:
    """Posts, appointments and items of a city, loaded by who deploys it."""
    return chalicelib.intake.handlers.load_city(event)
