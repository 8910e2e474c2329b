"""The case: every act on it by whoever acts, on the fixed flow that its item version published."""

from chalicelib.casework.access import as_applicant, case_resource, unchanged
from chalicelib.casework.acts import AtWindow, Case, HandOver, Show, Supplement
from chalicelib.casework.acts.windows import assisted
from chalicelib.casework.desk import Application, Done, case_id_for, file, filed_before, find, load, perform
from chalicelib.casework.forecasts import Forecast, Station, forecast
from chalicelib.casework.pages import filing_receipt, full, receipt
from chalicelib.casework.reads import PURPOSES as READING_PURPOSES
from chalicelib.casework.reads import at_window as read_at_window
from chalicelib.casework.reads import permit as permit_reading

__all__ = [
    "READING_PURPOSES",
    "Application",
    "AtWindow",
    "Case",
    "Done",
    "Forecast",
    "HandOver",
    "Show",
    "Station",
    "Supplement",
    "as_applicant",
    "assisted",
    "case_id_for",
    "case_resource",
    "file",
    "filed_before",
    "filing_receipt",
    "find",
    "forecast",
    "full",
    "load",
    "perform",
    "permit_reading",
    "read_at_window",
    "receipt",
    "unchanged",
]
