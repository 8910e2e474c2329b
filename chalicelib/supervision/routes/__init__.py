"""Supervision over HTTP: conformance, published matters and statistics for everybody; matters,
boards and what is at risk for offices and supervision; questions to the policies.
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
