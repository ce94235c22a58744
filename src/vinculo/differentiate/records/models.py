"""Tables of runs, of which one is published, and of the scores it serves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """One analysis: a folder that never changes once done, and how far it is until then."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.BigAutoField(primary_key=True)
    folder = models.TextField(default="", blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.QUEUED)
    as_of = models.DateField(_("as of"))
    settings = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    timings = models.JSONField(default=dict)
    error = models.TextField(default="", blank=True)
    step = models.TextField(default="", blank=True)
    progress = models.FloatField(default=0.0)
    job_id = models.BigIntegerField(null=True)
    publishing = models.BooleanField(_("publish when done"), default=False)
    attempts = models.IntegerField(default=0)
    asked_by = models.TextField(_("asked by"), default="")
    asked_at = models.DateTimeField(_("asked at"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [models.Index(fields=["-asked_at"], name="differentiate_run_time")]
        constraints = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="differentiate_run_progress"),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(folder=""), name="differentiate_run_done_has_folder"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.as_of:%Y-%m-%d})"


class Publication(models.Model):
    """A run named as the one everybody sees; the latest row holds. Going back is a new row that names an older run."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("differentiate.Run", models.PROTECT, related_name="publications")
    published_at = models.DateTimeField(_("published at"))
    published_by = models.TextField(_("published by"), default="")

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return f"{self.run_id}"


class CustomerValue(models.Model):
    """One customer in one run: what pages filter, sort and show of the warehouse tables `value`, `profile`, `rhythm`.

    Partitioned by run: a run is served by filling a table of its own aside and attaching it (`value_partition_open`,
    `value_partition_attach`), and forgotten by dropping it (`value_partition_drop`). Rows are found here by their
    customers; lists of them are read from a file with the same values (`readers.values_reader`).
    """

    pk = models.CompositePrimaryKey("run_id", "customer_id")
    run_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    purchase_days = models.BigIntegerField()
    repeat_purchase_days = models.BigIntegerField()
    since_last_days = models.BigIntegerField(null=True)
    age_at_last_days = models.BigIntegerField(null=True)
    tenure_days = models.BigIntegerField(null=True)
    mean_interpurchase_days = models.FloatField(null=True)
    net_sales_minor = models.BigIntegerField()
    contribution_minor = models.BigIntegerField()
    # 1 brought most: whale curve, deciles and 80/20 are ranges of it.
    contribution_rank = models.BigIntegerField()
    expected_purchases = models.FloatField()
    p_buys = models.FloatField()
    churn_probability = models.FloatField()
    expected_spend_minor = models.FloatField(null=True)
    contribution_per_purchase_minor = models.FloatField()
    residual_value_minor = models.BigIntegerField()
    residual_value_low_minor = models.BigIntegerField()
    residual_value_high_minor = models.BigIntegerField()
    residual_value_infinite_minor = models.BigIntegerField()
    total_value_minor = models.BigIntegerField()
    recency_score = models.BigIntegerField()
    frequency_score = models.BigIntegerField()
    monetary_score = models.BigIntegerField()
    time_score = models.BigIntegerField()
    rfmt_code = models.TextField(db_collation="C")
    rfmt_score = models.FloatField()
    rfmt_segment = models.TextField(db_collation="C")
    value_tier = models.TextField(db_collation="C")
    value_tier_reason = models.TextField()
    relationship_area = models.TextField(db_collation="C")
    relationship_area_reason = models.TextField()
    country = models.TextField(null=True)
    channel = models.TextField(null=True)
    segment = models.TextField(null=True)
    dominant_category = models.TextField(null=True)
    cohort = models.DateField(null=True)
    first_purchase_on = models.DateField(null=True)
    last_purchase_on = models.DateField(null=True)
    # Of the warehouse table `rhythm`.
    overdue_ratio = models.FloatField(null=True)
    median_interpurchase_days = models.FloatField(null=True)
    preferred_weekday = models.BigIntegerField(null=True)
    preferred_hour = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("value of a customer")
        verbose_name_plural = _("values of customers")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.run_id}/{self.customer_id}"
