"""What finance keeps of a programme: its books, dated rates, estimates and who approved them, and closed periods.

Rates, budgets and closed periods are only added to; an estimate is settled once. The database sees to both.
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Books(models.Model):
    """Which legal entity owes what a programme promises, and the accounts of its general ledger."""

    program = models.OneToOneField("programs.Program", models.PROTECT, related_name="+")
    entity = models.CharField(_("legal entity"), max_length=120)
    accounts = models.JSONField(_("accounts of the general ledger"), default=dict)

    class Meta:
        verbose_name = _("books of a programme")
        verbose_name_plural = _("books of programmes")


class PointRate(models.Model):
    """What 1,000 points cost, or are worth, from a day on; of two rates for one day the later one holds."""

    class Kind(models.TextChoices):
        """Whether it is what a point costs us, or what it is worth to a member."""

        COST = "cost", _("cost")
        VALUE = "value", _("fair value")

    unit = models.ForeignKey("programs.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    valid_from = models.DateField(_("valid from"))
    minor_per_1000 = models.BigIntegerField(_("minor units for 1,000 points"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    author = models.CharField(_("by"), max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rate of a point")
        verbose_name_plural = _("rates of points")
        constraints = (
            models.CheckConstraint(condition=models.Q(minor_per_1000__gte=0), name="programs_rate_positive"),
        )
        indexes = (models.Index(fields=["unit", "kind", "valid_from"], name="programs_rate_of_unit"),)


class RedemptionEstimate(models.Model):
    """The share of points expected to be redeemed in all, from a day on; somebody else approves it."""

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    unit = models.ForeignKey("programs.Unit", models.PROTECT, related_name="+")
    effective_on = models.DateField(_("effective on"))
    rate = models.DecimalField(_("rate of redemption"), max_digits=9, decimal_places=8)
    by_month = models.JSONField(_("rates of months"), default=dict)
    method = models.CharField(_("method"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=400)
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    owed_before_minor = models.BigIntegerField(_("owed with the estimate before"), null=True)
    owed_after_minor = models.BigIntegerField(_("owed with this estimate"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField(_("proposed by"), max_length=150)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("estimate of redemption")
        verbose_name_plural = _("estimates of redemption")
        constraints = (
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lte=1), name="programs_estimate_is_a_share"),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, state="proposed", decided_by="")
                | (models.Q(decided_at__isnull=False) & ~models.Q(state="proposed") & ~models.Q(decided_by="")),
                name="programs_estimate_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(decided_by=models.F("proposed_by")),
                name="programs_estimate_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(state="proposed"), name="programs_estimate_one_open"
            ),
        )
        indexes = (models.Index(fields=["unit", "effective_on"], name="programs_estimate_of_unit"),)


class CampaignBudget(models.Model):
    """The points a campaign may give; the last one given holds."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    campaign = models.CharField(_("campaign"), max_length=60)
    points = models.BigIntegerField(_("points"))
    author = models.CharField(_("by"), max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("budget of a campaign")
        verbose_name_plural = _("budgets of campaigns")
        constraints = (models.CheckConstraint(condition=models.Q(points__gte=0), name="programs_budget_positive"),)
        indexes = (models.Index(fields=["program", "campaign", "-id"], name="programs_budget_of_campaign"),)


class PeriodClose(models.Model):
    """A closed period: the moment before which it ends, the last posting it knew, and the hashes of its extract."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    closed_from = models.DateTimeField(_("from"))
    closed_until = models.DateTimeField(_("until"))
    last_day = models.DateField(_("last day"))
    last_posting_id = models.BigIntegerField()
    postings = models.BigIntegerField(_("postings"))
    closing = models.JSONField(_("closing balances"), encoder=DjangoJSONEncoder)
    folder = models.CharField(max_length=200)
    movements_sha256 = models.CharField(max_length=64)
    reports_sha256 = models.CharField(max_length=64)
    author = models.CharField(_("by"), max_length=150)
    closed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        constraints = (
            models.UniqueConstraint(fields=["program", "closed_from"], name="programs_close_follows"),
            models.UniqueConstraint(fields=["program", "closed_until"], name="programs_close_once"),
            models.CheckConstraint(
                condition=models.Q(closed_from__lt=models.F("closed_until")), name="programs_close_forward"
            ),
        )
