"""What happened to a case beside its steps: its course, for the public; the matters between office
and parties.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import authority
from chalicelib.casework.acts import Case
from chalicelib.kernel import clock


def course(case: Case) -> dict[str, Any]:
    """Open to everybody: procedures, extension, meetings, corrections, other cases; no texts and no
    persons.
    """
    return {
        "ex_officio": case.is_ex_officio,
        "on_promise": case.submission.on_promise,
        "about": dict(case.submission.about) or None,
        "links": [
            {"relation": link["relation"], "number": link["number"]} for link in case.record.links
        ],
        "procedures": [
            {
                "id": procedure.id,
                "kind": procedure.kind,
                "days": procedure.days,
                "begun_on": procedure.begun_on.isoformat(),
                "ended_on": procedure.ended_on.isoformat() if procedure.ended_on else None,
            }
            for procedure in case.clocks.procedures
        ],
        "extended_days": case.clocks.extended_days,
        "meetings": [_meeting(meeting) for meeting in case.record.meetings.values()],
        "parties_told": len(case.participants.interested),
        "corrections": [_corrected(made) for made in case.record.corrections],
    }


def matters(case: Case) -> dict[str, Any]:
    """For the parties and the office: what is owed, told, ordered, paid and corrected, in words and
    amounts (fen).
    """
    money, decision = case.money, case.decision
    return {
        "owed": list(case.submission.owed),
        "told": list(decision.announced or ()),
        "measure": decision.measure,
        "fee": {
            "due_fen": money.due_fen,
            "paid_fen": money.paid_fen,
            "refunded": money.refunded,
        },
        "extension": _extension(case),
        "corrections": [
            {
                **_corrected(made),
                "text": made["text"],
                "reasons": list(made["reasons"]),
            }
            for made in case.record.corrections
        ],
        "notices": [_notice(told) for told in case.record.notices],
        "same": list(case.record.same),
        "represented_by": case.participants.represented_by.get("name"),
        "windows": [{**done, "at": clock.stamp(done["at"])} for done in case.record.windows],
    }


def _extension(case: Case) -> dict[str, Any] | None:
    asked = case.clocks.extension
    return {"days": asked.days, "status": asked.status} if asked else None


def _notice(told: Mapping[str, Any]) -> dict[str, Any]:
    texts = [
        *told.get("reasons", ()),
        *(told[name] for name in ("ground", "report", "tracking") if name in told),
    ]
    return {"act": told["act"], "at": clock.stamp(told["at"]), "texts": texts}


def _meeting(meeting: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "on": meeting["on"],
        "invited": [authority.post_of(post) for post in meeting["invited"]],
    }


def _corrected(made: Mapping[str, Any]) -> dict[str, Any]:
    return {"entry": made["entry"], "at": clock.stamp(made["at"])}
