"""Money: what is asked for and taken is what the item's published rule comes to."""

from chalicelib.supervision.rules.documents import Thresholds
from chalicelib.supervision.rules.watched import Facts, Hit, Watched


def differs(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether a fee differs from the item's rule, or a payment from what was due, by so many fen.
    An exemption has its reasons.
    """
    for act in watched.acts("FeeAssessed"):
        is_exempted = any(group.get("reasons") for group in act.private.values())
        if facts.fee_fen is None or is_exempted:
            continue
        if hit := _differing(
            watched,
            act.data["amount_fen"],
            facts.fee_fen,
            thresholds,
        ):
            return hit
    for act in watched.acts("FeePaid"):
        due = watched.case.money.due_fen
        if hit := _differing(
            watched,
            act.data["amount_fen"],
            due,
            thresholds,
        ):
            return hit
    return None


def _differing(watched: Watched, amount: int, due: int, thresholds: Thresholds) -> Hit | None:
    if abs(amount - due) < thresholds["fen"]:
        return None
    why = {
        "amount_fen": amount,
        "due_fen": due,
    }
    return Hit(
        (watched.entry.seq,),
        why,
    )
