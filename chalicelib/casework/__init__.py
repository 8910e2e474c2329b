"""The case: every act on it by whoever acts, on the fixed flow that its item version published."""

from chalicelib.casework.access import as_applicant, case_resource, unchanged
from chalicelib.casework.acts import Case, Supplement
from chalicelib.casework.desk import Application, Done, case_id_for, file, filed_before, find, load, perform
from chalicelib.casework.pages import filing_receipt, receipt

__all__ = [
    "Application",
    "Case",
    "Done",
    "Supplement",
    "as_applicant",
    "case_id_for",
    "case_resource",
    "file",
    "filed_before",
    "filing_receipt",
    "find",
    "load",
    "perform",
    "receipt",
    "unchanged",
]
