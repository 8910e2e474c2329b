"""How each rule runs in this city today: read from one partition of the views, kept for half a
minute.
"""

from collections.abc import Mapping
from datetime import date

from chalicelib.kernel import cache, clock, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.rules import documents
from chalicelib.supervision.rules.city import acts
from chalicelib.supervision.rules.city.acts import CityRule, Setting
from chalicelib.supervision.rules.documents import Rule

PARTITION = "rules#city"
KEPT_SECONDS = 30


@dataclass(frozen=True)
class Running:
    """A rule that runs, by the thresholds of a day."""

    rule: Rule
    thresholds: Mapping[str, int]


def project(stream: str, age: float = 0.0) -> bool:
    """Show a city's change of a rule. A handler of the feed."""
    entries = stores.journal().read(stream)
    rule = acts.fold(stream, entries)
    shown = stores.views().get(PARTITION, rule.rule)
    version = shown.version if shown else 0
    if rule.version <= version:
        return False
    row = Row(
        PARTITION,
        rule.rule,
        version=rule.version,
        data={"changes": [_change(rule, place) for place in range(len(rule.changes))]},
    )
    return stores.views().put(row, expect=version)


def _change(rule: CityRule, place: int) -> dict[str, object]:
    change = rule.changes[place]
    return {
        "from": change.starts_on.isoformat(),
        "on": change.setting.is_on,
        "thresholds": dict(change.setting.thresholds),
        "approved_at": clock.stamp(change.approved_at),
    }


def running(kind: str, day: date) -> tuple[Running, ...]:
    """The rules that watch a kind of stream and are not switched off on a day."""
    found = []
    for rule in documents.of_stream(kind):
        setting = setting_on(rule.id, day)
        if setting.is_on:
            found.append(Running(rule, setting.thresholds_of(rule)))
    return tuple(found)


def setting_on(rule: str, day: date) -> Setting:
    """How a rule runs on a day, as it was read half a minute ago at most."""
    setting = Setting()
    for starts_on, changed in _settings().get(rule, ()):
        if starts_on <= day:
            setting = changed
    return setting


@cache.remembered(seconds=KEPT_SECONDS)
def _settings() -> Mapping[str, tuple[tuple[date, Setting], ...]]:
    settings = {}
    for row in stores.views().partition(PARTITION):
        changes = []
        for said in row.data["changes"]:
            thresholds = {name: int(value) for name, value in said["thresholds"].items()}
            setting = Setting(said["on"], thresholds)
            changes.append((date.fromisoformat(said["from"]), setting))
        settings[row.sk] = tuple(changes)
    return settings
