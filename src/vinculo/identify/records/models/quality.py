"""How good what is known of customers is: what was measured each day, who answers for it, and what must hold."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Measurement(models.Model):
    """What was measured of one field of one source on one day, the last time that day; counts only, of nobody.

    Without a source it is the whole base. The field `duplicates` of the whole base is the estimate, in `details`.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(_("day"))
    source = models.ForeignKey("identify.Source", models.CASCADE, null=True, related_name="+", db_index=False)
    field = models.CharField(_("field"), max_length=16)
    customers = models.BigIntegerField(_("customers"))
    filled = models.BigIntegerField(default=0)
    sound = models.BigIntegerField(default=0)
    kinds = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "source", "field"], nulls_distinct=False, name="identify_measurement_one_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.source or ''} {self.field}"


class Finding(models.Model):
    """What a source holds of a customer, and what was noted about it, as two sets of bits (`identify.quality.faults`).

    Worked out anew by every measurement: the customers behind its figures.
    """

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(
        "identify.Customer", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    source = models.ForeignKey("identify.Source", models.DO_NOTHING, related_name="+", db_constraint=False)
    holds = models.BigIntegerField()
    marks = models.BigIntegerField()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["customer", "source"], name="identify_finding_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.source_id}"


class FieldOwner(models.Model):
    """Who answers for a field of a source, or of the whole base."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.CASCADE, null=True, related_name="+", db_index=False)
    field = models.CharField(_("field"), max_length=16)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))

    class Meta:
        verbose_name = _("owner of a field")
        verbose_name_plural = _("owners of fields")
        constraints = [
            models.UniqueConstraint(fields=["source", "field"], nulls_distinct=False, name="identify_fieldowner_one")
        ]

    def __str__(self) -> str:
        return f"{self.source or ''} {self.field}: {self.owner}"


class ShelfLife(models.Model):
    """How long a value of a field stays fresh; of every source, unless it has one of its own."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(
        "identify.Source", models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("source")
    )
    field = models.CharField(_("field"), max_length=16)
    days = models.PositiveIntegerField(_("days"), null=True)
    """Nothing where it never goes stale."""

    class Meta:
        verbose_name = _("shelf life of a field")
        verbose_name_plural = _("shelf lives of fields")
        constraints = [
            models.UniqueConstraint(fields=["source", "field"], nulls_distinct=False, name="identify_shelflife_one"),
            models.CheckConstraint(condition=Q(days__isnull=True) | Q(days__gte=1), name="identify_shelflife_days"),
        ]

    def __str__(self) -> str:
        return f"{self.source or ''} {self.field}: {self.days}"


class Threshold(models.Model):
    """The least share of a field that must pass a measure; of every source, unless it has one of its own."""

    class Effect(models.TextChoices):
        """What happens where fewer pass."""

        WARN = "warn", _("warn")
        STOP = "stop", _("hold files back")

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(
        "identify.Source", models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("source")
    )
    field = models.CharField(_("field"), max_length=16)
    measure = models.CharField(_("measure"), max_length=16)
    least = models.FloatField(_("at least"))
    effect = models.CharField(_("effect"), max_length=8, choices=Effect.choices, default=Effect.WARN)

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "field", "measure"], nulls_distinct=False, name="identify_threshold_one"
            ),
            models.CheckConstraint(condition=Q(least__gt=0, least__lte=1), name="identify_threshold_share"),
        ]

    def __str__(self) -> str:
        return f"{self.source or ''} {self.field} {self.measure} {self.least:.0%}"
