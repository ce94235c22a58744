"""Who is one customer: what was decided, which parties belong to which customer, what a matching left to people.

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


class Matching(models.Model):
    """One look at who may be one customer: proposed as a folder with a report, in force only when it is published."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Kind(models.TextChoices):
        """What was matched."""

        WHOLE = "whole", _("the whole base")
        ARRIVALS = "arrivals", _("what came since")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.WHOLE)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The matching in force that what came since was matched against."""
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


class MatchingPolicy(models.Model):
    """What matching does by itself; one row, made when somebody changes it."""

    class Arrivals(models.TextChoices):
        """What becomes of records that came since the last matching."""

        MERGE = "merge", _("merged where matching is sure, else shown to people")
        REVIEW = "review", _("proposed; a person publishes")
        OFF = "off", _("left until the whole base is matched")

    class Nightly(models.TextChoices):
        """What becomes of the matching that the night makes when the model is out of date."""

        PROPOSE = "propose", _("proposed; a person publishes")
        PUBLISH = "publish", _("published")
        OFF = "off", _("not made")

    id = models.SmallIntegerField(primary_key=True, default=1)
    arrivals = models.CharField(_("what came since"), max_length=16, choices=Arrivals.choices, default=Arrivals.MERGE)
    nightly = models.CharField(_("every night"), max_length=16, choices=Nightly.choices, default=Nightly.PROPOSE)

    class Meta:
        verbose_name = _("policy of matching")
        verbose_name_plural = _("policies of matching")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="identify_matchingpolicy_one")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


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
