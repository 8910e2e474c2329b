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
from chalicelib.casework.acts.deadlines import moments, silent_since
from chalicelib.casework.acts.declared.marks import WarningRaised
from chalicelib.casework.acts.evolve import after
from chalicelib.casework.acts.term_account import LimitLine, StopLine, TermAccount, term_account
from chalicelib.casework.acts.terms import decision_terms, step_term
from chalicelib.casework.acts.windows import assisted
from chalicelib.casework.consumers.case_messages import Batch as MessageBatch
from chalicelib.casework.consumers.waiting_tasks import of_person as waiting_tasks_of
from chalicelib.casework.execution.delivery import OPEN
from chalicelib.casework.use_cases.case_commands import execute
from chalicelib.casework.use_cases.file_case import (
    CHANNELS,
    Application,
    case_id_for,
    file_case,
)
from chalicelib.casework.use_cases.forecasts import Forecast, Station, forecast
from chalicelib.casework.use_cases.permissions import as_applicant, unchanged
from chalicelib.casework.use_cases.policy_views import case_resource, task_resource
from chalicelib.casework.use_cases.reads import PURPOSES as READING_PURPOSES
from chalicelib.casework.use_cases.reads import CaseRead
from chalicelib.casework.use_cases.reads import at_window as read_at_window
from chalicelib.casework.use_cases.reads import permit as permit_reading
from chalicelib.casework.use_cases.repository import (
    find,
    load,
    place_in_register,
    read,
    read_calendar,
)
from chalicelib.casework.views import open_cases
from chalicelib.casework.views.attachments import ATTACHED_WITHIN
from chalicelib.casework.views.inbox import resource as inbox_resource
from chalicelib.casework.views.pages import filing_receipt, full, receipt

__all__ = [
    "APPEALABLE",
    "ATTACHED_WITHIN",
    "CHANNELS",
    "DECLARED",
    "OPEN",
    "READING_PURPOSES",
    "Application",
    "AtWindow",
    "Case",
    "CaseFiled",
    "CaseRead",
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
    "after",
    "as_applicant",
    "assisted",
    "case_id_for",
    "case_resource",
    "decision_terms",
    "execute",
    "file_case",
    "filing_receipt",
    "find",
    "fold",
    "forecast",
    "full",
    "inbox_resource",
    "load",
    "moments",
    "open_cases",
    "permit_reading",
    "place_in_register",
    "read",
    "read_at_window",
    "read_calendar",
    "receipt",
    "silent_since",
    "step_term",
    "task_resource",
    "term_account",
    "unchanged",
    "waiting_tasks_of",
]
