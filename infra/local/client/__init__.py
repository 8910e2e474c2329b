"""A small client of the public API; it trusts no answer that breaks its schema."""

from infra.local.client.answer import Answer, UnexpectedAnswerError
from infra.local.client.api import Client, Json, new_key
from infra.local.client.city import City
from infra.local.client.files import File, pdf, put_into_storage
from infra.local.client.waiting import PATIENCE, wait
