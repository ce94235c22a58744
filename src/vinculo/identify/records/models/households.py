"""Who lives together: households link persons, and never make one of two."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Household(models.Model):
    """Persons who live together or share how they are reached; a customer may belong to several."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(_("name"), default="", blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class HouseholdMembership(models.Model):
    """A customer in a household from a day until a day; half-open, as relations are."""

    class Kind(models.TextChoices):
        """Why they belong together."""

        FAMILY = "family", _("family")
        ADDRESS = "address", _("shared address")
        CONTACT = "contact", _("shared means of contact")

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey("identify.Household", models.CASCADE, related_name="memberships", db_index=False)
    customer = models.ForeignKey("identify.Customer", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.FAMILY)
    begins_on = models.DateField(_("since"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    suggested = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("place in a household")
        verbose_name_plural = _("places in households")
        indexes = [
            models.Index(fields=["customer"], name="identify_membership_customer"),
            models.Index(fields=["household"], name="identify_membership_household"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["family", "address", "contact"]), name="identify_membership_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="identify_membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["household", "customer"], condition=Q(ends_on__isnull=True), name="identify_membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}/{self.customer_id}"


class HouseholdPair(models.Model):
    """Two persons whom a rule takes for one household, and what the staff said to it; said once, never asked again.

    Its customers are no keys of the database: an import that is taken back need not know of it. A pair of somebody who
    is gone is not shown, and goes when households are looked for again.
    """

    class State(models.TextChoices):
        """What was said."""

        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(
        "identify.Customer", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    second = models.ForeignKey(
        "identify.Customer", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(_("kind"), max_length=16, choices=HouseholdMembership.Kind.choices)
    evidence = models.JSONField(default=list)
    """What they share: `address`, `phone`, `email`, `surname`."""
    # The lowest customer of all who hang together by open pairs: one question, however many they are.
    group_id = models.BigIntegerField()
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    suggested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("suggested household")
        verbose_name_plural = _("suggested households")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["group_id"], condition=Q(state="open"), name="identify_pair_open"),
            models.Index(fields=["second"], name="identify_pair_second"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="identify_pair_in_order"),
            models.UniqueConstraint(fields=["first", "second"], name="identify_pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}/{self.second_id}"
