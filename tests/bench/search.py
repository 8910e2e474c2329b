"""``search``: how long a keyword search over 5,000 generated items takes, and what its index
costs.
"""

import random
import tracemalloc
from time import perf_counter
from typing import Any

from chalicelib.catalog import items
from chalicelib.catalog.browsing import item_list, lists
from chalicelib.kernel import stores
from chalicelib.kernel.views import Row
from tests.bench.report import emit, median, percentile, say
from tests.support.fakes.stores import MemoryJournal, MemoryViews

ITEMS, ROUNDS = 5000, 20

# (Chinese, English): what the generated names and conditions are put together from.
DEEDS = [
    ("设置", "putting up"),
    ("变更", "change of"),
    ("延续", "renewal of"),
    ("注销", "end of"),
    ("占用", "occupying"),
]
THINGS = [
    ("店招标牌", "a shop sign"),
    ("户外广告", "outdoor advertising"),
    ("城市道路", "a city road"),
    ("食品经营", "a food business"),
    ("建设工程", "a construction project"),
    ("大型活动", "a mass event"),
    ("文物保护单位", "a heritage site"),
    ("污水排放", "waste water"),
    ("消防设施", "fire safety equipment"),
    ("人力资源服务", "an employment agency"),
    ("医疗机构", "a clinic"),
    ("民办学校", "a private school"),
]
ENDS = [
    ("许可", "permit"),
    ("备案", "filing"),
    ("确认", "confirmation"),
    ("补贴", "subsidy"),
    ("检查", "inspection"),
]
QUERIES = [
    *(
        "店招",
        "许可",
        "食品经营许可",
        "医疗机构 注销",
        "道路占用",
        "文物",
        "残疾人",
        "市",
        "街道12",
        "许可 permit",
    ),
    *("permit", "food business", "renewal clinic", "outdoor advertising permit", "no such thing"),
]


def measure() -> None:
    """Print the median and the 95th percentile of a search, and what its index takes. No AWS, no
    network.
    """
    before, usual = (stores.journal(), stores.views()), items.in_force.FRESH_SECONDS
    views = MemoryViews()
    views.rows = {row.key: row for row in map(_row, range(ITEMS))}
    stores.use(MemoryJournal(), views)
    items.in_force.FRESH_SECONDS = 3600.0
    try:
        _index()
        _search()
    finally:
        stores.use(*before)
        items.in_force.FRESH_SECONDS = usual
        item_list.forget()


def _index() -> None:
    rows, started = item_list.read().rows, perf_counter()
    assert item_list.read().index
    emit(
        "search.index_ms",
        (perf_counter() - started) * 1000,
        f"ms for {ITEMS} items, once per change of the list",
    )
    tracemalloc.start()
    index = item_list.ItemList(rows, stores.views(), 0.0).index
    emit("search.index_mb", tracemalloc.get_traced_memory()[0] / 1e6, "MB")
    tracemalloc.stop()
    del index


def _search() -> None:
    took: dict[str, list[float]] = {query: [] for query in QUERIES}
    for _ in range(ROUNDS):
        for query, times in took.items():
            started = perf_counter()
            found = lists.find(lists.ItemFilter(words=query))
            times.append((perf_counter() - started) * 1000)
            if not times[1:]:
                say(f"  {query}: {len(found)} items, {times[0]:.1f} ms")
    every = [ms for times in took.values() for ms in times]
    emit("search.p50_ms", median(every), f"ms over {ITEMS} items")
    emit("search.p95_ms", percentile(every, 95), f"ms over {ITEMS} items")


def _row(number: int) -> Row:
    chance = random.Random(number)
    (deed, doing), (thing, a_thing), (end, kind) = (
        chance.choice(part) for part in (DEEDS, THINGS, ENDS)
    )
    name = {"zh": f"{thing}{deed}{end}", "en": f"{kind.capitalize()} for {doing} {a_thing}"}
    data: dict[str, Any] = {
        "id": f"item-{number:04}",
        "code": f"113399000030011727333{number:010}",
        "kind": "permit",
        "name": name,
        "authority": "URB",
        "authority_name": {"zh": "明杭市城市管理局", "en": "Minghang Urban Management Bureau"},
        "audience": _text(chance),
        "audiences": ["company"],
        "life_events": ["open-a-shop"],
        "conditions": [_text(chance) for _ in range(5)],
        "result": name,
        "limits": {},
        "fee": {},
        "version": 1,
        "published_at": "",
    }
    return Row(items.LIST, data["id"], version=1, data=data)


def _text(chance: random.Random) -> dict[str, str]:
    (deed, doing), (thing, a_thing), street = (
        chance.choice(DEEDS),
        chance.choice(THINGS),
        chance.randint(1, 500),
    )
    zh = f"在街道{street}范围内{deed}{thing}的企业、个体工商户和其他组织,应当符合规划要求并具备相应的场所、设备和人员"
    en = f"Companies and sole traders {doing} {a_thing} in street {street} need suitable premises, staff and a plan"
    return {"zh": zh, "en": en}


if __name__ == "__main__":
    measure()
