"""The table of the audit trail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change of one row, or of the rows one statement of an import wrote; never changed, never deleted."""

    class Action(models.TextChoices):
        """What happened to the row."""

        INSERT = "insert", _("added")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("removed")

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    import_id = models.BigIntegerField(null=True)
    table_name = models.TextField()
    row_key = models.TextField(null=True)
    action = models.CharField(max_length=8, choices=Action.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    row_count = models.BigIntegerField(default=1)

    class Meta:
        db_table = "audit_entry"
        default_permissions = ()
        indexes = [
            models.Index(fields=["table_name", "row_key", "-id"], name="audit_entry_row"),
            models.Index(fields=["recorded_at"], name="audit_entry_time"),
            models.Index(fields=["actor", "-id"], name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.table_name} {self.row_key or self.row_count}"
