"""Who lives in the city: its sample people, and many citizens more, all of them fictitious.

Their numbers are formed as real ones are (GB 11643, GB 32100), with right check digits, and in the
area code 339900, which is given to nowhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

CITIZENS = 120
SEED = 20_260_601  # the same people in every history
AREA = "339900"
_WORDS = Path(__file__).with_name("words.json")
_ID_CARD_CHECKS = "10X98765432"
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Person:
    """Who acts: id and name as the identity provider tells them, and what else it vouches for."""

    id: str
    name: str
    phone: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)


NOBODY = Person("", "")


@dataclass(frozen=True)
class Citizen(Person):
    """Somebody who has matters to settle: also with an identity card, for a window."""

    id_card: str = ""


@lru_cache
def words() -> dict[str, Any]:
    """Names of people, places and things, and which fields of forms hold them."""
    known: dict[str, Any] = json.loads(_WORDS.read_text("utf-8"))
    return known


def id_card(chance: Random) -> str:
    """A well-formed number of an identity card that nobody has."""
    born = f"{chance.randint(1955, 2004)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    digits = f"{AREA}{born}{chance.randint(1, 999):03}"
    total = 0
    for place, digit in enumerate(digits):
        total += int(digit) * pow(2, 17 - place, 11)
    return digits + _ID_CARD_CHECKS[total % 11]


def company_code(chance: Random, kind: str = "91") -> str:
    """A well-formed unified social credit code that nobody has; ``92`` are sole traders."""
    signs = f"{kind}{AREA}{chance.randint(0, 999_999_999):09}"
    total = 0
    for place, sign in enumerate(signs):
        total += _CODE_SIGNS.index(sign) * pow(3, place, 31)
    return signs + _CODE_SIGNS[-total % 31]


def name(chance: Random) -> str:
    """A name as many people have."""
    known = words()
    return str(chance.choice(known["surnames"]) + chance.choice(known["given"]))


def citizens() -> list[Citizen]:
    """The citizens beside the sample people, the same at every call."""
    chance = Random(SEED)  # nothing secret is drawn from it
    found = []
    for i in range(1, CITIZENS + 1):
        found.append(
            Citizen(
                f"p-citizen-{i:03}",
                name(chance),
                f"1400001{i:04}",
                id_card=id_card(chance),
            )
        )
    return found
