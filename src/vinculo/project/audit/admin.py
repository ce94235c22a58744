"""The back room of the audit trail: read, searched, never written."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from vinculo.project.audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Who changed what, and when."""

    list_display = ("recorded_at", "actor", "action", "table_name", "row_key", "row_count")
    list_filter = ("action",)
    search_fields = ("=actor", "=table_name", "=row_key")
    ordering = ("-id",)
    # Counting millions of entries for the foot of a list costs more than the list.
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        """Show it to those who may see who changed what."""
        return request.user.has_perm("staff.audit_view")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show its place to the same."""
        return request.user.has_perm("staff.audit_view")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the database writes the trail."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        """Refuse: the trail is never changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        """Refuse: the trail is never shortened."""
        return False
