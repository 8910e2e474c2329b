"""Supervision over HTTP: conformance and published matters for everybody; matters for offices and
supervision; questions to the policies for supervisors and auditors; statistics, boards, and what is at risk.
"""

from chalicelib.supervision.routes import (
    boards,
    conformance,
    matters,
    outlook,
    policy_questions,
    published_matters,
    statistics,
)

doors = (
    conformance.door,
    policy_questions.door,
    matters.door,
    published_matters.door,
    statistics.door,
    boards.door,
    outlook.door,
)
