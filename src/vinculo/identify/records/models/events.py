"""What tracking clients send, and what it adds up to: visitors, links between keys, traits, where orders came from.

All of the latter can be worked out again from the events. An index begins with what tells rows apart, not with their
source: so the right one is taken also while a new table has no statistics yet.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

LIMIT = 10_000


class Sender(models.Model):
    """How a source that sends events is read: what it leaves unsaid, and how much it may send."""

    id = models.BigAutoField(primary_key=True)
    source = models.OneToOneField("identify.Source", models.PROTECT, related_name="sender")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    time_zone = models.TextField(_("time zone"), default="UTC")
    limit_per_second = models.PositiveIntegerField(_("events a second"), default=LIMIT)
    origins = models.JSONField(default=list)
    """Sites whose pages may send; any when there are none. What is no browser names no site and may always."""
    kept_from = models.DateTimeField(null=True)
    """What was recorded before may have been removed by the rule of retention."""

    class Meta:
        verbose_name = _("sender of events")
        verbose_name_plural = _("senders of events")

    def __str__(self) -> str:
        return str(self.source)


class WriteKey(models.Model):
    """A key by which a client says which source it speaks for. Only its digest is kept; it is shown once."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="write_keys")
    digest = models.CharField(max_length=64, unique=True)
    begins = models.CharField(_("begins"), max_length=8)
    created_at = models.DateTimeField(_("made"))
    created_by = models.TextField(default="")
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("write key")
        verbose_name_plural = _("write keys")

    def __str__(self) -> str:
        return f"{self.begins}…"


class Event(models.Model):
    """One call as it was received, once for ever: a trigger refuses every change.

    Its number is that of its delivery times 4096 and its place in it. Who and when are what the call says of itself;
    all else is in the payload, and whatever follows from an event can be worked out again.
    """

    id = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    message_id = models.TextField(db_collation="C")
    type = models.CharField(_("type"), max_length=16)
    name = models.TextField(_("name"))
    user_key = models.TextField(db_collation="C")
    visitor_key = models.TextField(db_collation="C")
    happened_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    remark = models.CharField(max_length=16, default="")
    payload = models.JSONField()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["source", "id"], name="identify_event_latest"),
            models.Index(
                fields=["user_key", "source", "happened_at"], condition=~Q(user_key=""), name="identify_event_user"
            ),
            models.Index(
                fields=["visitor_key", "source", "happened_at"], condition=Q(user_key=""), name="identify_event_visitor"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "message_id"], name="identify_event_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.name}".strip()


class Delivery(models.Model):
    """One request whose events wait to be understood; then it is counted as traffic and goes."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    received_at = models.DateTimeField()
    client = models.TextField(default="")
    accepted = models.IntegerField()
    duplicate = models.IntegerField()
    quarantined = models.IntegerField()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ()


class Traffic(models.Model):
    """What one client of a source sent on one day, in figures."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    client = models.TextField()
    requests = models.BigIntegerField()
    accepted = models.BigIntegerField()
    duplicate = models.BigIntegerField()
    quarantined = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("traffic")
        verbose_name_plural = _("traffic")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "day", "client"], name="identify_traffic_one_a_day")]


class Quarantined(models.Model):
    """An event that could not be taken or not be understood: kept as it came, until it is replayed after a fix."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False)
    event = models.BigIntegerField(null=True, unique=True)
    """The event, when it is in the store and only its meaning is in doubt."""
    verb = models.CharField(max_length=16, default="")
    shared = models.BinaryField(default=b"")
    raw = models.BinaryField()
    reason = models.CharField(_("reason"), max_length=32)
    detail = models.TextField(default="")
    received_at = models.DateTimeField(_("received"))
    replayed_at = models.DateTimeField(_("replayed"), null=True)

    class Meta:
        verbose_name = _("quarantined event")
        verbose_name_plural = _("quarantined events")
        default_permissions = ()
        indexes = [
            models.Index(fields=["source", "-id"], condition=Q(replayed_at=None), name="identify_quarantine_waiting")
        ]
        constraints = [
            # A batch that is sent again brings what cannot be taken again.
            models.UniqueConstraint("source", MD5("raw"), condition=Q(event=None), name="identify_quarantine_once")
        ]


class Refusal(models.Model):
    """How often on one day somebody came with a key that is not valid: of a source, when it is a revoked one."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", null=True, db_index=False)
    day = models.DateField()
    requests = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "day"], nulls_distinct=False, name="identify_refusal_one_a_day")
        ]


