"""The law of a case: what state it is in, and which acts a command leads to. Pure: no I/O, no
clock.
"""

from chalicelib.casework.acts.commands import (
    ApplyDeadlines,
    Assign,
    AtWindow,
    Claim,
    Collect,
    Command,
    CompleteTask,
    Convene,
    DeliverAtWindow,
    FileObjection,
    LinkCase,
    Pay,
    RecordCertificate,
    Release,
    Report,
    ShowAtWindow,
    StateViews,
    Supplement,
    Withdraw,
)
from chalicelib.casework.acts.deadlines import kept_until, next_moment
from chalicelib.casework.acts.decide import decide
from chalicelib.casework.acts.evolve import fold
from chalicelib.casework.acts.office_commands import (
    AnswerExtension,
    ApproveMove,
    AskExtension,
    BeginProcedure,
    Correct,
    EndProcedure,
    OrderRefund,
    ProposeMove,
    Revoke,
)
from chalicelib.casework.acts.state import Case, Visit

__all__ = [
    "AnswerExtension",
    "ApplyDeadlines",
    "ApproveMove",
    "AskExtension",
    "Assign",
    "AtWindow",
    "BeginProcedure",
    "Case",
    "Claim",
    "Collect",
    "Command",
    "CompleteTask",
    "Convene",
    "Correct",
    "DeliverAtWindow",
    "EndProcedure",
    "FileObjection",
    "LinkCase",
    "OrderRefund",
    "Pay",
    "ProposeMove",
    "RecordCertificate",
    "Release",
    "Report",
    "Revoke",
    "ShowAtWindow",
    "StateViews",
    "Supplement",
    "Visit",
    "Withdraw",
    "decide",
    "fold",
    "kept_until",
    "next_moment",
]
