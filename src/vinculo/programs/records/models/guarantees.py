"""Guarantees: what was promised to everybody, and each promise that was kept or broken."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinculo.programs.records.models.program import written


class ServiceHours(models.Model):
    """When work is done: hours by day of the week, and days on which there is none, where the programme runs."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    hours = models.JSONField(_("hours"))
    holidays = models.JSONField(_("holidays"), default=list, blank=True)

    class Meta:
        verbose_name = _("service hours")
        verbose_name_plural = _("service hours")
        constraints = (models.UniqueConstraint(fields=["program", "name"], name="programs_servicehours_name"),)

    def __str__(self) -> str:
        return self.name


class Guarantee(models.Model):
    """A published promise: what starts its clock, what keeps it, in what time, and what is given when it is broken."""

    class Measure(models.TextChoices):
        """How time is counted."""

        MINUTES = "minutes", _("minutes")
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        ON_THE_DAY = "on_the_day", _("on the day that was promised")

    class Gift(models.TextChoices):
        """What is given."""

        POINTS = "points", _("points")
        REWARD = "reward", _("a reward")
        MONEY_OFF = "money_off", _("money off")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="guarantees")
    code = models.SlugField(_("code"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    text_en = models.TextField(_("text in English"), blank=True)
    text_es = models.TextField(_("text in Spanish"), blank=True)
    starts = models.CharField(_("what starts the clock"), max_length=60)
    keeps = models.CharField(_("what keeps it"), max_length=60)
    measure = models.CharField(_("time is counted in"), max_length=10, choices=Measure)
    amount = models.PositiveIntegerField(_("time"), default=0)
    service_hours = models.ForeignKey(
        "programs.ServiceHours",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service hours"),
    )
    late_news_minutes = models.PositiveIntegerField(_("minutes in which news may come late"), default=0)
    exclusions = models.JSONField(_("exclusions"), default=list, blank=True)
    gift = models.CharField(_("gift"), max_length=9, choices=Gift)
    unit = models.ForeignKey("programs.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    points = models.PositiveBigIntegerField(_("points"), default=0)
    reward = models.ForeignKey("programs.Reward", models.PROTECT, null=True, blank=True, related_name="+")
    published_from = models.DateField(_("published from"), null=True, blank=True)
    published_to = models.DateField(_("no more from"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("service guarantee")
        verbose_name_plural = _("service guarantees")
        constraints = (
            models.UniqueConstraint(fields=["program", "code"], name="programs_guarantee_code"),
            models.CheckConstraint(
                condition=models.Q(gift="points", points__gt=0, unit__isnull=False)
                | (~models.Q(gift="points") & models.Q(reward__isnull=False)),
                name="programs_guarantee_gives",
            ),
        )

    def __str__(self) -> str:
        return written(self.name_en, self.name_es)

    @property
    def text(self) -> str:
        """Return what it is in the language of the page."""
        return written(self.text_en, self.text_es)


class Promise(models.Model):
    """One promise to one customer: open, kept or broken, and what was given for it; broken once, given once."""

    class State(models.TextChoices):
        """How it stands."""

        EARLY = "early", _("kept before it was known")
        OPEN = "open", pgettext_lazy("promise", "open")
        KEPT = "kept", _("kept")
        BROKEN = "broken", _("broken")
        EXCLUDED = "excluded", _("does not count")

    guarantee = models.ForeignKey("programs.Guarantee", models.PROTECT, related_name="promises", db_index=False)
    customer = models.ForeignKey("identify.Customer", models.PROTECT, null=True, related_name="+", db_constraint=False)
    origin = models.CharField(_("source"), max_length=64, blank=True)
    reference = models.CharField(_("reference"), max_length=120)
    state = models.CharField(_("state"), max_length=8, choices=State)
    started_at = models.DateTimeField(_("started at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    kept_at = models.DateTimeField(_("kept at"), null=True)
    broken_at = models.DateTimeField(_("found broken at"), null=True)
    excluded = models.CharField(_("exclusion"), max_length=40, blank=True)
    excluded_by = models.CharField(max_length=150, blank=True)
    given_at = models.DateTimeField(_("given at"), null=True)
    not_given = models.CharField(max_length=40, blank=True)
    posting_id = models.BigIntegerField(null=True)
    redemption = models.ForeignKey("programs.Redemption", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = (
            models.UniqueConstraint(fields=["guarantee", "origin", "reference"], name="programs_promise_once"),
            models.CheckConstraint(
                condition=models.Q(state="early") | models.Q(due_at__isnull=False, customer__isnull=False),
                name="programs_promise_is_to_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], condition=models.Q(state="open"), name="programs_promise_open"),
            models.Index(
                fields=["broken_at"],
                condition=models.Q(state="broken", given_at__isnull=True),
                name="programs_promise_owed",
            ),
            models.Index(fields=["guarantee", "due_at"], name="programs_promise_months"),
        )
