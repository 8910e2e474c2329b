"""What the law asks of a case beside its flow: a third reading of the journal, of persons, times
and money.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib.catalog.flows.step_kinds import DECISIONS, EX_OFFICIO
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision.conformance import flow_documents
from tests.simulation.case_reading import Reading
from tests.support.builders.cases import CALENDAR

MACHINE = Actor()
ONCE = ("SupplementRequested", "CertificateIssued", "CaseWithdrawn", "ExtensionGranted", "RefundOrdered",
        "FeeRefunded", "CaseGrantedTacitly", "DecisionRevoked", "CaseArchived")  # fmt: skip


def breaches(entries: Sequence[Entry]) -> Iterator[str]:
    """Everything in a journal that the law does not allow, in words."""
    filed = entries[0].acts[0]
    applicant = filed.private["applicant"]["person"]
    version, received = filed.data["flow"]["version"], entries[0].at.date()
    opens = flow_documents.document(filed.data["flow"]["id"], version)[0].get("opens", "")
    reading = Reading(
        entries,
        version,
        received,
        {applicant} - {""},
        opens,
        received if opens == EX_OFFICIO else None,
    )
    reading.owed = set(filed.data.get("owed", ()))
    for entry in entries[1:]:
        for act in entry.acts:
            actor = MACHINE if act.data.get("machine") else entry.actor
            if act.type in ONCE:
                yield from [f"{act.type} twice"] if act.type in reading.once else []
                reading.once.add(act.type)
            if judge := JUDGES.get(act.type):
                yield from (
                    f"entry {entry.seq}: {found}"
                    for found in judge(reading, act, actor, entry)
                    if found
                )


def _completed(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    visit, outcome = act.data["visit"], act.data["outcome"]
    step = r.step(visit)
    if actor.person in r.recused:
        yield "completed by who is kept from the case"
    if (
        r.claims.get(visit, actor.person) != actor.person
        and actor.post
        and not _is_at_window(entry)
    ):
        yield "completed by another than its claimer"
    by_time = actor == MACHINE and outcome in (
        "accept",
        "unsupplied",
        "unpaid",
        "unopposed",
        "opposed",
    )
    if by_time and not r.has_waited(visit, entry.at):
        yield f"{outcome} by time that has not come"
    if (
        outcome == "heard"
        and not r.told <= r.statements(visit)
        and not r.has_waited(visit, entry.at)
    ):
        yield "heard, and not everybody was"
    told_apart = outcome in ("opposed", "unopposed") and "opposed" in step["outcomes"]
    if told_apart and (outcome == "opposed") is not bool(r.statements(visit)):
        yield "objections counted wrongly"
    if outcome == "paid" and not r.paid and r.due:
        yield "paid without payment"
    if DECISIONS.get(step["kind"]) == outcome:
        r.decided, r.deciders = True, r.deciders | {actor.person}
        if r.procedures or r.owed:
            yield f"decided while {sorted(r.procedures | r.owed)} was outstanding"
    r.decided |= outcome in ("refuse", "drop", "not_accept")


def _claimed(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    visit = act.data["visit"]
    if r.claims.get(visit):
        yield "claimed from another"
    if actor.person in r.told | r.recused:
        yield "claimed by a party, or by who is kept from the case"
    r.claims[visit] = actor.person


def _released(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    claimer = r.claims.pop(act.data["visit"], "")
    if act.data.get("by_head"):
        if not claimer or actor.person in r.told or not act.private["office"]["reasons"]:
            yield "freed by the head of nobody, as a party or without reasons"
    elif claimer != actor.person:
        yield "released for another"


def _assigned(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    to = act.private["office"]["to"]
    if {to, actor.person} & (r.told | r.recused):
        yield "assigned to or by a party, or who is kept from the case"
    r.claims[act.data["visit"]] = to


def _accepted(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    r.accepted = date.fromisoformat(act.data["accepted_on"])
    by_default = act.type == "CaseAcceptedByDefault"
    if not r.received <= r.accepted <= entry.at.date() or (by_default and r.accepted != r.received):
        yield "accepted on a wrong day"
    if r.is_over(r.received, r.filed["limits"]["acceptance_days"], entry.at) is not by_default:
        yield "accepted by an officer too late, or by time too early"


def _tacit(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    days = r.filed["limits"]["statutory_days"] + r.extended
    expired = (ends := r.filed.get("expires_on")) and entry.at.date() > date.fromisoformat(ends)
    if not r.filed.get("tacit") or r.decided or not r.accepted:
        yield "silence grants nothing here"
    elif (in_time := r.filed.get("in_time_until")) and r.received > date.fromisoformat(in_time):
        yield "granted by silence what was not filed in time"
    elif not expired and not r.is_over(r.accepted, days, entry.at):
        yield "granted by silence before the limit"
    r.decided = True


def _supplemented(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    if actor.person not in r.told and not _is_at_window(entry):
        yield "supplemented by another"
    brought = {material["code"] for material in act.private["applicant"]["materials"]}
    r.owed -= brought
    if act.type == "MaterialsSupplemented":
        r.received = entry.at.date()


def _assisted(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    if actor.person in r.told | r.recused or not actor.post:
        yield "a party served itself, or who is kept from the case did"


def _is_at_window(entry: Entry) -> bool:
    return any(act.type == "WindowAssisted" for act in entry.acts)


def _informed(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    r.told |= {party["person"] for party in act.private["parties"]["people"]}
    if actor.person in r.told:
        yield "an officer became a party"


def _stated(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    said = (actor.person, act.data["visit"])
    if said in r.stated or (act.type == "StatementMade" and actor.person not in r.told):
        yield "spoke twice, or without being asked"
    r.stated.add(said)


def _procedure(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    if act.type == "ProcedureEnded":
        r.procedures.discard(act.data["procedure"])
    else:
        r.procedures.add(act.data["procedure"])
        if act.data["kind"] not in r.filed.get("procedures", ()) or not r.accepted or r.decided:
            yield "a special procedure that the law does not know"


def _extension(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    if act.type == "ExtensionAsked":
        r.asked_by = actor.person
    elif (
        r.decided
        or actor.person == r.asked_by
        or act.data["days"] > r.filed["limits"]["extension_days"]
    ):
        yield "an extension that the law does not know"
    else:
        r.extended = act.data["days"]


def _recused(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    office = act.private["office"]
    if actor.person in r.told | r.recused or not office["reasons"]:
        yield "recused by a party, by who is kept from the case themselves, or without reasons"
    r.recused.add(office["person"])
    r.claims = {visit: by for visit, by in r.claims.items() if by != office["person"]}


def _withdrawn(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    if r.decided or actor.person != r.entries[0].acts[0].private["applicant"]["person"]:
        yield "withdrawn by another, or too late"


def _revoked(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    if not r.decided or (act.data["ground"] == "mistaken" and actor.person in r.deciders | r.told):
        yield "revoked by who decided or is a party, or before the decision"


def _ordered(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    amount, fine = act.data.get("amount_fen"), r.filed.get("fine")
    if amount is not None and not (fine and fine["least_fen"] <= amount <= fine["most_fen"]):
        yield "a fine that the law does not know"
    was_told = any(a.type == "PartiesInformed" for e in r.entries[: entry.seq] for a in e.acts)
    if amount and r.opens == EX_OFFICIO and not was_told:
        yield "fined without having been told"
    r.due = r.due if amount is None else amount


def _assessed(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    r.due = act.data["amount_fen"]
    yield ""


def _money(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    amount, order = act.data["amount_fen"], act.data["order"]
    if act.type == "FeePaid":
        if amount != r.due or r.paid:
            yield "paid twice, or another amount than is due"
        r.paid, r.order = amount, order
    elif (amount, order) != (r.paid, r.order) or not amount:
        yield "given back what was not paid"
    elif act.type == "FeeRefunded" and "RefundOrdered" not in r.once:
        yield "given back without an order"


def _move(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    if act.type == "MoveProposed":
        r.proposed_by = actor.person
    elif actor.person in {r.proposed_by} | r.told or act.data["to"] <= r.version:
        yield "moved by one person alone, or backwards"
    else:
        r.version = act.data["to"]


def _warned(r: Reading, act: Act, actor: Actor, entry: Entry) -> Iterator[str]:
    raised, due = (
        (act.data["clock"], act.data["level"], act.data["due"]),
        date.fromisoformat(act.data["due"]),
    )
    if raised in r.warnings:
        yield "warned twice"
    if entry.at.date() < due or (
        act.data["level"] != "reminder" and entry.at < CALENDAR.end_of(due)
    ):
        yield "warned too early"
    r.warnings.add(raised)


JUDGES = {
    "TaskCompleted": _completed,
    "TaskClaimed": _claimed,
    "TaskReleased": _released,
    "TaskAssigned": _assigned,
    "CaseAccepted": _accepted,
    "CaseAcceptedByDefault": _accepted,
    "CaseGrantedTacitly": _tacit,
    "MaterialsSupplemented": _supplemented,
    "OwedMaterialsBrought": _supplemented,
    "PartiesInformed": _informed,
    "StatementMade": _stated,
    "ObjectionMade": _stated,
    "ProcedureBegun": _procedure,
    "ProcedureEnded": _procedure,
    "ExtensionAsked": _extension,
    "ExtensionGranted": _extension,
    "OfficerRecused": _recused,
    "CaseWithdrawn": _withdrawn,
    "DecisionRevoked": _revoked,
    "CaseOrdered": _ordered,
    "FeeAssessed": _assessed,
    "FeePaid": _money,
    "RefundOrdered": _money,
    "FeeRefunded": _money,
    "MoveProposed": _move,
    "CaseMoved": _move,
    "WarningRaised": _warned,
    "WindowAssisted": _assisted,
}
