"""The case: every act on it by whoever acts, on the fixed flow that its item version published."""

from chalicelib.casework.acts import AtWindow, Case, DeliverAtWindow, ShowAtWindow, Supplement
from chalicelib.casework.acts.windows import assisted
from chalicelib.casework.use_cases.forecasts import Forecast, Station, forecast
from chalicelib.casework.use_cases.permissions import as_applicant, case_resource, unchanged
from chalicelib.casework.use_cases.reads import PURPOSES as READING_PURPOSES
from chalicelib.casework.use_cases.reads import at_window as read_at_window
from chalicelib.casework.use_cases.reads import permit as permit_reading
from chalicelib.casework.use_cases.repository import (
    Application,
    Done,
    case_id_for,
    file,
    filed_before,
    find,
    load,
    perform,
    read,
)
from chalicelib.casework.views.pages import filing_receipt, full, receipt

__all__ = [
    "READING_PURPOSES",
    "Application",
    "AtWindow",
    "Case",
    "DeliverAtWindow",
    "Done",
    "Forecast",
    "ShowAtWindow",
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
    "read",
    "read_at_window",
    "receipt",
    "unchanged",
]
