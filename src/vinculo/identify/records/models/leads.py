"""What potential customers may buy: leads, and the steps they took."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Lead(models.Model):
    """One chance that a customer, mostly a prospect, will buy: from where, what for, how far, who looks after it.

    `stage` is where the last of its steps led; a customer may have several leads.
    """

    class Stage(models.TextChoices):
        """How far it is: interest, qualified, an opportunity with its quote and its order, and the two ends."""

        INTEREST = "interest", _("interest")
        QUALIFIED = "qualified", _("qualified")
        QUOTE = "quote", _("opportunity: quote")
        ORDER = "order", _("opportunity: order")
        CONVERTED = "converted", _("converted")
        LOST = "lost", _("lost")

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey("identify.Customer", models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(_("stage"), max_length=16, choices=Stage.choices)
    stage_since = models.DateTimeField()
    source = models.TextField(_("source"), default="", blank=True)
    interest = models.TextField(_("interest"), default="", blank=True)
    product = models.ForeignKey("identify.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.ForeignKey("identify.Category", models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    amount_minor = models.BigIntegerField(_("expected amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="", blank=True)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.TextField(default="", blank=True)
    imported = models.ForeignKey(
        "identify.Import", models.PROTECT, null=True, blank=True, db_column="import_id", related_name="+"
    )

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [
            models.Index(fields=["customer"], name="identify_lead_customer"),
            models.Index(fields=["stage", "-stage_since", "-id"], name="identify_lead_stage"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["interest", "qualified", "quote", "order", "converted", "lost"]),
                name="identify_lead_stage_known",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | ~Q(currency=""), name="identify_lead_money_has_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gte=0), name="identify_lead_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} ({self.get_stage_display()})"


class LeadStep(models.Model):
    """One step of a lead from a stage to another, forward or back: when, by whom, why; never changed."""

    class Way(models.TextChoices):
        """What made it."""

        HAND = "hand", _("by hand")
        FILE = "file", _("by a file")
        EVENT = "event", _("by an event")
        PURCHASE = "purchase", _("by a purchase")
        UNDONE = "undone", _("taken back")

    id = models.BigAutoField(primary_key=True)
    lead = models.ForeignKey("identify.Lead", models.CASCADE, related_name="steps", db_index=False)
    from_stage = models.CharField(max_length=16, default="", blank=True)
    to_stage = models.CharField(max_length=16, choices=Lead.Stage.choices)
    reason = models.TextField(_("reason"), default="", blank=True)
    way = models.CharField(max_length=16, choices=Way.choices, default=Way.HAND)
    happened_at = models.DateTimeField()
    by = models.TextField(default="", blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        verbose_name = _("step of a lead")
        verbose_name_plural = _("steps of leads")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["lead", "id"], name="identify_leadstep_lead")]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"
