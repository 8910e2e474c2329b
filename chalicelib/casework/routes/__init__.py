"""Cases, inboxes, tasks and payments over HTTP."""

from chalicelib.casework.routes import (
    access_log,
    batches,
    case_lists,
    cases,
    certificate_pdf,
    inbox,
    office,
    payments,
    redaction,
    tasks,
)

doors = (
    case_lists.door,
    cases.door,
    access_log.door,
    redaction.door,
    inbox.door,
    tasks.door,
    batches.door,
    office.door,
    payments.door,
    certificate_pdf.door,
)
