"""What can be read of the audit trail."""

from django.db.models import QuerySet

from vinculo.project.audit.models import AuditEntry


def entry_list(
    *, table: str | None = None, row_key: str | None = None, actor: str | None = None
) -> QuerySet[AuditEntry]:
    """Return the changes, the latest first; of one table, of one row of it, by one actor."""
    given = {"table_name": table, "row_key": row_key, "actor": actor}
    return AuditEntry.objects.filter(**{name: value for name, value in given.items() if value is not None}).order_by(
        "-id"
    )
