"""The process's journal and views: DynamoDB, unless a test puts fakes here."""

from chalicelib.kernel.journal import Journal
from chalicelib.kernel.journal.dynamodb import DynamoJournal
from chalicelib.kernel.views import Views
from chalicelib.kernel.views.dynamodb import DynamoViews

_journal: Journal = DynamoJournal()
_views: Views = DynamoViews()


def journal() -> Journal:
    """The journal of this process."""
    return _journal


def views() -> Views:
    """The views of this process."""
    return _views


def use(journal: Journal, views: Views) -> None:
    """Replace both stores (tests)."""
    global _journal, _views
    _journal, _views = journal, views
