"""Who is one customer: what was decided, which parties belong to which customer since when, what stewards say of two.

A party is a customer as one source, or one hand, made it: a row of `Customer` under a number of its own. As long as
nobody has found it to be somebody else, it is its own customer and no row here speaks of it.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Merge(models.Model):
    """One decision about who is who: parties taken into a customer, or let go again."""

    class Kind(models.TextChoices):
        """What was decided."""

        MERGE = "merge", _("merged")
        UNMERGE = "unmerge", _("separated")

    class Decider(models.TextChoices):
        """Who decided."""

        STEWARD = "steward", _("a person")
        MODEL = "model", _("the matching")
        STORE = "store", _("an undone import")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    customer = models.ForeignKey("identify.Customer", models.DO_NOTHING, related_name="merges", db_constraint=False)
    decided_by = models.CharField(_("decided by"), max_length=16, choices=Decider.choices, default=Decider.STEWARD)
    by = models.TextField(_("by"), default="")
    reason = models.TextField(_("reason"), default="", blank=True)
    evidence = models.JSONField(default=dict)
    """What spoke for it: score, weight of every field, versions of the model and of the cleaning."""
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["undoes"], condition=Q(undoes__isnull=False), name="identify_merge_undone_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Membership(models.Model):
    """A party belongs to a customer from one moment until another, half-open; the open row is the one in force.

    `Customer.merged_into` says the same of the present, for whoever reads customers in sets.
    """

    id = models.BigAutoField(primary_key=True)
    party = models.ForeignKey("identify.Customer", models.DO_NOTHING, related_name="memberships", db_constraint=False)
    customer = models.ForeignKey(
        "identify.Customer", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    merge = models.ForeignKey("identify.Merge", models.PROTECT, related_name="begun")
    ended_by = models.ForeignKey("identify.Merge", models.PROTECT, null=True, related_name="ended")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(valid_to__isnull=True), name="identify_membership_one_open"
            ),
            models.CheckConstraint(condition=~Q(party=F("customer")), name="identify_membership_of_another"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True, ended_by__isnull=True)
                | Q(valid_to__gte=F("valid_from"), ended_by__isnull=False),
                name="identify_membership_ends_by_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} → {self.customer_id}"


class Assertion(models.Model):
    """What a steward says of two parties, whatever any model thinks: the same, or not the same."""

    class Verdict(models.TextChoices):
        """What is said."""

        SAME = "same", _("the same")
        DIFFERENT = "different", _("not the same")

    id = models.BigAutoField(primary_key=True)
    party = models.ForeignKey("identify.Customer", models.DO_NOTHING, related_name="+", db_constraint=False)
    other = models.ForeignKey("identify.Customer", models.DO_NOTHING, related_name="+", db_constraint=False)
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict.choices)
    by = models.TextField(_("by"), default="")
    reason = models.TextField(_("reason"), default="", blank=True)
    recorded_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    merge = models.ForeignKey("identify.Merge", models.PROTECT, null=True, related_name="assertions")

    class Meta:
        verbose_name = _("assertion")
        verbose_name_plural = _("assertions")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "other"], condition=Q(withdrawn_at__isnull=True), name="identify_assertion_one_open"
            ),
            models.CheckConstraint(condition=Q(party__lt=F("other")), name="identify_assertion_lower_first"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} / {self.other_id}: {self.get_verdict_display()}"
