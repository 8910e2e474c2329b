"""The case: every act on it by whoever acts, on the fixed flow that its item version published."""

from chalicelib.casework.acts import (
    APPEALABLE,
    DECLARED,
    AtWindow,
    Case,
    CaseFiled,
    DeliverAtWindow,
    FineRange,
    FlowVersion,
    ShowAtWindow,
    Supplement,
    Visit,
    fold,
)
from chalicelib.casework.acts.deadlines import silent_since
from chalicelib.casework.acts.declared.marks import WarningRaised
from chalicelib.casework.acts.term_account import LimitLine, StopLine, TermAccount, term_account
from chalicelib.casework.acts.windows import assisted
from chalicelib.casework.consumers.case_messages import Batch as MessageBatch
from chalicelib.casework.use_cases.case_commands import execute
from chalicelib.casework.use_cases.file_case import Application, case_id_for, file_case
from chalicelib.casework.use_cases.forecasts import Forecast, Station, forecast
from chalicelib.casework.use_cases.permissions import as_applicant, unchanged
from chalicelib.casework.use_cases.policy_views import case_resource, task_resource
from chalicelib.casework.use_cases.reads import PURPOSES as READING_PURPOSES
from chalicelib.casework.use_cases.reads import at_window as read_at_window
from chalicelib.casework.use_cases.reads import permit as permit_reading
from chalicelib.casework.use_cases.repository import find, load, read, read_calendar
from chalicelib.casework.views.attachments import ATTACHED_WITHIN
from chalicelib.casework.views.inbox import resource as inbox_resource
from chalicelib.casework.views.pages import filing_receipt, full, receipt

__all__ = [
    "APPEALABLE",
    "ATTACHED_WITHIN",
    "DECLARED",
    "READING_PURPOSES",
    "Application",
    "AtWindow",
    "Case",
    "CaseFiled",
    "DeliverAtWindow",
    "FineRange",
    "FlowVersion",
    "Forecast",
    "LimitLine",
    "MessageBatch",
    "ShowAtWindow",
    "Station",
    "StopLine",
    "Supplement",
    "TermAccount",
    "Visit",
    "WarningRaised",
    "as_applicant",
    "assisted",
    "case_id_for",
    "case_resource",
    "execute",
    "file_case",
    "filing_receipt",
    "find",
    "fold",
    "forecast",
    "full",
    "inbox_resource",
    "load",
    "permit_reading",
    "read",
    "read_at_window",
    "read_calendar",
    "receipt",
    "silent_since",
    "task_resource",
    "term_account",
    "unchanged",
]
