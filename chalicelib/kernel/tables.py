"""Tables as pynamodb's connection reaches them: items in DynamoDB's own form, without models.

The stores read and write their few attributes themselves. One connection, and so one client, serves
all tables of the process.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any

from pynamodb.connection import Connection, base
from pynamodb.connection.base import MetaTable
from pynamodb.constants import PUT_ITEM
from pynamodb.exceptions import (
    CancellationReason,
    TransactWriteError,
    UpdateError,
    VerboseClientError,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.kernel import aws, cache

# pynamodb would make a botocore session per connection (85 ms of CPU each at a cold start); there
# is no setting for it.
base.get_session = aws.session  # type: ignore[attr-defined]

Item = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB has it: ``{"seq": {"N": "3"}}``."""

FAILED = "ConditionalCheckFailedException"
BATCH = 100  # keys of one BatchGetItem
ALL_OLD, ALL_NEW = "ALL_OLD", "ALL_NEW"
UNMEASURED = "NONE"  # nobody looks at what a call has consumed
_connecting = RLock()  # botocore makes clients in one thread at a time


@cache.remembered()
def connection() -> Connection:
    """The process's connection, with its timeouts and retries."""
    made = Connection(
        connect_timeout_seconds=aws.CONNECT_SECONDS,
        read_timeout_seconds=aws.READ_SECONDS,
        max_retry_attempts=aws.ATTEMPTS - 1,
    )
    with _connecting:
        assert made.client
    return made


class ConditionFailed(Exception):
    """An item is not as a put's condition says; ``standing`` is the item as it is."""

    def __init__(self, standing: Item | None) -> None:
        super().__init__()
        self.standing = standing


class Table:
    """A table, told by its physical name, its key attributes and their types.

    ``indexes`` are names of an index and of its key attributes.
    """

    def __init__(
        self,
        name: str,
        keys: Mapping[str, str],
        indexes: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.name = name
        self._keys = keys
        self._connection = connection()
        schema = _schema(name, keys, indexes or {})
        with suppress(ValueError):  # another thread has said so
            self._connection.add_meta_table(MetaTable(schema))

    def get(self, partition: str, sort: str) -> Item | None:
        """One item, read consistently."""
        answer = self._connection.get_item(self.name, partition, sort, consistent_read=True)
        item: Item | None = answer.get("Item")
        return item

    def get_many(self, keys: Sequence[tuple[str, str]]) -> Iterator[Item]:
        """Those of the items that exist, in no order."""
        names = tuple(self._keys)
        waiting: list[Any] = [dict(zip(names, key, strict=True)) for key in keys]
        while waiting:
            asked, waiting = waiting[:BATCH], waiting[BATCH:]
            answer = self._connection.batch_get_item(self.name, asked)
            yield from answer["Responses"].get(self.name, ())
            left = answer.get("UnprocessedKeys", {}).get(self.name)
            if left:
                waiting += left["Keys"]

    def query(self, partition: str, sort: Condition | None = None) -> Iterator[Item]:
        """All items of a partition in order, read consistently."""
        start: Mapping[str, Any] | None = None
        while True:
            items, start = self.page(partition, sort, consistent_read=True, start=start)
            yield from items
            if not start:
                return

    def page(
        self,
        partition: str,
        sort: Condition | None = None,
        *,
        start: Mapping[str, Any] | None = None,
        **how: Any,
    ) -> tuple[list[Item], Mapping[str, Any] | None]:
        """Some items of a partition of the table, or of an index (``index_name``), and where the
        next page starts; ``how`` as pynamodb's ``Connection.query`` has it.
        """
        answer = self._connection.query(
            self.name,
            partition,
            sort,
            exclusive_start_key=dict(start) if start else None,
            return_consumed_capacity=UNMEASURED,
            **how,
        )
        return answer["Items"], answer.get("LastEvaluatedKey")

    def put(self, item: Item, condition: Condition | None = None) -> None:
        """Write the whole item. Raises ConditionFailed, and what AWS answers."""
        asked = self.part_of(item, condition)
        asked["ReturnConsumedCapacity"] = UNMEASURED
        try:
            self._connection.dispatch(PUT_ITEM, asked)
        except VerboseClientError as error:
            if aws.error_code(error) != FAILED:
                raise
            answer = getattr(error.__cause__, "response", {})
            raise ConditionFailed(answer.get("Item")) from error

    def update(
        self,
        partition: str,
        sort: str,
        actions: Sequence[Action],
        condition: Condition | None = None,
    ) -> Item | None:
        """Change some attributes; the item as it is then, None where the condition does not
        hold.
        """
        try:
            answer = self._connection.update_item(
                self.name,
                partition,
                sort,
                actions=actions,
                condition=condition,
                return_values=ALL_NEW,
                return_consumed_capacity=UNMEASURED,
            )
        except UpdateError as error:
            if aws.error_code(error) != FAILED:
                raise
            return None
        item: Item = answer["Attributes"]
        return item

    def part_of(self, item: Item, condition: Condition | None = None) -> dict[str, Any]:
        """A put as DynamoDB is asked for it, alone or in a transaction."""
        partition, sort = (item[name][of] for name, of in self._keys.items())
        on_failure = ALL_OLD if condition is not None else None
        asked: dict[str, Any] = self._connection.get_operation_kwargs(
            self.name,
            partition,
            sort,
            key="Item",
            attributes=item,
            condition=condition,
            return_values_on_condition_failure=on_failure,
        )
        return asked

    def check_of(self, partition: str, sort: str, condition: Condition) -> dict[str, Any]:
        """A condition on an item, as part of a transaction."""
        asked: dict[str, Any] = self._connection.get_operation_kwargs(
            self.name,
            partition,
            sort,
            condition=condition,
        )
        return asked


class Transaction:
    """Puts, and conditions on other items, that hold together or not at all."""

    def __init__(self) -> None:
        self._puts: list[dict[str, Any]] = []
        self._checks: list[dict[str, Any]] = []

    def put(self, table: Table, item: Item, condition: Condition | None = None) -> None:
        """Write the whole item."""
        self._puts.append(table.part_of(item, condition))

    def check(self, table: Table, partition: str, sort: str, condition: Condition) -> None:
        """Write nothing, but only if the condition holds."""
        self._checks.append(table.check_of(partition, sort, condition))

    def commit(self) -> None:
        """All of it. Raises TransactWriteError."""
        connection().transact_write_items(
            self._checks,
            [],
            self._puts,
            [],
            return_consumed_capacity=UNMEASURED,
        )

    def reasons_of_puts(self, error: TransactWriteError) -> list[CancellationReason | None]:
        """Why each put failed, in their order; None for those that did not. Empty where AWS gives
        no reasons.
        """
        # Checks are sent, and answered, before what is written.
        return error.cancellation_reasons[len(self._checks) :]


def _schema(
    name: str,
    keys: Mapping[str, str],
    indexes: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """What pynamodb wants to know of a table, as DescribeTable tells it."""
    types = dict(keys)
    described = []
    for index, attributes in indexes.items():
        types |= dict.fromkeys(attributes, "S")
        described.append({"IndexName": index, "KeySchema": _key_schema(attributes)})
    definitions = [{"AttributeName": each, "AttributeType": of} for each, of in types.items()]
    return {
        "TableName": name,
        "KeySchema": _key_schema(tuple(keys)),
        "AttributeDefinitions": definitions,
        "GlobalSecondaryIndexes": described,
    }


def _key_schema(attributes: Sequence[str]) -> list[dict[str, str]]:
    partition, sort = attributes
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
