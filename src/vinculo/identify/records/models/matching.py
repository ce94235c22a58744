"""Matchings of the whole base, and the pairs they leave for people to decide."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Matching(models.Model):
    """One look at who may be one customer: proposed as a folder with a report, in force only when it is published."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.QUEUED)
    step = models.TextField(default="", blank=True)
    progress = models.FloatField(default=0.0)
    error = models.TextField(default="", blank=True)
    counts = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    """Of the models, by kind of record."""
    asked_by = models.TextField(_("by"), default="")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    published_by = models.TextField(default="", blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("matching")
        verbose_name_plural = _("matchings")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Candidate(models.Model):
    """Two parties of whom a person says whether they are one customer.

    A matching could not decide, or did decide and is measured by a sample of what it decided.
    """

    class Purpose(models.TextChoices):
        """Why somebody is asked."""

        DECIDE = "decide", _("to decide")
        MEASURE = "measure", _("to measure")

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        SECOND = "second", _("waits for a second person")
        SAME = "same", _("the same")
        DIFFERENT = "different", _("not the same")
        UNSURE = "unsure", _("unsure")
        GONE = "gone", _("settled elsewhere")

    id = models.BigAutoField(primary_key=True)
    matching = models.ForeignKey("identify.Matching", models.PROTECT, related_name="candidates")
    party = models.ForeignKey("identify.Customer", models.DO_NOTHING, related_name="+", db_constraint=False)
    other = models.ForeignKey("identify.Customer", models.DO_NOTHING, related_name="+", db_constraint=False)
    purpose = models.CharField(max_length=16, choices=Purpose.choices, default=Purpose.DECIDE)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    probability = models.FloatField()
    weight = models.FloatField()
    weights = models.JSONField(default=dict)
    """What each field speaks for (positive) or against (negative), in powers of two."""
    rules = models.JSONField(default=list)
    pattern = models.TextField(default="")
    """Which fields speak for, which against: candidates of one pattern may be decided together."""
    priority = models.FloatField()
    """Impact times uncertainty; the highest first."""
    four_eyes = models.BooleanField(default=False)
    first_verdict = models.CharField(max_length=16, default="", blank=True)
    first_by = models.TextField(default="", blank=True)
    decided_by = models.TextField(default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        indexes = [
            models.Index(
                fields=["-priority", "id"], condition=Q(state__in=["open", "second"]), name="identify_candidate_queue"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "other"],
                condition=Q(state__in=["open", "second", "unsure"]),
                name="identify_candidate_one_open",
            ),
            models.CheckConstraint(condition=Q(party__lt=F("other")), name="identify_candidate_lower_first"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} / {self.other_id}"
