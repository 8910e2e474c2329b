"""Cases, inboxes, tasks and payments over HTTP."""

from chalicelib.casework.routes import (
    access_log,
    batches,
    cases,
    certificate_pdf,
    inbox,
    office,
    payments,
    redaction,
    tasks,
)

doors = (
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
