"""Where rows come from: sources, imports, and the records as they came in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A system or a habit that sends rows: a shop, a till, a spreadsheet, the staff's own hands."""

    class Kind(models.TextChoices):
        """How its rows arrive."""

        FILE = "file", _("files")
        API = "api", _("interface")
        MANUAL = "manual", _("by hand")

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.TextField(_("name"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.FILE)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return str(self.Kind.MANUAL.label) if self.kind == self.Kind.MANUAL else self.name


class Import(models.Model):
    """One file taken in, or about to be: what it was read as, how far it is, what came of it."""

    class Kind(models.TextChoices):
        """What the rows of the file are."""

        CUSTOMERS = "customers", _("customers")
        PRODUCTS = "products", _("products")
        ORDERS = "orders", _("orders")
        RELATIONS = "relations", _("relations")

    class State(models.TextChoices):
        """How far it is."""

        UPLOADED = "uploaded", _("uploaded")
        PREVIEWED = "previewed", _("previewed")
        RUNNING = "running", _("running")
        HELD = "held", _("held back")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        UNDONE = "undone", _("undone")

    GONE: ClassVar[tuple[str, ...]] = (State.FAILED, State.CANCELLED, State.UNDONE)
    """States that leave nothing behind: the same file may come again."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="imports", verbose_name=_("source"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    file_name = models.TextField(_("file"))
    content_sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField(_("bytes"))
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.UPLOADED)
    step = models.TextField(default="", blank=True)
    progress = models.FloatField(default=0.0)
    problem = models.TextField(default="", blank=True)
    job_id = models.BigIntegerField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.TextField(default="")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["-created_at"], name="identify_import_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "content_sha256"],
                condition=~Q(state__in=["failed", "cancelled", "undone"]),
                name="identify_import_same_file_once",
            ),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="identify_import_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"


class SourceRecord(models.Model):
    """A party: one customer or product as a source sent it, one row a version; never changed.

    A trigger refuses every change, and every removal but the undo of its import
    (`set_config('vinculo.undoing', '<import id>', true)`).
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="records")
    kind = models.CharField(max_length=16, choices=Import.Kind.choices)
    source_key = models.TextField(db_collation="C")
    version = models.IntegerField(default=1)
    payload = models.JSONField()
    imported = models.ForeignKey(
        "identify.Import",
        models.PROTECT,
        null=True,
        blank=True,
        db_column="import_id",
        related_name="records",
        db_index=False,
    )
    row_number = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("source record")
        verbose_name_plural = _("source records")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["imported", "row_number"], name="identify_record_import")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "source_key", "version"], name="identify_record_one_version"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="identify_record_version"),
        ]

    def __str__(self) -> str:
        return f"{self.source_key} ({self.version})"
