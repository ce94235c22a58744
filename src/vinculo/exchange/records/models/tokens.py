"""Who may speak to us, and what was answered to a call that may come twice."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Token(models.Model):
    """What an integration shows to be let in: only a digest of it is kept, and its first letters to tell it by.

    A name is never used twice, because the audit trail names tokens by it.
    """

    PER_MINUTE = 600
    """Calls a minute, unless told otherwise."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", verbose_name=_("source"))
    begins = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    per_minute = models.IntegerField(default=PER_MINUTE)
    created_at = models.DateTimeField()
    created_by = models.TextField(default="")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.TextField(default="")
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [models.CheckConstraint(condition=Q(per_minute__gte=1), name="exchange_token_per_minute")]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        """Return the name under which what it does is written down; no user can bear it."""
        return f"token:{self.name}"

    def state(self, now: datetime) -> str:
        """Return whether it opens anything: `valid`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


class Reply(models.Model):
    """What was answered to a call under a key of the caller's own, so that the same call again gets the same answer."""

    id = models.BigAutoField(primary_key=True)
    token = models.ForeignKey("exchange.Token", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255, db_collation="C")
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("stored answer")
        verbose_name_plural = _("stored answers")
        indexes = [models.Index(fields=["recorded_at"], name="exchange_reply_time")]
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="exchange_reply_once")]

    def __str__(self) -> str:
        return self.key
