"""A small client of the public API, for the demo and the tests; it trusts no answer that breaks its schema."""

from infra.local.client.api import (
    Answer,
    City,
    Client,
    File,
    Json,
    UnexpectedAnswerError,
    new_key,
    pdf,
    put_into_storage,
    wait,
)
