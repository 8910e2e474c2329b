"""Who is present at a window: identity checked, consent given, and for which party they may act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.authority import mandates
from chalicelib.kernel import clock, texts
from chalicelib.kernel.errors import Fault

CONSENT = 1  # the version of the text that is read to people; each has its sentence in the texts
LAST = 4  # characters of a document's number that are kept to show
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Attendance:
    """Who is present, for which ``party``, and what goes on record of it, without the number of a
    document.
    """

    person: str
    name: str = field(repr=False)
    party: str
    party_name: str = field(repr=False)
    evidence: Mapping[str, Any] = field(repr=False)

    @property
    def represented_by(self) -> Mapping[str, str]:
        """Who acts in the party's name; nobody where the party itself is present."""
        return {} if self.person == self.party else {"person": self.person, "name": self.name}


def attendance(body: Body, now: datetime) -> Attendance:
    """What the officer says of who is present."""
    present = body["present"]
    person = party_of(present)
    party = body.get("on_behalf_of", person)
    names = (
        {m.party: m.name for m in mandates.held_by(person, now)}
        if party != person
        else {person: present["name"]}
    )
    return Attendance(person, present["name"], party, names.get(party, ""), evidence(body, now))


def party_of(who: Body) -> str:
    """The party that an account or a document stands for."""
    document = who.get("document", {})
    return (
        str(who["person"])
        if "person" in who
        else mandates.party_from_document(document["type"], document["number"])
    )


def evidence(body: Body, now: datetime) -> dict[str, Any]:
    """What goes on record: name, account or document with the end of its number, how it was
    checked, the consent.
    """
    check = {
        "method": body["identity_check"]["method"],
        "at": body["identity_check"].get("at", clock.stamp(now)),
    }
    told = {"present": shown(body["present"])} if "present" in body else {}
    return {**told, "identity_check": check, "consent": body["consent"]["version"]}


def shown(who: Body) -> dict[str, Any]:
    """A person as the record names them."""
    kept = {name: who[name] for name in ("name", "person") if name in who}
    document = who.get("document")
    return kept | (
        {"document": {"type": document["type"], "last": document["number"][-LAST:]}}
        if document
        else {}
    )


def faults(body: Body, now: datetime, who: Body, at: str) -> list[Fault]:
    """What is wrong with the identity check, the consent, and the document of ``who``, to which
    ``at`` points.
    """
    found = _checked_today(body["identity_check"].get("at"), now)
    if body["consent"]["version"] != CONSENT:
        found.append(Fault("/consent/version", "consent-outdated", {"version": CONSENT}))
    document = who.get("document", {})
    if document.get("type") == "id_card" and not mandates.is_id_card(document["number"]):
        found.append(Fault(f"{at}/document/number", "id-card-number"))
    return found


def _checked_today(said: str | None, now: datetime) -> list[Fault]:
    if said is None:
        return []
    try:
        at = clock.parse(said).astimezone(now.tzinfo)
    except (ValueError, OverflowError):  # the schema's pattern lets a 31 February pass
        return [Fault("/identity_check/at", "format", {"limit": "date-time"})]
    return (
        []
        if at.date() == now.date() and at <= now
        else [Fault("/identity_check/at", "not-checked-today")]
    )


def unrepresented(who: Attendance, item: str, act: str, now: datetime) -> list[Fault]:
    """A fault, unless who is present is the party or may do ``act`` for it at the item."""
    held = mandates.held_by(who.person, now) if who.person != who.party else ()
    if who.person == who.party or any(
        m.party == who.party and mandates.covers(m, item, act) for m in held
    ):
        return []
    return [Fault("/on_behalf_of", "not-represented")]


def comes_of_age(born_on: date) -> date:
    """The day from which somebody is no minor; who was born on the 29th of February, on the 1st of
    March.
    """
    try:
        return born_on.replace(year=born_on.year + 18)
    except ValueError:
        return date(born_on.year + 18, 3, 1)


def consent(language: str) -> dict[str, Any]:
    """The text that is read to a person at a window before anything is done for them."""
    return {"version": CONSENT, "text": texts.say(f"window-consent-{CONSENT}", language)}
