"""The Django app of the audit trail."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """The audit trail; the last of the apps, so that all tables exist when its triggers are attached."""

    name = "vinculo.project.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attribute what every connection writes; attach triggers and privileges after every migration."""
        from vinculo.project.audit import attribution, trail

        connection_created.connect(attribution.follow, dispatch_uid="audit.attribution")
        post_migrate.connect(trail.secure, sender=self)
