"""Earning: rules by version, what earned points and how much of it stands, replays of a change over history."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vinculo.programs.records.models.program import Titled


class EarningPolicy(models.Model):
    """What a programme asks of its rules; without one, four eyes are asked for."""

    program = models.OneToOneField("programs.Program", models.PROTECT, related_name="+")
    four_eyes = models.BooleanField(_("rules are approved by somebody else"), default=True)

    class Meta:
        verbose_name = _("policy of earning")
        verbose_name_plural = _("policies of earning")


class Rule(models.Model):
    """A rule of a programme, whatever its versions say."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    code = models.SlugField(_("code"), max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("earning rule")
        verbose_name_plural = _("earning rules")
        constraints = (models.UniqueConstraint(fields=["program", "code"], name="programs_rule_code"),)

    def __str__(self) -> str:
        return self.code


class RuleVersion(Titled):
    """What a rule says from one day to another. Once proposed its words stay; the database sees to it."""

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", _("waits for approval")
        ACTIVE = "active", _("approved")
        SUPERSEDED = "superseded", _("replaced by a later version")
        RETIRED = "retired", _("withdrawn")

    rule = models.ForeignKey("programs.Rule", models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveIntegerField(_("version"))
    definition = models.JSONField()
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("in force until before"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    authors = models.JSONField(default=list)
    """Who wrote it, and who proposed it: none of them approves it where four eyes are asked for."""
    created_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("version of an earning rule")
        verbose_name_plural = _("versions of earning rules")
        constraints = (
            models.UniqueConstraint(fields=["rule", "version"], name="programs_ruleversion_once"),
            models.UniqueConstraint(
                fields=["rule"], condition=Q(state__in=["draft", "proposed"]), name="programs_ruleversion_one_in_work"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="programs_ruleversion_ends_after_it_begins",
            ),
        )


class Earning(models.Model):
    """An order, or something else that happened, that was looked at for points; its key is that of its postings."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=60)
    event = models.TextField(db_collation="C")
    """Number of the order, or the key of what happened."""
    trigger = models.CharField(max_length=16)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+", db_constraint=False)
    happened_at = models.DateTimeField()
    digest = models.BinaryField(max_length=16)
    """Of the lines it was evaluated with: others are evaluated anew."""
    steps = models.PositiveIntegerField(default=0)
    """Postings that were asked for: part of their keys."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["program", "source", "event"], name="programs_earning_key"),)


class EarnedLine(models.Model):
    """What one rule gives for one line as it stands, before anything came back."""

    earning = models.ForeignKey(
        "programs.Earning", models.CASCADE, related_name="lines", db_index=False, db_constraint=False
    )
    line_key = models.TextField(db_collation="C")
    rule = models.ForeignKey("programs.Rule", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    version = models.PositiveIntegerField()
    pieces = models.BigIntegerField()
    """In ten thousandths."""
    points = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["earning", "line_key", "rule"], name="programs_earnedline_once"),
        )


class EarnedAward(models.Model):
    """A posting that gave points for one rule of an order, and how much of it was asked back since."""

    earning = models.ForeignKey("programs.Earning", models.CASCADE, related_name="awards", db_constraint=False)
    rule = models.ForeignKey("programs.Rule", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    version = models.PositiveIntegerField()
    account = models.ForeignKey(
        "programs.Account", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    posting = models.ForeignKey(
        "programs.Posting", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    given = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    forgiven = models.BigIntegerField(default=0)
    """Asked back, and left to the member by the policy of returns."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["posting"], name="programs_earnedaward_posting"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, forgiven__gte=0, given__gte=models.F("taken") + models.F("forgiven")),
                name="programs_earnedaward_never_over",
            ),
        )


class RuleDay(models.Model):
    """What a rule with a budget gave for one day's orders, and for how many: budgets of any period add days up."""

    rule = models.ForeignKey("programs.Rule", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    day = models.DateField()
    points = models.BigIntegerField(default=0)
    times = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["rule", "day"], name="programs_ruleday_once"),)


class PointsPaid(models.Model):
    """What of an order was paid with points, in minor units: rules may leave it out of what they count."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=60)
    number = models.TextField(db_collation="C")
    paid_minor = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["program", "source", "number"], name="programs_pointspaid_once"),
            models.CheckConstraint(condition=Q(paid_minor__gte=0), name="programs_pointspaid_amount"),
        )


class Birthday(models.Model):
    """The day of the year on which a member has a birthday: no year, for none is needed."""

    member = models.OneToOneField("programs.Member", models.CASCADE, related_name="+")
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()

    class Meta:
        indexes = (models.Index(fields=["month", "day"], name="programs_birthday_day"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, day__gte=1, day__lte=31), name="programs_birthday_is_a_day"
            ),
        )


class Replay(models.Model):
    """What a change of rules would have meant over a period: asked for, worked out by a job, kept."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    settings = models.JSONField()
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    progress = models.FloatField(default=0.0)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    asked_by = models.CharField(_("asked by"), max_length=150, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("replay of rules")
        verbose_name_plural = _("replays of rules")
