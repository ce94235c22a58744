"""The till: receipts that gave points, what was given by hand, and everything an assistant did, once each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TillPurchase(models.Model):
    """A receipt that gave points at a till, and how much of it came back."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    number = models.CharField(_("receipt or order"), max_length=120)
    amount_minor = models.BigIntegerField(_("amount"))
    returned_minor = models.BigIntegerField(_("returned"), default=0)
    happened_at = models.DateTimeField()
    author = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = (
            models.UniqueConstraint(fields=["program", "number"], name="programs_tillpurchase_number"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0, returned_minor__gte=0)
                & models.Q(returned_minor__lte=models.F("amount_minor")),
                name="programs_tillpurchase_amounts",
            ),
        )


class HandLimit(models.Model):
    """What each person may give by hand in a day without asking anybody."""

    program = models.OneToOneField("programs.Program", models.PROTECT, primary_key=True, related_name="+")
    day_points = models.PositiveBigIntegerField(_("points a person may give in a day"), default=0)

    class Meta:
        verbose_name = _("limit of points given by hand")
        verbose_name_plural = _("limits of points given by hand")


class HandGrant(models.Model):
    """Points given or taken by hand for a reason: by one person within the limit of the day, above it by two."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waits for somebody else")
        GIVEN = "given", _("given")
        REFUSED = "refused", _("refused")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    unit = models.ForeignKey("programs.Unit", models.PROTECT, related_name="+", db_index=False)
    points = models.PositiveBigIntegerField(_("points"))
    takes = models.BooleanField(_("taken away"), default=False)
    """They are taken from the member, and counted in the same limit."""
    taken_back = models.PositiveBigIntegerField(default=0)
    grant_class = models.CharField(max_length=12)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=7, choices=State)
    day = models.DateField()
    """On which it was asked for, by the clock of the programme: whose limit it counts in."""
    author = models.CharField(_("by"), max_length=150)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    posting_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("points given by hand")
        verbose_name_plural = _("points given by hand")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(points__gt=0) & models.Q(taken_back__lte=models.F("points")),
                name="programs_handgrant_points",
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("author")) | models.Q(decided_by=""),
                name="programs_handgrant_four_eyes",
            ),
        )
        indexes = (
            models.Index(fields=["program", "author", "day"], name="programs_handgrant_of_day"),
            models.Index(fields=["program"], condition=models.Q(state="waiting"), name="programs_handgrant_waiting"),
        )


class TillAction(models.Model):
    """One thing done at a till, by its key: the same key twice is one, refusals included."""

    class Kind(models.TextChoices):
        """What was done."""

        AWARD = "award", _("points of a purchase")
        REDEEM = "redeem", _("a reward")
        CODE = "code", _("a code used")
        RETURN = "return", _("a return")
        HAND = "hand", _("points given by hand")
        UNDO = "undo", _("undone")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=60)
    payload_hash = models.BinaryField(max_length=16)
    kind = models.CharField(max_length=6, choices=Kind)
    refused = models.CharField(max_length=40, blank=True)
    points = models.BigIntegerField(default=0)
    """What the member has more of, or less, in the unit that is spent."""
    balance = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=120, blank=True)
    subject_id = models.BigIntegerField(null=True)
    """The receipt, the redemption or the grant it is about."""
    details = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    author = models.CharField(max_length=150)
    happened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("action at a till")
        verbose_name_plural = _("actions at tills")
        constraints = (models.UniqueConstraint(fields=["program", "key"], name="programs_tillaction_key"),)
        indexes = (models.Index(fields=["program", "author", "-id"], name="programs_tillaction_of_author"),)
