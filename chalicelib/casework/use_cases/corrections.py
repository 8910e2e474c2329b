"""Corrections: what a mistaken act put on record as name or answers, and whether the certificate
shows it.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from chalicelib import catalog
from chalicelib.authority import mandates
from chalicelib.casework.acts import Case, Correct
from chalicelib.casework.use_cases.case_commands import AuthorizeCase
from chalicelib.catalog import form_days
from chalicelib.kernel import formats, schemas
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.errors import Invalid

Body = Mapping[str, Any]
PUBLIC = "public"


def correction(case: Case, body: Body) -> Correct:
    """The command of a correction. Raises Invalid with what is wrong with the right answers."""
    item = catalog.version(case.item, case.item_version)
    fields = item["form"]["properties"]
    form = formats.as_kept(item["form"], dict(body.get("form", {})))
    if form:
        _check(case, form)
    name = body.get("name", "")
    is_public = any(fields[each]["x-visibility"] == PUBLIC for each in form)
    return Correct(
        body["entry"],
        body["text"],
        body["reasons"],
        name=name,
        form=form,
        is_certified=is_public or bool(name),
    )


def _check(case: Case, form: Body) -> None:
    """Raise Invalid for right answers that are none; what else is on record was judged then."""
    fields = catalog.version(case.item, case.item_version)["form"]
    validator = catalog.form_validator(case.item, case.item_version)
    whole = {**case.submission.form, **form}
    filed_on = case.clocks.filed_at.date()
    found = list(form_days.faults(fields, whole, filed_on, "/form"))
    try:
        schemas.check(validator, whole, at="/form")
    except Invalid as invalid:
        found += invalid.faults
    faults = [fault for fault in found if fault.field.split("/")[2] in form]
    if faults:
        raise Invalid(faults=faults)


def renaming(authorize: AuthorizeCase, name: str) -> AuthorizeCase:
    """The permission, under which windows come to know the applicant's document by the right
    name.
    """

    def authorize_renaming(case: Case) -> Authorization:
        allowed = authorize(case)
        if not name:
            return allowed
        renamed = mandates.persons.renamed(case.participants.applicant, name)
        return dataclasses.replace(allowed, conditions=(*allowed.conditions, *renamed))

    return authorize_renaming
