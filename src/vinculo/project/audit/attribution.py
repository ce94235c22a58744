"""Attribution: the database is told, transaction by transaction, who is acting."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

from vinculo.foundation import actor

STATEMENT = "SELECT set_config('vinculo.actor', %s, true), set_config('vinculo.import', %s, true)"

Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]


class Attribution:
    """Stands before every statement of a connection and sets the actor where the transaction does not know it yet.

    A savepoint that is rolled back takes the setting back too, so the setting is known for one actor in one
    transaction at one depth of savepoints. `COPY` does not pass here: write another statement before it.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.told: tuple[object, ...] = ()

    def __call__(self, execute: Execute, statement: Any, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
        """Tell the transaction who acts, then execute the statement."""
        connection, who = self.connection, actor.current()
        if not connection.in_atomic_block:
            if who == actor.NOBODY:
                return execute(statement, parameters, many, context)
            with transaction.atomic(using=connection.alias):
                self.tell(who)
                return execute(statement, parameters, many, context)
        if connection.connection.info.transaction_status == TransactionStatus.INERROR:
            # Only a rollback can follow, and it takes the actor along.
            return execute(statement, parameters, many, context)
        place = (connection.atomic_blocks[0], *connection.savepoint_ids)
        if self.told != (who, *place) and (self.told or who != actor.NOBODY):
            self.tell(who)
            self.told = (who, *place)
        return execute(statement, parameters, many, context)

    def tell(self, who: actor.Actor) -> None:
        """Set the actor for the rest of the transaction."""
        with self.connection.wrap_database_errors:
            self.connection.connection.execute(
                STATEMENT, [who.name, "" if who.import_id is None else str(who.import_id)]
            )


def follow(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Put attribution before the statements of a new connection."""
    wrappers = connection.execute_wrappers
    wrappers[:] = [each for each in wrappers if not isinstance(each, Attribution)]
    wrappers.append(Attribution(connection))