class Visitor(models.Model):
    """A device or browser that a source knows by an anonymous id."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    key = models.TextField(db_collation="C")
    first_at = models.DateTimeField(_("first seen"))

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="identify_visitor_key")]

    def __str__(self) -> str:
        return self.key


class EventLink(models.Model):
    """What an event said of two keys: this visitor is that user, that name was an earlier one, he belongs to them."""

    class Kind(models.TextChoices):
        """What one key is to the other."""

        VISITOR = "visitor", _("visitor of")
        ALIAS = "alias", _("earlier name of")
        ACCOUNT = "account", _("member of")

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    from_key = models.TextField(db_collation="C")
    to_key = models.TextField(db_collation="C")
    first_at = models.DateTimeField()
    event = models.BigIntegerField()
    announced = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["to_key", "source", "kind"], name="identify_link_to"),
            models.Index(fields=["id"], condition=Q(kind="alias", announced=False), name="identify_link_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "from_key", "kind", "to_key"], name="identify_link_once"),
        ]


class Trait(models.Model):
    """The latest that events say of one thing: the later event wins, of two at once the greater message id."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    kind = models.CharField(max_length=16)
    key = models.TextField(db_collation="C")
    name = models.CharField(max_length=16)
    value = models.JSONField()
    happened_at = models.DateTimeField()
    message_id = models.TextField(db_collation="C")
    said = models.JSONField(null=True)
    """The value that a source record last told: what differs is news."""

    class Meta:
        verbose_name = _("trait")
        verbose_name_plural = _("traits")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key", "name"], name="identify_trait_one")]


class SaleEvent(models.Model):
    """An event that speaks of an order."""

    event = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    number = models.TextField(db_collation="C")
    user_key = models.TextField(db_collation="C")
    visitor_key = models.TextField(db_collation="C")

    class Meta:
        verbose_name = _("event of an order")
        verbose_name_plural = _("events of orders")
        default_permissions = ()
        indexes = [
            models.Index(fields=["number", "source"], name="identify_sale_number"),
            models.Index(fields=["visitor_key", "source"], condition=Q(user_key=""), name="identify_sale_visitor"),
        ]


class AccountEvent(models.Model):
    """An event that speaks of a role in an organisation, or of how far somebody is on the way to a purchase."""

    event = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    meaning = models.CharField(max_length=16)
    account_key = models.TextField(db_collation="C")
    """The organisation, with `group:` before its id; empty where none is said."""
    user_key = models.TextField(db_collation="C")
    visitor_key = models.TextField(db_collation="C")

    class Meta:
        verbose_name = _("event of an account")
        verbose_name_plural = _("events of accounts")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["account_key", "source"],
                condition=Q(meaning__in=["deleted", "trial", "trial_ended"]),
                name="identify_account_key",
            ),
            models.Index(fields=["user_key", "source"], name="identify_account_user"),
            models.Index(fields=["visitor_key", "source"], condition=Q(user_key=""), name="identify_account_visitor"),
        ]


class AccountRole(models.Model):
    """A role that events add up to, and what was last said of it: what differs is news, and a correction stays."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    account_key = models.TextField(db_collation="C")
    user_key = models.TextField(db_collation="C")
    place = models.IntegerField()
    relation = models.ForeignKey(
        "identify.Relation", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    said = models.JSONField()

    class Meta:
        verbose_name = _("role of events")
        verbose_name_plural = _("roles of events")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["account_key", "user_key", "source", "place"], name="identify_accountrole_one"
            )
        ]


class Pace(models.Model):
    """How much somebody may still send: one row for all processes of the site, forgotten when the server crashes."""

    key = models.TextField(primary_key=True, db_collation="C")
    remaining = models.FloatField()
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("pace")
        verbose_name_plural = _("paces")
        default_permissions = ()


class ProductView(models.Model):
    """A look at a product; whose it was, its event tells."""

    event = models.BigIntegerField(primary_key=True)
    product = models.ForeignKey("identify.Product", models.PROTECT, related_name="+", db_constraint=False)
    happened_at = models.DateTimeField(_("happened"))

    class Meta:
        verbose_name = _("look at a product")
        verbose_name_plural = _("looks at products")
        default_permissions = ("view",)
