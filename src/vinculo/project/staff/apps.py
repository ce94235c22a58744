"""The Django app of the staff."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    """Users and roles."""

    name = "vinculo.project.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read the Spanish catalogues; keep the groups of the roles as declared after every migration."""
        # Models may be imported only once the apps are ready.
        from vinculo.project import catalogues
        from vinculo.project.staff import services

        catalogues.install()
        post_migrate.connect(services.groups_refresh, sender=self)
