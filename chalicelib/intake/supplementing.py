"""Supplements: what an applicant brings after filing fits the item, and what changed answers ask
for comes with it.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import casework, catalog
from chalicelib.catalog import requirements
from chalicelib.intake import forms, uploads
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Fault, Invalid


def supplement(person: str, body: Mapping[str, Any], case: casework.Case) -> casework.Supplement:
    """The command of a supplement whose files ``person`` uploaded. Raises Invalid with every fault.

    There is only one notice (Art. 32), so what changed answers make necessary is asked for here: a
    waivable material may still follow.
    """
    item = catalog.version(case.item, case.item_version)
    form = body.get("form")
    if form is not None:
        today = clock.now().date()
        if wrong := forms.faults(item, form, case.participants.applicant, today):
            raise Invalid(faults=wrong)
        form = forms.as_kept(item, form)
    brought = uploads.check(
        person, body.get("materials", ()), {m["code"]: m for m in item["materials"]}
    )
    if form is None:
        return casework.Supplement(brought)
    held = {m["code"] for m in (*case.submission.materials, *brought)}
    missing = [
        m
        for m in requirements.materials(
            item,
            form,
            case.submission.on_promise,
        )
        if m["code"] not in held
    ]
    faults = [
        Fault(
            f"/materials/{m['code']}",
            "material-required",
            m["name"],
        )
        for m in missing
        if not m["waivable"]
    ]
    if faults:
        raise Invalid(faults=faults)
    return casework.Supplement(
        brought,
        form,
        tuple(m["code"] for m in missing),
    )
