"""The local control routes: clock, sweeps, warm functions, mail, used rights, tokens, keys,
streams.

They exist on the embedded AWS alone, under /__local, beside the product and unknown to it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, jsonify, request

from infra.local.city.tokens import TokenMakers
from infra.local.emulator import stored_acts
from infra.local.emulator.clock_file import ActsAhead, ClockFile
from infra.local.emulator.patches import (
    iam_verdicts,
    lambda_workers,
    scheduled_rules,
    sent_mail,
    table_streams,
)
from infra.seed import load

_TOKEN_SECONDS = 12 * 3600  # a working day with pasted curl lines

Answer = Any


def add_control(app: Flask, clock: ClockFile, makers: TokenMakers) -> None:
    """Adds the routes to ``app``."""
    routes = Blueprint("local", __name__, url_prefix="/__local")

    @routes.get("/clock")
    def read_clock() -> Answer:
        return jsonify(_clock(clock))

    @routes.post("/clock")
    def move_clock() -> Answer:
        last_act = stored_acts.newest()
        try:
            clock.move(request.get_json(), last_act)
        except ActsAhead as error:
            return jsonify(error=str(error), last_act=error.last_act.isoformat()), 409
        except (ValueError, AttributeError, TypeError) as error:
            return jsonify(error=str(error)), 400
        fired = scheduled_rules.fire()
        return jsonify({**_clock(clock), "fired": fired, **_ahead(clock, last_act)})

    @routes.post("/tick")
    def tick() -> Answer:
        only = _body().get("only")
        return jsonify(fired=scheduled_rules.fire(only))

    @routes.get("/mail")
    def read_mail() -> Answer:
        to = request.args.get("to")
        return jsonify(mail=sent_mail.accepted(to))

    @routes.get("/texts")
    def read_texts() -> Answer:
        return jsonify(texts=sent_mail.texts(request.args.get("to", "")))

    @routes.get("/rights")
    def read_rights() -> Answer:
        return jsonify(rights=iam_verdicts.used())

    @routes.post("/token")
    def mint() -> Answer:
        sub = str(_body().get("sub"))
        try:
            token = makers.token(sub, _TOKEN_SECONDS)
        except KeyError:
            systems = [f"s-{client}" for client in sorted(makers.scopes)]
            known = sorted(makers.people.names) + systems
            return jsonify(error=f"no such person: {sub}", people=known), 404
        return jsonify(
            access_token=token,
            token_type="Bearer",
            expires_in=_TOKEN_SECONDS,
        )

    @routes.post("/sign-in-keys")
    def change_keys() -> Answer:
        """A new key, or, with ``retire``, an end to the old ones."""
        maker = makers.people
        if _body().get("retire"):
            maker.retire()
        else:
            maker.rotate()
        return jsonify(maker.jwks())

    @routes.post("/warm")
    def warm() -> Answer:
        body = _body()
        each = int(body.get("each", 1))
        wanted = dict.fromkeys(lambda_workers.functions(), each)
        wanted.update(body.get("functions", {}))
        return jsonify(workers=lambda_workers.warm(wanted))

    @routes.post("/skip-streams")
    def skip_streams() -> Answer:
        """Functions that are told to wait begin after what was written meanwhile."""
        table_streams.skip_unread()
        return jsonify({})

    app.register_blueprint(routes)


def _body() -> dict[str, Any]:
    """What was posted; nothing where that is no JSON."""
    return request.get_json(silent=True) or {}


def _ahead(clock: ClockFile, last_act: datetime | None) -> dict[str, Any]:
    """What a clock that was set back leaves in its future, in words."""
    if last_act is None or last_act <= clock.now():
        return {}
    told = "acts, certificates and numbers of a later time stay as they are"
    return {"note": told, "last_act": last_act.isoformat()}


@cache
def _zone() -> ZoneInfo:
    """That of the sample city, whose days these are."""
    city = load.read("city.json")
    return ZoneInfo(city["time_zone"])


def _clock(clock: ClockFile) -> dict[str, Any]:
    return {
        "official_time": clock.now().astimezone(_zone()).isoformat(),
        "offset_seconds": clock.offset(),
    }
