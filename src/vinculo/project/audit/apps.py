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
        from vinculo.identify.records import facts
        from vinculo.identify.records.rights import rules
        from vinculo.project.audit import attribution, erased, trail

        connection_created.connect(attribution.follow, dispatch_uid="audit.attribution")
        post_migrate.connect(trail.secure, sender=self)
        facts.person_erased.connect(erased.forget, dispatch_uid="audit.forget")
        facts.person_collected.connect(erased.collect, dispatch_uid="audit.collect")
        rules.KINDS["audit"] = rules.Kind(erased.old, erased.trim)
