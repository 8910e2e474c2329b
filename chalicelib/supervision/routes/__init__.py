"""Supervision over HTTP: conformance, published matters, rules and statistics for everybody;
matters, boards and what is at risk for offices and supervision; findings and questions to the
policies.
"""

from chalicelib.supervision.routes import (
    boards,
    conformance,
    findings,
    matters,
    outlook,
    policy_questions,
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
)
