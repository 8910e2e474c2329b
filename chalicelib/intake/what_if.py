"""What if one filed an item on a day, with these answers: materials, fee, steps, due dates. Nothing
is written.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from chalicelib import authority, casework, catalog
from chalicelib.casework import Forecast, Station
from chalicelib.catalog import flows
from chalicelib.catalog.flows import EX_OFFICIO, Flow
from chalicelib.intake import estimates, filing
from chalicelib.intake.estimates import Fee, Need
from chalicelib.kernel import schemas
from chalicelib.kernel.errors import Fault, Invalid, NotFound

MAX_DAYS = 731  # two years to either side
MIDDAY = time(12)


def whatif(name: str, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a filing on ``filing_date`` (else today) would need, cost and lead to. Raises NotFound,
    Invalid.

    The item is the version in force on that day, like for a filing; for a day before the first one,
    the present one.
    """
    on, faults = _day_of(body, now.date())
    at = now if on == now.date() else datetime.combine(on, MIDDAY, now.tzinfo)
    item, answers, on_promise = (
        _item(name, at),
        body.get("answers", {}),
        body.get("on_promise", False),
    )
    if faults := [*faults, *_faults(item, answers, on_promise)]:
        raise Invalid(faults=faults)
    flow = flows.flow(item["flow"]["id"], item["flow"]["version"])
    fee = estimates.fee(item, answers)
    assessed = 1 if fee.most_fen is None else fee.most_fen
    filed = replace(
        filing.filing_of(item, flow),
        on_promise=on_promise,
    )
    casework.read_calendar()
    way = casework.forecast(filed, at, assessed)
    return {
        "item": {
            "id": item["id"],
            "version": item["version"],
            "name": item["name"],
        },
        "flow": {"id": flow.id, "version": flow.version, "hash": flow.hash},
        "opens": flow.opens,
        "filing_date": on.isoformat(),
        "on_promise": on_promise,
        "materials": [
            _material(need, item, flow, way)
            for need in estimates.materials(item, answers, on_promise)
        ],
        "fee": {
            **_amount(fee),
            "depends_on": list(fee.fields),
            "basis": item["fee"]["basis"],
        },
        "steps": [_step(station, _payable(item, flow, fee)) for station in way.stations],
        "due": _due(way),
    }


def _day_of(body: Mapping[str, Any], today: date) -> tuple[date, list[Fault]]:
    """The filing date; today, and a fault, where it is too far away."""
    on = date.fromisoformat(body.get("filing_date", today.isoformat()))
    if abs((on - today).days) <= MAX_DAYS:
        return on, []
    return today, [Fault("/filing_date", "filing-date-too-far")]


def _item(name: str, at: datetime) -> catalog.Document:
    try:
        return catalog.current(name, at)
    except NotFound:
        return catalog.current(name)


def _faults(item: catalog.Document, answers: Mapping[str, Any], on_promise: bool) -> list[Fault]:
    """Only what is given is looked at."""
    faults = (
        [Fault("/on_promise", "no-promise-here")] if on_promise and "promise" not in item else []
    )
    try:
        schemas.check(_lenient(item["id"], item["version"]), answers, at="/answers")
    except Invalid as invalid:
        faults += invalid.faults
    return faults


@lru_cache(maxsize=256)
def _lenient(item: str, version: int) -> schemas.Validator:
    form = catalog.version(item, version)["form"]
    return schemas.Validator({**form, "required": [], "dependentRequired": {}})


def _material(need: Need, item: catalog.Document, flow: Flow, way: Forecast) -> dict[str, Any]:
    material = need.material
    follows_by = way.owed_by if material["waivable"] and flow.opens != EX_OFFICIO else None
    return {
        "code": material["code"],
        "name": material["name"],
        "note": material.get("note"),
        "needed": need.needed,
        "depends_on": list(need.fields),
        "why": material.get("required_when"),
        "may_follow_until": _day(follows_by),
        "source": material["source"],
        "obtainable_from": material.get("obtainable_from"),
        "replaced_by_promise": material["code"] in item.get("promise", {}).get("replaces", ()),
    }


def _amount(fee: Fee) -> dict[str, int | None]:
    return {"least_fen": fee.least_fen, "most_fen": fee.most_fen}


def _payable(item: catalog.Document, flow: Flow, fee: Fee) -> Fee:
    """What a payment on the way comes to: the fee that is assessed, else the fine that is
    ordered.
    """
    is_assessed = any(step.kind == "assess" for step in flow.steps.values())
    if is_assessed or "fine" not in item:
        return fee
    return Fee(item["fine"]["least_fen"], item["fine"]["most_fen"])


def _step(station: Station, payable: Fee) -> dict[str, Any]:
    step = station.step
    return {
        "step": step.id,
        "kind": step.kind,
        "title": step.title,
        "joint": step.joint or None,
        "office": authority.post_of(station.post) if station.post else None,
        "opens_by": station.opens_on.isoformat(),
        "due_on": _day(station.due_on),
        "amount": _amount(payable) if step.kind == "pay" else None,
    }


def _due(way: Forecast) -> dict[str, Any]:
    shown = {
        name: way.due.get(name) for name in ("accept_by", "runs_from", "decide_by", "statutory_by")
    }
    shown |= {
        "granted_by_silence_on": _day(way.silence_on),
        "deliver_by": _day(way.deliver_by),
    }
    return {
        **shown,
        "ends_by": _day(way.ends_by),
        "provisional": way.is_provisional,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
