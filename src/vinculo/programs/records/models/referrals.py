"""Referrals: what is promised for them, who brought whom, and what was noted to tell fraud."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReferralPlan(models.Model):
    """What is given for referrals, by which limits (`referrals.Plan`); the latest open one of a programme counts."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    unit = models.ForeignKey("programs.Unit", models.PROTECT, related_name="+")
    rewards = models.JSONField()
    """Points by level, `[100, 20]`."""
    welcome = models.PositiveIntegerField(_("points for the new member"), default=0)
    window_days = models.PositiveSmallIntegerField(_("days until paid"), default=30)
    minimum_minor = models.PositiveBigIntegerField(_("first purchase at least"), default=1)
    cap = models.PositiveSmallIntegerField(_("rewards a month at most"), default=10)
    velocity = models.PositiveSmallIntegerField(_("referrals that are suspected if more"), default=5)
    velocity_days = models.PositiveSmallIntegerField(_("within days"), default=7)
    open = models.BooleanField(_("open"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("plan of referrals")
        verbose_name_plural = _("plans of referrals")
        constraints = (
            models.UniqueConstraint(fields=["program"], condition=Q(open=True), name="programs_referralplan_one_open"),
        )


class ReferralCode(models.Model):
    """The code by which a member brings others."""

    member = models.OneToOneField("programs.Member", models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=16, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("code of a member")
        verbose_name_plural = _("codes of members")


class Referral(models.Model):
    """One member brought by another, once for ever.

    Whoever brings joined before whoever is brought, so its number is lower: no circle can be written.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting for the first purchase")
        QUALIFIED = "qualified", _("waiting for the days of return")
        SUSPECTED = "suspected", _("suspected")
        PAID = "paid", _("paid")
        REFUSED = "refused", _("refused")

    plan = models.ForeignKey("programs.ReferralPlan", models.PROTECT, related_name="+")
    referrer = models.ForeignKey("programs.Member", models.PROTECT, related_name="+", db_index=False)
    referee = models.OneToOneField("programs.Member", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    reasons = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    order_id = models.BigIntegerField(null=True)
    bought_on = models.DateField(null=True)
    payable_on = models.DateField(null=True)
    cleared = models.BooleanField(default=False)
    """Somebody looked at it and found nothing wrong."""
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = (
            models.CheckConstraint(condition=Q(referrer__lt=F("referee")), name="programs_referral_no_circle"),
        )
        indexes = (
            models.Index(fields=["referrer", "opened_at"], name="programs_referral_referrer"),
            models.Index(fields=["state", "payable_on"], name="programs_referral_state"),
        )


class ReferralMark(models.Model):
    """A keyed hash of what members can be told by, a means of payment or a device; the thing itself is not kept."""

    member = models.ForeignKey("programs.Member", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("mark of a member")
        verbose_name_plural = _("marks of members")
        constraints = (models.UniqueConstraint(fields=["member", "kind", "digest"], name="programs_referralmark_once"),)
