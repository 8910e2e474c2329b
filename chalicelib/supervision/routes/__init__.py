"""Supervision over HTTP: conformance, published matters and complaints, rules and statistics for
everybody; complaints for who makes them; matters, boards and what is at risk for offices and
supervision; findings and questions to the policies.
"""

from chalicelib.supervision.routes import (
    boards,
    complaints,
    conformance,
    findings,
    matters,
    outlook,
    policy_questions,
    published_complaints,
    published_matters,
    rules,
    statistics,
)

doors = (
    conformance.door,
    policy_questions.door,
    matters.door,
    published_matters.door,
    findings.door,
    rules.door,
    statistics.door,
    boards.door,
    outlook.door,
    complaints.door,
    published_complaints.door,
)
