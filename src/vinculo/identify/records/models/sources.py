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


class ImportTemplate(models.Model):
    """How files with certain headers are read and brought in, corrected once and kept under a name."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(_("name"), unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Import.Kind.choices)
    source = models.ForeignKey(
        "identify.Source", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    headers = models.JSONField(default=list)
    """The headers of the file it was made from, as they are found when nothing is known of the file."""
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.TextField(default="")

    class Meta:
        verbose_name = _("template of columns")
        verbose_name_plural = _("templates of columns")
        indexes = [models.Index(fields=["fingerprint"], name="identify_template_headers")]

    def __str__(self) -> str:
        return self.name


class WatchedFolder(models.Model):
    """A folder below the root that an administrator permits; files that are put there are brought in."""

    class After(models.TextChoices):
        """What becomes of a file that was brought in."""

        LEAVE = "leave", _("left where they are")
        MOVE = "move", _("moved to a folder beside them")

    id = models.BigAutoField(primary_key=True)
    path = models.TextField(_("folder"), unique=True)
    """Below the root, its parts joined by slashes."""
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", verbose_name=_("source"))
    kind = models.CharField(_("kind"), max_length=16, choices=Import.Kind.choices, default="", blank=True)
    every_minutes = models.PositiveIntegerField(_("every so many minutes"), default=0)
    """Minutes between two looks; 0 for once a night."""
    after = models.CharField(_("files that came in are"), max_length=8, choices=After.choices, default=After.LEAVE)
    looked_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(default="", blank=True)
    """Why the last look came to nothing."""
    created_at = models.DateTimeField()
    created_by = models.TextField(default="")

    class Meta:
        verbose_name = _("watched folder")
        verbose_name_plural = _("watched folders")

    def __str__(self) -> str:
        return self.path


class WatchedFile(models.Model):
    """A file met in a watched folder: one row a content, so that none is brought in twice."""

    class State(models.TextChoices):
        """What became of it."""

        GROWING = "growing", _("still being written")
        IN = "in", _("brought in")
        KNOWN = "known", _("had come before")
        HELD = "held", _("waits for somebody to look at it")
        FAILED = "failed", _("could not be brought in")

    id = models.BigAutoField(primary_key=True)
    folder = models.ForeignKey("identify.WatchedFolder", models.CASCADE, related_name="files")
    name = models.TextField(_("file"))
    bytes = models.BigIntegerField(_("bytes"))
    modified_ns = models.BigIntegerField()
    content_sha256 = models.CharField(max_length=64, default="", blank=True)
    """Empty while it is being written."""
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    imported = models.ForeignKey(
        "identify.Import", models.SET_NULL, null=True, blank=True, db_column="import_id", related_name="+"
    )
    problem = models.TextField(default="", blank=True)
    met_at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True, blank=True)
    """When somebody has read the warning."""

    class Meta:
        verbose_name = _("file of a watched folder")
        verbose_name_plural = _("files of watched folders")
        constraints = [
            models.UniqueConstraint(fields=["folder", "name", "content_sha256"], name="identify_watched_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"


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
