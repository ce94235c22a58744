"""What is told to other systems, to whom, and how far it has come."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """A fact to be told, written in the transaction of the fact.

    Its position is given once that transaction is committed, by one after the other: so whoever has read up to a
    position never finds anything new below it (`outbox`).
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.CharField(max_length=48, unique=True)
    position = models.BigIntegerField(null=True, unique=True)
    kind = models.CharField(_("kind"), max_length=48)
    subject = models.TextField(default="")
    data = models.JSONField(default=dict)
    by = models.TextField(default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["id"], condition=Q(position__isnull=True), name="exchange_event_unplaced"),
            models.Index(fields=["recorded_at"], name="exchange_event_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Endpoint(models.Model):
    """An address that is told of events, signed with its secret; for a while with an earlier one too."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    url = models.TextField(_("address"))
    kinds = models.JSONField(default=list)
    """Kinds of events it is told of; all when there are none."""
    secret = models.TextField()
    earlier_secret = models.TextField(default="")
    earlier_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.TextField(default="")
    active_from = models.DateTimeField()
    """What was recorded before is not told."""
    disabled_at = models.DateTimeField(null=True)
    disabled_by = models.TextField(default="")
    failures = models.IntegerField(default=0)
    resting_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event on its way to one endpoint."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        DEAD = "dead", _("given up")

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey("exchange.Event", models.CASCADE, related_name="deliveries", db_index=False)
    endpoint = models.ForeignKey("exchange.Endpoint", models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    """Since it was asked for, or asked for again."""
    answers = models.JSONField(default=list)
    """What became of every try: when, status or problem, milliseconds."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["endpoint", "due_at", "id"], condition=Q(state="waiting"), name="exchange_delivery_due"
            ),
            models.Index(fields=["endpoint", "id"], condition=Q(state="dead"), name="exchange_delivery_dead"),
            models.Index(fields=["endpoint", "-id"], name="exchange_delivery_latest"),
        ]
        constraints = [models.UniqueConstraint(fields=["event", "endpoint"], name="exchange_delivery_once")]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.endpoint_id}"
