"""Flow templates: the fixed ways that a case can walk, published by version and never edited."""

from chalicelib.catalog.flows import step_maps
from chalicelib.catalog.flows.model import Flow, Joint, Step
from chalicelib.catalog.flows.step_kinds import (
    APPLICANT,
    APPLICATION,
    DECISIONS,
    END,
    EX_OFFICIO,
    FAVOURABLE,
    JOIN,
    KINDS,
    MACHINE,
    MOVE,
    OFFICE,
    PARTIES,
    REVOKE,
    TACIT,
    WITHDRAW,
    Kind,
)
from chalicelib.catalog.flows.templates import FOLDER, file_of, flow, published, read, template

__all__ = [
    "APPLICANT",
    "APPLICATION",
    "DECISIONS",
    "END",
    "EX_OFFICIO",
    "FAVOURABLE",
    "FOLDER",
    "JOIN",
    "KINDS",
    "MACHINE",
    "MOVE",
    "OFFICE",
    "PARTIES",
    "REVOKE",
    "TACIT",
    "WITHDRAW",
    "Flow",
    "Joint",
    "Kind",
    "Step",
    "file_of",
    "flow",
    "published",
    "read",
    "step_maps",
    "template",
]
