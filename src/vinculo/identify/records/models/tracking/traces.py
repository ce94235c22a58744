"""What events add up to: visitors, links between keys, traits, and where orders and looks at products came from.

All of it can be worked out again from the events. An index begins with what tells rows apart, not with their source: so
the right one is taken also while a new table has no statistics yet.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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


class ProductView(models.Model):
    """A look at a product; whose it was, its event tells."""

    event = models.BigIntegerField(primary_key=True)
    product = models.ForeignKey("identify.Product", models.PROTECT, related_name="+", db_constraint=False)
    happened_at = models.DateTimeField(_("happened"))

    class Meta:
        verbose_name = _("look at a product")
        verbose_name_plural = _("looks at products")
        default_permissions = ("view",)
