"""The same filed twice: a page that was loaded again, a second officer at the same stall.

Who files is told of the first before there is a second; where it is meant, both are filed, and each
names the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib import casework, catalog
from chalicelib.casework import Case, CaseFiled
from chalicelib.kernel import names
from chalicelib.kernel.errors import Conflict


def application(filed: CaseFiled, is_meant: bool) -> CaseFiled:
    """What is applied for, with the number of the same open case where there is one. Raises
    Conflict, which names it, unless a second one is meant.
    """
    contents = _contents(filed)
    cases = casework.open_cases.of_party(filed.person, filed.item)
    for case in cases:
        is_same = _contents_of(case) == contents
        if is_same:
            return _second(filed, case, is_meant)
    return filed


def opening(filed: CaseFiled, item: catalog.Document, is_meant: bool) -> CaseFiled:
    """Likewise for what an officer opens: the same party, and the same answers to what the item
    says makes it the same matter.
    """
    fields = item.get("same_when") or list(item["form"]["properties"])
    wanted = _answers(filed.form, fields)
    for case in _candidates(filed):
        answers = _answers(case.submission.form, fields)
        is_same_matter = answers == wanted
        if is_same_matter and _concerns_same(case, filed):
            return _second(filed, case, is_meant)
    return filed


def _second(filed: CaseFiled, first: Case, is_meant: bool) -> CaseFiled:
    if not is_meant:
        raise Conflict("filed-already", number=first.number)
    return replace(filed, same_as=first.number)


def _candidates(filed: CaseFiled) -> Iterator[Case]:
    """Of a party without an account nobody has a list: its case stands in an inbox."""
    if filed.person:
        yield from casework.open_cases.of_party(filed.person, filed.item)
        return
    posts = set(filed.posts.values())
    for post in sorted(posts):
        yield from casework.open_cases.at_post(post, filed.item)


def _concerns_same(case: Case, filed: CaseFiled) -> bool:
    concerned = case.participants
    if concerned.applicant != filed.person:
        return False
    return bool(filed.person) or names.are_same(concerned.applicant_name, filed.name)


def _answers(form: Mapping[str, Any], fields: Iterable[str]) -> list[Any]:
    answers = []
    for field in fields:
        answer = form.get(field)
        answers.append(answer)
    return answers


def _contents(filed: CaseFiled) -> list[Any]:
    return [
        filed.form,
        filed.about,
        filed.on_promise,
        _files(filed.materials),
    ]


def _contents_of(case: Case) -> list[Any]:
    filed = case.submission
    return [
        filed.form,
        filed.about,
        filed.on_promise,
        _files(filed.materials),
    ]


def _files(materials: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Uploaded again, a file has another id and the same bytes."""
    files = []
    for each in materials:
        file = (each["code"], each["sha256"])
        files.append(file)
    return sorted(files)
