"""``act.write_units``: what the basket's journey writes, by DynamoDB's charging rules, over its
acts.
"""

from collections import Counter
from typing import Any

from tests.bench.report import BenchError, emit, say
from tests.bench.rules import REFUSED, WRITE_RULE, Charge, Table, read_charge, size, write_charge
from tests.bench.walks import Record

Json = dict[str, Any]
WRITING = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
SCOPE = (
    "all writes of all functions for one shop-sign case with one supplement and 1 KB forms, filing to certificate: "
    "journal (case, register and certificate entries), feed index, all views (case row, task rows, messages) and "
    "their indexes; sweeps left out; divided by the case's acts"
)


def measure(record: Record, tables: dict[str, Table], acts: int) -> Counter[str]:
    """Print ``act.write_units`` with its parts and its rule; returns the journey's units by
    part.
    """
    units = charged(record, tables)
    for part, n in sorted(units.items()):
        say(f"  {part}: {n} units")
        emit(f"act.write_units.{part}", n / acts, "write units per act")
    emit("act.write_units.rule", f"{WRITE_RULE}; {SCOPE} ({acts})")
    emit("act.write_units", sum(units.values()) / acts, "write units per act")
    return units


def charged(record: Record, tables: dict[str, Table]) -> Counter[str]:
    """Write units of all that the functions wrote, by part, sweeps left out."""
    units: Counter[str] = Counter()
    for request in record.requests:
        if request["operation"] in WRITING and not is_sweep(record, request):
            for part, n in _charges(request, tables):
                units[part] += n
    return units


def is_sweep(record: Record, request: Json) -> bool:
    """Whether a scheduled function asked: its writes are per minute and stage, not per case."""
    return record.keys[request["key"]] in (
        "feed_sweep",
        "deadline_sweep",
        "retention_sweep",
        "reconcile",
    )


def _charges(request: Json, tables: dict[str, Table]) -> list[tuple[str, int]]:
    """(part, units) of one write request, part being ``journal``, ``feed``, ``views`` or
    ``views.<index>``.
    """
    if request["status"] >= 400:
        return [("refused", REFUSED.total)]
    if not request["writes"]:
        raise BenchError(f"a {request['operation']} changed nothing that the recorder saw")
    in_transaction = request["operation"] == "TransactWriteItems"
    found = []
    for write in request["writes"]:
        table = tables[write["table"]]
        charge = write_charge(table, write["old"], write["new"], transaction=in_transaction)
        found += _parts(table, charge)
        _tell(request, write, charge)
    return found


def _parts(table: Table, charge: Charge) -> list[tuple[str, int]]:
    name = table.name.lower()
    return [(name, charge.item)] + [
        ("feed" if index == "feed" else f"{name}.{index}", n) for index, n in charge.indexes.items()
    ]


def _tell(request: Json, write: Json, charge: Charge) -> None:
    keys = [
        v.get("S") or v.get("N")
        for k, v in write["new"].items()
        if k in ("stream", "seq", "pk", "sk")
    ]
    bytes_ = f"{size(write['old'])} -> {size(write['new'])} bytes"
    say(
        f"  {request['operation']} {' '.join(keys)}: {bytes_}: {charge.item} + {dict(charge.indexes)}"
    )


def read_charges(record: Record) -> float:
    """Read units of all that the functions read during the journey, sweeps left out."""
    return sum(
        read_charge(request["operation"], request["asked"], request["answered"] or {})
        for request in record.requests
        if request["service"] == "dynamodb" and not is_sweep(record, request)
    )
