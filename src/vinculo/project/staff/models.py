"""Tables of the staff."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from vinculo.project import roles


class User(AbstractUser):
    """Somebody who signs in: a role decides what they may do, a language how the platform speaks to them."""

    id = models.BigAutoField(primary_key=True)
    role = models.CharField(_("role"), max_length=32, choices=roles.CHOICES, default=roles.READ_ONLY)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, blank=True, default="")

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        default_permissions = ("add", "change", "delete", "view")
        permissions = [(code, str(name)) for code, name in roles.PERMISSIONS]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[code for code, _name in roles.CHOICES]), name="staff_user_role_known"
            )
        ]

    @property
    def sees_personal_data(self) -> bool:
        """Tell whether personal data is shown to this user unmasked."""
        return self.has_perm("staff.personal_data_view")
