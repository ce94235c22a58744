"""What persons may ask for, who must never come back, and how long what is kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vinculo.identify.records.models.consents import customer_key


class RightsRequest(models.Model):
    """A request of a person about his or her data (articles 15 to 21 of the GDPR), due within a month."""

    class Kind(models.TextChoices):
        """What is asked for."""

        ACCESS = "access", _("access and portability")
        RECTIFICATION = "rectification", _("rectification")
        ERASURE = "erasure", _("erasure")
        RESTRICTION = "restriction", _("restriction of processing")
        OBJECTION = "objection", _("objection")

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("open")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    id = models.BigAutoField(primary_key=True)
    customer = customer_key()
    kind = models.CharField(_("what is asked for"), max_length=16, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("due on"))
    note = models.TextField(_("note"), default="", blank=True)
    answer = models.TextField(_("answer"), default="", blank=True)
    recorded_by = models.TextField(default="")
    handled_by = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)
    in_force_from = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request of a person")
        verbose_name_plural = _("requests of persons")
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="open"), name="identify_right_open"),
            models.Index(fields=["customer"], name="identify_right_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"


class Tombstone(models.Model):
    """A keyed hash of what pointed to a person who was erased: rows that bear it stay out. It names nobody."""

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:8]


class RetentionRule(models.Model):
    """How long one kind of data is kept; off until somebody says how long."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    months = models.PositiveIntegerField(_("months"), null=True, blank=True)
    active = models.BooleanField(_("in use"), default=False)
    changed_by = models.TextField(default="")
    last_applied_at = models.DateTimeField(null=True)
    last_removed = models.IntegerField(null=True)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(active=False) | Q(months__gte=1), name="identify_retention_says_how_long"
            )
        ]

    def __str__(self) -> str:
        return self.code
