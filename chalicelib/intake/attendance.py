"""Who is present at a window: identity checked, consent given, and for which party they may act."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any

from chalicelib.authority import mandates
from chalicelib.kernel import clock, texts
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.journal import TransactionalWrite
from chalicelib.kernel.values import dataclass

CONSENT = 1  # the version of the text that is read to people; each has its sentence in the texts
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
    name = (
        present["name"]
        if party == person
        else _name_of(
            party,
            person,
            now,
        )
    )
    return Attendance(
        person,
        present["name"],
        party,
        name,
        evidence(body, now),
    )


def _name_of(party: str, person: str, now: datetime) -> str:
    """Under which name somebody may act for a party; empty where they may not."""
    for mandate in mandates.held_by(person, now):
        if mandate.party == party:
            return mandate.name
    return ""


def party_of(who: Body) -> str:
    """The party that an account or a document stands for."""
    if "person" in who:
        return str(who["person"])
    return mandates.documents.read(who["document"]).party


def evidence(body: Body, now: datetime) -> dict[str, Any]:
    """What goes on record: who was present, how that was checked, the consent.

    Of a document the end of its number is kept.
    """
    check = body["identity_check"]
    present = {"present": shown(body["present"])} if "present" in body else {}
    return {
        **present,
        "identity_check": {
            "method": check["method"],
            "at": check.get("at", clock.stamp(now)),
        },
        "consent": body["consent"]["version"],
    }


def shown(who: Body) -> dict[str, Any]:
    """A person as the record names them."""
    named = {name: who[name] for name in ("name", "person") if name in who}
    document = who.get("document")
    if document:
        named["document"] = mandates.documents.read(document).shown
    return named


def faults(body: Body, now: datetime, who: Body, at: str) -> list[Fault]:
    """What is wrong with identity check, consent, and the document of ``who``, which stands
    ``at``.
    """
    faults = _faults_of_check(body["identity_check"].get("at"), now)
    if body["consent"]["version"] != CONSENT:
        faults.append(
            Fault(
                "/consent/version",
                "consent-outdated",
                {"version": CONSENT},
            )
        )
    if "document" in who:
        faults += mandates.documents.faults(who["document"], f"{at}/document")
    return faults


def of_another_name(who: Body, at: str) -> list[Fault]:
    """A fault, where windows know the document of ``who`` under another name: under one number
    stands one person, and who has another name now has it corrected first.
    """
    if "document" in who and mandates.persons.is_another(party_of(who), who["name"]):
        return [Fault(f"{at}/name", "document-of-another-name")]
    return []


def remembered(who: Body) -> tuple[TransactionalWrite, ...]:
    """What is remembered of somebody known by a document, with the first act for them."""
    if "document" not in who:
        return ()
    return mandates.persons.remembered(party_of(who), who["name"])


def _faults_of_check(stated: str | None, now: datetime) -> list[Fault]:
    if stated is None:
        return []
    at = clock.parse(stated).astimezone(now.tzinfo)
    if at.date() == now.date() and at <= now:
        return []
    return [Fault("/identity_check/at", "not-checked-today")]


def unrepresented(who: Attendance, item: str, act: str, now: datetime) -> list[Fault]:
    """A fault, unless who is present is the party or may do ``act`` for it at the item."""
    if who.person == who.party:
        return []
    for mandate in mandates.held_by(who.person, now):
        if mandate.party == who.party and mandates.covers(
            mandate,
            item,
            act,
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
    return {
        "version": CONSENT,
        "text": texts.say(f"window-consent-{CONSENT}", language),
    }
