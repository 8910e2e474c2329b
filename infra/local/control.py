"""The local control routes: move the clock, fire the sweeps, warm the functions, read mail, mint a token.

They exist on the embedded AWS alone, under /__local, beside the product and unknown to it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, jsonify, request
from ministack.services import lambda_svc

from infra.local.clock import ClockFile
from infra.local.mends import functions, mail, schedules
from infra.local.tokens import TokenMaker

_TOKEN_SECONDS = 12 * 3600  # a working day with pasted curl lines

Answer = Any


def add_control(app: Flask, clock: ClockFile, maker: TokenMaker) -> None:
    """Adds the routes to ``app``."""
    routes = Blueprint("local", __name__, url_prefix="/__local")

    @routes.get("/clock")
    def read_clock() -> Answer:
        return jsonify(_clock(clock))

    @routes.post("/clock")
    def move_clock() -> Answer:
        try:
            clock.move(request.get_json())
        except (ValueError, AttributeError, TypeError) as error:
            return jsonify(error=str(error)), 400
        return jsonify({**_clock(clock), "fired": schedules.fire()})

    @routes.post("/tick")
    def tick() -> Answer:
        body = request.get_json(silent=True) or {}
        return jsonify(fired=schedules.fire(body.get("only")))

    @routes.get("/mail")
    def read_mail() -> Answer:
        return jsonify(mail=mail.accepted(request.args.get("to")))

    @routes.post("/token")
    def mint() -> Answer:
        sub = (request.get_json(silent=True) or {}).get("sub")
        if sub not in maker.names:
            return jsonify(error=f"no such person: {sub}", people=sorted(maker.names)), 404
        token = maker.access_token(sub, _TOKEN_SECONDS)
        return jsonify(access_token=token, token_type="Bearer", expires_in=_TOKEN_SECONDS)

    @routes.post("/warm")
    def warm() -> Answer:
        body = request.get_json(silent=True) or {}
        names = [record["config"]["FunctionName"] for record in lambda_svc._functions._data.values()]
        wanted = {name: int(body.get("each", 1)) for name in names} | body.get("functions", {})
        return jsonify(workers=functions.warm(wanted))

    app.register_blueprint(routes)


def _clock(clock: ClockFile) -> dict[str, Any]:
    return {"official_time": clock.now().isoformat(), "offset_seconds": clock.offset()}
