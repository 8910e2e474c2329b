"""What applicants and officers write: an item's own example, with names, places and days of the
case.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any

from infra.seed.history import people
from infra.seed.history.people import Person, words

# On this day the examples are as if filed; where they speak of what is to come, somewhat earlier.
WRITTEN_ON = date(2026, 11, 23)
WRITTEN_EARLIER = {
    "construction-permit": date(2026, 10, 26),
    "food-licence": date(2026, 10, 12),
    "road-excavation": date(2026, 10, 12),
    "tender-filing": date(2026, 9, 28),
}
NO_PHONE = "14000009999"
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"20[0-9]{2}-[0-9]{2}")


def written(item: Mapping[str, Any], who: Person, on: date, chance: Random) -> dict[str, Any]:
    """The form of an item as ``who`` fills it in, or an officer about them, on a day."""
    form: dict[str, Any] = deepcopy(item["form"]["examples"][0])
    example_day = WRITTEN_EARLIER.get(item["id"], WRITTEN_ON)
    for field, value in form.items():
        if isinstance(value, str):
            form[field] = _moved(value, example_day, on)
    drawn = {**_of_person(who, chance), **_numbers(chance), **_titles(chance)}
    for field in sorted(form.keys() & drawn.keys()):
        form[field] = drawn[field]()
    return form | _shop(form, chance)


def _moved(text: str, example_day: date, on: date) -> str:
    """A day or month as far from the filing as that of the example is from its own."""
    if _DAY.fullmatch(text):
        return (date.fromisoformat(text) + (on - example_day)).isoformat()
    if _MONTH.fullmatch(text):
        months = (on.year - example_day.year) * 12 + on.month - example_day.month
        year, month = map(int, text.split("-"))
        later = year * 12 + month - 1 + months
        return f"{later // 12}-{later % 12 + 1:02}"
    return text


def _of_person(who: Person, chance: Random) -> dict[str, Callable[[], Any]]:
    """Names, telephones, companies and places, whatever an item's field for them is called."""
    kinds: dict[str, Callable[[], Any]] = {
        "own_name": lambda: who.name,
        "other_name": lambda: people.name(chance),
        "own_phone": lambda: who.phone or NO_PHONE,
        "company": lambda: _company(chance),
        "place": lambda: _place(chance),
    }
    drawn = {}
    for kind, fields in words()["fields"].items():
        drawn.update(dict.fromkeys(fields, kinds[kind]))
    return drawn


def _numbers(chance: Random) -> dict[str, Callable[[], Any]]:
    return {
        "uscc": lambda: people.company_code(chance),
        "builder_uscc": lambda: people.company_code(chance),
        "spouse_id_number": lambda: people.id_card(chance),
        "certificate_number": lambda: people.id_card(chance) + "43",
        "account_number": lambda: f"6217{chance.randint(0, 10**15 - 1):015}",
        "floor_m2": lambda: chance.randrange(800, 60_000, 100),
        "area_m2": lambda: chance.randint(4, 240),
        "width_cm": lambda: chance.randrange(120, 600, 10),
        "monthly_income_fen": lambda: chance.randrange(120_000, 380_000, 1000),
        "residual_kg": lambda: chance.randrange(300, 6_000, 10),
        "kitchen_kg": lambda: chance.randrange(200, 4_000, 10),
        "participants": lambda: chance.randrange(2_000, 16_000, 500),
        "households": lambda: chance.randint(2, 12),
    }


def _titles(chance: Random) -> dict[str, Callable[[], Any]]:
    return {
        "project_name": lambda: _one("districts", chance) + _one("projects", chance),
        "event_name": lambda: _one("events", chance),
        "information": lambda: _one("information", chance),
        "site_name": lambda: _one("sites", chance),
        "road": lambda: _one("roads", chance),
    }


def _shop(form: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    """A shop's names go together."""
    if "business_name" not in form:
        return {}
    shop = _one("shops", chance)
    whole = f"明杭市{_one('districts', chance)}{shop}(个体工商户)"
    names = {"business_name": whole, "shop_name": shop, "sign_text": shop}
    names["uscc"] = people.company_code(chance, "92")
    return {field: value for field, value in names.items() if field in form}


def _one(kind: str, chance: Random) -> str:
    return str(chance.choice(words()[kind]))


def _company(chance: Random) -> str:
    return f"明杭市{_one('trades', chance)}有限公司"


def _place(chance: Random) -> str:
    return f"明杭市{_one('districts', chance)}{_one('roads', chance)}{chance.randint(1, 480)}号"
